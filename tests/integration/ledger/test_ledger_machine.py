"""A model of the ledger and of the provider's records, driven beside two ledgers at once:
every step must answer as the model does.
"""

from __future__ import annotations

import contextlib
import itertools
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from governor import accounts, errors, transitions
from governor.decisions import stop
from governor.purchase import Proof
from governor.reconcile import Sighting, reconcile
from tests.integration.ledger.planted_bugs import (
    breaker_stays_shut,
    doubt_is_free,
    search,
    sent_though_fenced,
    settled_twice,
    unchecked_cap,
    unknown_is_absent,
)

CENT = 10_000
SHOTS = ("SC010_SH0010", "SC010_SH0020")
SHOT_CAP = 80
OPEN = ("held", "submitted", "in_doubt")
WISHES = [(shot, stage, words) for shot in SHOTS for stage in ("panel", "clip") for words in ("fog", "rain")]
FILMS = itertools.count()
wishes = st.integers(0, len(WISHES) - 1)
anyone = st.integers(0, 2 * len(WISHES) - 1)
"""Draws one of what a step could be about, by its index: what does not apply is not drawn."""

sides = st.integers(0, 1)
back = st.sampled_from([0, 0, 0, 1])
percents = st.sampled_from([0, 50, 100, 100, 160])


class Attempt:
    """One hold as it should stand. Amounts are cents. `job`:
    what the provider took, whether the ledger knows or not.
    """

    def __init__(self, held, epoch):
        self.held, self.epoch, self.state = held, epoch, "held"
        self.sent, self.job, self.told, self.assumed, self.by_a_person = False, None, None, False, False
        self.cost = self.late = 0

    @property
    def used(self):
        return self.held if self.state in OPEN else self.late if self.state == "released" else self.cost


