"""What every provider owes us, whoever it is. A new adapter adds itself to IMPLEMENTATIONS."""

import json
import shutil
import sys
import uuid
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from assembly import child
from bench.storm import adapter
from bench.storm.live import live
from manifests.grant import Grant, GrantRefused
from manifests.keys import canonical_json, generation_key, hash_file
from manifests.price import Quote
from manifests.scene import Camera, CastMember, Mark, Shot
from manifests.take import Reference, Request
from providers import registry
from providers.contract import ImageModel, Program, Provider, Sought, Surroundings, VideoModel
from providers.errors import Gone, Invalid

STAND_INS = Path(__file__).parents[1] / "stand_ins"
LOOPBACKS = {f"loopback-{kind}": kind for kind in adapter.CLASSES}
LOCAL = ("facefusion", "handoff")  # benches of their own: see LOCAL_BENCHES
IMPLEMENTATIONS = ("previz", *LOOPBACKS, *LOCAL)
ASKED = [(name, operation) for name in IMPLEMENTATIONS for operation in ("panel", "clip")]


class Bench:
    """One provider, one plate, and a price of a cent a call."""

    def __init__(self, name, folder):
        plate = folder / "room.png"
        cv2.imwrite(str(plate), np.full((540, 960, 3), (90, 80, 70), np.uint8))
        self.around = replace(
            Surroundings(
                folder / "spool",
                lambda sha256: plate,
                lambda usage: self.price,
                lambda name: plate,
                lambda: ["locations/room"],
            ),
            **self.more_around(folder),
        )
        self.price = Quote(low_microusd=9_000, likely_microusd=10_000, high_microusd=12_000, price="a" * 64)
        self.plate, self.provider = plate, registry.build(name, self.around)

    def more_around(self, folder):
        """What else its surroundings have."""
        return {}

    def request(self, operation, **changes):
        shot = Shot(id="SC010_SH0010", location="room", camera=Camera(size="wide"), motion="Nothing.", duration_s=1)
        settings = {
            "operation": operation, "shot": shot.id, "staging": shot, "prompt": "An empty room.", "seed": 1,
            "references": (Reference(role="location", name="locations/room", sha256=hash_file(self.plate)),),
            "resolution": "480p", "frames": 24 if operation == "clip" else 1, **changes,
        }  # fmt: skip
        return Request(**settings)

    def key(self, request):
        model = self.provider.model(request.operation)
        return generation_key(self.provider.name, model, request.operation, request.payload(), request.attempt)

    async def find(self, request, key=None):
        return await self.provider.find(Sought(key or self.key(request), request))

    async def submit(self, request):
        key = self.key(request)
        return await self.provider.submit(Grant.mint(key, self.price.high_microusd), key, request)


class FaceFusionBench(Bench):
    """It works on what is made already, and gives it one character's face: a clip, a still, and a program that stands in."""

    def more_around(self, folder):
        shutil.copyfile(STAND_INS / "facefusion.py", folder / "facefusion.py")
        plate, clip = folder / "room.png", moving(folder / "made.mp4")
        self.made = {"panel": hash_file(still(folder / "made.png")), "clip": hash_file(clip)}
        files = {hash_file(file): file for file in (plate, clip, folder / "made.png")}
        command = (sys.executable, str(folder / "facefusion.py"))

        async def start(words, cwd, timeout_s):
            ended = await child.run([*command, *words], folder=cwd, timeout_s=timeout_s)
            return ended.code, ended.words

        return {"read_reference": files.__getitem__, "program_of": lambda name: Program(command, start)}

    def request(self, operation, **changes):
        ada = CastMember(character="ada", wardrobe="coat", start=Mark(x=0.5, y=0.9, scale=0.6))
        asked = super().request(operation, **changes)
        references = (
            Reference(role="draft", name=asked.shot, sha256=self.made[operation]),
            Reference(role="character", name="characters/ada/coat/front", sha256=hash_file(self.plate)),
        )
        staging = asked.staging.model_copy(update={"cast": (ada,)})
        return asked.model_copy(update={"references": references, "staging": staging})


class HandoffBench(Bench):
    """Whatever is laid out, a person saves at once."""

    def more_around(self, folder):
        return {"hands_dir": folder / "handoffs", "hurry": True}

    async def submit(self, request):
        job, still_or_moving = await super().submit(request), still if request.operation == "panel" else moving
        folder, laid = self.provider.laid_out(job.job_id)
        still_or_moving(folder / laid.save_as)
        return job


LOCAL_BENCHES = {"facefusion": FaceFusionBench, "handoff": HandoffBench}


def still(path):
    assert cv2.imwrite(str(path), np.full((480, 854, 3), (40, 120, 60), np.uint8))
    return path


