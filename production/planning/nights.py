"""Which scenes a night makes, in which order; and what the ledger knows of nights that were."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from manifests.spending.night import SceneNight
from manifests.spending.standing_order import StandingOrder
from wiring.services import Services

NOTE = "night"
"""The kind of the ledger's note."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One scene's place in the night. `number`: of its standing order. `left_over`: the last night did not come to its
    end.
    """

    scene: str
    number: int
    order: StandingOrder
    left_over: bool

    @property
    def place(self) -> tuple[bool, int, str]:
        """Sorts turns: leftovers first, then by priority, then by name."""
        return not self.left_over, self.order.priority, self.scene


def turns(services: Services, wanted: Collection[str] = ()) -> tuple[Turn, ...]:
    """The scenes with a standing order, of those that are wanted or of all, in the order in which they are made."""
    found = []
    for name in sorted(services.folder.scenes):
        decision = services.ledger.standing_order(name) if not wanted or name in wanted else None
        if decision is not None and decision.order is not None:
            last = last_night(services, name)
            number = services.ledger.order_number(name)
            found.append(Turn(name, number, decision.order, last is not None and last.left_over))
    return tuple(sorted(found, key=lambda turn: turn.place))


def record(services: Services, night: SceneNight) -> None:
    """Keep how a scene came through a night; the newest of a night counts."""
    services.ledger.note(NOTE, f"scene:{night.scene}", night.stored())


def nights_of(services: Services, scene: str) -> dict[str, SceneNight]:
    """The scene's nights by their names, oldest first, each as its last run left it."""
    return {night.night: night for night in _read(services, scene)}


def last_night(services: Services, scene: str) -> SceneNight | None:
    """The newest of them."""
    return next(reversed(nights_of(services, scene).values()), None)


def plan_file(services: Services, order: StandingOrder) -> Path | None:
    """The plan that the order is bound to, as `gate order --plan` kept it; None where it is bound to none, or it is
    gone.
    """
    kept = kept_plan(services, order.plan) if order.plan else None
    return kept if kept is not None and kept.is_file() else None


def kept_plan(services: Services, plan_hash: str) -> Path:
    """Where a plan lies that an order is bound to: the night finds it there, wherever the person's own file has
    gone.
    """
    return services.settings.state / "plans" / f"{plan_hash}.json"


def _read(services: Services, scene: str) -> Iterator[SceneNight]:
    for note in services.ledger.notes(kind=NOTE, scope=f"scene:{scene}"):
        try:
            yield SceneNight.from_stored(note.text)
        except ValueError:
            continue  # another version's
