"""What goes wrong at a provider, row by row: what the books say then, what the run says, and what is truly billed.

Real HTTP on loopback, the real ledger, the real paid step. In each row the provider's true bill is held against the books.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import uuid

import pytest

from bench.storm import film
from bench.storm.film import Wish
from bench.storm.live import live
from governor.errors import AlreadyBought, Stopped
from governor.sqlite import DRIVER  # a second library would undo the ledger's locks
from manifests.decision import Decision
from manifests.grant import Grant
from providers.errors import Invalid, KeyLimit, NoCredit, RateLimited, Refused, Unavailable
from tasks import generate as generate_module
from tasks import submit
from tasks.book_late_bill import book_late_bill
from tasks.claim import claimed
from tasks.errors import GenerationFailed, InDoubt, InHand, Uncollected
from tasks.generate import generate

CLIP = Wish("SC010_SH0010", "clip", 1, "480p", 4)
OTHER = Wish("SC010_SH0020", "clip", 1, "480p", 4)
LIST_MICROUSD, HOLD = 400_000, 440_000
SCOPE = "scene:SC010"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with live(tmp_path_factory.mktemp("provider")) as running:
        running.tell(second_microusd=film.SECOND_MICROUSD, image_microusd=film.IMAGE_MICROUSD)
        yield running


@pytest.fixture(scope="module")
def prices(tmp_path_factory):
    return film.price_book(tmp_path_factory.mktemp("prices"))


class Bench:
    """One film at one account of the provider. Each call of `buy` is a run of its own, as after a crash."""

    def __init__(self, folder, server, prices, kind, url=None):
        self.server, self.kind, self.account = server, kind, f"{kind}-{uuid.uuid4().hex}"
        self.provider = film.provider_of(kind, url or server.url, self.account, submit_s=0.6, free_s=4.0, lag_s=0.0)
        self.services = film.services_of(folder, prices, self.provider, cap_microusd=5_000_000)
        self.ledger, self._runs, self._database = self.services.ledger, 0, folder / "ledger.sqlite"

    async def buy(self, wish=CLIP, *, patience_s=20.0, free_s=3.0):
        object.__setattr__(self.provider._transport, "free_s", free_s)
        self._runs += 1
        run = film.run_of(self.services, film.declare(self.services, f"run {self._runs}"), patience_s=patience_s)
        attempt = film.attempt_of(self.services, wish, self.account)
        return await generate(run, attempt, wish.shot, "clip", "draft", ())

    async def fails(self, kind, wish=CLIP, **given):
        with pytest.raises(kind) as raised:
            await self.buy(wish, **given)
        assert type(raised.value) is kind
        return str(raised.value)

    @property
    def row(self):
        """The newest attempt, past our own code."""
        with contextlib.closing(DRIVER.connect(self._database)) as books:
            books.row_factory = DRIVER.Row
            return books.execute("select * from attempts order by id desc limit 1").fetchone()

    @property
    def jobs(self):
        return self.server.bill.jobs(self.account)

    @property
    def billed(self):
        return sum(job.microusd for job in self.jobs)

    @property
    def posts(self):
        return self.server.bill.posts(self.account)

    def books(self):
        balance = self.ledger.balance(SCOPE)
        assert self.ledger.audit() == []
        return balance.held, balance.settled


@pytest.fixture
def bench_of(server, prices, tmp_path, monkeypatch):
    monkeypatch.setattr(submit, "_PAUSE_S", 0.01)
    made = []

    def make(kind="neither", **given):
        made.append(Bench(tmp_path, server, prices, kind, **given))
        return made[-1]

    yield make
    for bench in made:
        bench.ledger.close()


LOST_ANSWERS = {
    "a time-out after acceptance": ({"submit": "lost"}, "in time"),
    "a 502": ({"submit": "502"}, "502 Bad Gateway"),
    "a reset": ({"submit": "reset"}, "ReadError"),
    "truncated JSON": ({"submit": "truncated"}, '{"id"'),
    "an HTML page": ({"submit": "html"}, "We will be right back"),
    "a slow drip": ({"submit": "drip"}, "in time"),
    "an answer without a job's id": ({"id": ""}, '"id":""'),
    "an answer about another call": ({"echo": "somebody else's"}, "somebody else's"),
}


@pytest.mark.parametrize("kind", ["list", "marker", "neither"])
@pytest.mark.parametrize("fault", LOST_ANSWERS)
async def test_an_accepted_call_whose_answer_is_lost_is_held_and_never_sent_again(bench_of, server, fault, kind):
    said, words = LOST_ANSWERS[fault]
    bench = bench_of(kind)
    server.told_anew(said)
    told = await bench.fails(InDoubt)
    assert words in told
    assert (bench.row["state"], bench.posts, len(bench.jobs)) == ("in_doubt", 1, 1)
    assert words in bench.row["raw"]
    assert bench.books() == (HOLD, 0)

    if kind == "neither":
        assert "neither lists" in await bench.fails(InDoubt)
        assert bench.books() == (HOLD, 0)
        assert bench.billed <= HOLD
    else:
        made = await bench.buy()
        assert (made.take.job_id, bench.row["state"]) == (bench.jobs[0].id, "settled")
        assert bench.books() == (0, bench.billed) == (0, LIST_MICROUSD)
    assert (bench.posts, len(bench.jobs)) == (1, 1)


@pytest.mark.parametrize("kind", ["list", "marker", "neither"])
@pytest.mark.parametrize("fault", ["500_free", "reset_free"])
async def test_a_call_that_was_not_accepted_is_sent_again_only_where_that_is_proved(bench_of, server, fault, kind):
    bench = bench_of(kind)
    server.told_anew({"submit": fault})
    await bench.fails(InDoubt)
    assert (bench.row["state"], bench.posts, bench.jobs) == ("in_doubt", 1, [])
    if kind == "neither":
        await bench.fails(InDoubt)
        assert (bench.books(), bench.posts, bench.billed) == ((HOLD, 0), 1, 0)
    else:
        await bench.buy()
        assert (bench.books(), bench.posts, bench.billed) == ((0, LIST_MICROUSD), 2, LIST_MICROUSD)
        assert "does not have it" in _released(bench)[0]


REFUSALS = {
    "a key limit": ({"submit": "403"}, KeyLimit, "the spending limit of this key is reached"),
    "no credit": ({"submit": "402"}, NoCredit, "no credit left"),
    "an unknown key": ({"submit": "401"}, Invalid, "this key is not known"),
    "what it cannot make": ({"submit": "400"}, Invalid, "no such size"),
    "moderation without a fee": ({"submit": "moderation"}, Refused, "the picture is refused"),
}


@pytest.mark.parametrize("fault", REFUSALS)
async def test_a_refusal_that_is_free_gives_everything_back(bench_of, server, fault):
    said, kind, words = REFUSALS[fault]
    bench = bench_of()
    server.told_anew(said)
    assert words in await bench.fails(kind)
    assert (bench.row["state"], bench.posts, bench.jobs) == ("released", 1, [])
    assert words in bench.row["raw"]
    assert bench.books() == (0, 0)


async def test_a_refusal_with_a_fee_books_the_fee(bench_of, server):
    bench = bench_of()
    server.told_anew({"submit": "moderation_fee", "fee": 30_000})
    await bench.fails(Refused)
    assert (bench.row["state"], bench.row["cost"], bench.posts) == ("settled", 30_000, 1)
    assert "refused, for a fee" in bench.row["raw"]
    assert bench.books() == (0, 30_000) == (0, bench.billed)
    assert "brought nothing" in await bench.fails(GenerationFailed)
    assert bench.posts == 1


async def test_a_rate_limit_is_waited_out_under_the_same_key(bench_of, server):
    bench = bench_of()
    server.told_anew({"submit": "429"}, {"submit": "429"})
    made = await bench.buy()
    assert (bench.posts, len(bench.jobs), bench.books()) == (3, 1, (0, LIST_MICROUSD))
    assert {job.reference for job in bench.jobs} == {made.take.generation_key}
    assert all("too many calls" in words for words in _released(bench))


async def test_a_rate_limit_without_end_holds_nothing(bench_of, server):
    bench = bench_of()
    server.told_anew(*[{"submit": "429"}] * submit.TRIES)
    assert "too many calls" in await bench.fails(RateLimited)
    assert (bench.posts, bench.jobs, bench.books()) == (submit.TRIES, [], (0, 0))


async def test_a_provider_that_is_down_holds_nothing(bench_of):
    bench = bench_of(url="http://127.0.0.1:9")
    assert "nothing was sent" in await bench.fails(Unavailable)
    assert (bench.row["state"], bench.posts, bench.books()) == ("released", 0, (0, 0))


async def test_a_bill_above_the_quote_is_booked_in_full_and_stops_everything(bench_of, server):
    bench = bench_of()
    server.told_anew({"bill_percent": 300})
    await bench.buy()
    assert bench.books() == (0, 1_200_000) == (0, bench.billed)
    assert "billed $1.20" in bench.ledger.notes(kind="alarm")[0].text
    await bench.fails(Stopped, OTHER)
    assert bench.posts == 1


NO_BILLS = {"missing": None, "negative": -1, "text": "0.40", "nothing for a success": 0, "true": True, "a list": [1]}


@pytest.mark.parametrize("cost", NO_BILLS)
async def test_a_cost_that_is_none_counts_as_the_hold_and_says_that_it_is_assumed(bench_of, server, cost):
    bench = bench_of()
    server.told_anew({"cost": NO_BILLS[cost]})
    made = await bench.buy()
    assert await book_late_bill(bench.ledger, bench.provider, made.take) is None
    assert (bench.row["state"], bench.row["cost"], bench.row["assumed"], bench.posts) == ("settled", HOLD, 1, 1)
    assert '"state":"done"' in bench.row["raw"]
    assert bench.books() == (0, HOLD)
    assert bench.billed <= HOLD


@pytest.mark.parametrize("kind", ["list", "marker", "neither"])
async def test_a_late_bill_is_booked_when_it_comes(bench_of, server, kind):
    bench = bench_of(kind)
    server.told_anew({"late": 2, "bill_percent": 90})
    made = await bench.buy()  # asked twice: to see that it is done, and for the address
    assert (made.take.cost_microusd, bench.row["assumed"]) == (HOLD, 1)
    assert await book_late_bill(bench.ledger, bench.provider, made.take) == bench.billed == 360_000
    _is_booked(bench, made.take, 360_000)
    assert bench.posts == 1


@pytest.mark.parametrize("kind", ["list", "marker"])
async def test_a_job_that_was_made_twice_is_kept_once_and_both_bills_are_found(bench_of, server, kind):
    bench = bench_of(kind)
    server.told_anew({"submit": "lost", "twice": True})
    await bench.fails(InDoubt)
    made = await bench.buy()
    first, second = bench.jobs
    assert made.take.job_id == first.id
    assert f"{first.id}, {second.id}" in bench.ledger.notes(kind="alarm")[0].text
    assert await book_late_bill(bench.ledger, bench.provider, made.take) == bench.billed == 2 * LIST_MICROUSD
    _is_booked(bench, made.take, 2 * LIST_MICROUSD)
    assert bench.posts == 1
    await bench.fails(Stopped, OTHER)  # both bills together are above the hold


async def test_a_job_that_failed_for_nothing_and_is_billed_later_stops_everything(bench_of, server):
    bench = bench_of()
    server.told_anew({"end": "failed", "cost": 0})
    await bench.fails(GenerationFailed)
    [job] = bench.jobs
    assert (bench.row["state"], bench.books()) == ("released", (0, 0))
    server.tell(rebilled={job.id: 250_000})
    [take] = bench.ledger.takes(scene="SC010", released_too=True)
    assert await book_late_bill(bench.ledger, bench.provider, take) == 250_000 == bench.billed
    assert bench.books() == (0, 250_000)
    await bench.fails(Stopped, OTHER)


async def test_a_second_job_that_a_provider_shows_nobody_is_only_on_its_bill(bench_of, server):
    bench = bench_of("neither")
    server.told_anew({"twice": True})
    made = await bench.buy()
    assert await book_late_bill(bench.ledger, bench.provider, made.take) == LIST_MICROUSD
    assert (bench.billed, bench.books(), bench.posts) == (2 * LIST_MICROUSD, (0, LIST_MICROUSD), 1)


async def test_a_job_id_of_another_attempt_is_in_doubt(bench_of, server):
    bench = bench_of("list")
    server.told_anew()
    first = await bench.buy(OTHER)
    server.told_anew({"id": first.take.job_id})
    assert f"job {first.take.job_id}" in await bench.fails(InDoubt)
    assert (bench.row["state"], bench.row["job_id"]) == ("in_doubt", None)
    assert bench.books() == (HOLD, LIST_MICROUSD)
    made = await bench.buy()
    assert made.take.job_id == bench.jobs[1].id != first.take.job_id
    assert (bench.books(), bench.posts) == ((0, 2 * LIST_MICROUSD), 2)
    assert bench.billed == 2 * LIST_MICROUSD


async def test_a_list_that_cannot_be_read_proves_nothing(bench_of, server):
    bench = bench_of("list")
    server.told_anew({"submit": "lost"})
    await bench.fails(InDoubt)
    server.tell(blind=True)
    assert "being moved" in await bench.fails(InDoubt, free_s=0.2)
    assert (bench.row["state"], bench.books(), bench.posts) == ("in_doubt", (HOLD, 0), 1)
    server.tell(blind=False)
    await bench.buy()
    assert (bench.books(), bench.posts, bench.billed) == ((0, LIST_MICROUSD), 1, LIST_MICROUSD)


async def test_two_steps_of_one_run_that_want_the_same_take_buy_it_once(bench_of, server):
    bench = bench_of()
    server.told_anew()
    run = film.run_of(bench.services, film.declare(bench.services, "run"))
    attempt = film.attempt_of(bench.services, CLIP, bench.account)
    made = await asyncio.gather(*(generate(run, attempt, CLIP.shot, "clip", "draft", ()) for _ in range(3)))
    assert {each.take.job_id for each in made} == {bench.jobs[0].id}
    assert sorted(each.fresh for each in made) == [False, False, True]
    assert (bench.books(), bench.posts) == ((0, LIST_MICROUSD), 1)
    assert list((bench.services.settings.state / "claims").rglob("*")) == [
        bench.services.settings.state / "claims" / "SC010-1"
    ]


async def test_a_take_that_another_process_of_the_run_never_lets_go_of_is_said(bench_of, server):
    bench = bench_of()
    run = film.run_of(bench.services, film.declare(bench.services, "run"), patience_s=0.1)
    attempt = film.attempt_of(bench.services, CLIP, bench.account)
    async with claimed(run, attempt.key, CLIP.shot):
        with pytest.raises(InHand, match="another process of this run"):
            await generate(run, attempt, CLIP.shot, "clip", "draft", ())
    newer = film.run_of(bench.services, film.declare(bench.services, "the next run"))
    async with claimed(run, attempt.key, CLIP.shot):
        assert (await generate(newer, attempt, CLIP.shot, "clip", "draft", ())).fresh
    assert bench.posts == 1


async def test_a_written_off_generation_is_not_bought_again(bench_of, server):
    bench = bench_of()
    server.told_anew({"submit": "lost"})
    await bench.fails(InDoubt)
    yes = Decision(
        kind="write_off", scope="SC010", who="Ada", made_at="2026-11-21T12:00:00Z", door="terminal", why="gone"
    )
    bench.ledger.write_off(bench.row["generation_key"], yes)
    assert "written off" in await bench.fails(AlreadyBought)
    assert (bench.posts, bench.books()) == (1, (0, HOLD))


async def test_a_stop_between_hold_and_call_gives_the_hold_back(bench_of, server, monkeypatch):
    bench = bench_of()
    server.told_anew()
    redeem = Grant.redeem

    def stopped_first(grant, key):
        bench.services.settings.stop_file.touch()
        redeem(grant, key)

    monkeypatch.setattr(Grant, "redeem", stopped_first)
    await bench.fails(Stopped)
    assert (bench.row["state"], bench.posts, bench.books()) == ("released", 0, (0, 0))


async def test_a_poll_that_answers_garbage_for_a_while_is_asked_again(bench_of, server):
    bench = bench_of()
    server.told_anew({"garbage": 4})
    await bench.buy()
    assert (bench.books(), bench.posts) == ((0, LIST_MICROUSD), 1)


async def test_a_poll_that_answers_nothing_but_garbage_leaves_the_job_for_a_later_run(bench_of, server):
    bench = bench_of()
    server.told_anew({"garbage": 4})
    told = await bench.fails(Uncollected, free_s=0.02)
    assert "not bought again" in told
    assert (bench.row["state"], bench.books(), bench.posts) == ("submitted", (HOLD, 0), 1)
    await bench.buy()
    assert (bench.row["state"], bench.books(), bench.posts) == ("settled", (0, LIST_MICROUSD), 1)


async def test_a_status_word_that_nobody_knows_is_waited_for_and_then_in_doubt(bench_of, server):
    bench = bench_of()
    server.told_anew({"odd_words": 10})
    assert "archived" in await bench.fails(InDoubt, patience_s=0.2)
    assert (bench.row["state"], bench.books(), bench.posts) == ("in_doubt", (HOLD, 0), 1)
    assert "archived" in bench.row["raw"]
    await bench.buy()
    assert (bench.row["state"], bench.books(), bench.posts) == ("settled", (0, LIST_MICROUSD), 1)


@pytest.mark.parametrize("kind", ["list", "neither"])
async def test_a_job_that_the_provider_forgot_is_in_doubt_and_not_failed(bench_of, server, kind):
    bench = bench_of(kind)
    server.told_anew({"end": "gone"})
    for _ in range(2):
        assert "does not know job" in await bench.fails(InDoubt)
    assert (bench.row["state"], bench.books(), bench.posts) == ("in_doubt", (HOLD, 0), 1)
    assert "no such job" in bench.row["raw"]
    assert bench.billed <= HOLD


FAILURES = {
    "billed": ({"end": "failed"}, "settled", LIST_MICROUSD, 0),
    "with a fee": ({"end": "failed", "fee": 50_000}, "settled", 50_000, 0),
    "for nothing": ({"end": "failed", "fee": 0}, "released", None, 0),
    "without a word about its bill": ({"end": "failed", "cost": None}, "settled", HOLD, 1),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failed_job_costs_what_its_bill_says(bench_of, server, failure):
    said, state, cost, assumed = FAILURES[failure]
    bench = bench_of()
    server.told_anew(said)
    assert "the model gave up" in await bench.fails(GenerationFailed)
    assert (bench.row["state"], bench.row["cost"], bench.row["assumed"], bench.posts) == (state, cost, assumed, 1)
    assert "the model gave up" in bench.row["raw"]
    assert bench.books() == (0, cost or 0)
    assert bench.billed <= (cost or 0)


async def test_a_truncated_download_is_fetched_again(bench_of, server):
    bench = bench_of()
    server.told_anew({"download": "short_once"})
    made = await bench.buy()
    assert made.asset.size_bytes == 50 * len(f"clip {made.take.job_id}\n")
    assert (bench.books(), bench.posts) == ((0, LIST_MICROUSD), 1)


async def test_a_download_that_is_always_truncated_is_left_for_a_later_run(bench_of, server):
    bench = bench_of()
    server.told_anew({"download": "short"})
    assert "received 100 bytes" in await bench.fails(Uncollected, free_s=0.3)
    assert (bench.row["state"], bench.books(), bench.posts) == ("submitted", (HOLD, 0), 1)


async def test_an_expired_address_is_asked_for_anew(bench_of, server):
    bench = bench_of()
    server.told_anew({"download": "expired"})
    await bench.buy()
    assert (bench.books(), bench.posts) == ((0, LIST_MICROUSD), 1)


async def test_an_output_that_is_gone_is_paid_for_and_left_to_a_person(bench_of, server):
    bench = bench_of()
    server.told_anew({"download": "lost"})
    assert "is lost" in await bench.fails(GenerationFailed)
    assert (bench.row["state"], bench.row["asset"], bench.books()) == ("settled", None, (0, LIST_MICROUSD))
    assert "is lost" in bench.ledger.notes(kind="alarm")[0].text
    assert "brought nothing" in await bench.fails(GenerationFailed)
    assert (bench.posts, bench.billed) == (1, LIST_MICROUSD)


def _released(bench):
    """The provider's words under which holds were given back."""
    with contextlib.closing(DRIVER.connect(bench._database)) as books:
        return [words for (words,) in books.execute("select raw from attempts where state = 'released'")]


