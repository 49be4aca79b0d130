"""What goes wrong when a call is made: what the ledger says then, what the run says, and what is truly billed.

Real HTTP on loopback, the real ledger, the real paid step. In each row the provider's true bill is compared with the
ledger.
"""

from __future__ import annotations

import asyncio

import pytest

from bench.storm import film
from governor.errors import AlreadyBought, Stopped
from governor.ledger import Ledger
from governor.purchase import Proof
from manifests.decision import Decision
from manifests.spending.grant import Grant
from production.journey.errors import GenerationFailed, InDoubt, InHand
from production.purchasing import submit
from production.purchasing.book_late_bill import book_late_bill
from production.purchasing.claim import claimed
from production.purchasing.generate import generate
from providers.errors import Invalid, KeyLimit, NoCredit, RateLimited, Refused, Unavailable

LIST_MICROUSD, HOLD = 400_000, 440_000
NO_ANSWER_S = 2.0
"""How long an answer is waited for that will not come: long enough for the call itself to arrive on a busy machine."""


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
    waits = {"submit_s": NO_ANSWER_S} if words == "in time" else {}
    told = await bench.fails(InDoubt, **waits)
    assert words in told
    assert (bench.row["state"], bench.posts, len(bench.jobs)) == ("in_doubt", 1, 1)
    assert words in bench.row["raw"]
    assert bench.booked() == (HOLD, 0)

    if kind == "neither":
        assert "neither lists" in await bench.fails(InDoubt)
        assert bench.booked() == (HOLD, 0)
        assert bench.billed <= HOLD
    else:
        made = await bench.buy()
        assert (made.take.job_id, bench.row["state"]) == (bench.jobs[0].id, "settled")
        assert bench.booked() == (0, bench.billed) == (0, LIST_MICROUSD)
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
        assert (bench.booked(), bench.posts, bench.billed) == ((HOLD, 0), 1, 0)
    else:
        await bench.buy()
        assert (bench.booked(), bench.posts, bench.billed) == ((0, LIST_MICROUSD), 2, LIST_MICROUSD)
        assert "does not have it" in bench.released[0]


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
    assert bench.booked() == (0, 0)


async def test_a_refusal_with_a_fee_books_the_fee(bench_of, server):
    bench = bench_of()
    server.told_anew({"submit": "moderation_fee", "fee": 30_000})
    await bench.fails(Refused)
    assert (bench.row["state"], bench.row["cost"], bench.posts) == ("settled", 30_000, 1)
    assert "refused, for a fee" in bench.row["raw"]
    assert bench.booked() == (0, 30_000) == (0, bench.billed)
    assert "brought nothing" in await bench.fails(GenerationFailed)
    assert bench.posts == 1


async def test_a_rate_limit_is_waited_out_under_the_same_key(bench_of, server):
    bench = bench_of()
    server.told_anew({"submit": "429"}, {"submit": "429"})
    made = await bench.buy()
    assert (bench.posts, len(bench.jobs), bench.booked()) == (3, 1, (0, LIST_MICROUSD))
    assert {job.reference for job in bench.jobs} == {made.take.generation_key}
    assert all("too many calls" in words for words in bench.released)


async def test_a_rate_limit_without_end_holds_nothing(bench_of, server):
    bench = bench_of()
    server.told_anew(*[{"submit": "429"}] * submit.TRIES)
    assert "too many calls" in await bench.fails(RateLimited)
    assert (bench.posts, bench.jobs, bench.booked()) == (submit.TRIES, [], (0, 0))


async def test_a_provider_that_is_down_holds_nothing(bench_of):
    bench = bench_of(url="http://127.0.0.1:9")
    assert "nothing was sent" in await bench.fails(Unavailable)
    assert (bench.row["state"], bench.posts, bench.booked()) == ("released", 0, (0, 0))


@pytest.mark.parametrize("kind", ["list", "marker"])
async def test_a_job_that_was_made_twice_is_kept_once_and_both_bills_are_found(bench_of, server, kind):
    bench = bench_of(kind)
    server.told_anew({"submit": "lost", "twice": True})
    await bench.fails(InDoubt, submit_s=NO_ANSWER_S)
    made = await bench.buy()
    first, second = bench.jobs
    assert made.take.job_id == first.id
    assert f"{first.id}, {second.id}" in bench.ledger.notes(kind="alarm")[0].text
    assert await book_late_bill(bench.ledger, bench.provider, made.take) == bench.billed == 2 * LIST_MICROUSD
    bench.is_booked(made.take, 2 * LIST_MICROUSD)
    assert bench.posts == 1
    await bench.fails(Stopped, bench.other)  # both bills together are above the hold


async def test_a_job_id_of_another_attempt_is_in_doubt(bench_of, server):
    bench = bench_of("list")
    server.told_anew()
    first = await bench.buy(bench.other)
    server.told_anew({"id": first.take.job_id})
    assert f"job {first.take.job_id}" in await bench.fails(InDoubt)
    assert (bench.row["state"], bench.row["job_id"]) == ("in_doubt", None)
    assert bench.booked() == (HOLD, LIST_MICROUSD)
    made = await bench.buy()
    assert made.take.job_id == bench.jobs[1].id != first.take.job_id
    assert (bench.booked(), bench.posts) == ((0, 2 * LIST_MICROUSD), 2)
    assert bench.billed == 2 * LIST_MICROUSD


