"""The ledger's high-water mark: a small file outside the ledger that names its newest paid movement.

Each line names one row of the journal and the hash of that row. A ledger that lacks the newest row, or has another one
in its place, is older than the mark, or another ledger. Lines are appended and synced, so that many processes may
write.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, bindparam, select

from governor.database.tables import journal
from governor.errors import LedgerBroken
from governor.transaction import Transaction
from manifests.keys import hash_json
from manifests.reading.durable import sync_folder

_TAIL_BYTES = 1 << 16
"""The newest lines: a line has at most about 300 bytes,
and lines are out of order by as many as there are processes.
"""

_SEEN_BYTES_MAX = 4 * _TAIL_BYTES
"""Bytes that are compared with what was read before; then the tail is read anew. To parse a line takes far longer."""

_ROW = select(journal).where(journal.c.id == bindparam("row"))
_NEWEST = select(journal).order_by(journal.c.id.desc()).limit(1)
_HASHED = ("at", "kind", "attempt", "scope", "state", "held_delta", "settled_delta", "amount", "body")


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One movement. `row`: of the journal. `key`, `shot`, `held_microusd`: of its attempt, "" and 0 where it has none.

    `begins`: everything before this line was settled by a reconciliation, and counts no more.
    """

    row: int
    digest: str
    kind: str
    key: str = ""
    shot: str = ""
    held_microusd: int = 0
    begins: bool = False


@dataclass(frozen=True, slots=True)
class _MarkRead:
    """The part of the file that was read: `seen`, its bytes from `begin` on. Their last line may not be all of it."""

    begin: int
    seen: bytes
    highest: MarkLine | None


class HighWaterMark:
    """The mark in the file at `path`; there is none before the first paid call."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: _MarkRead | None = None

    @property
    def newest(self) -> MarkLine | None:
        """The line of the highest row since the last reconciliation. Bytes that were read once are not read again."""
        self._known = self._read_on(self._known)
        return self._known.highest if self._known else None

    def lines(self) -> tuple[MarkLine, ...]:
        """Every line since the last reconciliation."""
        try:
            return _since_begun(_parsed(self.path.read_bytes().split(b"\n")))
        except FileNotFoundError:
            return ()

    def write(self, lines: list[MarkLine]) -> None:
        """Append the lines; when this returns, they survive a power loss. Raises LedgerBroken."""
        # It begins with a line end: what a writer that died left behind must not swallow this.
        content = "".join(f"\n{json.dumps(_told(line), separators=(',', ':'))}" for line in lines).encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = not self.path.exists()
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                if os.write(descriptor, content) < len(content):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if new:
                sync_folder(self.path.parent)
        except OSError as error:
            cure = "Free some disk space, or give this user the right to write the folder; then go on: gate resume."
            raise LedgerBroken(str(self.path), f"it cannot be written ({error.strerror})", cure) from error

    def _read_on(self, known: _MarkRead | None) -> _MarkRead | None:
        """What the file says now: `known`, and the lines from its last one on. All of its tail where the bytes that
        were seen are no longer there: another file lies in its place.
        """
        try:
            with self.path.open("rb", buffering=0) as file:
                size = file.seek(0, os.SEEK_END)
                begin = known.begin if known else max(0, size - _TAIL_BYTES)
                file.seek(begin)
                content = file.read()
        except FileNotFoundError:
            return None
        if known and (len(content) > _SEEN_BYTES_MAX or not known.seen or not content.startswith(known.seen)):
            return self._read_on(None)
        rows = content[known.seen.rfind(b"\n") + 1 :].split(b"\n") if known else content.split(b"\n")
        found = _since_begun(_parsed(rows[1:] if begin and not known else rows))
        before = [known.highest] if known and known.highest and not any(line.begins for line in found) else []
        return _MarkRead(begin, content, max([*before, *found], key=lambda line: line.row, default=None))


def line_of(transaction: Transaction, row: int, kind: str, attempt: Any = None) -> MarkLine:
    """The line for a row of the journal that this transaction wrote."""
    found = transaction.connection.execute(_ROW, {"row": row}).one()
    named = {"key": attempt.generation_key, "shot": attempt.shot, "held_microusd": attempt.held} if attempt else {}
    return MarkLine(row, _digest(found), kind, **named)


def newest_row(transaction: Transaction) -> MarkLine | None:
    """The line for the newest row of the journal, whatever it says; None where the journal is empty."""
    found = transaction.connection.execute(_NEWEST).one_or_none()
    return None if found is None else MarkLine(found.id, _digest(found), found.kind, begins=True)


def agrees(transaction: Transaction, line: MarkLine | None) -> bool:
    """Whether the ledger has the movement that the line names."""
    if line is None:
        return True
    found = transaction.connection.execute(_ROW, {"row": line.row}).one_or_none()
    return found is not None and _digest(found) == line.digest


def _digest(row: Row[Any]) -> str:
    return hash_json([getattr(row, name) for name in _HASHED])[:32]


def _since_begun(lines: Iterator[MarkLine]) -> tuple[MarkLine, ...]:
    kept: list[MarkLine] = []
    for line in lines:
        if line.begins:
            kept.clear()
        kept.append(line)
    return tuple(kept)


def _parsed(rows: Iterable[bytes]) -> Iterator[MarkLine]:
    for text in rows:
        with suppress(ValueError, TypeError):  # a line whose writer died in the middle was never relied on
            yield MarkLine(**json.loads(text))


def _told(line: MarkLine) -> dict[str, Any]:
    return {name: value for name, value in asdict(line).items() if value or name == "row"}
