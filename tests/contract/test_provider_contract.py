"""The contract that every provider must fulfil. A new adapter adds itself to REHEARSED, with what it can make."""

import asyncio
import json
import shutil
import sys
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

import rehearsal.live
from assembly import child
from bench.storm import adapter
from bench.storm.live import live
from governor.errors import PriceRefused
from governor.prices.book import PriceBook
from manifests.keys import canonical_json, generation_key, hash_file
from manifests.scene import Camera, CastMember, Mark, Shot
from manifests.spending.grant import Grant, GrantRefused
from manifests.spending.price import Quote
from manifests.take import Reference, Request
from providers import registry
from providers.contract import ImageModel, LostCall, Provider, VideoModel, VisionJudge
from providers.errors import Gone, Invalid
from providers.surroundings import Program, Surroundings
from rehearsal.faults import AccountTerms, Script
from rehearsal.house import UPLOADS

STAND_INS = Path(__file__).parents[1] / "stand_ins"
LOOPBACKS = {f"loopback-{kind}": kind for kind in adapter.CLASSES}
REHEARSED = {
    "bfl": ("panel",),
    "byteplus": ("panel", "clip"),
    "evolink": ("clip",),
    "fal": ("clip",),
    "gemini": ("panel", "clip"),
    "openrouter": ("clip",),
    "replicate": ("clip",),
}
"""The real adapters, against their own wire formats: what each makes, the quickest first."""

LOCAL = {"facefusion": ("panel", "clip"), "hand": ("panel",), "handoff": ("panel", "clip")}
"""Those without a wire, with benches of their own: LOCAL_BENCHES."""

UNPRICED = {"evolink"}
"""Those that publish no price list and tell no bill: what is held counts."""

MAKES = {"previz": ("panel", "clip"), **dict.fromkeys(LOOPBACKS, ("panel", "clip")), **REHEARSED, **LOCAL}
IMPLEMENTATIONS = tuple(MAKES)
CLIPS = tuple(name for name in IMPLEMENTATIONS if "clip" in MAKES[name])
ASKED = [(name, operation) for name in IMPLEMENTATIONS for operation in MAKES[name]]
PAID = [each for each in ASKED if each[0] in {*LOOPBACKS, *REHEARSED}]
POLLS_MAX = 200


class Bench:
    """One provider, one plate, and a price of a cent a call; a rehearsed one has the price book's, and a true bill."""

    def __init__(self, name, folder, rehearsed=None):
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
        self.plate, self.rehearsed, self.quickest = plate, rehearsed, MAKES[name][0]
        if rehearsed:
            key = f"rehearsal-{uuid.uuid4().hex}"
            rehearsed.tell(Script(job_s=0, pictures="plain", accounts=(AccountTerms(provider=name, key=key),)))
            book = PriceBook.load(today=datetime.now(UTC).date(), price_age_days=3650)
            self.around = replace(
                self.around,
                price_of=book.price_of,
                key_of=lambda _: key,
                host=lambda url: hosted(rehearsed.url, url),
                link_to=lambda sha256: hosted(rehearsed.url, f"https://vault.example.com/{UPLOADS}/{sha256}"),
                hurry=True,
            )
            rehearsed.house.picture(plate.read_bytes())
        self.provider = registry.build(name, self.around)

    def resolution(self, operation):
        """The smallest that it makes, and that has a price."""
        if self.provider.name in UNPRICED:
            return self.provider.capabilities(operation).resolutions[0]
        for resolution in self.provider.capabilities(operation).resolutions:
            try:
                self.provider.quote(self.request(operation, resolution=resolution), self.around.price_of)
            except PriceRefused:
                continue
            return resolution
        raise AssertionError("it has no price at all")

    def true_bill(self, job_id):
        if self.provider.name in UNPRICED:
            return None
        if not self.rehearsed:
            return 10_000
        records = self.rehearsed.records
        jobs = records.jobs(self.provider.name)
        made = records.job(job_id) or next((job for job in jobs if job.id in job_id), jobs[-1])
        return made.bill_microusd  # a picture that comes with its answer has no id at its provider

    async def done(self, job_id):
        for _ in range(POLLS_MAX):
            status = await self.provider.poll(job_id)
            if status.state != "running":
                return status
            await asyncio.sleep(0.05)
        raise AssertionError(f"it never ends: {status}")

    def more_around(self, folder):
        """What else its surroundings have."""
        return {}

    def request(self, operation, **changes):
        resolution = changes.pop("resolution", None) or self.resolution(operation)
        can = self.provider.capabilities(operation)
        mode = "references" if "references" in can.modes else "start_frame"
        frames = round(can.covering_s(1, resolution, mode) * 24)
        camera = Camera(size="wide")
        shot = Shot(id="SC010_SH0010", location="room", camera=camera, motion="Nothing.", duration_s=1, mode=mode)
        shown = "location" if can.references_max else "start_frame"
        settings = {
            "operation": operation,
            "shot": shot.id,
            "staging": shot,
            "prompt": "An empty room.",
            "seed": 1,
            "references": (Reference(role=shown, name="locations/room", sha256=hash_file(self.plate)),),
            "resolution": resolution,
            "frames": frames if operation == "clip" else 1,
            **changes,
        }
        return Request(**settings)

    def key(self, request):
        model = self.provider.model(request.operation)
        return generation_key(
            self.provider.name, model, request.operation, self.provider.build_payload(request), request.attempt
        )

    async def find(self, request, key=None, closed=frozenset()):
        model = self.provider.model(request.operation)
        return await self.provider.find(LostCall(key or self.key(request), model, request, datetime.now(UTC), closed))

    async def submit(self, request):
        key = self.key(request)
        return await self.provider.submit(Grant.mint(key, self.price.high_microusd), key, request)