class LedgerModel(RuleBasedStateMachine):
    """`attempts`: by wish, oldest first; the scene's cap is what usually bites.
    Each side is a process with a memory.
    """

    make = decide = opener = server = None

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.place = Path(self.folder.name) / f"film{next(FILMS)}"
        self.place.mkdir()
        if type(self).server:
            (self.place / "server").write_text(type(self).server)
        self.ledgers = [type(self).opener(self.place) for _ in range(2)]
        self.epochs = [self.ledgers[0].begin_epoch("SC010", "r1")]
        self.attempts = {number: [] for number in range(len(WISHES))}
        self.cap, self.stopped, self.jobs = 100, False, itertools.count()
        self.grants, self.answers = ({}, {}), ({}, {})

    def teardown(self):
        for ledger in self.ledgers:
            ledger.close()
        self.folder.cleanup()

    def wish(self, number, cents=0, epoch=None):
        shot, stage, words = WISHES[number]
        return type(self).make(
            epoch or self.epochs[-1], shot=shot, stage=stage, words=words, cents=cents, attempts_max=9
        )

    def key(self, number):
        return self.wish(number).generation_key

    def about(self, *states):
        """The wishes whose newest attempt is in one of these states, or was made at all."""
        return [number for number in self.attempts if self.newest(number, *states)]

    def newest(self, number, *states):
        """The newest attempt of the wish, if it is in one of these states."""
        made = self.attempts[number]
        return made[-1] if made and (made[-1].state in states or not states) else None

    def used(self, shot=""):
        return sum(a.used for number, made in self.attempts.items() if shot in WISHES[number][0] for a in made)

    def epoch_of(self, older):
        return self.epochs[max(0, len(self.epochs) - 1 - older)]

    def refusal(self, number, cents, epoch):
        """What the rules of the house say to this hold."""
        shot, stage, _ = WISHES[number]
        if self.newest(number, *OPEN):
            return errors.StillOpen
        if self.newest(number, "settled", "written_off"):
            return errors.AlreadyBought
        if self.stopped:
            return errors.Stopped
        if epoch != self.epochs[-1]:
            return errors.Fenced
        if stage == "clip" and any(self.newest(n, *OPEN) for n, wish in enumerate(WISHES) if wish[:2] == (shot, stage)):
            return errors.StillOpen
        # Both runs' holds count against the scene; a run's own cap never bites first.
        if cents and (self.used() + cents > self.cap or self.used(shot) + cents > SHOT_CAP):
            return errors.BudgetRefused
        return None

    # What a run does

    @rule(calls=st.lists(st.tuples(wishes, st.integers(1, 60)), min_size=1, max_size=3), side=sides, older=back)
    def hold(self, calls, side, older):
        epoch = self.epoch_of(older)
        for number, cents in calls:
            with expected(self.refusal(number, cents, epoch)):
                grant = self.ledgers[side].hold(self.wish(number, cents, epoch))
                self.attempts[number].append(Attempt(cents, epoch))
                self.grants[side][number] = (grant, self.attempts[number][-1])

    @precondition(lambda self: any(self.grants))
    @rule(index=anyone, taken=st.booleans(), answered=st.booleans())
    def post(self, index, taken, answered):
        """Redeem the grant; the provider may take the job, and its answer may arrive."""
        side, number = one_of(index, [(side, number) for side in (0, 1) for number in self.grants[side]])
        self.redeem(side, number, taken, answered)

    @rule(number=wishes, cents=st.integers(1, 60), side=sides, taken=st.booleans())
    def hold_and_post(self, number, cents, side, taken):
        """What a run does most: both at once. The answer is lost."""
        refusal = self.refusal(number, cents, self.epochs[-1])
        self.hold([(number, cents)], side, 0)
        if refusal is None:
            self.redeem(side, number, taken, answered=False)

    def redeem(self, side, number, taken, answered):
        grant, attempt = self.grants[side].pop(number)
        if attempt.state != "held" or attempt.sent:
            refusal = errors.WrongState
        else:
            fenced = errors.Fenced if attempt.epoch != self.epochs[-1] else None
            refusal = errors.Stopped if self.stopped else fenced
        with expected(refusal):
            grant.redeem(self.key(number))
            attempt.sent = True
            if taken:
                attempt.job = f"job-{next(self.jobs)}"
                if answered:
                    self.answers[side][number] = attempt

    @precondition(lambda self: any(self.answers))
    @rule(index=anyone)
    def answer(self, index):
        """Write down the provider's answer, however late it comes."""
        side, number = one_of(index, [(side, number) for side in (0, 1) for number in self.answers[side]])
        attempt = self.answers[side].pop(number)
        if attempt is not self.newest(number):
            return
        fits = attempt.state in ("held", "in_doubt", "submitted") or attempt.told
        with expected(None if fits else errors.AlreadyResolved):
            self.ledgers[side].submitted(self.key(number), attempt.job)
        if attempt.state in ("held", "in_doubt"):
            attempt.state, attempt.told = "submitted", attempt.job
        self.stopped = self.stopped or (attempt.state == "released" and not attempt.told)

    @precondition(lambda self: self.about(*OPEN))
    @rule(index=anyone, side=sides, percent=st.one_of(percents, st.none()))
    def bill(self, index, side, percent):
        number = one_of(index, self.about(*OPEN))
        attempt = self.newest(number)
        cost = None if percent is None else attempt.held * percent // 100
        with expected(errors.AlreadyResolved if attempt.state == "held" else None):
            for _ in range(2):  # webhooks come twice
                self.ledgers[side].settle(self.key(number), None if cost is None else cost * CENT, None, "bill")
            attempt.state, attempt.assumed = "settled", cost is None
            attempt.cost = attempt.held if cost is None else cost
            self.stopped = self.stopped or attempt.cost > attempt.held

    @precondition(lambda self: self.about())
    @rule(index=anyone, side=sides, percent=percents)
    def late_bill(self, index, side, percent):
        number = one_of(index, self.about())
        attempt = self.newest(number)
        cost = attempt.held * percent // 100
        with expected(errors.WrongState if attempt.state in OPEN else None):
            for _ in range(2):
                self.ledgers[side].adjust(self.key(number), cost * CENT, "the invoice")
            released = attempt.state == "released"
            news = cost != attempt.used or attempt.assumed
            attempt.cost, attempt.late = (0, cost) if released else (cost, 0)
            attempt.assumed = False
            self.stopped = self.stopped or (news and (released or cost > attempt.held))

    @precondition(lambda self: self.about(*OPEN))
    @rule(side=sides, unknown=st.booleans())
    def recover(self, side, unknown):
        """Reconcile all that is open with what the provider truly has, or with an answer that proves nothing."""
        for take in self.ledgers[side].marks_open("SC010"):
            (number,) = (number for number in self.attempts if self.key(number) == take.generation_key)
            attempt = self.newest(number)
            absent = Sighting("absent", "not listed", attempt=self.ledgers[side].attempt_under(take.generation_key))
            found = Sighting("found", "in its list", attempt.job) if attempt.job else absent
            seen = Sighting("unknown", "502") if unknown else found
            reconcile(self.ledgers[side], take, self.epochs[-1], lambda _take, seen=seen: seen)
            if attempt.state == "held" and not attempt.sent:
                attempt.state = "released"
            elif attempt.state != "submitted":
                attempt.state = {"found": "submitted", "absent": "released", "unknown": "in_doubt"}[seen.verdict]
                attempt.told = attempt.job if seen.verdict == "found" else attempt.told

    @precondition(lambda self: self.about(*OPEN))
    @rule(index=anyone, side=sides, kind=st.sampled_from(["never_sent", "not_billed", "absent"]), older=back)
    def release(self, index, side, kind, older):
        """An honest run's proof: it says that a job is not there only where it is not."""
        number = one_of(index, self.about(*OPEN))
        attempt = self.newest(number)
        if attempt.job and kind != "never_sent":
            return
        epoch = self.epoch_of(older)
        unproved = errors.WrongState if kind == "never_sent" and attempt.sent else None
        with expected(errors.Fenced if epoch != self.epochs[-1] else unproved):
            ledger, key = self.ledgers[side], self.key(number)
            ledger.release(key, Proof(kind, "its words", epoch=epoch, attempt=ledger.attempt_under(key)))
            attempt.state = "released"

    @precondition(lambda self: self.about(*OPEN))
    @rule(index=anyone, side=sides)
    def release_with_nothing_said(self, index, side):
        number = one_of(index, self.about(*OPEN))
        with expected(errors.WrongState):
            self.ledgers[side].release(self.key(number), Proof("absent", " ", epoch=self.epochs[-1]))

    @precondition(lambda self: self.about(*OPEN))
    @rule(index=anyone, side=sides)
    def doubt(self, index, side):
        number = one_of(index, self.about(*OPEN))
        self.ledgers[side].doubt(self.key(number), "reset by peer")
        self.newest(number).state, self.newest(number).sent = "in_doubt", True

    # What people do

    @precondition(lambda self: self.about(*OPEN))
    @rule(index=anyone, side=sides)
    def write_off(self, index, side):
        number = one_of(index, self.about(*OPEN))
        attempt = self.newest(number)
        with expected(None if attempt.state == "in_doubt" else errors.WrongState):
            self.ledgers[side].write_off(self.key(number), type(self).decide("write_off"))
            attempt.state, attempt.cost, attempt.assumed = "written_off", attempt.held, True

    @precondition(lambda self: self.about(*OPEN))
    @rule(index=anyone, side=sides, door=st.sampled_from(["terminal", "program"]))
    def release_by_decision(self, index, side, door):
        number = one_of(index, self.about(*OPEN))
        proof = Proof.decided(type(self).decide("release", door=door))
        with expected(errors.NotAPerson if door == "program" else None):
            self.ledgers[side].release(self.key(number), proof)
            self.newest(number).state, self.newest(number).by_a_person = "released", True

    @rule(side=sides, run=st.sampled_from(["r1", "r2"]))
    def new_epoch(self, side, run):
        self.epochs.append(self.ledgers[side].begin_epoch("SC010", run))

    @rule(side=sides, cents=st.integers(60, 200))
    def cap(self, side, cents):
        with expected(errors.CapRaise if cents > self.cap else None):
            self.ledgers[side].lower_cap("scene:SC010", cents * CENT)
        if cents > self.cap:
            self.ledgers[side].decide(type(self).decide("raise_cap", "scene:SC010", usd_cents=cents))
        self.cap = cents

    @precondition(lambda self: not self.stopped and self.about())
    @rule(side=sides)
    def stop(self, side):
        self.ledgers[side].decide(type(self).decide("stop"))
        self.stopped = True

    @precondition(lambda self: self.stopped)
    @rule(side=sides)
    def go(self, side):
        self.ledgers[side].decide(type(self).decide("go"))
        self.stopped = False

    @rule(side=sides)
    def crash(self, side):
        """The process is gone with all that it knew: its grants, and the answers it had not written down."""
        self.grants[side].clear()
        self.answers[side].clear()
        self.ledgers[side].close()
        self.ledgers[side] = type(self).opener(self.place)

    # What always holds

    @invariant()
    def the_ledger_is_the_models(self):
        balance = self.ledgers[0].balance("scene:SC010")
        assert balance.held + balance.settled == self.used() * CENT
        assert balance.cap == self.cap * CENT
        states = {take.generation_key: take.state for take in self.ledgers[1].takes()}
        assert states == {
            self.key(number): made[-1].state
            for number, made in self.attempts.items()
            if made and made[-1].state != "released"
        }

    @invariant()
    def a_surprise_stops_everything(self):
        with expected(errors.Stopped if self.stopped else None):
            self.ledgers[1].check_stop()

    @invariant()
    def every_job_of_the_provider_is_booked_or_held(self):
        for number, made in self.attempts.items():
            jobs = [attempt for attempt in made if attempt.job]
            assert sum(not attempt.by_a_person for attempt in jobs) <= 1, "one key, one job, unless a person said so"
            for attempt in jobs:
                assert attempt.state != "released" or attempt.by_a_person, (number, attempt.job)

    @invariant()
    def the_journal_sums_to_the_balances(self):
        with self.ledgers[0]._database.engine.connect() as here:
            sums = here.execute(text("SELECT sum(held_delta), sum(settled_delta) FROM journal")).one()
        balance = self.ledgers[0].balance("film:HRB")
        assert (balance.held, balance.settled) == tuple(int(amount or 0) for amount in sums)

    @invariant()
    def the_audit_is_silent(self):
        assert self.ledgers[0].audit() == []


