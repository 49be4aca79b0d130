"""Where FaceFusion fails, by a stand-in that has its words:
what is not taken, who is blamed, and what dies, waits or is stopped.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from manifests.spending.grant import Grant
from providers.contract import LostCall
from providers.errors import Gone, Invalid, Refused, Unavailable
from wiring.programs import program_of
from wiring.settings import read_settings


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
    job = await studio.submit(provider, studio.request())
    status = await provider.poll(job.job_id)
    assert (status.state, status.bill_microusd, status.failure) == ("failed", 0, None)
    assert re.search(why, status.raw, re.DOTALL), status.raw
    with pytest.raises(Gone):
        await provider.fetch(job.job_id, tmp_path / "into")
    assert (await studio.provider().poll(job.job_id)).raw == status.raw  # another process hears the same


async def test_its_content_analysers_refusal_is_one_where_its_log_says_so(studio):
    studio.behaves("nsfw")
    status = await studio.polish(studio.provider(), studio.request())
    assert status.state == "failed"
    assert isinstance(status.failure, Refused)
    assert "34 %" in str(status.failure)
    assert "rate=34.0" in status.failure.raw


async def test_of_a_still_its_log_says_nothing_so_nobody_calls_it_moderation(studio):
    studio.behaves("nsfw")
    status = await studio.polish(studio.provider(), studio.request("panel"))
    assert (status.state, status.failure) == ("failed", None)


async def test_a_failed_pass_is_tried_again_when_it_is_sent_again(studio):
    studio.behaves("fails")
    provider = studio.provider()
    assert (await studio.polish(provider, studio.request())).state == "failed"
    studio.behaves()
    assert (await studio.polish(provider, studio.request())).state == "done"


@pytest.mark.parametrize(
    ("words", "why"),
    [("no_ffmpeg", "it needs ffmpeg.*apt install ffmpeg"), ("no_models", "models are not downloaded.*force-download")],
)
async def test_what_the_machine_lacks_fails_no_job(studio, words, why):
    provider = studio.provider()
    job = await studio.submit(provider, studio.request())
    studio.behaves(words)
    with pytest.raises(Unavailable, match=why):
        await provider.poll(job.job_id)
    studio.behaves()
    assert (await provider.poll(job.job_id)).state == "done"


@pytest.mark.parametrize("version", ["2.6.1", "3.5.4", "4.0.0"])
async def test_a_version_whose_flags_are_not_known_is_refused_before_the_grant_is_used(studio, version):
    studio.behaves(f"version={version}")
    provider, request = studio.provider(), studio.request()
    key = studio.key_of(provider, request)
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
        await studio.submit(provider, studio.request())
    gone = studio.provider(program_of=lambda name: program_of(read_settings(studio.folder), name))
    os.environ["GATE_FACEFUSION"] = "/no/such/python /no/such/facefusion.py"
    with pytest.raises(Unavailable, match="cannot be run"):
        await studio.submit(gone, studio.request())


async def test_its_health_is_told_with_the_cure(studio, monkeypatch):
    monkeypatch.setattr("providers.facefusion.adapter.shutil.which", lambda name: None if name == "ffprobe" else name)
    with pytest.raises(Unavailable, match=r"it needs ffprobe.*apt install ffmpeg"):
        await studio.provider().look()
    monkeypatch.undo()
    os.environ["GATE_FACEFUSION"] = ""
    monkeypatch.setattr("providers.facefusion.adapter.shutil.which", lambda name: name)
    with pytest.raises(Unavailable, match=r"hyperswap_1a_256 is not downloaded.*force-download"):
        await studio.provider().look()
    models = studio.home / ".assets" / "models"
    models.mkdir(parents=True)
    (models / "hyperswap_1a_256.onnx").touch()
    assert await studio.provider().look() == "FaceFusion 3.8.1"


async def test_a_process_that_died_is_gone_on_with_by_another(studio, tmp_path):
    job = await studio.submit(studio.provider(), studio.request())
    (studio.folder / "spool" / ".run-of-the-dead").mkdir()
    successor = studio.provider()
    assert (
        await successor.find(LostCall(studio.key_of(successor, studio.request()), "m", studio.request()))
    ).job_id == job.job_id
    assert (await successor.poll(job.job_id)).state == "done"
    assert not list((studio.folder / "spool").glob(".run-*"))


async def test_one_pass_at_a_time_and_who_waits_is_told_that_it_runs(studio):
    studio.behaves("slow_start=1")
    first, second = studio.provider(), studio.provider()
    one, two = await studio.submit(first, studio.request()), await studio.submit(second, studio.request(attempt=2))
    states = await asyncio.gather(first.poll(one.job_id), second.poll(two.job_id), second.poll(one.job_id))
    assert sorted(status.state for status in states) == ["done", "running", "running"]
    assert len(studio.calls()) == 1
    assert (await second.poll(one.job_id)).state == "done"


async def test_a_cancelled_run_leaves_no_process_and_the_job_can_still_be_made(studio):
    studio.behaves("hang")
    provider = studio.provider()
    job = await studio.submit(provider, studio.request())
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
    monkeypatch.setattr("providers.facefusion.adapter._FIRST_S", 1.0)
    monkeypatch.setattr("providers.facefusion.adapter._FRAME_S", 0.0)
    studio.behaves("hang")
    status = await studio.polish(studio.provider(), studio.request())
    assert (status.state, status.failure) == ("failed", None)
    assert "did not come to an end" in status.raw


async def test_a_stopped_job_fails_and_a_made_one_cannot_be_stopped(studio):
    provider = studio.provider()
    job = await studio.submit(provider, studio.request())
    assert await provider.cancel(job.job_id)
    assert (await provider.poll(job.job_id)).raw == "cancelled"
    other = await studio.submit(provider, studio.request(attempt=2))
    await provider.poll(other.job_id)
    assert not await provider.cancel(other.job_id)


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
