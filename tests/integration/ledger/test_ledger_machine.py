"""A model of the books, driven beside two ledgers on one file: every step must answer as the model does."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from governor import accounts, errors
from governor.purchase import Proof

CENT = 10_000
SHOTS = ("SC010_SH0010", "SC010_SH0020")
OPEN = ("held", "submitted", "in_doubt")
WISHES = [(shot, stage, words) for shot in SHOTS for stage in ("panel", "clip") for words in ("fog", "rain")]
wishes = st.integers(0, len(WISHES) - 1)
sides = st.integers(0, 1)


class Books(RuleBasedStateMachine):
    """`rows`: by wish, (state, held, cost, sent, job). Amounts are cents; the scene's cap is what usually bites."""

    make = decide = opener = None

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.ledgers = [type(self).opener(Path(self.folder.name)) for _ in range(2)]
        self.epochs = [self.ledgers[0].begin_epoch("SC010", "r1")]
        self.rows, self.cap, self.stopped, self.jobs = {}, 100, False, itertools.count()
        self.grants = {}

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

    def used(self):
        return sum(row["held"] if row["state"] in OPEN else row["cost"] for row in self.rows.values())

    def refusal(self, number, cents, epoch):
        """What the rules of the house say to this hold."""
        shot, stage, _ = WISHES[number]
        live = self.rows.get(number)
        if live:
            return errors.StillOpen if live["state"] in OPEN else errors.AlreadyBought
        if self.stopped:
            return errors.Stopped
        if epoch != self.epochs[-1]:
            return errors.Fenced
        others = (r for n, r in self.rows.items() if WISHES[n][:2] == (shot, "clip") and r["state"] in OPEN)
        if stage == "clip" and any(others):
            return errors.StillOpen
        shot_used = sum(
            r["held"] if r["state"] in OPEN else r["cost"] for n, r in self.rows.items() if WISHES[n][0] == shot
        )
        run_used = self.used()  # both runs' holds count against the scene; a run's own cap never bites first
        if cents and (run_used + cents > self.cap or shot_used + cents > 80):
            return errors.BudgetRefused
        return None

    @rule(number=wishes, side=sides, cents=st.integers(0, 60), back=st.integers(0, 1))
    def hold(self, number, side, cents, back):
        epoch = self.epochs[max(0, len(self.epochs) - 1 - back)]
        expected = self.refusal(number, cents, epoch)
        with pytest.raises(expected) if expected else contextlib.nullcontext():
            self.grants[number] = (self.ledgers[side].hold(self.wish(number, cents, epoch)), epoch)
            self.rows[number] = {"state": "held", "held": cents, "cost": 0, "sent": False, "epoch": epoch}

    @rule(number=wishes)
    def redeem(self, number):
        if number not in self.grants:
            return
        grant, epoch = self.grants.pop(number)
        row = self.rows.get(number)
        good = (
            row and row["state"] == "held" and row["epoch"] == epoch and epoch == self.epochs[-1] and not self.stopped
        )
        with contextlib.nullcontext() if good else pytest.raises(errors.GovernorError):
            grant.redeem(self.key(number))
            row["sent"] = True

    @rule(number=wishes, side=sides)
    def submitted(self, number, side):
        row = self.rows.get(number)
        if row and row["sent"] and row["state"] in ("held", "in_doubt") and "job" not in row:
            row["job"] = f"job-{next(self.jobs)}"
            self.ledgers[side].submitted(self.key(number), row["job"])
            row["state"] = "submitted"

    @rule(number=wishes, side=sides, percent=st.sampled_from([0, 50, 100, 100, 100, 160]))
    def bill(self, number, side, percent):
        row = self.rows.get(number)
        if row and row["state"] in ("submitted", "in_doubt"):
            cost = row["held"] * percent // 100
            for _ in range(2):  # webhooks come twice
                self.ledgers[side].settle(self.key(number), cost * CENT, None, "bill")
            self.stopped = self.stopped or cost > row["held"]
            row.update(state="settled", cost=cost)
        elif row and row["state"] == "held":
            with pytest.raises(errors.AlreadyResolved):
                self.ledgers[side].settle(self.key(number), 0, None)

    @rule(
        number=wishes, side=sides, kind=st.sampled_from(["never_sent", "not_billed", "absent"]), back=st.integers(0, 1)
    )
    def release(self, number, side, kind, back):
        row = self.rows.get(number)
        if not row or row["state"] not in OPEN:
            return
        epoch = self.epochs[max(0, len(self.epochs) - 1 - back)]
        proof = Proof(kind, "the provider's words", epoch=epoch)
        good = epoch == self.epochs[-1] and not (kind == "never_sent" and row["sent"])
        with contextlib.nullcontext() if good else pytest.raises(errors.GovernorError):
            self.ledgers[side].release(self.key(number), proof)
            del self.rows[number]

    @rule(number=wishes, side=sides)
    def doubt(self, number, side):
        row = self.rows.get(number)
        if row and row["state"] in OPEN:
            self.ledgers[side].doubt(self.key(number), "reset by peer")
            row.update(state="in_doubt", sent=True)

    @rule(number=wishes, side=sides)
    def write_off(self, number, side):
        row = self.rows.get(number)
        if row and row["state"] == "in_doubt":
            self.ledgers[side].write_off(self.key(number), type(self).decide("write_off"))
            row.update(state="written_off", cost=row["held"])

    @rule(side=sides, run=st.sampled_from(["r1", "r2"]))
    def new_epoch(self, side, run):
        self.epochs.append(self.ledgers[side].begin_epoch("SC010", run))

    @rule(side=sides, cents=st.integers(0, 200))
    def cap(self, side, cents):
        with pytest.raises(errors.CapRaise) if cents > self.cap else contextlib.nullcontext():
            self.ledgers[side].lower_cap("scene:SC010", cents * CENT)
        if cents > self.cap:
            self.ledgers[side].decide(type(self).decide("raise_cap", "scene:SC010", usd_cents=cents))
        self.cap = cents

    @rule(side=sides)
    def stop(self, side):
        self.ledgers[side].stop(type(self).decide("stop"))
        self.stopped = True

    @rule(side=sides)
    def go(self, side):
        self.ledgers[side].go(type(self).decide("go"))
        self.stopped = False

    @rule(side=sides)
    def crash(self, side):
        self.ledgers[side].close()
        self.ledgers[side] = type(self).opener(Path(self.folder.name))

    @invariant()
    def the_books_are_the_models(self):
        balance = self.ledgers[0].balance("scene:SC010")
        assert balance.held + balance.settled == self.used() * CENT
        assert balance.cap == self.cap * CENT
        takes = {take.generation_key: take.state for take in self.ledgers[1].takes()}
        assert takes == {self.key(number): row["state"] for number, row in self.rows.items()}

    @invariant()
    def the_audit_is_silent(self):
        assert self.ledgers[0].audit() == []


def machine(purchase, decision, open_ledger):
    given = {"make": staticmethod(purchase), "decide": staticmethod(decision), "opener": staticmethod(open_ledger)}
    return type("BooksUnderTest", (Books,), given)


QUICK = settings(
    max_examples=22, stateful_step_count=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_two_ledgers_on_one_file_answer_as_the_model_does(purchase, decision, open_ledger):
    run_state_machine_as_test(machine(purchase, decision, open_ledger), settings=QUICK)


def test_the_model_finds_a_ledger_that_forgets_to_check_its_caps(purchase, decision, open_ledger, monkeypatch):
    def unchecked(books, names, need, foreseen=0):
        accounts._locked(books, names)
        accounts.move(books, names, held_delta=need, settled_delta=0)

    monkeypatch.setattr(accounts, "hold", unchecked)
    with pytest.raises(pytest.fail.Exception, match=r"DID NOT RAISE.*BudgetRefused"):
        run_state_machine_as_test(
            machine(purchase, decision, open_ledger), settings=settings(QUICK, phases=[Phase.generate])
        )
