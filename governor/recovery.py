"""Brings receipts back into a ledger that lacks them,
so that nothing is bought twice and every cap counts what was spent.

A receipt never takes anything away: an attempt that the ledger knows further than its receipt stays as it is, and of
two bills the higher one counts. Everything is written to the journal as "restored".
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from governor import accounts
from governor.database.tables import OPEN_STATES, attempts, live
from governor.decisions import stop
from governor.errors import LedgerBroken
from governor.receipts import Receipt, hold_of
from governor.takes import AttemptRow
from governor.transaction import Transaction
from governor.transitions import scopes_of
from manifests.keys import canonical_json
from manifests.money import format_usd

RUN = "gate reconcile"
"""The run that claims each scene of which something came back, so that the runs which bought it before are fenced."""


def restore(transaction: Transaction, receipts: list[Receipt]) -> list[str]:
    """Enter the receipts, oldest first; returns the generation keys of which the ledger learned something.

    Raises LedgerBroken where the ledger is another film's.
    """
    _refuse_another_film(transaction, receipts)
    done: list[str] = []
    for receipt in receipts:
        row = _row_of(transaction, receipt)
        moved = _insert(transaction, receipt) if row is None else _advance(transaction, row, receipt)
        if moved:
            done.append(receipt.generation_key)
    for scene in sorted({r.scene for r in receipts if r.generation_key in set(done)}):
        transaction.begin_epoch(scene, RUN)
    return done


def alarm(transaction: Transaction, thing: str, words: str) -> None:
    """Say that something could not be brought back, and stop everything until a person has looked."""
    transaction.enter("alarm", body={"words": words})
    transaction.note("alarm", thing, words)
    stop.raise_flag(transaction, stop.BREAKER, words)


def _refuse_another_film(transaction: Transaction, receipts: list[Receipt]) -> None:
    ours = {receipt.film for receipt in receipts}
    here = set(transaction.connection.execute(select(attempts.c.film).distinct()).scalars())
    if ours and here and not ours & here:
        raise LedgerBroken(
            "the ledger",
            f"it belongs to {', '.join(sorted(here))}, and this film is {', '.join(sorted(ours))}",
            "Move it out of the film's folder, then: gate reconcile",
        )


def _row_of(transaction: Transaction, receipt: Receipt) -> AttemptRow | None:
    under_key = select(attempts).where(attempts.c.generation_key == receipt.generation_key)
    return next((row for row in transaction.connection.execute(under_key) if hold_of(row) == receipt.hold), None)


def _advance(transaction: Transaction, row: AttemptRow, receipt: Receipt) -> bool:
    """Take the known attempt as far as its receipt says; False where it is that far already."""
    told = _how_far(receipt.state, receipt.job_id, sent=receipt.sent)
    known = _how_far(row.state, row.job_id, sent=bool(row.sent))
    cheaper = row.state in OPEN_STATES or receipt.spent <= (row.cost or 0) + (row.late or 0)
    if told < known or (told == known and cheaper):
        return False
    values = _values(receipt)
    if row.job_id is not None:
        values["job_id"] = row.job_id
    transaction.connection.execute(attempts.update().where(attempts.c.id == row.id).values(values))
    before = (row.held if row.state in OPEN_STATES else 0, (row.cost or 0) + (row.late or 0))
    _book(transaction, int(row.id), receipt, before)
    return True


def _insert(transaction: Transaction, receipt: Receipt) -> bool:
    """Add an attempt that the ledger lacks, as the receipt has it, or as it must have ended since."""
    kept = _as_it_must_be(transaction, receipt)
    same = (attempts.c.shot == kept.shot, attempts.c.stage == kept.stage, attempts.c.tier == kept.tier)
    taken = set(transaction.connection.execute(select(attempts.c.version).where(live, *same)).scalars())
    version = kept.version if kept.version not in taken else 1 + max(taken)
    told = {name: getattr(kept, name) for name in _COPIED}
    row = {
        **told,
        **_values(kept),
        "version": version,
        "hold_id": kept.hold,
        "scopes": canonical_json(list(kept.scopes)),
        "held": kept.held,
        "opened_at": kept.opened_at,
    }
    added = transaction.connection.execute(attempts.insert().values(row)).inserted_primary_key
    if added is None:
        raise LedgerBroken(kept.shot, "the database gave its attempt no number", "Check the ledger: gate doctor")
    _book(transaction, int(added[0]), kept, (0, 0))
    return True


_COPIED = (
    "generation_key",
    "recipe",
    "film",
    "scene",
    "shot",
    "stage",
    "tier",
    "attempt",
    "provider",
    "model",
    "changed",
    "parent",
    "epoch",
    "run",
    "price",
    "likely",
    "request",
)


def _values(receipt: Receipt) -> dict[str, Any]:
    """The part of an attempt that moves."""
    moving = ("state", "job_id", "cost", "asset", "raw", "moved_at", "sent_at", "late")
    flags = {"sent": int(receipt.sent), "assumed": int(receipt.assumed)}
    return {**{name: getattr(receipt, name) for name in moving}, **flags}


def _book(transaction: Transaction, number: int, receipt: Receipt, before: tuple[int, int]) -> None:
    """Let every cap count it, and write it down. `before`: what is held and what is spent of it so far."""
    held = (receipt.held if receipt.open else 0) - before[0]
    spent = receipt.spent - before[1]
    accounts.bring_back(transaction, receipt.scopes, held_delta=held, settled_delta=spent)
    body = {"key": receipt.generation_key, "scopes": list(receipt.scopes), "bound": receipt.held}
    transaction.enter("restored", attempt=number, state=receipt.state, held_delta=held, settled_delta=spent, body=body)


def _as_it_must_be(transaction: Transaction, receipt: Receipt) -> Receipt:
    """The receipt, as the other attempts prove that it ended; the receipts come in the order in which they were held.

    A receipt is written after the ledger gives a hold back, so that a process which died in between leaves one that
    still says "sent". Whatever was held later under the same key, or as another clip of the shot, proves that it was
    closed.
    """
    if receipt.state == "released":
        return receipt
    before = _one(transaction, live, attempts.c.generation_key == receipt.generation_key)
    if before is not None and before.state not in OPEN_STATES:
        words = f"{receipt.shot} {receipt.stage} was bought twice under one key: look at the bill of {receipt.provider}"
        alarm(transaction, receipt.shot, words)
        spent = receipt.held if receipt.open else receipt.spent
        return receipt.model_copy(update={"state": "released", "cost": None, "asset": None, "late": spent})
    if before is not None:
        _close(transaction, before, "released")
    if receipt.open and receipt.stage == "clip":
        still = attempts.c.state.in_(OPEN_STATES)
        other = _one(transaction, still, attempts.c.stage == "clip", attempts.c.shot == receipt.shot)
        if other is not None:
            _close(transaction, other, "written_off")
    job = (attempts.c.provider == receipt.provider, attempts.c.job_id == receipt.job_id)
    if receipt.job_id is not None and _one(transaction, live, *job) is not None:
        alarm(transaction, receipt.shot, f"job {receipt.job_id} of {receipt.provider} stands beside two calls")
        return receipt.model_copy(update={"job_id": None, "state": "in_doubt" if receipt.open else receipt.state})
    return receipt


def _close(transaction: Transaction, row: AttemptRow, state: str) -> None:
    """Close an attempt that a later one proves closed: given back, or counted as spent where nobody can tell."""
    cost = row.held if state == "written_off" else None
    transaction.connection.execute(
        attempts.update().where(attempts.c.id == row.id).values(state=state, cost=cost, assumed=int(cost is not None))
    )
    held = -row.held if row.state in OPEN_STATES else 0
    names = scopes_of(row)
    accounts.bring_back(transaction, names, held_delta=held, settled_delta=cost or 0)
    body = {"key": row.generation_key, "scopes": names, "bound": row.held}
    transaction.enter("restored", attempt=row.id, state=state, held_delta=held, settled_delta=cost or 0, body=body)
    words = f"${format_usd(row.held)} counted as spent" if cost else "its hold is given back"
    transaction.note(
        "alarm", row.shot, f"{row.shot} {row.stage} was closed before a later call, and how is lost: {words}"
    )


def _one(transaction: Transaction, *conditions: ColumnElement[bool] | Any) -> AttemptRow | None:
    return transaction.connection.execute(select(attempts).where(*conditions).limit(1)).first()


def _how_far(state: str, job_id: str | None, *, sent: bool) -> int:
    if state not in OPEN_STATES:
        return 3
    return 2 if job_id is not None else int(sent)
