"""fal's adapter against fal as it is rehearsed: each was written from fal's documents, and neither from the other."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from manifests.privacy import WORDLESS
from manifests.spending.grant import Grant
from providers.contract import LostCall
from providers.errors import Gone, Invalid, NoCredit, OutcomeUnknown, RateLimited, Refused, Unavailable
from rehearsal.faults import Script
from rehearsal.live import live

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with live(tmp_path_factory.mktemp("rehearsal"), Script(pictures="plain", job_s=0)) as running:
        yield running


@pytest.fixture
def night(server, desk):
    """Plays a script for an account of its own, and gives the adapter that has its key:
    night(faults=[…], account={…}).
    """

    def begin(*faults, account=None, around=None, **script):
        number = next(NUMBERS)
        key = f"sk-test-fal-{number}"
        told = {"pictures": "plain", "job_s": 0, "seed": number, **script, "faults": list(faults)}
        told["accounts"] = [{"provider": "fal", "key": key, **(account or {})}]
        server.tell(Script.model_validate(told))
        made = desk("fal", server.url, **{"key_of": lambda _provider: key, **(around or {})})
        made.jobs = lambda: server.records.jobs("fal", server.house.account("fal", key).name)
        return made

    return begin


def clip(fal, **changes):
    return fal.request("clip", fal.shows("start_frame", "SC010_SH0010"), **{"resolution": "480p", **changes})


def sought(fal, request, sent_at=None):
    return LostCall(fal.key(request), fal.provider.model("clip"), request, sent_at or datetime.now(UTC))


async def test_a_clip_is_made_and_its_bill_is_the_true_one(night, tmp_path):
    fal = night()
    job = await fal.submit(clip(fal))
    status = await fal.ended(job)
    (made,) = fal.jobs()
    assert (status.state, status.bill_microusd) == ("done", made.bill_microusd)
    assert made.bill_microusd == 14 * (864 * 496 * 121 // 1024)
    got = await fal.provider.fetch(job, tmp_path / "into")
    assert (got.width, got.height, got.frames) == (864, 496, 120)
    assert made.order.audio is False


@pytest.mark.parametrize(
    ("model", "mode", "roles"),
    [
        ("image-to-video", "start_end_frames", ("start_frame", "end_frame")),
        ("fast/image-to-video", "start_frame", ("start_frame",)),
        ("reference-to-video", "references", ("panel", "location", "character", "prop")),
        ("fast/reference-to-video", "references", ("panel",)),
        ("text-to-video", "text", ()),
        ("fast/text-to-video", "text", ()),
    ],
)
async def test_each_model_takes_what_it_is_sent(night, model, mode, roles):
    fal = night(around={"models": {"clip": f"bytedance/seedance-2.0/{model}"}})
    shown = [fal.shows(role, f"things/of/{role}", _picture(number)) for number, role in enumerate(roles)]
    request = fal.request("clip", *shown, mode=mode, resolution="720p", seconds=4)
    status = await fal.ended(await fal.submit(request))
    (made,) = fal.jobs()
    assert (status.state, status.bill_microusd) == ("done", made.bill_microusd)
    taken = [frame for frame in (made.order.start_frame, made.order.end_frame) if frame] or list(made.order.references)
    assert taken == [reference.sha256 for reference in shown]


@pytest.mark.parametrize("percent", [50, 101, 150, 299])
async def test_a_bill_that_is_another_than_was_quoted_is_read_to_the_micro_dollar(night, percent):
    fal = night({"fault": "bill_percent", "percent": percent})
    status = await fal.ended(await fal.submit(clip(fal)))
    assert status.bill_microusd == fal.jobs()[0].bill_microusd


async def test_a_bill_that_comes_late_is_untold_until_it_comes(night):
    fal = night({"fault": "late_bill", "lasts": 2})
    job = await fal.submit(clip(fal))
    assert [(await fal.ended(job)).bill_microusd for _ in range(3)] == [None, None, fal.jobs()[0].bill_microusd]


@pytest.mark.parametrize("fault", ["moderation_input", "moderation_output"])
async def test_a_moderated_clip_is_refused_in_fals_words(night, fault):
    fal = night({"fault": fault, "words": "flagged for the lantern"})
    status = await fal.ended(await fal.submit(clip(fal)))
    assert isinstance(status.failure, Refused)
    assert (status.state, status.bill_microusd) == ("failed", None)
    assert "content_policy_violation" in status.raw
    assert "flagged for the lantern" in status.raw


async def test_a_clip_that_failed_of_itself_is_free_and_may_be_made_anew(night):
    fal = night({"fault": "failed"})
    status = await fal.ended(await fal.submit(clip(fal)))
    assert isinstance(status.failure, Unavailable)
    assert (status.state, status.bill_microusd) == ("failed", 0)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("no_credit", NoCredit),
        ("forbidden", Invalid),
        ("rate_limited", RateLimited),
        ("server_error_free", OutcomeUnknown),
    ],
)
async def test_a_call_that_is_refused_makes_nothing(night, fault, error):
    fal = night({"fault": fault})
    with pytest.raises(error):
        await fal.submit(clip(fal))
    assert fal.jobs() == []


async def test_a_key_that_is_nobodys_is_refused(night):
    fal = night(around={"key_of": lambda _provider: "sk-test-nobody"})
    with pytest.raises(Invalid, match="gate doctor"):
        await fal.submit(clip(fal))


async def test_an_empty_account_is_told_from_a_bad_key(night):
    fal = night(account={"credit_usd": "0.50"})
    with pytest.raises(NoCredit, match="Exhausted balance"):
        await fal.submit(clip(fal))


@pytest.mark.parametrize("fault", ["lost_response", "server_error_after_accept"])
async def test_a_call_whose_answer_was_lost_is_found_by_what_it_asked(night, fault):
    fal = night({"fault": fault})
    request, sent_at = clip(fal), datetime.now(UTC)
    with pytest.raises(OutcomeUnknown):
        await fal.submit(request)
    (made,) = fal.jobs()
    found = await fal.provider.find(sought(fal, request, sent_at))
    assert (found.state, found.job_id) == (
        "found",
        f"bytedance/seedance-2.0/{made.id}@bytedance/seedance-2.0/image-to-video@480p@5",
    )
    assert (await fal.ended(found.job_id)).bill_microusd == made.bill_microusd


async def test_a_private_call_whose_words_the_film_no_longer_has_is_neither_found_nor_absent(night):
    fal = night({"fault": "lost_response"})
    request, sent_at = clip(fal), datetime.now(UTC)
    with pytest.raises(OutcomeUnknown):
        await fal.submit(request)
    found = await fal.provider.find(sought(fal, request.without_words(), sent_at))
    assert (found.state, found.raw) == ("unknown", WORDLESS)


async def test_a_found_job_has_the_id_that_the_answer_named(night):
    fal = night()
    request, sent_at = clip(fal), datetime.now(UTC)
    job = await fal.submit(request)
    assert (await fal.provider.find(sought(fal, request, sent_at))).job_id == job


async def test_a_call_that_never_left_is_proved_absent(night):
    fal = night()
    await fal.submit(clip(fal, seed=8))
    assert (await fal.provider.find(sought(fal, clip(fal)))).state == "absent"


async def test_a_list_that_may_lag_proves_nothing_of_a_fresh_call(night):
    fal = night(around={"hurry": False})
    found = await fal.provider.find(sought(fal, clip(fal)))
    assert (found.state, found.job_id) == ("unknown", None)
    assert "may not be in its list" in found.raw


async def test_two_calls_alike_are_not_told_apart(night):
    fal = night()
    request, sent_at = clip(fal), datetime.now(UTC)
    await fal.submit(request)
    again = request.model_copy(update={"attempt": 2})
    await fal.submit(again)
    found = await fal.provider.find(sought(fal, request, sent_at))
    assert found.state == "unknown"
    assert all(job.id in found.raw for job in fal.jobs())


@pytest.mark.parametrize("hours", [-3, 3])
async def test_a_call_of_another_time_is_another_call(night, hours):
    fal = night()
    request = clip(fal)
    await fal.submit(request)
    found = await fal.provider.find(sought(fal, request, datetime.now(UTC) + timedelta(hours=hours)))
    assert found.state != "found"


async def test_without_a_time_or_a_model_of_ours_nothing_is_proved(night):
    fal = night()
    request = clip(fal)
    await fal.submit(request)
    whole = sought(fal, request)
    for lacking in ({"sent_at": None}, {"model": "bytedance/seedance-1.0"}):
        assert (await fal.provider.find(replace(whole, **lacking))).state == "unknown"


async def test_a_job_of_another_account_is_gone(night, tmp_path):
    fal, other = night(), None
    job = await fal.submit(clip(fal))
    other = night()
    assert (await other.provider.poll(job)).state == "gone"
    assert await other.provider.cancel(job) is False
    with pytest.raises(Gone):
        await other.provider.fetch(job, tmp_path)


async def test_a_job_in_the_queue_may_be_stopped_and_is_not_called_free(night):
    fal = night(job_s=60.0)
    job = await fal.submit(clip(fal))
    assert await fal.provider.cancel(job) is False
    status = await fal.ended(job)
    assert (status.state, status.bill_microusd) == ("failed", None)
    assert fal.jobs()[0].ended == "cancelled"


@pytest.mark.parametrize("fault", ["truncated", "expired_url", "slow_body", "poll_5xx", "unknown_status"])
async def test_a_clip_is_brought_home_through(night, tmp_path, fault):
    more = {"seconds": 0.2} if fault == "slow_body" else {}
    fal = night({"fault": fault, **more})
    job = await fal.submit(clip(fal))
    assert (await fal.ended(job)).state == "done"
    assert (await fal.provider.fetch(job, tmp_path / "into")).frames == 120


@pytest.mark.parametrize("fault", ["corrupt", "no_url"])
async def test_an_output_that_cannot_be_had_is_gone(night, tmp_path, fault):
    fal = night({"fault": fault})
    job = await fal.submit(clip(fal))
    assert (await fal.ended(job)).state == "done"
    with pytest.raises(Gone):
        await fal.provider.fetch(job, tmp_path / "into")


async def test_the_balance_is_seen_with_an_admins_key_alone(night):
    assert await night().provider.credit() is None
    fal = night(account={"management": True, "credit_usd": "20.00"})
    await fal.submit(clip(fal))
    assert await fal.provider.credit() == 20_000_000 - fal.jobs()[0].bill_microusd


async def test_todays_prices_are_those_of_the_bills(night):
    rows = await night().provider.live_prices()
    told = {row["model"].removeprefix("bytedance/seedance-2.0/"): (row["unit"], row["usd"]) for row in rows}
    assert told == {
        **dict.fromkeys(("image-to-video", "reference-to-video", "text-to-video"), ("token", "14.000000")),
        **dict.fromkeys(
            ("fast/image-to-video", "fast/reference-to-video", "fast/text-to-video"), ("token", "11.200000")
        ),
    }


async def test_a_grant_is_spent_on_one_call(night):
    fal = night()
    request = clip(fal)
    grant = Grant.mint(fal.key(request), 100_000_000)
    await fal.provider.submit(grant, fal.key(request), request)
    with pytest.raises(Exception, match="grant"):
        await fal.provider.submit(grant, fal.key(request), request)
    assert len(fal.jobs()) == 1


def _picture(number):
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (640, 360), (20 * number, 80, 70)).save(file, "PNG")
    return file.getvalue()
