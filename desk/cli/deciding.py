"""A person's decision, made at the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from manifests.decision import Decision, DecisionKind, Door
    from wiring.services import Services


def decision_of(
    services: Services, kind: DecisionKind, scope: str, why: str, *, door: Door = "command line", **given: Any
) -> Decision:
    """The decision of the current user, now. `door`: from `asking.confirm`; `given`: the other fields of a Decision."""
    from manifests.decision import Decision

    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Decision(kind=kind, scope=scope, who=services.settings.who, made_at=now, door=door, why=why, **given)
