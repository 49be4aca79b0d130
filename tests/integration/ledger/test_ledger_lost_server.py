"""The server's connection is cut at every moment of every step:
nothing is done twice, nothing that was said to be done is lost.
"""

from __future__ import annotations

from collections import Counter

import psycopg
import pytest
from sqlalchemy import event, text

from governor.errors import CapRaise, Fenced, LedgerLost
from governor.ledger import Ledger
from governor.ledger_database import RECONNECTS_MAX
from governor.purchase import Proof

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
CENT = 10_000
LOCK, FIRST_ROW = "pg_advisory_xact_lock", "INSERT INTO"
MOMENTS = ("before", "during", "at the commit, lost", "at the commit, kept")


class Cutter:
    """Ends the ledger's own server process, once, at a moment of its next write."""

    def __init__(self, ledger, url, monkeypatch):
        self._ledger, self._url, self._patch = ledger, url, monkeypatch
        self.waits, self.cuts, self._moment = [], 0, None
        ledger._wait = self.waits.append
        self._engine = ledger._database.engine
        event.listen(self._engine, "before_cursor_execute", self._before_statement)
        self._commit = self._engine.dialect.do_commit
        monkeypatch.setattr(self._engine.dialect, "do_commit", self._do_commit)

    def at(self, moment):
        self._moment, self.cuts = moment, 0
        self.waits.clear()

    def _cut(self, connection):
        self._moment, self.cuts = None, self.cuts + 1
        with psycopg.connect(self._url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))

    def _before_statement(self, connection, _cursor, statement, *_rest):
        wanted = {"before": LOCK, "during": FIRST_ROW}.get(self._moment)
        if wanted and wanted in statement:
            self._cut(connection.connection.dbapi_connection)

    def _do_commit(self, pooled):
        connection = pooled.dbapi_connection
        if self._moment == "at the commit, lost":
            self._cut(connection)
        kept = self._moment == "at the commit, kept"
        self._commit(connection)
        if kept:
            self._cut(connection)
            connection.execute("SELECT 1")  # finds out, as the COMMIT's own answer would


@pytest.fixture
def cutter(ledger, postgres_url, monkeypatch):
    return Cutter(ledger, postgres_url, monkeypatch)


def rows(ledger):
    """How many rows of each kind the journal, and how many the decisions and the notes have."""
    with ledger._database.engine.connect() as connection:
        kinds = Counter(connection.execute(text("SELECT kind FROM journal")).scalars())
        for table in ("decisions", "notes"):
            kinds[table] = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        return kinds


class Ready:
    """An attempt brought to where each step begins."""

    def __init__(self, ledger, epoch, purchase, decision):
        self.ledger, self.epoch, self.decision = ledger, epoch, decision
        self.bought = purchase(epoch, cents=39)
        self.key = self.bought.generation_key

    def held(self):
        self.grant = self.ledger.hold(self.bought)

    def sent(self):
        self.held()
        self.grant.redeem(self.key)

    def submitted(self):
        self.sent()
        self.ledger.submitted(self.key, "job-1")

    def settled(self):
        self.submitted()
        self.ledger.settle(self.key, 30 * CENT, None, "bill")

    def in_doubt(self):
        self.sent()
        self.ledger.doubt(self.key, "reset")

    def nothing(self):
        pass


# Where it begins, the step, and the rows that it adds.
STEPS = {
    "hold": (Ready.nothing, lambda r: r.ledger.hold(r.bought), {"hold": 1}),
    "mark_sent": (Ready.held, lambda r: r.grant.redeem(r.key), {"sent": 1}),
    "submitted": (Ready.sent, lambda r: r.ledger.submitted(r.key, "job-1"), {"submitted": 1}),
    "settle": (Ready.submitted, lambda r: r.ledger.settle(r.key, 30 * CENT, None, "bill"), {"settle": 1}),
    "settle too high": (
        Ready.submitted,
        lambda r: r.ledger.settle(r.key, 50 * CENT, None, "bill"),
        {"settle": 1, "alarm": 1, "breaker": 1, "notes": 1},
    ),
    "adjust": (
        Ready.settled,
        lambda r: r.ledger.adjust(r.key, 31 * CENT, "invoice"),
        {"adjust": 1, "alarm": 1, "notes": 1},
    ),
    "release": (Ready.sent, lambda r: r.ledger.release(r.key, Proof.not_billed("429", r.epoch)), {"release": 1}),
    "release by a person": (
        Ready.in_doubt,
        lambda r: r.ledger.release(r.key, Proof.decided(r.decision("release"))),
        {"release": 1, "decisions": 1},
    ),
    "doubt": (Ready.sent, lambda r: r.ledger.doubt(r.key, "reset"), {"doubt": 1}),
    "write_off": (
        Ready.in_doubt,
        lambda r: r.ledger.write_off(r.key, r.decision("write_off")),
        {"write_off": 1, "decisions": 1},
    ),
    "raise_cap": (
        Ready.nothing,
        lambda r: r.ledger.decide(r.decision("raise_cap", "scene:SC010", usd_cents=200)),
        {"cap": 1, "decisions": 1},
    ),
    "stop": (Ready.nothing, lambda r: r.ledger.decide(r.decision("stop")), {"stop": 1, "decisions": 1}),
    "go": (Ready.nothing, lambda r: r.ledger.decide(r.decision("go")), {"go": 1, "decisions": 1}),
    "declare, raised": (
        Ready.nothing,
        lambda r: r.ledger.declare_caps(
            {"scene:SC010": 200 * CENT}, r.decision("raise_cap", "scene:SC010", usd_cents=200)
        ),
        {"cap": 1, "decisions": 1},
    ),
    "lower_cap": (Ready.nothing, lambda r: r.ledger.lower_cap("scene:SC010", 50 * CENT), {"cap": 1}),
    "note": (Ready.nothing, lambda r: r.ledger.note("escalation", "SC010_SH0010", "out of attempts"), {"notes": 1}),
}