def _is_booked(bench, take, microusd):
    assert bench.books() == (0, microusd)
    assert (bench.row["cost"], bench.row["assumed"]) == (microusd, 0)
    assert '"state":"done"' in bench.row["raw"]
    assert bench.ledger.take(take.generation_key).asset == take.asset


async def test_what_a_dead_process_left_with_the_provider_takes_no_lane_for_ever(bench_of, monkeypatch):
    bench = bench_of("list")
    narrow = bench.services.folder.film.limits.model_copy(update={"in_flight": 1})
    folder = dataclasses.replace(
        bench.services.folder, film=bench.services.folder.film.model_copy(update={"limits": narrow})
    )
    bench.services = dataclasses.replace(bench.services, folder=folder)
    collected = generate_module.collect

    async def die(*_given):
        raise KeyboardInterrupt

    monkeypatch.setattr(generate_module, "collect", die)
    with pytest.raises(KeyboardInterrupt):
        await bench.buy()
    assert bench.row["state"] == "submitted"

    monkeypatch.setattr(generate_module, "collect", collected)
    made = await bench.buy(OTHER)

    assert made.take.shot == "SC010_SH0020"
    assert [take.state for take in bench.ledger.takes()] == ["settled", "settled"]
    assert bench.books() == (0, bench.billed) == (0, 2 * LIST_MICROUSD)


