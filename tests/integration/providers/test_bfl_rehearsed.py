"""Black Forest Labs' adapter against BFL as it is rehearsed:
each was written from BFL's documents, and neither from the other.
"""

from __future__ import annotations

import io
import itertools

import pytest
from PIL import Image

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
    """Plays a script for an account of its own, and gives the adapter that has its key: night({fault…},
    account={…}).
    """

    def begin(*faults, account=None, around=None, **script):
        number = next(NUMBERS)
        key = f"sk-test-bfl-{number}"
        told = {"pictures": "plain", "job_s": 0, "seed": number, **script, "faults": list(faults)}
        told["accounts"] = [{"provider": "bfl", "key": key, **(account or {})}]
        server.tell(Script.model_validate(told))
        made = desk("bfl", server.url, **{"key_of": lambda _provider: key, **(around or {})})
        made.jobs = lambda: server.records.jobs("bfl", server.house.account("bfl", key).name)
        return made

    return begin


def picture(width, height, red=10):
    file = io.BytesIO()
    Image.new("RGB", (width, height), (red, 80, 70)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("model", "price"),
    [("flux-2-pro", 6), ("flux-2-max", 13), ("flux-2-flex", 15), ("flux-2-klein-4b", 1.6), ("flux-2-klein-9b", 1.9)],
)
async def test_a_panel_is_made_from_pictures_and_its_bill_is_the_true_one(night, tmp_path, model, price):
    bfl = night(around={"models": {"panel": model}})
    shown = [
        bfl.shows("location", "locations/quay", picture(1280, 720)),
        bfl.shows("prop", "props/a", picture(200, 300)),
    ]
    request = bfl.request("panel", *shown)
    job = await bfl.submit(request)
    status = await bfl.ended(job)
    (made,) = bfl.jobs()
    assert (status.state, status.bill_microusd) == ("done", made.bill_microusd)
    assert made.bill_microusd == price * 10_000  # a megapixel made, and two shown
    assert bfl.provider.quote(request, bfl.price_of).likely_microusd == made.bill_microusd
    assert made.order.references == tuple(reference.sha256 for reference in shown)
    got = await bfl.provider.fetch(job, tmp_path / "into")
    assert (got.width, got.height, got.frames) == (1280, 720, 1)


async def test_a_hero_panel_is_as_large_as_its_model_makes_it(night, tmp_path):
    bfl = night()
    job = await bfl.submit(bfl.request("panel", resolution="1080p"))
    assert (await bfl.ended(job)).bill_microusd == 45_000  # two megapixels
    got = await bfl.provider.fetch(job, tmp_path / "into")
    assert (got.width, got.height) == (1920, 1088)


async def test_a_task_is_asked_about_in_the_region_that_took_it(night):
    bfl = night()
    regions = {(await bfl.submit(bfl.request("panel", seed=seed))).partition("/")[0] for seed in range(16)}
    assert regions == {"api.eu.bfl.ai", "api.us.bfl.ai"}
    for job in bfl.jobs():
        here, elsewhere = (f"{region}/{job.id}" for region in sorted(regions, key=lambda r: r not in _told(bfl, job)))
        assert (await bfl.provider.poll(here)).state != "gone"
        assert (await bfl.provider.poll(elsewhere)).state == "gone"
        break


def _told(bfl, job):
    """The region that took a job: the rehearsal shares them out by the id's first digit."""
    return ("api.eu.bfl.ai", "api.us.bfl.ai")[int(job.id[0], 16) % 2]


@pytest.mark.parametrize("percent", [50, 133, 250])
async def test_a_price_that_is_another_than_was_quoted_is_the_bill(night, percent):
    bfl = night({"fault": "bill_percent", "percent": percent})
    status = await bfl.ended(await bfl.submit(bfl.request("panel")))
    assert status.bill_microusd == bfl.jobs()[0].bill_microusd == 300 * percent


