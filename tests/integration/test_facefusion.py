"""FaceFusion, by a stand-in that has its flags, its files and its words: what is taken, what is not, and who is blamed."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import time
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from manifests.bible import view_name
from manifests.grant import Grant, GrantRefused
from manifests.keys import canonical_json, generation_key, hash_file
from manifests.price import Quote
from manifests.scene import Camera, CastMember, Mark, Shot
from manifests.take import Reference, Request
from providers.contract import Program, Sought, Surroundings
from providers.errors import Gone, Invalid, Refused, Unavailable
from providers.facefusion import FaceFusion
from wiring.programs import program_of
from wiring.settings import read_settings

STAND_IN = Path(__file__).parents[1] / "stand_ins" / "facefusion.py"
FREE = Quote(low_microusd=0, likely_microusd=0, high_microusd=0, price="a" * 64)
FRAMES = 24
SIZE = (256, 144)
RED = (30, 30, 200)


class Studio:
    """A machine with FaceFusion on it, a clip and a still to be polished, and two people's locked views."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "facefusion"
        self.home.mkdir()
        self.script = Path(shutil.copyfile(STAND_IN, self.home / "facefusion.py"))
        self.files = {
            name: write_picture(folder / f"{name}.png", colour)
            for name, colour in (("ada", RED), ("bo", (200, 90, 20)))
        }
        self.files["still"] = write_picture(folder / "still.png", (90, 90, 90), SIZE[::-1])
        self.files["clip"] = write_clip(folder / "clip.bin")

    def behaves(self, *words: str) -> None:
        (self.home / "behave.txt").write_text("\n".join(words))

    def around(self, **changes) -> Surroundings:
        by_hash = {hash_file(file): file for file in self.files.values()}
        os.environ["GATE_FACEFUSION"] = f"{sys.executable} {self.script}"
        settings = read_settings(self.folder)
        return Surroundings(
            **{"spool_dir": self.folder / "spool", "read_reference": by_hash.__getitem__, "price_of": lambda usage: FREE,
               "canon": self.files.__getitem__, "canon_names": list, "program_of": lambda name: program_of(settings, name),
               **changes}
        )  # fmt: skip

    def provider(self, **changes) -> FaceFusion:
        return FaceFusion(self.around(**changes))

    def request(
        self, operation="clip", *, who=("ada",), cast=("ada",), target=None, facing="front", **changes
    ) -> Request:
        marks = [Mark(x=(n + 1) / (len(cast) + 1), y=0.9, scale=0.6, facing=facing) for n in range(len(cast))]
        shot = Shot(
            id="SC010_SH0010", location="room", camera=Camera(size="wide"), motion="m", duration_s=FRAMES / 24,
            cast=tuple(CastMember(character=c, wardrobe="coat", start=m) for c, m in zip(cast, marks, strict=True)),
        )  # fmt: skip
        file = self.files[target or ("clip" if operation == "clip" else "still")]
        references = [Reference(role="draft", name=shot.id, sha256=hash_file(file))]
        references += [
            Reference(role="character", name=view_name(c, "coat", "front"), sha256=hash_file(self.files[c]))
            for c in who
        ]
        settings = {
            "operation": operation, "shot": shot.id, "staging": shot, "prompt": "p", "references": tuple(references),
            "resolution": "480p", "frames": FRAMES if operation == "clip" else 1, "seed": 1, **changes,
        }  # fmt: skip
        return Request(**settings)

    def calls(self) -> list[dict]:
        """What the program was called with, its version aside."""
        calls = [json.loads(line) for line in (self.home / "calls.jsonl").read_text().splitlines()]
        return [call for call in calls if "headless-run" in call["argv"]]

    def flag(self, name: str, call: int = -1) -> str:
        words = self.calls()[call]["argv"]
        return words[words.index(name) + 1]


