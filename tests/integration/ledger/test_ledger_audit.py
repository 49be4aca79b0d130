"""The audit finds what was changed behind the ledger's back, and the guards make that hard."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from governor.database.guards import APPEND_ONLY
from governor.database.sqlite import journal_mode

CENT = 10_000


@pytest.fixture
def behind_its_back(ledger, epoch, purchase):
    """Runs statements on the database itself, past the ledger."""
    bought = purchase(epoch, cents=39)
    ledger.hold(bought).redeem(bought.generation_key)
    ledger.submitted(bought.generation_key, "job-1")
    ledger.settle(bought.generation_key, 30 * CENT, None)
    ledger.hold(purchase(epoch, cents=5, words="rain"))
    assert ledger.audit() == []

    def execute(*statements):
        with ledger._database.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    return execute


def drop_guard(database, name):
    return f"DROP TRIGGER {name}" + (" ON journal" if database == "postgresql" else "")


@pytest.mark.parametrize(
    ("corruption", "sentence"),
    [
        ("UPDATE scopes SET settled = 0 WHERE scope = 'scene:SC010'", "The settled of scene:SC010 is $0.00"),
        ("UPDATE scopes SET held = held + 1 WHERE scope = 'film:HRB'", "The held of film:HRB"),
        ("UPDATE scopes SET cap = 900000000 WHERE scope = 'scene:SC010'", "The cap of scene:SC010 is $900.00"),
        ("DELETE FROM scopes WHERE scope = 'run:r1'", "run:r1 is in the journal and has no account"),
        ("UPDATE attempts SET cost = 1 WHERE id = 1", "cost $0.000001, and the journal says $0.30"),
        ("UPDATE attempts SET held = 1 WHERE id = 2", "the journal says $0.05"),
        ("UPDATE attempts SET state = 'released' WHERE id = 2", "is released, and the journal says held"),
        ("DELETE FROM attempts WHERE id = 2", "Attempt 2 is in the journal and nowhere else"),
        ("UPDATE epochs SET number = 7", "The epochs are not"),
        ("INSERT INTO flags VALUES ('stop', 'planted')", "The stop or the breaker"),
        (
            (
                "INSERT INTO journal (at, kind, attempt, state, held_delta, settled_delta, body) VALUES ('', "
                "'settle', 1, 'settled', 0, 0, '{}')"
            ),
            "makes attempt 1 settled out of settled",
        ),
    ],
    ids=lambda value: value[:40],
)
def test_a_planted_corruption_is_named(ledger, behind_its_back, corruption, sentence):
    behind_its_back(corruption)
    assert any(sentence in wrong for wrong in ledger.audit()), ledger.audit()


def test_a_guard_that_was_taken_down_is_named(ledger, behind_its_back, database):
    behind_its_back(drop_guard(database, "journal_no_update"))
    assert any("The guard journal_no_update is missing" in wrong for wrong in ledger.audit())


def test_a_row_cut_off_at_the_journals_end_is_missed(ledger, behind_its_back, database):
    cut = "DELETE FROM journal WHERE id = (SELECT max(id) FROM journal)"
    behind_its_back(drop_guard(database, "journal_no_delete"), cut, "DELETE FROM attempts WHERE id = 2")
    wrong = " ".join(ledger.audit())
    assert "The held of scene:SC010 is $0.05, and the journal says $0.00." in wrong
    assert ("were written" in wrong) == (database == "sqlite"), "a server's numbers may skip, a file's never do"


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_table_that_only_grows_refuses_changes(ledger, behind_its_back, decision, purchase, epoch, table):
    ledger.decide(decision("reject"))
    ledger.note("escalation", "SC010", "x")
    behind_its_back(
        "INSERT INTO verdicts (generation_key, at, body) VALUES ('k', 'now', '{}')",
        "INSERT INTO certificates VALUES ('c', 'a', 's', 'panel', 'now', '{}')",
        "INSERT INTO foreign_calls (sha256, at, source, made_at, scene, shot, body)"
        " VALUES ('f', 'now', 'old.jsonl', 'then', 'SC010', 'SC010_SH0010', '{}')",
        "INSERT INTO moderated (asked, at, generation_key, provider, shot, raw)"
        " VALUES ('a', 'now', 'k', 'p', 'SC010_SH0010', 'no')",
        "INSERT INTO proposals (sha256, at, who, file, body) VALUES ('p', 'now', 'scout', 'scenes/SC010.yaml', '{}')",
    )
    for statement in (f"UPDATE {table} SET at = 'never'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="only grows"):
            behind_its_back(statement)


@pytest.mark.parametrize(
    ("version", "mode"), [((3, 40, 1), "TRUNCATE"), ((3, 51, 2), "TRUNCATE"), ((3, 51, 3), "WAL"), ((4, 0, 0), "WAL")]
)
def test_the_write_ahead_log_is_used_only_where_it_is_safe(version, mode):
    assert journal_mode(version) == mode
