"""A provider with a true bill beside a ledger that is lost again and again:
nothing is bought twice, and no cent is forgotten.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from governor import errors
from governor.outside import Outside
from governor.reconcile import Sighting, reconcile
from manifests.take import Artefact

CENT = 10_000
SHOTS = ("SC010_SH0010", "SC010_SH0020")
ASSET = Artefact(sha256="a" * 64, media_type="image/png", size_bytes=3)


@pytest.fixture
def database():
    return "sqlite"


class Died(BaseException):
    """The process is killed here."""


class Losses(RuleBasedStateMachine):
    """A provider with a true bill, and a ledger that is lost again and again.
    `jobs`: by key, in cents; it makes each call once.
    """

    make = template = film_class = None

    @initialize()
    def begin(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.film = type(self).film_class(Path(self.temporary.name), type(self).make, type(self).template)
        self.jobs, self.calls, self.lost = {}, [], False
        self.film.snapshot()

    def teardown(self):
        if hasattr(self, "film"):
            self.film.ledger.close()
            self.temporary.cleanup()

    @contextlib.contextmanager
    def a_process(self, dies):
        """Whatever it is refused, and wherever it dies, the next process goes on from there."""
        outside = self.film.ledger._outside

        def die(_moved):
            raise Died

        if dies:
            setattr(outside, dies, die)
        try:
            with contextlib.suppress(errors.GovernorError):
                yield
        except Died:
            self.film.again()
        finally:
            outside.__dict__.pop(dies, None)

    deaths = st.sampled_from(["", "", "", "", "keep", "file"])

    @rule(shot=st.sampled_from(SHOTS), answered=st.booleans(), dies=deaths)
    def buy(self, shot, answered, dies):
        wish = self.film.wish(shot)
        key = wish.generation_key
        with self.a_process(dies):
            self.film.ledger.hold(wish).redeem(key)
            assert key not in self.jobs, "a second job of one generation is on its way"
            self.jobs[key] = 1 + len(self.jobs)
            if answered:
                self.film.ledger.submitted(key, f"job-{key[:8]}")

    @rule(dies=deaths)
    def collect(self, dies):
        for take in self.film.ledger.marks_open():
            if take.job_id:
                with self.a_process(dies):
                    self.film.ledger.settle(take.generation_key, self.jobs[take.generation_key] * CENT, ASSET)

    @rule()
    def snapshot(self):
        self.film.snapshot()

    @rule(how=st.sampled_from(["restored", "deleted", "emptied"]), forgets=st.booleans())
    def lose(self, how, forgets):
        """`forgets`: it goes on upon another machine, which has no mark."""
        self.film.lose(how)
        if forgets:
            self.film.mark.unlink(missing_ok=True)
        self.film.again()

    @rule()
    def reconcile(self):
        self.film.ledger.read_back()
        self.film.epoch = self.film.ledger.begin_epoch("SC010", "r2")
        for take in self.film.ledger.marks_open():
            key = take.generation_key
            found = Sighting("found", "in its list", f"job-{key[:8]}")
            absent = Sighting("absent", "not listed", attempt=self.film.ledger.attempt_under(key))
            reconcile(
                self.film.ledger, take, self.film.epoch, lambda _, f=found, a=absent, k=key: f if k in self.jobs else a
            )
        self.film.ledger.accept()
        assert self.film.ledger.behind() is None
        self.every_cent_is_counted()

    @invariant()
    def every_cent_is_counted(self):
        if not hasattr(self, "film") or self.film.ledger.behind():
            return
        takes = {take.generation_key: take for take in self.film.ledger.takes()}
        assert set(self.jobs) <= set(takes), "a job that nobody counts"
        held, settled = self.film.standing()
        assert settled == sum(self.jobs[key] for key, take in takes.items() if take.state == "settled")
        assert held == sum(take.held_microusd // CENT for take in takes.values() if take.state != "settled")


@pytest.fixture
def losses(purchase, lost_template, lost_film_class):
    return type(
        "LossesUnderTest",
        (Losses,),
        {"make": staticmethod(purchase), "template": lost_template, "film_class": lost_film_class},
    )


def quick(examples):
    return settings(
        max_examples=examples,
        stateful_step_count=12,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_no_loss_of_the_ledger_buys_twice_or_forgets_a_cent(losses):
    run_state_machine_as_test(losses, settings=quick(12))


PLANTED = {
    "a ledger that is behind buys": ("refuse", lambda outside, transaction, ledger: None),
    "no receipt before the call goes out": ("intend", lambda outside, receipt: None),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_the_losses_find_a_planted_bug(losses, monkeypatch, bug):
    monkeypatch.setattr(Outside, *PLANTED[bug])
    tried = losses()
    tried.begin()
    tried.buy(SHOTS[0], answered=False, dies="")
    tried.lose("deleted", forgets=True)
    with pytest.raises(AssertionError, match="a second job"):
        tried.buy(SHOTS[0], answered=False, dies="")
    tried.teardown()
