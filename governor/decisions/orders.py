"""Standing orders: finding the one that stands, opening its night, and how long a call takes when nobody looks."""

from __future__ import annotations

import math
from datetime import datetime

from sqlalchemy import func, select

from governor import accounts, policy
from governor.database.tables import attempts, decisions
from governor.purchase import Purchase
from governor.transaction import Transaction
from manifests.decision import Decision
from manifests.spending.standing_order import Night

_SEEN_MAX = 100
_GUESSES_S = {"clip": 600.0, "panel": 120.0, "end_panel": 120.0, "judge": 60.0, "write": 60.0, "view": 120.0}
"""The assumed duration of a stage's call until one has been seen, where its provider does not say: a video job takes
one to five minutes, at night more.
"""


def standing(transaction: Transaction, scene: str) -> Decision | None:
    """The newest standing order of the scene that nobody has ended."""
    return _standing(transaction, scene)[1]


def number(transaction: Transaction, scene: str) -> int:
    """The number of that order's row, 0 where none stands."""
    return _standing(transaction, scene)[0]


def _standing(transaction: Transaction, scene: str) -> tuple[int, Decision | None]:
    row = transaction.connection.execute(
        select(decisions.c.id, decisions.c.body)
        .where(decisions.c.kind.in_(("standing_order", "end_order")), decisions.c.shot == scene)
        .order_by(decisions.c.id.desc())
        .limit(1)
    ).one_or_none()
    decision = Decision.from_stored(row.body) if row else None
    return (row.id, decision) if row and decision and decision.order else (0, None)


def open_night(transaction: Transaction, scene: str, plan: str | None) -> Night:
    """The night that is open now for the scene, its cap declared. Raises NightOver."""
    row, decision = _standing(transaction, scene)
    order = decision.order if decision else None
    night = order.night_at(transaction.now) if order else None
    refusal = policy.within_the_night(scene, order, night.name if night else "", plan, transaction.now, 0.0)
    if refusal or night is None or order is None or decision is None:
        raise refusal or AssertionError
    if row > _newest_cap(transaction, night.scope):
        # The order is itself a person's word about the cap: a newer one may raise it, and one from before it changes
        # nothing.
        raised = {"kind": "raise_cap", "scope": night.scope, "amount_microusd": order.night_usd}
        accounts.declare(transaction, {night.scope: order.night_usd}, decision.model_copy(update=raised))
    return night


def _newest_cap(transaction: Transaction, scope: str) -> int:
    """The number of the newest decision by which a person set this very cap, 0 where nobody did."""
    newest = select(func.max(decisions.c.id)).where(decisions.c.kind == "raise_cap", decisions.c.scope == scope)
    return int(transaction.connection.execute(newest).scalar_one() or 0)


def check(transaction: Transaction, purchase: Purchase) -> None:
    """Return when a call may begin now: by day always. Raises NightOver."""
    if not purchase.night:
        return
    decision = standing(transaction, purchase.scene)
    order = decision.order if decision else None
    takes_s = p95_s(transaction, purchase.provider, purchase.model, purchase.stage, purchase.unseen_s)
    refusal = policy.within_the_night(purchase.scene, order, purchase.night, purchase.plan, transaction.now, takes_s)
    if refusal:
        raise refusal


def p95_s(transaction: Transaction, provider: str, model: str, stage: str, unseen_s: float | None = None) -> float:
    """Seconds from the POST to the settled take, within which 95 of the last 100 such calls came home.

    Where none has been seen: `unseen_s`, or else a careful guess. By the clock of the machine that wrote the rows.
    """
    rows = transaction.connection.execute(
        select(attempts.c.sent_at, attempts.c.moved_at)
        .where(
            attempts.c.provider == provider,
            attempts.c.model == model,
            attempts.c.stage == stage,
            attempts.c.state == "settled",
            attempts.c.sent_at.is_not(None),
        )
        .order_by(attempts.c.id.desc())
        .limit(_SEEN_MAX)
    )
    spans = sorted(_span_s(row.sent_at, row.moved_at) for row in rows)
    return spans[math.ceil(0.95 * len(spans)) - 1] if spans else _GUESSES_S[stage] if unseen_s is None else unseen_s


def _span_s(sent_at: str, moved_at: str) -> float:
    return max(0.0, (datetime.fromisoformat(moved_at) - datetime.fromisoformat(sent_at)).total_seconds())
