"""The provider's true bill: every POST it saw and every job it made,
in a SQLite file of its own that outlives everybody.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS posts (id INTEGER PRIMARY KEY, account TEXT NOT NULL, reference TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, reference TEXT NOT NULL, made_at REAL NOT NULL, ready_at REAL NOT NULL,
    microusd INTEGER NOT NULL, shape TEXT NOT NULL, fault TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS jobs_account ON jobs (account, made_at);
"""


@dataclass(frozen=True, slots=True)
class Made:
    """One job. Times in seconds on the server's clock; `shape`: what its output is;
    `fault`: what the script says of it.
    """

    id: str
    account: str
    reference: str
    made_at: float
    ready_at: float
    microusd: int
    shape: dict[str, Any]
    fault: dict[str, Any]


class TrueBill:
    """The file. The server writes it, and a report reads it from another process."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._file.executescript(_TABLES)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def saw_post(self, account: str, reference: str) -> int:
        """Count one POST, whatever comes of it, and return its number, from 1."""
        row = self._file.execute("INSERT INTO posts (account, reference) VALUES (?, ?)", (account, reference))
        return int(row.lastrowid or 0)

    def add(self, job: Made) -> None:
        """Write a job down; from now on it is billed."""
        values = (job.id, job.account, job.reference, job.made_at, job.ready_at, job.microusd)
        self._file.execute(
            "INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*values, json.dumps(job.shape), json.dumps(job.fault))
        )

    def rebill(self, job_id: str, microusd: int) -> None:
        """Change what a job costs: a late bill, or a cancelled job."""
        self._file.execute("UPDATE jobs SET microusd = ? WHERE id = ?", (microusd, job_id))

    def job(self, job_id: str, account: str) -> Made | None:
        """One job of an account."""
        rows = self._file.execute("SELECT * FROM jobs WHERE id = ? AND account = ?", (job_id, account)).fetchall()
        return _made(rows[0]) if rows else None

    def jobs(self, account: str, *, made_before: float = float("inf")) -> list[Made]:
        """The jobs of an account, in the order in which they were made."""
        rows = self._file.execute(
            "SELECT * FROM jobs WHERE account = ? AND made_at <= ? ORDER BY made_at, rowid", (account, made_before)
        )
        return [_made(row) for row in rows]

    def posts(self, account: str) -> int:
        """How often an account POSTed."""
        return int(self._file.execute("SELECT count(*) FROM posts WHERE account = ?", (account,)).fetchone()[0])


def _made(row: tuple[Any, ...]) -> Made:
    job_id, account, reference, made_at, ready_at, microusd, shape, fault = row
    return Made(job_id, account, reference, made_at, ready_at, microusd, json.loads(shape), json.loads(fault))
