"""What FaceFusion is asked and how it is run, by a stand-in that has its flags and its files,
and what is taken from it.
"""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from manifests.keys import canonical_json
from manifests.spending.grant import Grant, GrantRefused
from providers.contract import LostCall
from providers.errors import Invalid
from providers.surroundings import Program
from wiring.programs import program_of
from wiring.settings import read_settings

FRAMES = 24
SIZE = (256, 144)
RED = (30, 30, 200)


@pytest.mark.parametrize(("operation", "kind"), [("clip", "video/mp4"), ("panel", "image/png")])
async def test_a_pass_makes_what_fits_its_target_and_costs_nothing(studio, tmp_path, operation, kind):
    provider = studio.provider()
    job = await studio.submit(provider, studio.request(operation))
    status = await provider.poll(job.job_id)
    assert (status.state, status.bill_microusd) == ("done", 0), status.raw
    made = await provider.fetch(job.job_id, tmp_path / "into")
    assert (made.media_type, made.width, made.height) == (kind, *SIZE)
    assert made.frames == (FRAMES if operation == "clip" else 1)
    assert made.path.parent == tmp_path / "into"


async def test_the_face_is_the_characters_own(studio, tmp_path):
    provider = studio.provider()
    job = await studio.submit(provider, studio.request("panel"))
    await provider.poll(job.job_id)
    made = await provider.fetch(job.job_id, tmp_path / "into")
    assert np.abs(cv2.imread(str(made.path))[50, 70].astype(int) - RED).max() < 4


async def test_a_jpeg_panel_stays_one(studio, tmp_path):
    file = tmp_path / "photo"
    file.write_bytes(cv2.imencode(".jpg", np.full((480, 854, 3), 120, np.uint8))[1].tobytes())
    studio.files["photo"] = file
    provider = studio.provider()
    job = await studio.submit(provider, studio.request("panel", target="photo"))
    assert (await provider.poll(job.job_id)).state == "done"
    assert (await provider.fetch(job.job_id, tmp_path / "into")).media_type == "image/jpeg"


async def test_every_run_has_its_own_folders_and_leaves_none_behind(studio):
    provider = studio.provider()
    for number in (1, 2):
        assert (await studio.polish(provider, studio.request(attempt=number))).state == "done"
    for name in ("--jobs-path", "--temp-path", "--config-path"):
        assert studio.flag(name, 0) != studio.flag(name, 1)
    assert sorted(p.suffix for p in (studio.folder / "spool").iterdir() if p.name != ".turn") == [
        ".json",
        ".json",
        ".mp4",
        ".mp4",
    ]


async def test_it_runs_where_its_own_parts_are_with_the_endings_it_looks_at(studio):
    await studio.polish(studio.provider(), studio.request())
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
    await studio.polish(studio.provider(), studio.request())
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
    await studio.polish(studio.provider(), studio.request(who=(who,), cast=("ada", "bo")))
    assert studio.flag("--face-selector-mode") == "reference"
    assert studio.flag("--face-selector-order") == "left-right"
    assert [studio.flag("--reference-face-position")] == flags


async def test_a_lone_face_is_taken_as_it_comes(studio):
    await studio.polish(studio.provider(), studio.request())
    assert studio.flag("--face-selector-mode") == "one"


async def test_a_grant_for_another_key_makes_no_job(studio):
    provider, request = studio.provider(), studio.request()
    with pytest.raises(GrantRefused):
        await provider.submit(Grant.mint("0" * 64, 0), studio.key_of(provider, request), request)
    assert (await provider.find(LostCall(studio.key_of(provider, request), "m", request))).state == "absent"


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
        ({"frames": 9999}, "nearest it makes is 60 s"),
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
        await studio.submit(provider, request)
    assert (await provider.find(LostCall(studio.key_of(provider, request), "m", request))).state == "absent"


def test_a_program_is_started_as_in_a_shell(studio):
    os.environ["GATE_FACEFUSION"] = "conda run -n ff python '/opt/face fusion/facefusion.py'"
    program = program_of(read_settings(studio.folder), "facefusion")
    assert isinstance(program, Program)
    assert program.command == ("conda", "run", "-n", "ff", "python", "/opt/face fusion/facefusion.py")