@pytest.mark.parametrize(
    "fault", [{"fault": "cost_null"}, {"fault": "cost_null", "how": "absent"}, {"fault": "late_bill"}]
)
async def test_a_price_that_is_not_told_is_not_made_up(night, fault):
    bfl = night(fault)
    status = await bfl.ended(await bfl.submit(bfl.request("panel")))
    assert (status.state, status.bill_microusd) == ("done", None)


async def test_a_moderated_request_is_refused_and_its_price_counts_until_somebody_knows_better(night):
    bfl = night({"fault": "moderation_input", "words": "Derivative Works Filter"})
    status = await bfl.ended(await bfl.submit(bfl.request("panel")))
    assert isinstance(status.failure, Refused)
    assert (status.state, status.bill_microusd) == ("failed", 30_000)
    assert "Request Moderated" in status.raw
    assert "Derivative Works Filter" in status.raw


async def test_a_moderated_picture_costs_what_it_would_have_cost(night):
    bfl = night({"fault": "moderation_output"})
    status = await bfl.ended(await bfl.submit(bfl.request("panel")))
    assert isinstance(status.failure, Refused)
    assert status.bill_microusd == bfl.jobs()[0].bill_microusd == 30_000
    assert "Content Moderated" in status.raw


async def test_a_task_that_failed_of_itself_may_be_made_anew(night):
    status = await (bfl := night({"fault": "failed"})).ended(await bfl.submit(bfl.request("panel")))
    assert isinstance(status.failure, Unavailable)


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
    bfl = night({"fault": fault})
    with pytest.raises(error):
        await bfl.submit(bfl.request("panel"))
    assert bfl.jobs() == []


async def test_a_key_that_is_nobodys_is_refused(night):
    bfl = night(around={"key_of": lambda _provider: "sk-test-nobody"})
    with pytest.raises(Invalid, match="Check the key"):
        await bfl.submit(bfl.request("panel"))


async def test_an_account_without_credits_is_told_from_a_bad_key(night):
    bfl = night(account={"credit_usd": "0.02"})
    assert await bfl.provider.credit() == 20_000
    with pytest.raises(NoCredit):
        await bfl.submit(bfl.request("panel"))


async def test_credits_go_down_by_the_bill(night):
    bfl = night(account={"credit_usd": "20.00"})
    await bfl.submit(bfl.request("panel"))
    assert await bfl.provider.credit() == 20_000_000 - 30_000


@pytest.mark.parametrize("fault", ["lost_response", "server_error_after_accept"])
async def test_a_call_whose_answer_was_lost_stays_in_doubt(night, fault):
    bfl = night({"fault": fault})
    request = bfl.request("panel")
    with pytest.raises(OutcomeUnknown):
        await bfl.submit(request)
    assert len(bfl.jobs()) == 1
    found = await bfl.provider.find(LostCall(bfl.key(request), "flux-2-pro", request))
    assert (found.state, found.job_id) == ("unknown", None)


@pytest.mark.parametrize("fault", ["truncated", "expired_url", "slow_body", "poll_404", "poll_5xx", "unknown_status"])
async def test_a_panel_is_brought_home_through(night, tmp_path, fault):
    more = {"seconds": 0.2} if fault == "slow_body" else {}
    bfl = night({"fault": fault, **more})
    job = await bfl.submit(bfl.request("panel"))
    assert (await bfl.ended(job)).state == "done"
    assert (await bfl.provider.fetch(job, tmp_path / "into")).frames == 1


@pytest.mark.parametrize("fault", ["corrupt", "no_url"])
async def test_an_output_that_cannot_be_had_is_gone(night, tmp_path, fault):
    bfl = night({"fault": fault})
    job = await bfl.submit(bfl.request("panel"))
    assert (await bfl.ended(job)).state == "done"
    with pytest.raises(Gone):
        await bfl.provider.fetch(job, tmp_path / "into")


async def test_a_job_of_another_account_is_gone(night):
    job = await (bfl := night()).submit(bfl.request("panel"))
    other = night()
    assert (await other.provider.poll(job)).state == "gone"
    assert await other.provider.cancel(job) is False
