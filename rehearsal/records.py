"""The house's durable records: every POST, every job and its true bill, every fault that struck,
in a SQLite file of its own.

The file outlives the server, its kill, and everybody who talks to it; a report reads it from another process.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from rehearsal.faults import Fault
from rehearsal.order import Order

_TABLES = """
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY, provider TEXT NOT NULL, account TEXT NOT NULL, at REAL NOT NULL, came_of TEXT NOT NULL,
    prompt TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, provider TEXT NOT NULL, account TEXT NOT NULL,
    made_at REAL NOT NULL, bill_microusd INTEGER NOT NULL, placed TEXT NOT NULL, raw TEXT NOT NULL,
    faults TEXT NOT NULL,
    polls INTEGER NOT NULL DEFAULT 0, asked_when_done INTEGER NOT NULL DEFAULT 0, downloads INTEGER NOT NULL DEFAULT 0,
    edition INTEGER NOT NULL DEFAULT 0, ended TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS jobs_account ON jobs (provider, account, made_at);
CREATE TABLE IF NOT EXISTS concerned (script TEXT, fault INTEGER, calls INTEGER NOT NULL, PRIMARY KEY (script, fault));
CREATE TABLE IF NOT EXISTS strikes (
    id INTEGER PRIMARY KEY, script TEXT NOT NULL, fault INTEGER NOT NULL, post INTEGER NOT NULL, job TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS leaks (id INTEGER PRIMARY KEY, host TEXT NOT NULL, header TEXT NOT NULL);
"""
_FAULTS = TypeAdapter(tuple[Fault, ...])
_COUNTED = frozenset({"polls", "asked_when_done", "downloads", "edition"})


@dataclass(frozen=True, slots=True)
class PlayedJob:
    """One accepted job. Times in seconds since 1970.

    `polls`, `downloads`: how often its state and its file were asked for; `asked_when_done`: polls since it was ready.
    `edition`: how many of its addresses have expired. `ended`: "cancelled", "removed" or "broken" by an event; `why`:
    how.
    """

    number: int
    id: str
    provider: str
    account: str
    made_at: float
    bill_microusd: int
    order: Order
    faults: tuple[Fault, ...]
    polls: int = 0
    asked_when_done: int = 0
    downloads: int = 0
    edition: int = 0
    ended: str = ""
    why: str = ""

    def fault(self, name: str) -> Fault | None:
        """The fault of that name that struck it, or None."""
        return next((fault for fault in self.faults if fault.fault == name), None)


@dataclass(frozen=True, slots=True)
class Post:
    """One call that might have made a job. `came_of`: a job's id, or the kind of refusal; "" while nobody knows."""

    number: int
    provider: str
    account: str
    at: float
    came_of: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Struck:
    """One fault that struck. `fault`: its place in the script, from 0;
    `job`: the id of the job, "" where none was made.
    """

    fault: int
    post: int
    job: str


class Records:
    """The file. The server writes it, and anybody may read it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.executescript(_TABLES)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def saw_post(self, provider: str, account: str) -> int:
        """Count one POST, whatever comes of it, and give its number, from 1."""
        values = (provider, account, time.time())
        row = self._file.execute(
            "INSERT INTO posts (provider, account, at, came_of, prompt) VALUES (?, ?, ?, '', '')", values
        )
        return int(row.lastrowid or 0)

    def say_of_post(self, number: int, *, came_of: str | None = None, prompt: str | None = None) -> None:
        """Write down what came of a POST, or what its prompt was."""
        if came_of is not None:
            self._file.execute("UPDATE posts SET came_of = ? WHERE id = ?", (came_of, number))
        if prompt is not None:
            self._file.execute("UPDATE posts SET prompt = ? WHERE id = ?", (prompt, number))

    def add(self, job_id: str, account: str, order: Order, faults: tuple[Fault, ...], bill_microusd: int) -> PlayedJob:
        """Write a job down; from now on it is billed."""
        made_at = time.time()
        told = "[" + ",".join(fault.model_dump_json(exclude_none=True) for fault in faults) + "]"
        placed = order.model_dump_json(exclude={"raw"})
        row = self._file.execute(
            "INSERT INTO jobs (id, provider, account, made_at, bill_microusd, placed, raw, faults) VALUES (?, "
            "?, ?, ?, ?, ?, ?, ?)",
            (job_id, order.provider, account, made_at, bill_microusd, placed, order.raw, told),
        )
        return PlayedJob(
            int(row.lastrowid or 0), job_id, order.provider, account, made_at, bill_microusd, order, faults
        )

    def count(self, job_id: str, what: str) -> None:
        """Add one to a job's `polls`, `asked_when_done`, `downloads` or `edition`."""
        if what not in _COUNTED:
            raise ValueError(what)
        self._file.execute(f"UPDATE jobs SET {what} = {what} + 1 WHERE id = ?", (job_id,))  # noqa: S608  one of ours

    def end(self, job_id: str, how: str, why: str = "", bill_microusd: int | None = None) -> None:
        """A job is cancelled, removed or broken; `bill_microusd`: what it costs now, where that changes."""
        self._file.execute("UPDATE jobs SET ended = ?, why = ? WHERE id = ?", (how, why, job_id))
        if bill_microusd is not None:
            self._file.execute("UPDATE jobs SET bill_microusd = ? WHERE id = ?", (bill_microusd, job_id))

    def job(self, job_id: str) -> PlayedJob | None:
        """One job."""
        rows = self._file.execute(f"{_JOBS} WHERE id = ?", (job_id,)).fetchall()
        return _job(rows[0]) if rows else None

    def raw(self, job_id: str) -> str:
        """The body of the call that made a job, as it came; an order that is read back leaves it out. "" for no job."""
        row = self._file.execute("SELECT raw FROM jobs WHERE id = ?", (job_id,)).fetchone()
        return str(row[0]) if row else ""

    def jobs(self, provider: str | None = None, account: str | None = None) -> list[PlayedJob]:
        """The jobs of a provider, or of one account there, oldest first."""
        rows = self._file.execute(
            f"{_JOBS} WHERE (?1 IS NULL OR provider = ?1) AND (?2 IS NULL OR account = ?2) ORDER BY number",
            (provider, account),
        )
        return [_job(row) for row in rows]

    def spent(self, provider: str, account: str, since: float = 0.0) -> int:
        """The cost of an account's jobs since then, in micro-dollars."""
        row = self._file.execute(
            "SELECT coalesce(sum(bill_microusd), 0) FROM jobs WHERE provider = ? AND account = ? AND made_at >= ?",
            (provider, account, since),
        ).fetchone()
        return int(row[0])

    def posts(self, provider: str | None = None) -> list[Post]:
        """Every POST that might have made a job, in order."""
        rows = self._file.execute(
            "SELECT id, provider, account, at, came_of, prompt FROM posts WHERE ?1 IS NULL OR provider = ?1 "
            "ORDER BY id",
            (provider,),
        )
        return [Post(*row) for row in rows]

    def concerns(self, script: str, fault: int) -> tuple[int, int]:
        """One more call concerns a fault: gives its number, from 1, and how often the fault has struck."""
        self._file.execute(
            "INSERT INTO concerned VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET calls = calls + 1", (script, fault)
        )
        calls = self._file.execute(
            "SELECT calls FROM concerned WHERE script = ? AND fault = ?", (script, fault)
        ).fetchone()
        struck = self._file.execute(
            "SELECT count(*) FROM strikes WHERE script = ? AND fault = ?", (script, fault)
        ).fetchone()
        return int(calls[0]), int(struck[0])

    def strike(self, script: str, fault: int, post: int, job_id: str) -> None:
        """A fault strikes a POST, and the job that was made of it ("" for none)."""
        values = (script, fault, post, job_id)
        self._file.execute("INSERT INTO strikes (script, fault, post, job) VALUES (?, ?, ?, ?)", values)

    def leaked(self, host: str, header: str) -> None:
        """A key came to a host that is not to see one."""
        self._file.execute("INSERT INTO leaks (host, header) VALUES (?, ?)", (host, header))

    def leaks(self) -> list[tuple[str, str]]:
        """Every host that was handed a key it is not to see, and in which header."""
        return self._file.execute("SELECT host, header FROM leaks ORDER BY id").fetchall()

    def strikes(self, script: str) -> list[Struck]:
        """Every strike of a script's faults, in order."""
        rows = self._file.execute("SELECT fault, post, job FROM strikes WHERE script = ? ORDER BY id", (script,))
        return [Struck(*row) for row in rows]


_JOBS = (
    "SELECT number, id, provider, account, made_at, bill_microusd, placed, faults, polls, asked_when_done, downloads,"
    " edition, ended, why FROM jobs"
)


def _job(row: tuple[Any, ...]) -> PlayedJob:
    number, job_id, provider, account, made_at, bill, placed, faults, *counts = row
    return PlayedJob(
        number,
        job_id,
        provider,
        account,
        made_at,
        bill,
        _placed(placed),
        _FAULTS.validate_json(faults),
        *counts,
    )


@lru_cache(1024)
def _placed(text: str) -> Order:
    """An order as it was written. Every picture that is shown is looked for among all jobs."""
    return Order.model_validate_json(text)