def moving(path):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 854, 480, "yuv420p"
        for grey in range(24):
            frame = np.full((480, 854, 3), 40 + 5 * grey, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def provider_on_loopback(tmp_path_factory):
    """One server for all three; every job is a cent, and is made at once."""
    with live(tmp_path_factory.mktemp("loopback")) as running:
        running.tell(second_microusd=10_000, image_microusd={"480p": 10_000})
        yield running


@pytest.fixture
def bench(request, tmp_path, monkeypatch):
    if kind := LOOPBACKS.get(request.param):
        url = request.getfixturevalue("provider_on_loopback").url
        account = f"{kind}-{uuid.uuid4().hex}"
        told = {"class": kind, "url": url, "account": account, "submit_s": 0.5, "free_s": 1.0, "lag_s": 0}
        (tmp_path / "spool").mkdir()
        (tmp_path / "spool" / adapter.SETTINGS).write_text(json.dumps(told))
        offered = [EntryPoint(request.param, "bench.storm.adapter:from_surroundings", registry.GROUP)]
        monkeypatch.setattr(registry, "entry_points", lambda group: offered)
    return LOCAL_BENCHES.get(request.param, Bench)(request.param, tmp_path)


def each(names):
    return pytest.mark.parametrize("bench", names, indirect=True)


def each_operation():
    return pytest.mark.parametrize(("bench", "operation"), ASKED, indirect=["bench"])


@each(IMPLEMENTATIONS)
def test_it_is_registered_under_its_own_name(bench, request):
    assert bench.provider.name in registry.known()
    assert isinstance(bench.provider, Provider)
    assert isinstance(bench.provider, ImageModel) == ("panel" in bench.provider.operations)
    assert isinstance(bench.provider, VideoModel) == ("clip" in bench.provider.operations)


@each_operation()
def test_a_payload_is_canonical_and_the_same_each_time(bench, operation):
    payloads = [bench.provider.build_payload(bench.request(operation)) for _ in range(2)]
    assert canonical_json(payloads[0]) == canonical_json(payloads[1])
    assert str(bench.plate) not in canonical_json(payloads[0])


@each(IMPLEMENTATIONS)
@pytest.mark.parametrize(("frames", "nearest"), [(12, "1 s"), (999, "15 s")])
def test_a_length_it_cannot_make_is_refused_with_the_nearest(bench, frames, nearest):
    with pytest.raises(Invalid, match=f"nearest it makes is {nearest}"):
        bench.provider.build_payload(bench.request("clip", frames=frames))


@each_operation()
def test_too_many_references_are_refused_with_how_many_it_takes(bench, operation):
    most = bench.provider.capabilities(operation).references_max
    request = bench.request(operation)
    many = request.model_copy(update={"references": request.references * (most + 1)})
    with pytest.raises(Invalid, match=f"at most {most}"):
        bench.provider.build_payload(many)


@each_operation()
def test_a_quote_is_the_price_books_word_on_its_usage(bench, operation):
    request, asked = bench.request(operation), []
    quote = bench.provider.quote(request, lambda usage: asked.append(usage) or bench.price)
    assert quote == bench.price
    usage = asked[0]
    assert (usage.provider, usage.model) == (bench.provider.name, bench.provider.model(operation))
    assert (usage.images, usage.output_ms) == ((1, 0) if operation == "panel" else (0, 1000))


@each_operation()
async def test_a_job_is_submitted_polled_and_fetched(bench, operation, tmp_path):
    job = await bench.submit(bench.request(operation))
    status = await bench.provider.poll(job.job_id)
    assert (status.state, status.bill_microusd) == ("done", 10_000)
    made = await bench.provider.fetch(job.job_id, tmp_path / "into")
    assert made.path.parent == tmp_path / "into"
    assert (made.width, made.height, made.frames) == (854, 480, 24 if operation == "clip" else 1)
    assert made.path.stat().st_size > 0


@each(IMPLEMENTATIONS)
async def test_a_grant_for_another_key_buys_nothing(bench):
    request = bench.request("panel")
    with pytest.raises(GrantRefused):
        await bench.provider.submit(Grant.mint("0" * 64, 1), bench.key(request), request)
    assert (await bench.find(request)).state != "found"


@each(IMPLEMENTATIONS)
async def test_a_grant_buys_once(bench):
    request = bench.request("panel")
    key = bench.key(request)
    grant = Grant.mint(key, 20_000)
    await bench.provider.submit(grant, key, request)
    with pytest.raises(GrantRefused):
        await bench.provider.submit(grant, key, request)


@each(IMPLEMENTATIONS)
async def test_a_submitted_job_is_found_by_its_key_and_never_taken_for_another(bench):
    request = bench.request("panel")
    before = await bench.find(request)
    assert before.state in {"absent", "unknown"}
    assert before.job_id is None
    job = await bench.submit(request)
    after = await bench.find(request)
    assert after.state in {"found", "unknown"}
    assert after.job_id in {job.job_id, None}
    assert (await bench.find(request, "f" * 64)).state != "found"


@each(IMPLEMENTATIONS)
async def test_an_unknown_job_is_gone(bench, tmp_path):
    assert (await bench.provider.poll("no-such-job")).state == "gone"
    assert await bench.provider.cancel("no-such-job") is False
    with pytest.raises(Gone):
        await bench.provider.fetch("no-such-job", tmp_path)


@each(IMPLEMENTATIONS)
async def test_a_job_that_is_made_cannot_be_cancelled_out_of_its_bill(bench):
    job = await bench.submit(bench.request("panel"))
    await bench.provider.poll(job.job_id)
    assert await bench.provider.cancel(job.job_id) is False
    assert (await bench.provider.poll(job.job_id)).bill_microusd == 10_000


@each(IMPLEMENTATIONS)
async def test_credit_is_whole_micro_dollars_or_unknown(bench):
    credit = await bench.provider.credit()
    assert credit is None or (isinstance(credit, int) and credit >= 0)
