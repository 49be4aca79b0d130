"""Gemini's adapter against its rehearsal: what each scripted fault comes to, and that every bill is the true one."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from providers.contract import LostCall
from providers.errors import (
    Gone,
    Invalid,
    KeyLimit,
    NoCredit,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unavailable,
)
from providers.gemini.adapter import Gemini
from rehearsal.faults import AccountTerms, Fault, Script
from rehearsal.live import live


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with live(tmp_path_factory.mktemp("rehearsal"), Script(pictures="plain", job_s=0)) as running:
        yield running


@pytest.fixture
def gemini(house, desk):
    """An adapter with an account of its own."""
    key = f"rehearsal-{uuid.uuid4().hex}"

    def told(*faults, **terms):
        account = AccountTerms(provider="gemini", key=key, **terms)
        house.tell(
            Script(pictures="plain", job_s=0, accounts=(account,), faults=tuple(Fault(**each) for each in faults))
        )
        made = desk("gemini", house.url, key_of=lambda _: key)
        made.jobs = lambda: [
            job for job in house.records.jobs("gemini") if job.account == house.house.account("gemini", key).name
        ]
        return made

    return told


def panel(gemini, **changes):
    return gemini.request("panel", gemini.shows("location", "locations/quay"), **changes)


def clip(gemini, **changes):
    return gemini.request("clip", gemini.shows("start_frame", "SC010_SH0010"), **{"seconds": 4, **changes})


@pytest.mark.parametrize("resolution", ["480p", "720p", "1080p"])
async def test_a_panel_is_made_at_its_size_for_its_true_bill(gemini, resolution, tmp_path):
    desk = gemini()
    job = await desk.submit(request := panel(desk, resolution=resolution))
    status = await desk.ended(job)
    (made,) = desk.jobs()
    quote = desk.provider.quote(request, desk.provider._around.price_of)
    assert (status.state, status.bill_microusd) == ("done", made.bill_microusd)
    assert quote.low_microusd <= made.bill_microusd <= quote.high_microusd
    assert abs(quote.likely_microusd - made.bill_microusd) < made.bill_microusd // 10
    picture = await desk.provider.fetch(job, tmp_path / "into")
    assert (picture.width, picture.height) == ((2752, 1536) if resolution == "1080p" else (1376, 768))


@pytest.mark.parametrize(
    ("mode", "shown", "seconds", "resolution"),
    [
        ("start_frame", ["start_frame"], 4, "720p"),
        ("start_end_frames", ["start_frame", "end_frame"], 8, "720p"),
        ("references", ["panel", "location", "character"], 8, "720p"),
        ("text", [], 6, "720p"),
    ],
)
async def test_a_clip_of_each_mode_is_made_with_sound_for_its_true_bill(
    gemini, mode, shown, seconds, resolution, tmp_path
):
    desk = gemini()
    shows = [desk.shows(role, f"{role}s/x/y/z") for role in shown]
    request = desk.request("clip", *shows, mode=mode, seconds=seconds, resolution=resolution)
    assert desk.provider.quote(request, desk.provider._around.price_of).high_microusd == seconds * 400_000
    job = await desk.submit(request)
    status = await desk.ended(job)
    (made,) = desk.jobs()
    assert (status.state, status.bill_microusd, made.bill_microusd) == ("done", seconds * 400_000, seconds * 400_000)
    assert (made.order.audio, bool(made.order.start_frame), len(made.order.references)) == (
        True,
        "start_frame" in shown,
        sum(not role.endswith("_frame") for role in shown),
    )
    fetched = await desk.provider.fetch(job, tmp_path / "into")
    assert (fetched.frames, fetched.height) == (seconds * 24, int(resolution.removesuffix("p")))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"fault": "key_limit"}, KeyLimit),
        ({"fault": "no_credit"}, NoCredit),
        ({"fault": "forbidden"}, Invalid),
        ({"fault": "rate_limited", "retry_after_s": 0}, RateLimited),
        ({"fault": "server_error_free", "status": 503}, Unavailable),
    ],
)
@pytest.mark.parametrize("ask", [panel, clip])
async def test_what_is_refused_at_the_door_makes_no_job(gemini, fault, error, ask):
    desk = gemini(fault)
    with pytest.raises(error) as caught:
        await desk.submit(ask(desk))
    assert caught.value.raw
    assert desk.jobs() == []


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "lost_response"},
        {"fault": "lost_response", "how": "held", "seconds": 5},
        *({"fault": "server_error_after_accept", "status": status} for status in (500, 502, 503, 504)),
        {"fault": "server_error_free"},
    ],
)
@pytest.mark.parametrize("ask", [panel, clip])
async def test_what_may_have_been_taken_is_in_doubt_and_nobody_can_say(gemini, fault, ask, monkeypatch):
    monkeypatch.setattr(Gemini, "submit_s", 0.5)
    desk = gemini(fault)
    request = ask(desk)
    with pytest.raises(OutcomeUnknown):
        await desk.submit(request)
    assert len(desk.jobs()) == (fault["fault"] != "server_error_free")
    assert (
        await desk.provider.find(LostCall(desk.key(request), desk.provider.model(request.operation), request))
    ).state == "unknown"


@pytest.mark.parametrize(
    ("fault", "failure", "said"),
    [
        ({"fault": "moderation_input", "prompt_contains": "quay"}, Refused, "PROHIBITED_CONTENT"),
        ({"fault": "moderation_input", "with_reference": True}, Refused, "IMAGE_SAFETY"),
        ({"fault": "moderation_output"}, Refused, "Unable to show the generated image"),
        ({"fault": "failed"}, Unavailable, "IMAGE_OTHER"),
    ],
)
async def test_a_panel_that_is_held_back_is_billed_by_what_was_read(gemini, fault, failure, said):
    desk = gemini(fault)
    status = await desk.ended(await desk.submit(panel(desk)))
    (made,) = desk.jobs()
    assert (status.state, type(status.failure)) == ("failed", failure)
    assert said in status.raw
    assert status.bill_microusd == made.bill_microusd > 0


@pytest.mark.parametrize("fault", ["moderation_input", "moderation_output"])
async def test_a_clip_that_is_filtered_is_free(gemini, fault):
    desk = gemini({"fault": fault, "words": "It may show a real person."})
    status = await desk.ended(await desk.submit(clip(desk)))
    assert (status.state, type(status.failure), status.bill_microusd) == ("failed", Refused, 0)
    assert "real person" in status.failure.raw
    assert desk.jobs()[0].bill_microusd == 0


async def test_a_clip_that_fails_is_not_said_to_be_free(gemini):
    desk = gemini({"fault": "failed"})
    status = await desk.ended(await desk.submit(clip(desk)))
    assert (status.state, type(status.failure), status.bill_microusd) == ("failed", Unavailable, None)


async def test_words_in_the_place_of_a_picture_are_no_moderation(gemini):
    desk = gemini({"fault": "no_url"})
    status = await desk.ended(await desk.submit(panel(desk)))
    assert (status.state, type(status.failure)) == ("failed", Unavailable)
    assert "I did not make one" in status.raw
    assert status.bill_microusd == desk.jobs()[0].bill_microusd


@pytest.mark.parametrize(
    ("fault", "told"), [({"fault": "bill_percent", "percent": 200}, True), ({"fault": "cost_null"}, False)]
)
async def test_a_bill_is_what_was_metered_or_not_known(gemini, fault, told):
    desk = gemini(fault)
    status = await desk.ended(await desk.submit(panel(desk)))
    (made,) = desk.jobs()
    assert status.state == "done"
    assert status.bill_microusd == (made.bill_microusd if told else None)
    assert made.bill_microusd == made.order.price_microusd * (200 if told else 100) // 100


@pytest.mark.parametrize("fault", ["truncated", "corrupt"])
async def test_a_damaged_picture_is_lost_and_paid_for(gemini, fault, tmp_path):
    desk = gemini({"fault": fault})
    job = await desk.submit(panel(desk))
    assert (await desk.ended(job)).bill_microusd == desk.jobs()[0].bill_microusd
    with pytest.raises(Gone, match="cannot be used"):
        await desk.provider.fetch(job, tmp_path / "into")


@pytest.mark.parametrize("fault", ["truncated", "expired_url", "poll_404", "poll_5xx", "unknown_status", "slow_body"])
async def test_a_clip_comes_home_through_bad_weather(gemini, fault, tmp_path):
    desk = gemini({"fault": fault, **({"seconds": 0.2} if fault == "slow_body" else {})})
    job = await desk.submit(clip(desk))
    assert (await desk.ended(job)).state == "done"
    assert (await desk.provider.fetch(job, tmp_path / "into")).frames == 96


@pytest.mark.parametrize("fault", ["corrupt", "data_removed"])
async def test_a_clip_that_is_lost_is_said_to_be_lost(gemini, fault, tmp_path):
    desk = gemini({"fault": fault})
    job = await desk.submit(clip(desk))
    assert (await desk.ended(job)).state == "done"
    with pytest.raises(Gone):
        await desk.provider.fetch(job, tmp_path / "into")


async def test_a_clip_that_ended_with_nothing_is_a_failure_whose_bill_nobody_knows(gemini):
    desk = gemini({"fault": "no_url"})
    status = await desk.ended(await desk.submit(clip(desk)))
    assert (status.state, status.bill_microusd, status.failure) == ("failed", None, None)


@pytest.mark.parametrize(("key", "said"), [("rehearsal-nobodys", "GEMINI_API_KEY"), ("", "GEMINI_API_KEY")])
async def test_a_key_that_google_does_not_know_says_where_to_look(gemini, desk, house, key, said):
    gemini()
    stranger = desk("gemini", house.url, key_of=lambda _: key or "-")
    for ask in (panel, clip):
        with pytest.raises(Invalid) as caught:
            await stranger.submit(ask(stranger))
        assert said in caught.value.cure


async def test_a_model_that_google_has_no_more_is_refused_by_google(gemini, desk, house):
    made = gemini()
    old = desk(
        "gemini", house.url, key_of=made.provider._around.key_of, models={"clip": "veo-3.1-lite-generate-preview"}
    )
    job = await old.submit(clip(old))
    assert (await old.ended(job)).bill_microusd == 4 * 50_000
    with pytest.raises(Invalid, match=r"has no model gemini-2\.0-flash"):
        desk("gemini", house.url, models={"panel": "gemini-2.0-flash"}).provider.model("panel")


async def test_a_picture_that_is_never_made_is_waited_for_as_long_as_a_call_may_take(gemini, monkeypatch):
    monkeypatch.setattr(Gemini, "submit_s", 0.3)
    desk = gemini({"fault": "stuck"})
    began = asyncio.get_running_loop().time()
    with pytest.raises(OutcomeUnknown):
        await desk.submit(panel(desk))
    assert asyncio.get_running_loop().time() - began >= 0.3