@pytest.fixture
def studio(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    return Studio(tmp_path)


def key_of(provider, request):
    payload = provider.build_payload(request)
    return generation_key(provider.name, provider.model(request.operation), request.operation, payload, request.attempt)


async def submit(provider, request):
    key = key_of(provider, request)
    return await provider.submit(Grant.mint(key, 0), key, request)


async def polish(provider, request):
    return await provider.poll((await submit(provider, request)).job_id)


@pytest.mark.parametrize(("operation", "kind"), [("clip", "video/mp4"), ("panel", "image/png")])
async def test_a_pass_makes_what_fits_its_target_and_costs_nothing(studio, tmp_path, operation, kind):
    provider = studio.provider()
    job = await submit(provider, studio.request(operation))
    status = await provider.poll(job.job_id)
    assert (status.state, status.bill_microusd) == ("done", 0), status.raw
    made = await provider.fetch(job.job_id, tmp_path / "into")
    assert (made.media_type, made.width, made.height) == (kind, *SIZE)
    assert made.frames == (FRAMES if operation == "clip" else 1)
    assert made.path.parent == tmp_path / "into"


async def test_the_face_is_the_characters_own(studio, tmp_path):
    provider = studio.provider()
    job = await submit(provider, studio.request("panel"))
    await provider.poll(job.job_id)
    made = await provider.fetch(job.job_id, tmp_path / "into")
    assert np.abs(cv2.imread(str(made.path))[50, 70].astype(int) - RED).max() < 4


async def test_a_jpeg_panel_stays_one(studio, tmp_path):
    file = tmp_path / "photo"
    file.write_bytes(cv2.imencode(".jpg", np.full((480, 854, 3), 120, np.uint8))[1].tobytes())
    studio.files["photo"] = file
    provider = studio.provider()
    job = await submit(provider, studio.request("panel", target="photo"))
    assert (await provider.poll(job.job_id)).state == "done"
    assert (await provider.fetch(job.job_id, tmp_path / "into")).media_type == "image/jpeg"


async def test_every_run_has_its_own_folders_and_leaves_none_behind(studio):
    provider = studio.provider()
    for number in (1, 2):
        assert (await polish(provider, studio.request(attempt=number))).state == "done"
    for name in ("--jobs-path", "--temp-path", "--config-path"):
        assert studio.flag(name, 0) != studio.flag(name, 1)
    assert sorted(p.suffix for p in (studio.folder / "spool").iterdir() if p.name != ".turn") == [
        ".json",
        ".json",
        ".mp4",
        ".mp4",
    ]


async def test_it_runs_where_its_own_parts_are_with_the_endings_it_looks_at(studio):
    await polish(studio.provider(), studio.request())
    assert studio.calls()[0]["cwd"] == str(studio.home)
    assert [Path(studio.flag(name)).suffix for name in ("--target-path", "--output-path", "--source-paths")] == [
        ".mp4",
        ".mp4",
        ".png",
    ]
    assert studio.flag("--log-level") == "info"  # with less it says nothing of what it analysed


async def test_it_gets_no_key_and_no_way_into_the_network(studio):
    os.environ |= {
        "OPENROUTER_API_KEY": "sk-test-1",
        "GATE_KEY_X": "sk-test-2",
        "no_proxy": "*",
        "CUDA_VISIBLE_DEVICES": "0",
    }
    await polish(studio.provider(), studio.request())
    environment = studio.calls()[0]["environment"]
    assert not {"OPENROUTER_API_KEY", "GATE_KEY_X", "no_proxy", "GATE_FACEFUSION"} & set(environment)
    assert environment["https_proxy"] == environment["HTTP_PROXY"] == "http://127.0.0.1:9"
    assert environment["CUDA_VISIBLE_DEVICES"] == "0"
    assert "PATH" in environment


@pytest.mark.parametrize(
    ("who", "flags"),
    [("ada", ["0"]), ("bo", ["1"])],
)
async def test_of_several_faces_the_staging_says_which(studio, who, flags):
    await polish(studio.provider(), studio.request(who=(who,), cast=("ada", "bo")))
    assert studio.flag("--face-selector-mode") == "reference"
    assert studio.flag("--face-selector-order") == "left-right"
    assert [studio.flag("--reference-face-position")] == flags


async def test_a_lone_face_is_taken_as_it_comes(studio):
    await polish(studio.provider(), studio.request())
    assert studio.flag("--face-selector-mode") == "one"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("nothing",), "made nothing"),
        (("interrupted",), "made nothing"),
        (("fails",), "ended with 1: .*no source face detected"),
        (("truncated",), "cannot be decoded"),
        (("short",), "22 frames, and its target 256×144, 24 frames"),
        (("small",), "128×72, 24 frames"),
        (("copy",), "unchanged"),
        (("stolen_job",), "not created"),
        (("crash",), "signal 9"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
async def test_what_is_no_whole_output_is_never_taken_whatever_its_exit_code(studio, words, why, tmp_path):
    import re

    studio.behaves(*words)
    provider = studio.provider()
    job = await submit(provider, studio.request())
    status = await provider.poll(job.job_id)
    assert (status.state, status.bill_microusd, status.failure) == ("failed", 0, None)
    assert re.search(why, status.raw, re.DOTALL), status.raw
    with pytest.raises(Gone):
        await provider.fetch(job.job_id, tmp_path / "into")
    assert (await studio.provider().poll(job.job_id)).raw == status.raw  # another process hears the same


async def test_its_content_analysers_refusal_is_one_where_its_log_says_so(studio):
    studio.behaves("nsfw")
    status = await polish(studio.provider(), studio.request())
    assert status.state == "failed"
    assert isinstance(status.failure, Refused)
    assert "34 %" in str(status.failure)
    assert "rate=34.0" in status.failure.raw


async def test_of_a_still_its_log_says_nothing_so_nobody_calls_it_moderation(studio):
    studio.behaves("nsfw")
    status = await polish(studio.provider(), studio.request("panel"))
    assert (status.state, status.failure) == ("failed", None)


async def test_a_failed_pass_is_tried_again_when_it_is_sent_again(studio):
    studio.behaves("fails")
    provider = studio.provider()
    assert (await polish(provider, studio.request())).state == "failed"
    studio.behaves()
    assert (await polish(provider, studio.request())).state == "done"


@pytest.mark.parametrize(
    ("words", "why"),
    [("no_ffmpeg", "it needs ffmpeg.*apt install ffmpeg"), ("no_models", "models are not downloaded.*force-download")],
)
async def test_what_the_machine_lacks_fails_no_job(studio, words, why):
    provider = studio.provider()
    job = await submit(provider, studio.request())
    studio.behaves(words)
    with pytest.raises(Unavailable, match=why):
        await provider.poll(job.job_id)
    studio.behaves()
    assert (await provider.poll(job.job_id)).state == "done"


@pytest.mark.parametrize("version", ["2.6.1", "3.5.4", "4.0.0"])
async def test_a_version_whose_flags_are_not_known_is_refused_before_the_grant_is_used(studio, version):
    studio.behaves(f"version={version}")
    provider, request = studio.provider(), studio.request()
    key = key_of(provider, request)
    grant = Grant.mint(key, 0)
    with pytest.raises(Invalid, match=rf"FaceFusion {version}.*Install FaceFusion 3.8"):
        await provider.submit(grant, key, request)
    studio.behaves("version=3.9.0")
    assert (await provider.submit(grant, key, request)).job_id


async def test_a_machine_without_it_says_how_to_name_it(studio):
    os.environ.pop("GATE_FACEFUSION", None)
    settings = read_settings(studio.folder)
    provider = studio.provider(program_of=lambda name: program_of(settings, name))
    with pytest.raises(Invalid, match="GATE_FACEFUSION="):
        await submit(provider, studio.request())
    gone = studio.provider(program_of=lambda name: program_of(read_settings(studio.folder), name))
    os.environ["GATE_FACEFUSION"] = "/no/such/python /no/such/facefusion.py"
    with pytest.raises(Unavailable, match="cannot be run"):
        await submit(gone, studio.request())


async def test_its_health_is_told_with_the_cure(studio, monkeypatch):
    monkeypatch.setattr("providers.facefusion.shutil.which", lambda name: None if name == "ffprobe" else name)
    with pytest.raises(Unavailable, match=r"it needs ffprobe.*apt install ffmpeg"):
        await studio.provider().look()
    monkeypatch.undo()
    os.environ["GATE_FACEFUSION"] = ""
    monkeypatch.setattr("providers.facefusion.shutil.which", lambda name: name)
    with pytest.raises(Unavailable, match=r"hyperswap_1a_256 is not downloaded.*force-download"):
        await studio.provider().look()
    models = studio.home / ".assets" / "models"
    models.mkdir(parents=True)
    (models / "hyperswap_1a_256.onnx").touch()
    assert await studio.provider().look() == "FaceFusion 3.8.1"


async def test_a_process_that_died_is_gone_on_with_by_another(studio, tmp_path):
    job = await submit(studio.provider(), studio.request())
    (studio.folder / "spool" / ".run-of-the-dead").mkdir()
    successor = studio.provider()
    assert (
        await successor.find(Sought(key_of(successor, studio.request()), "m", studio.request()))
    ).job_id == job.job_id
    assert (await successor.poll(job.job_id)).state == "done"
    assert not list((studio.folder / "spool").glob(".run-*"))


async def test_one_pass_at_a_time_and_who_waits_is_told_that_it_runs(studio):
    studio.behaves("slow_start=1")
    first, second = studio.provider(), studio.provider()
    one, two = await submit(first, studio.request()), await submit(second, studio.request(attempt=2))
    states = await asyncio.gather(first.poll(one.job_id), second.poll(two.job_id), second.poll(one.job_id))
    assert sorted(status.state for status in states) == ["done", "running", "running"]
    assert len(studio.calls()) == 1
    assert (await second.poll(one.job_id)).state == "done"


async def test_a_cancelled_run_leaves_no_process_and_the_job_can_still_be_made(studio):
    studio.behaves("hang")
    provider = studio.provider()
    job = await submit(provider, studio.request())
    polling = asyncio.create_task(provider.poll(job.job_id))
    note = studio.home / "hangs.txt"
    await until(lambda: note.exists() and len(note.read_text().split()) == 2)
    polling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await polling
    for pid in note.read_text().split():
        await until(lambda pid=pid: not alive(pid))
    studio.behaves()
    assert (await provider.poll(job.job_id)).state == "done"


async def test_one_that_never_ends_is_stopped(studio, monkeypatch):
    monkeypatch.setattr("providers.facefusion._FIRST_S", 1.0)
    monkeypatch.setattr("providers.facefusion._FRAME_S", 0.0)
    studio.behaves("hang")
    status = await polish(studio.provider(), studio.request())
    assert (status.state, status.failure) == ("failed", None)
    assert "did not come to an end" in status.raw


async def test_a_stopped_job_fails_and_a_made_one_cannot_be_stopped(studio):
    provider = studio.provider()
    job = await submit(provider, studio.request())
    assert await provider.cancel(job.job_id)
    assert (await provider.poll(job.job_id)).raw == "cancelled"
    other = await submit(provider, studio.request(attempt=2))
    await provider.poll(other.job_id)
    assert not await provider.cancel(other.job_id)


async def test_a_grant_for_another_key_makes_no_job(studio):
    provider, request = studio.provider(), studio.request()
    with pytest.raises(GrantRefused):
        await provider.submit(Grant.mint("0" * 64, 0), key_of(provider, request), request)
    assert (await provider.find(Sought(key_of(provider, request), "m", request))).state == "absent"


def test_a_payload_is_the_two_pictures_and_the_flags_and_nothing_of_the_words(studio):
    provider = studio.provider()
    payload = provider.build_payload(studio.request())
    assert payload == provider.build_payload(studio.request(prompt="other words", seed=9))
    assert canonical_json(payload) != canonical_json(provider.build_payload(studio.request(who=("bo",), cast=("bo",))))
    assert str(studio.folder) not in canonical_json(payload)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"who": ("ada", "bo"), "cast": ("ada", "bo")}, "one character, and it is sent ada, bo"),
        ({"who": ()}, "it is sent nobody"),
        ({"cast": ("bo",)}, "ada shows no face in its first frame. It shows bo"),
        ({"facing": "back"}, "ada shows no face"),
        ({"references": ()}, "it is sent no draft"),
        ({"frames": 999}, "nearest it makes is 15 s"),
    ],
    ids=["two", "nobody", "another", "her back", "no draft", "too long"],
)
def test_what_no_face_pass_can_do_is_refused_with_what_it_can(studio, asked, why):
    with pytest.raises(Invalid, match=why):
        studio.provider().build_payload(studio.request(**asked))


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"operation": "panel", "target": "clip"}, "a panel for a panel"),
        ({"target": "still"}, "a clip for a clip"),
        ({"frames": 48}, "has 24 frames, not 48"),
        ({"target": "noise"}, "cannot be decoded"),
    ],
    ids=["clip as panel", "panel as clip", "another length", "no picture"],
)
async def test_a_target_that_is_not_what_is_asked_for_is_refused_before_it_is_sent(studio, asked, why):
    studio.files["noise"] = studio.folder / "noise"
    studio.files["noise"].write_bytes(b"no picture at all")
    provider, request = studio.provider(), studio.request(**asked)
    with pytest.raises(Invalid, match=why):
        await submit(provider, request)
    assert (await provider.find(Sought(key_of(provider, request), "m", request))).state == "absent"


def test_a_program_is_started_as_in_a_shell(studio):
    os.environ["GATE_FACEFUSION"] = "conda run -n ff python '/opt/face fusion/facefusion.py'"
    program = program_of(read_settings(studio.folder), "facefusion")
    assert isinstance(program, Program)
    assert program.command == ("conda", "run", "-n", "ff", "python", "/opt/face fusion/facefusion.py")


async def until(holds) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        await asyncio.sleep(0.02)


def alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def write_picture(path, colour, size=(240, 120)):
    assert cv2.imwrite(str(path), np.full((*size, 3), colour, np.uint8))
    return path


def write_clip(path):
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(FRAMES):
            frame = np.full((*SIZE[::-1], 3), 40 + 6 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return path
