"""The true cost of a job, and the start of the period that counts against a key's limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rehearsal.faults import Fault, FaultName
from rehearsal.order import Order

_FREE: frozenset[FaultName] = frozenset({"moderation_input", "moderation_output", "failed", "stuck"})
"""The outcomes that are not billed, unless a provider charges for them too."""


def true_bill(order: Order, faults: tuple[Fault, ...], billed: frozenset[FaultName]) -> int:
    """The true bill: for what fails what the provider takes for it, mostly nothing; nothing for what never ends."""
    struck = {fault.fault for fault in faults}
    if struck & (_FREE - billed):
        return 0 if "stuck" in struck else order.refused_microusd
    surprise = next((fault.percent for fault in faults if fault.fault == "bill_percent"), None) or 100
    return order.price_microusd * surprise // 100


def limit_since(reset: str, now: datetime) -> datetime:
    """When the limit was last reset: never, or at the last midnight, Monday or first of a month, UTC."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    match reset:
        case "daily":
            return midnight
        case "weekly":
            return midnight - timedelta(days=now.weekday())
        case "monthly":
            return midnight.replace(day=1)
        case _:
            return datetime(1970, 1, 1, tzinfo=UTC)
