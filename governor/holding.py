"""Hold money for one attempt: every policy is asked,
and the upper bound of its quote is held under every cap at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, select

from governor import accounts, policy, records, takes
from governor.database import tables
from governor.database.tables import OPEN_STATES, attempts, certificates
from governor.decisions import approvals, exclusions, orders, stop
from governor.errors import LedgerBroken
from governor.purchase import Purchase
from governor.takes import AttemptRow
from governor.transaction import Transaction
from manifests.keys import canonical_json

# Built once: a writer holds everybody up, and building a statement takes longer than running it.
_HOLD = attempts.insert()
_IN_FLIGHT = select(func.count()).where(tables.in_flight, attempts.c.provider == bindparam("provider"))
_FILED = select(certificates.c.sha256).where(certificates.c.sha256.in_(bindparam("inputs", expanding=True)))


def hold(transaction: Transaction, purchase: Purchase, hold_id: str, stop_file: Path) -> int:
    """Hold the upper bound of the quote under every cap at once and return the attempt's number, or raise a Refusal."""
    if transaction.again and (kept := _held_as(transaction, hold_id)) is not None:
        return kept
    before = takes.standing(transaction, purchase.generation_key, purchase.shot)
    _check(transaction, purchase, before, stop_file)
    need = purchase.quote.high_microusd
    accounts.hold(transaction, purchase.scopes, need, purchase.foreseen_microusd)
    alike = (
        row.version
        for row in before
        if (row.shot, row.stage, row.tier) == (purchase.shot, purchase.stage, purchase.tier)
    )
    version = 1 + max(alike, default=0)
    result = transaction.connection.execute(
        _HOLD, {**_row_of(purchase, transaction.at), "version": version, "hold_id": hold_id}
    )
    if result.inserted_primary_key is None:
        raise LedgerBroken(purchase.shot, "the database gave its attempt no number", "Check the ledger: gate doctor")
    number = int(result.inserted_primary_key[0])
    body = {"key": purchase.generation_key, "scopes": list(purchase.scopes)}
    transaction.enter("hold", attempt=number, state="held", held_delta=need, body=body)
    return number


def _row_of(purchase: Purchase, at: str) -> dict[str, Any]:
    """The attempt as it is first written, `at` that moment, without its version and the id of its hold."""
    return {
        "generation_key": purchase.generation_key,
        "recipe": purchase.recipe,
        "film": purchase.film,
        "scene": purchase.scene,
        "shot": purchase.shot,
        "stage": purchase.stage,
        "tier": purchase.tier,
        "attempt": purchase.attempt,
        "provider": purchase.provider,
        "model": purchase.model,
        "changed": purchase.changed,
        "parent": purchase.parent,
        "epoch": purchase.epoch.number,
        "run": purchase.epoch.run,
        "scopes": canonical_json(list(purchase.scopes)),
        "price": purchase.quote.price,
        "likely": purchase.quote.likely_microusd,
        "held": purchase.quote.high_microusd,
        "state": "held",
        "sent": 0,
        "assumed": 0,
        "raw": "",
        "request": purchase.request.stored(),
        "opened_at": at,
        "moved_at": at,
    }


def _held_as(transaction: Transaction, hold_id: str) -> int | None:
    """The attempt that an earlier try made, if its COMMIT was kept."""
    found = transaction.connection.execute(
        select(attempts.c.id).where(attempts.c.hold_id == hold_id)
    ).scalar_one_or_none()
    return None if found is None else int(found)


def _check(transaction: Transaction, purchase: Purchase, before: Sequence[AttemptRow], stop_file: Path) -> None:
    """Every policy but the caps. Earlier purchases are reported first: reading it is free even under STOP."""
    live = next((row.state for row in before if row.generation_key == purchase.generation_key), None)
    _refuse(policy.not_bought(purchase.shot, live))
    stop.check(transaction, stop_file)
    _refuse(policy.not_fenced(purchase.epoch, transaction.epoch(purchase.scene)))
    refuse_excluded_shot(transaction, purchase.shot)
    orders.check(transaction, purchase)
    _refuse(policy.not_retired(purchase.model, purchase.retires_on, transaction.now.date()))
    said = purchase.request.refused_before(partial(records.moderation, transaction), purchase.provider, purchase.model)
    _refuse(policy.not_moderated(purchase.shot, purchase.provider, said))
    in_flight = transaction.connection.execute(_IN_FLIGHT, {"provider": purchase.provider}).scalar_one()
    _refuse(policy.lane_free(purchase.provider, purchase.scene, in_flight, purchase.in_flight_max))
    if purchase.stage == "clip":
        clips = (row.state for row in before if (row.shot, row.stage) == (purchase.shot, "clip"))
        _refuse(policy.one_video(purchase.shot, next((state for state in clips if state in OPEN_STATES), None)))
    wanted = (purchase.recipe, purchase.shot, purchase.stage, purchase.tier)
    made = sum((row.recipe, row.shot, row.stage, row.tier) == wanted for row in before)
    _refuse(policy.within_attempts(purchase.shot, purchase.stage, purchase.attempt, made, purchase.attempts_max))
    if purchase.inputs:
        filed = set(transaction.connection.execute(_FILED, {"inputs": purchase.inputs}).scalars())
        _refuse(policy.certified_inputs(purchase.shot, set(purchase.inputs) - filed))
    approvals.check_purchase(transaction, purchase)


def refuse_excluded_shot(transaction: Transaction, shot: str) -> None:
    """Raise Excluded for a shot that a person left out."""
    _refuse(exclusions.excluded(records.decided(transaction, shot)).get(shot))


def _refuse(refusal: Exception | None) -> None:
    if refusal:
        raise refusal