@pytest.mark.parametrize("kind", ["list", "marker"])
async def test_a_lost_call_is_not_taken_for_the_failed_one_that_was_sent_before_it(bench_of, server, kind):
    bench = bench_of(kind)
    server.told_anew({"end": "failed", "cost": 0, "bill_percent": 0}, {"submit": "502"})
    await bench.fails(GenerationFailed)
    await bench.fails(InDoubt)
    made = await bench.buy()
    failed, paid = bench.jobs
    assert made.take.job_id == paid.id != failed.id
    _is_booked(bench, made.take, LIST_MICROUSD)
    assert (bench.billed, bench.posts) == (LIST_MICROUSD, 2)


@pytest.mark.parametrize("kind", ["list", "neither"])
async def test_what_failed_before_under_the_same_key_changes_no_bill(bench_of, server, kind):
    bench = bench_of(kind)
    server.told_anew({"end": "failed", "cost": 0, "bill_percent": 0}, {})
    await bench.fails(GenerationFailed)
    made = await bench.buy()
    for take in bench.ledger.takes(scene="SC010", released_too=True):
        assert await book_late_bill(bench.ledger, bench.provider, take) == LIST_MICROUSD
        _is_booked(bench, made.take, LIST_MICROUSD)
    assert bench.ledger.notes(kind="alarm") == ()