class FaceFusionBench(Bench):
    """It gives a finished picture or clip one character's face: a clip, a still, and a program that stands in."""

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


class HandBench(Bench):
    """A person has handed a composite in."""

    def more_around(self, folder):
        self.composite = still(folder / "composite.png")
        return {"read_reference": lambda sha256: self.composite}

    def request(self, operation, **changes):
        handed_in = (Reference(role="composite", name="SC010_SH0010", sha256=hash_file(self.composite)),)
        return super().request(operation, **{"references": handed_in, **changes})


LOCAL_BENCHES = {"hand": HandBench, "facefusion": FaceFusionBench, "handoff": HandoffBench}


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


@pytest.fixture(scope="module")
def rehearsal_of_all(tmp_path_factory):
    """One rehearsal for all; each test has an account of its own there."""
    with rehearsal.live.live(tmp_path_factory.mktemp("rehearsal"), Script(pictures="plain")) as running:
        yield running


def hosted(origin, url):
    return url.replace("https:/", origin, 1) if url.startswith("https://") else url


@pytest.fixture
def bench(request, tmp_path, monkeypatch):
    if kind := LOOPBACKS.get(request.param):
        url = request.getfixturevalue("provider_on_loopback").url
        account = f"{kind}-{uuid.uuid4().hex}"
        told = {"class": kind, "url": url, "account": account, "submit_s": 1.0, "free_s": 3.0, "lag_s": 0}
        (tmp_path / "spool").mkdir()
        (tmp_path / "spool" / adapter.SETTINGS).write_text(json.dumps(told))
        offered = [EntryPoint(request.param, "bench.storm.adapter:from_surroundings", registry.GROUP)]
        monkeypatch.setattr(registry, "entry_points", lambda group: offered)
    rehearsed = request.getfixturevalue("rehearsal_of_all") if request.param in REHEARSED else None
    return LOCAL_BENCHES.get(request.param, Bench)(request.param, tmp_path, rehearsed)


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
    assert isinstance(bench.provider, VisionJudge) == ("score" in bench.provider.operations)


@each_operation()
def test_a_payload_is_canonical_and_the_same_each_time(bench, operation):
    payloads = [bench.provider.build_payload(bench.request(operation)) for _ in range(2)]
    assert canonical_json(payloads[0]) == canonical_json(payloads[1])
    assert str(bench.plate) not in canonical_json(payloads[0])


@each(CLIPS)
@pytest.mark.parametrize(("frames", "end"), [(12, min), (9999, max)])
def test_a_length_it_cannot_make_is_refused_with_the_nearest(bench, frames, end):
    request = bench.request("clip", frames=frames)
    nearest = end(bench.provider.capabilities("clip").sold_s(request.resolution, request.staging.mode))
    with pytest.raises(Invalid, match=f"nearest it makes is {nearest:g} s"):
        bench.provider.build_payload(request)


