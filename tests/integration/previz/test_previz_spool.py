"""Submitting, dying and going on: what the spool remembers."""

import asyncio

import pytest

from manifests.spending.grant import Grant, GrantRefused
from providers.errors import Gone, Invalid


async def submit(previz, key, request):
    name = key(previz, request)
    return await previz.submit(Grant.mint(name, 1_000_000), name, request)


async def test_a_process_that_died_after_submit_is_gone_on_with_by_poll_alone(shoot, take, key, tmp_path):
    job = await submit(shoot(), key, take("panel"))
    successor = shoot()
    assert (await successor.poll(job.job_id)).state == "done"
    assert (await successor.fetch(job.job_id, tmp_path / "out")).path.stat().st_size > 1000


async def test_the_same_key_is_one_job_and_one_bill(shoot, take, key):
    previz = shoot(likely=7_000)
    jobs = {(await submit(previz, key, take("panel"))).job_id for _ in range(3)}
    assert len(jobs) == 1
    assert (await previz.poll(jobs.pop())).bill_microusd == 7_000
    assert list(previz.bills().values()) == [7_000]


async def test_a_key_that_names_another_request_is_refused(shoot, take, key):
    previz = shoot()
    name = key(previz, take("panel"))
    await submit(previz, key, take("panel"))
    with pytest.raises(Invalid, match="names another request"):
        await previz.submit(Grant.mint(name, 1), name, take("panel", seed=99))


async def test_nothing_is_billed_before_it_is_made(shoot, take, key):
    previz = shoot()
    await submit(previz, key, take("panel"))
    assert previz.bills() == {}


async def test_two_polls_at_once_make_one_whole_file(shoot, take, key, tmp_path):
    previz = shoot()
    job = await submit(previz, key, take("panel"))
    states = await asyncio.gather(previz.poll(job.job_id), previz.poll(job.job_id))
    assert [status.state for status in states] == ["done", "done"]
    assert sorted(p.suffix for p in (tmp_path / "spool").iterdir()) == [".json", ".png"]


async def test_a_flaw_strikes_the_take_it_was_scripted_for_even_after_a_restart(shoot, take, key, develop):
    flawed = take("clip", attempt=1)
    job = await submit(shoot({"flaw": "wrong_duration", "attempts": (1,)}), key, flawed)
    assert (await shoot().poll(job.job_id)).state == "done"
    assert (await develop(shoot(), flawed)).frames == 22


async def test_a_reference_that_vanished_fails_the_job_for_good_and_unbilled(shoot, take, key, tmp_path):
    lost = tmp_path / "lost.png"
    lost.write_bytes(b"no picture")
    previz = shoot()
    job = await submit(previz, key, take("clip", frames_given={"start_frame": lost}))
    status = await previz.poll(job.job_id)
    assert (status.state, status.bill_microusd) == ("failed", 0)
    assert "does not decode" in status.raw
    assert (await shoot().poll(job.job_id)).state == "failed"
    assert previz.bills() == {}


async def test_a_cancelled_job_fails_unbilled_and_is_never_made(shoot, take, key, tmp_path):
    previz = shoot()
    job = await submit(previz, key, take("panel"))
    assert await previz.cancel(job.job_id)
    status = await previz.poll(job.job_id)
    assert (status.state, status.bill_microusd, status.raw) == ("failed", 0, "cancelled")
    with pytest.raises(Gone):
        await previz.fetch(job.job_id, tmp_path / "out")


async def test_a_damaged_record_is_gone_and_says_where_it_lies(shoot, take, key, tmp_path):
    job = await submit(shoot(), key, take("panel"))
    (tmp_path / "spool" / f"{job.job_id}.json").write_text("{")
    with pytest.raises(Gone, match=r"damaged.*spool"):
        await shoot().poll(job.job_id)


async def test_a_job_id_cannot_reach_out_of_the_spool(shoot, tmp_path):
    (tmp_path / "outside.json").write_text("{}")
    assert (await shoot().poll("../outside")).state == "gone"


async def test_a_refused_grant_leaves_no_job(shoot, take, key, tmp_path):
    previz, request = shoot(), take("panel")
    with pytest.raises(GrantRefused):
        await previz.submit(Grant.mint("0" * 64, 1), key(previz, request), request)
    assert not (tmp_path / "spool").exists()


async def test_a_request_without_a_needed_view_is_refused_by_its_name(shoot, take):
    request = take("panel")
    short = request.model_copy(update={"references": request.references[:1]})
    with pytest.raises(Invalid, match="no reference shows characters/ana/blue/front"):
        shoot().build_payload(short)
