"""Calls that another tool made: kept once each, counted in reports, and never against a cap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from governor.database.tables import attempts, foreign_calls
from governor.other_tools.foreign_lines import BadLine, ForeignLine
from governor.transaction import Transaction
from manifests.keys import hash_json
from manifests.spending.log_map import ForeignCall

_ROWS_A_STATEMENT = 5_000


@dataclass(frozen=True, slots=True)
class Imported:
    """The outcome of a file's good lines. `known`: counted before, or twice in the file.
    `bad`: no line can be counted so.
    """

    added: int
    known: int
    bad: tuple[BadLine, ...]
    cost_microusd: int


@dataclass(frozen=True, slots=True)
class ForeignCost:
    """Other tools' spending, in micro-dollars. `unpriced`: calls whose cost nobody knows; they are among `calls`."""

    sources: tuple[str, ...]
    calls: int
    unpriced: int
    cost_microusd: int


def add(transaction: Transaction, lines: Sequence[ForeignLine], *, skip_bad: bool, dry_run: bool) -> Imported:
    """Keep each line that was not kept before; none, where one of them is bad and `skip_bad` is off,
    or in a dry run.
    """
    new, bad, known = _sorted_out(transaction, lines)
    if (not bad or skip_bad) and not dry_run:
        for start in range(0, len(new), _ROWS_A_STATEMENT):
            rows = [_row(line, transaction.at) for line in new[start : start + _ROWS_A_STATEMENT]]
            transaction.connection.execute(foreign_calls.insert(), rows)
    return Imported(len(new), known, tuple(bad), sum(line.call.cost_microusd or 0 for line in new))


def find(
    transaction: Transaction, scene: str | None = None, shot: str | None = None
) -> Iterator[tuple[str, str, ForeignCall]]:
    """The hash of each line, when it was imported and its call, in the order of the import."""
    wanted = [foreign_calls.c.scene == scene] if scene else [foreign_calls.c.shot == shot] if shot else []
    for row in transaction.connection.execute(select(foreign_calls).where(*wanted).order_by(foreign_calls.c.id)):
        yield row.sha256, row.at, ForeignCall.from_stored(row.body)


def cost(transaction: Transaction, scene: str | None) -> ForeignCost:
    """Other tools' spending on the scene, or on the film."""
    of = foreign_calls.c
    wanted = [of.scene == scene] if scene else []
    calls, priced, spent = transaction.connection.execute(
        select(func.count(), func.count(of.cost), func.coalesce(func.sum(of.cost), 0)).where(*wanted)
    ).one()
    sources = transaction.connection.execute(select(of.source).where(*wanted).distinct().order_by(of.source)).scalars()
    return ForeignCost(tuple(sources), calls, calls - priced, int(spent))


def call_name(generation_key: str, number: int, opened_at: str) -> str:
    """The name of one attempt of ours in a log that leaves the house: two films' first attempts are two calls."""
    return hash_json([generation_key, number, opened_at])


def _sorted_out(transaction: Transaction, lines: Iterable[ForeignLine]) -> tuple[list[ForeignLine], list[BadLine], int]:
    """The lines to add, the ones that would count a call twice, and how many are there already."""
    hashes, names = set(), {}
    for sha256, _, call in find(transaction):
        hashes.add(sha256)
        if call.call_id:
            names[call.source, call.call_id] = "it was imported before, from another line"
    ours = {
        call_name(row.generation_key, row.id, row.opened_at)
        for row in transaction.connection.execute(
            select(attempts.c.id, attempts.c.generation_key, attempts.c.opened_at)
        )
    } | set(hashes)
    new, bad, known = [], [], 0
    for line in lines:
        name = (line.call.source, line.call.call_id or "")
        if line.sha256 in hashes:
            known += 1
        elif line.call.call_id in ours:
            bad.append(BadLine(line.number, "the call is in this ledger already: the file is its own export"))
        elif name in names:
            bad.append(BadLine(line.number, f"call {line.call.call_id} would count twice: {names[name]}"))
        else:
            new.append(line)
            hashes.add(line.sha256)
            if line.call.call_id:
                names[name] = f"line {line.number} has it too"
    return new, bad, known


def _row(line: ForeignLine, at: str) -> dict[str, object]:
    call = line.call
    return {
        "sha256": line.sha256,
        "at": at,
        "source": call.source,
        "made_at": call.made_at,
        "scene": call.scene,
        "shot": call.shot or "",
        "cost": call.cost_microusd,
        "body": call.stored(),
    }