@each_operation()
def test_too_many_references_are_refused_with_how_many_it_takes(bench, operation):
    most = bench.provider.capabilities(operation).references_max
    request = bench.request(operation)
    plate = request.references[0].model_copy(update={"role": "location"})
    many = request.model_copy(update={"references": (plate,) * (most + 1)})
    with pytest.raises(Invalid, match=f"at most {most}"):
        bench.provider.build_payload(many)


@each_operation()
def test_a_quote_is_the_price_books_word_on_its_usage(bench, operation):
    request, asked = bench.request(operation), []
    quote = bench.provider.quote(request, lambda usage: asked.append(usage) or bench.price)
    assert quote == bench.price
    usage = asked[0]
    assert (usage.provider, usage.model) == (bench.provider.name, bench.provider.model(operation))
    assert (usage.images, usage.output_ms) == ((1, 0) if operation == "panel" else (0, request.frames * 1000 // 24))


@each_operation()
async def test_a_job_is_submitted_polled_and_fetched(bench, operation, tmp_path):
    request = bench.request(operation)
    job = await bench.submit(request)
    status = await bench.done(job.job_id)
    assert (status.state, status.bill_microusd) == ("done", bench.true_bill(job.job_id))
    made = await bench.provider.fetch(job.job_id, tmp_path / "into")
    assert made.path.parent == tmp_path / "into"
    size = bench.provider.capabilities(operation).frame_size(request.resolution)
    assert (made.width, made.height, made.frames) == (*size, request.frames)
    assert made.path.stat().st_size > 0


@each(IMPLEMENTATIONS)
async def test_a_grant_for_another_key_buys_nothing(bench):
    request = bench.request(bench.quickest)
    with pytest.raises(GrantRefused):
        await bench.provider.submit(Grant.mint("0" * 64, 1), bench.key(request), request)
    assert (await bench.find(request)).state != "found"


@each(IMPLEMENTATIONS)
async def test_a_grant_buys_once(bench):
    request = bench.request(bench.quickest)
    key = bench.key(request)
    grant = Grant.mint(key, 20_000)
    await bench.provider.submit(grant, key, request)
    with pytest.raises(GrantRefused):
        await bench.provider.submit(grant, key, request)


@each(IMPLEMENTATIONS)
async def test_a_submitted_job_is_found_by_its_key_and_never_taken_for_another(bench):
    request = bench.request(bench.quickest)
    before = await bench.find(request)
    assert before.state in {"absent", "unknown"}
    assert before.job_id is None
    job = await bench.submit(request)
    after = await bench.find(request)
    assert after.state in {"found", "unknown"}
    assert after.job_id in {job.job_id, None}
    another = request.model_copy(update={"seed": 2})
    assert (await bench.find(another, "f" * 64)).state != "found"


@pytest.mark.parametrize(("bench", "operation"), PAID, indirect=["bench"])
async def test_a_lost_call_is_not_taken_for_one_that_was_closed_before_it(bench, operation):
    request = bench.request(operation)
    first = (await bench.submit(request)).job_id
    alone = await bench.find(request, closed=frozenset({first}))
    assert alone.state in {"absent", "unknown"}
    assert alone.job_id is None
    second = (await bench.submit(request)).job_id
    found = await bench.find(request, closed=frozenset({first}))
    assert (found.state, found.job_id, found.others) in {("found", second, ()), ("unknown", None, ())}


@each(IMPLEMENTATIONS)
async def test_an_unknown_job_is_gone(bench, tmp_path):
    assert (await bench.provider.poll("no-such-job")).state == "gone"
    assert await bench.provider.cancel("no-such-job") is False
    with pytest.raises(Gone):
        await bench.provider.fetch("no-such-job", tmp_path)


@each(IMPLEMENTATIONS)
async def test_a_job_that_is_made_cannot_be_cancelled_out_of_its_bill(bench):
    job = await bench.submit(bench.request(bench.quickest))
    await bench.done(job.job_id)
    assert await bench.provider.cancel(job.job_id) is False
    assert (await bench.provider.poll(job.job_id)).bill_microusd == bench.true_bill(job.job_id)


@each(IMPLEMENTATIONS)
async def test_credit_is_whole_micro_dollars_or_unknown(bench):
    credit = await bench.provider.credit()
    assert credit is None or (isinstance(credit, int) and credit >= 0)