@pytest.fixture
def ready(ledger, epoch, purchase, decision):
    return Ready(ledger, epoch, purchase, decision)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_whose_connection_is_cut_is_done_once(ledger, cutter, ready, step, moment):
    begin, do, added = STEPS[step]
    begin(ready)
    before = rows(ledger)
    cutter.at(moment)
    do(ready)
    assert (cutter.cuts, len(cutter.waits)) == (1, 1)
    assert rows(ledger) - before == Counter(added)
    assert ledger.audit() == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_whose_claim_was_cut_owns_its_scene_and_the_older_one_is_fenced(ledger, cutter, purchase, epoch, moment):
    cutter.at(moment)
    newer = ledger.begin_epoch("SC010", "r1")
    assert cutter.cuts == 1
    assert newer.number > epoch.number
    assert ledger.current_epoch("SC010") == newer
    with pytest.raises(Fenced):
        ledger.hold(purchase(epoch))
    ledger.hold(purchase(newer)).redeem(purchase(newer).generation_key)
    assert ledger.audit() == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_refusal_is_still_a_refusal_when_the_connection_is_cut_before_it(ledger, cutter, moment):
    cutter.at(moment)
    with pytest.raises(CapRaise):
        ledger.lower_cap("scene:SC010", 999 * CENT)
    assert ledger.audit() == []


def test_a_hold_that_was_kept_is_this_calls_own_and_not_one_that_was_bought_before(ledger, cutter, purchase, epoch):
    cutter.at("at the commit, kept")
    grant = ledger.hold(purchase(epoch, cents=39))
    grant.redeem(grant.generation_key)
    assert ledger.was_sent(grant.generation_key)
    assert ledger.balance("scene:SC010").held == 39 * CENT


def test_another_runs_hold_of_the_same_key_is_not_taken_for_ones_own(
    ledger, cutter, open_ledger, tmp_path, purchase, epoch
):
    other = open_ledger(tmp_path)
    cutter.at("at the commit, lost")
    ledger._wait = lambda _seconds: other.hold(purchase(epoch))
    with pytest.raises(Exception, match="this very generation is held"):
        ledger.hold(purchase(epoch))
    assert len(ledger.takes()) == 1
    assert ledger.audit() == []


def test_the_same_decision_made_again_by_a_person_is_written_again(ledger, cutter, decision):
    for _ in range(2):
        ledger.decide(decision("reject"))
    assert rows(ledger)["decisions"] == 2


def test_a_server_that_stays_away_is_waited_for_within_bounds_and_then_named(ledger, cutter, monkeypatch):
    from sqlalchemy.exc import OperationalError

    class Away:
        def connect(self):
            raise OperationalError("", {}, psycopg.OperationalError("connection refused"), connection_invalidated=True)

        def dispose(self):
            """There is nothing to give back."""

    monkeypatch.setattr(ledger._database, "engine", Away())
    for ask in (lambda: ledger.note("escalation", "SC010", "x"), ledger.balances):
        cutter.waits.clear()
        with pytest.raises(LedgerLost, match=r"the server is away .* gate resume") as lost:
            ask()
        assert lost.value.retry_helps
        assert len(cutter.waits) == RECONNECTS_MAX
        assert cutter.waits == sorted(cutter.waits)
        assert max(cutter.waits) == 5
    monkeypatch.undo()


def test_an_idle_connection_that_was_cut_costs_no_wait(ledger, cutter, postgres_url):
    ledger.balances()
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'gate'")
    ledger.note("escalation", "SC010", "x")
    assert ledger.audit() == []
    assert cutter.waits == []


def test_a_server_that_nobody_answers_at_is_named_without_its_password(tmp_path):
    with pytest.raises(LedgerLost) as lost:
        Ledger.open("postgresql://ada:secret@127.0.0.1:1/film", stop_file=tmp_path / "STOP", wait=lambda _s: None)
    assert "secret" not in str(lost.value)
    assert "the server is away" in str(lost.value)