def one_of(index, things):
    return things[index % len(things)]


def expected(refusal):
    """The step is refused so, or goes through."""
    return pytest.raises(refusal) if refusal else contextlib.nullcontext()


@pytest.fixture
def machine(purchase, decision, open_ledger, database, request):
    server = request.getfixturevalue("postgres_url") if database == "postgresql" else None
    given = {"make": staticmethod(purchase), "decide": staticmethod(decision), "opener": staticmethod(open_ledger)}
    return type("LedgerUnderTest", (LedgerModel,), {**given, "server": server})


def quick(examples):
    return settings(
        max_examples=examples,
        stateful_step_count=30,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def test_two_openings_of_the_same_ledger_answer_as_the_model_does(machine, database):
    run_state_machine_as_test(machine, settings=quick(30 if database == "sqlite" else 8))


BUGS = {
    "no cap is checked": (accounts, "hold", unchecked_cap),
    "what is in doubt is free": (transitions, "doubt", doubt_is_free),
    "a bill that comes twice counts twice": (transitions, "settle", settled_twice),
    "a release needs no proof": (transitions, "_unproved", lambda row, proof: None),
    "a fenced run may send": (transitions, "mark_sent", sent_though_fenced),
    "a late bill is ignored": (transitions, "adjust", lambda transaction, key, bill, raw: None),
    "a bill above its hold stops nothing": (stop, "raise_flag", breaker_stays_shut),
    "what is unknown counts as absent": (sys.modules[__name__], "reconcile", unknown_is_absent),
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("bug", BUGS)
def test_the_model_finds_a_planted_bug(machine, monkeypatch, bug):
    monkeypatch.setattr(*BUGS[bug])
    with pytest.raises((AssertionError, pytest.fail.Exception, errors.GovernorError)):
        search(machine, settings(quick(40), derandomize=False, phases=[Phase.generate]))
