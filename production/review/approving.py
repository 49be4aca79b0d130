"""Writes a person's approval: the same rows, whether it was said in Prefect's form, in a browser or on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from governor.decisions.approvals import check
from governor.errors import NotApproved
from manifests.decision import Binding, Decision, Door
from manifests.money import format_usd, parse_usd
from manifests.names import scene_of_shot
from wiring.services import Services


def approve(
    services: Services, bindings: Iterable[Binding], *, who: str, door: Door, why: str = "", max_usd: str | None = None
) -> tuple[Decision, ...]:
    """Write one decision a shot, bound to what was seen.

    Raises NotApproved when their sum is above `max_usd` (a quoted amount) or one of them wants a reason, Excluded where
    a person has one of them on hold or omitted it from the film, and then nothing is written; ValueError for an amount
    that is none.
    """
    wanted = tuple(bindings)
    refuse_excluded_shots(services, (binding.shot for binding in wanted))
    total = sum(binding.price_microusd for binding in wanted)
    if max_usd is not None and total > parse_usd(max_usd):
        cause = f"they come to ${format_usd(total)}, above the ${max_usd} that was allowed"
        raise NotApproved("the finals", cause, f"Allow as much, or approve fewer: --max {format_usd(total)}")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    decisions = tuple(
        Decision(
            kind="approve",
            scope=f"shot:{b.shot}",
            who=who,
            made_at=now,
            door=door,
            why=why,
            amount_microusd=b.price_microusd,
            binding=b,
        )
        for b in wanted
    )
    for decision in decisions:
        check(decision)  # all of them, before the first is written
    for decision in decisions:
        services.ledger.decide(decision)
    return decisions


def refuse_excluded_shots(services: Services, shots: Iterable[str]) -> None:
    """Raises Excluded for the first of these shots that a person has on hold or omitted from the film."""
    of_scene: dict[str, list[str]] = {}
    for shot in shots:
        of_scene.setdefault(scene_of_shot(shot), []).append(shot)
    for scene, named in sorted(of_scene.items()):
        excluded = services.ledger.excluded(scene)
        if refusal := next((excluded[shot] for shot in named if shot in excluded), None):
            raise refusal


def answered_before(services: Services, decisions: Iterable[Decision]) -> tuple[str, ...]:
    """The message to a person whose approval was not the first: who approved, when, and which shots.
    Both approvals are in the ledger.
    """
    first: dict[tuple[str, str], list[str]] = {}
    for decision in decisions:
        assert decision.binding is not None  # the ledger takes no approval without one
        with suppress(NotApproved):  # it was taken back, or lapsed, in this moment
            counts = services.ledger.approved(decision.binding)
            if counts != decision:
                first.setdefault((counts.who, counts.made_at), []).append(decision.binding.shot)
    return tuple(
        f"{who} approved {', '.join(shots)} at {datetime.fromisoformat(at):%H:%M} UTC; yours is recorded beside it."
        for (who, at), shots in first.items()
    )