async def test_a_list_that_cannot_be_read_proves_nothing(bench_of, server):
    bench = bench_of("list")
    server.told_anew({"submit": "lost"})
    await bench.fails(InDoubt, submit_s=NO_ANSWER_S)
    server.tell(blind=True)
    assert "being moved" in await bench.fails(InDoubt, free_s=1.0)
    assert (bench.row["state"], bench.booked(), bench.posts) == ("in_doubt", (HOLD, 0), 1)
    server.tell(blind=False)
    await bench.buy()
    assert (bench.booked(), bench.posts, bench.billed) == ((0, LIST_MICROUSD), 1, LIST_MICROUSD)


async def test_two_steps_of_one_run_that_want_the_same_take_buy_it_once(bench_of, server):
    bench = bench_of()
    server.told_anew()
    run = film.run_of(bench.services, film.declare(bench.services, "run"))
    attempt = film.attempt_of(bench.services, bench.clip, bench.account)
    made = await asyncio.gather(*(generate(run, attempt, bench.clip.shot, "clip", "draft", ()) for _ in range(3)))
    assert {each.take.job_id for each in made} == {bench.jobs[0].id}
    assert sorted(each.fresh for each in made) == [False, False, True]
    assert (bench.booked(), bench.posts) == ((0, LIST_MICROUSD), 1)
    assert list((bench.services.settings.state / "claims").rglob("*")) == []


async def test_a_take_that_another_process_of_the_run_never_lets_go_of_is_said(bench_of, server):
    bench = bench_of()
    run = film.run_of(bench.services, film.declare(bench.services, "run"), patience_s=0.1)
    attempt = film.attempt_of(bench.services, bench.clip, bench.account)
    async with claimed(run, attempt.key, bench.clip.shot):
        with pytest.raises(InHand, match="another process of this run"):
            await generate(run, attempt, bench.clip.shot, "clip", "draft", ())
    newer = film.run_of(bench.services, film.declare(bench.services, "the next run"))
    async with claimed(run, attempt.key, bench.clip.shot):
        assert (await generate(newer, attempt, bench.clip.shot, "clip", "draft", ())).fresh
    assert bench.posts == 1


async def test_a_written_off_generation_is_not_bought_again(bench_of, server):
    bench = bench_of()
    server.told_anew({"submit": "lost"})
    await bench.fails(InDoubt, submit_s=NO_ANSWER_S)
    yes = Decision(
        kind="write_off", scope="SC010", who="Ada", made_at="2026-11-21T12:00:00Z", door="terminal", why="gone"
    )
    bench.ledger.write_off(bench.row["generation_key"], yes)
    assert "written off" in await bench.fails(AlreadyBought)
    assert (bench.posts, bench.booked()) == (1, (0, HOLD))


async def test_a_stop_between_hold_and_call_gives_the_hold_back(bench_of, server, monkeypatch):
    bench = bench_of()
    server.told_anew()
    redeem = Grant.redeem

    def stopped_first(grant, key):
        bench.services.settings.stop_file.touch()
        redeem(grant, key)

    monkeypatch.setattr(Grant, "redeem", stopped_first)
    await bench.fails(Stopped)
    assert (bench.row["state"], bench.posts, bench.booked()) == ("released", 0, (0, 0))


async def test_a_hold_that_another_machine_gave_back_before_the_call_is_held_anew_and_bought_once(
    bench_of, server, monkeypatch
):
    bench = bench_of("list")
    server.told_anew()
    real, given_back = Ledger._mark_sent, []

    def mark_sent(ledger, number):
        if not given_back:
            (mine,) = ledger.marks_open("SC010")  # as gate reconcile elsewhere would: it was never sent
            ledger.release(mine.generation_key, Proof.never_sent(ledger.current_epoch("SC010")))
            given_back.append(number)
        return real(ledger, number)

    monkeypatch.setattr(Ledger, "_mark_sent", mark_sent)
    made = await bench.buy()
    assert made.fresh
    assert (len(given_back), bench.posts, bench.booked()) == (1, 1, (0, bench.billed))


@pytest.mark.parametrize("kind", ["list", "marker"])
async def test_a_lost_call_is_not_taken_for_the_failed_one_that_was_sent_before_it(bench_of, server, kind):
    bench = bench_of(kind)
    server.told_anew({"end": "failed", "cost": 0, "bill_percent": 0}, {"submit": "502"})
    await bench.fails(GenerationFailed)
    await bench.fails(InDoubt)
    made = await bench.buy()
    failed, paid = bench.jobs
    assert made.take.job_id == paid.id != failed.id
    bench.is_booked(made.take, LIST_MICROUSD)
    assert (bench.billed, bench.posts) == (LIST_MICROUSD, 2)
