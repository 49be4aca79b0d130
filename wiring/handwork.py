"""What stands of people's work on a shot's frame: the kit that is out, the composite that was handed in, the passes over it.

A run, a plan and the commands all read it here, from the decisions in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from manifests.decision import Decision
from manifests.handwork import FrameStage, Handwork
from wiring.retaking import standing

PASSES = frozenset({"polish", "edit", "demolish", "rebuild"})


@dataclass(frozen=True, slots=True)
class Hands:
    """The work on one frame of a shot. `kit`: one is out, and a composite is waited for. `composite`: what was handed in.

    `passes`: the newest pass over the frame, or a demolition with the rebuilding after it. `used`: which of composite and pass a person chose since.
    `who`: who decided the newest of it.
    """

    stage: FrameStage
    kit: Handwork | None = None
    composite: Handwork | None = None
    passes: tuple[Handwork, ...] = ()
    used: Handwork | None = None
    who: str = ""

    @property
    def human(self) -> bool:
        """Whether a person made the geometry of the frame, so that it is not held to what a model would have made."""
        return self.composite is not None


def hands_of(decisions: Iterable[Decision], stage: FrameStage = "panel") -> Hands | None:
    """The work that stands on a frame, by every decision about its shot; None where nobody took it in hand."""
    found: Hands | None = None
    for decision in standing(decisions):
        if decision.hands is not None and decision.hands.stage == stage:
            found = _after(found or Hands(stage), decision.hands)
            found = replace(found, who=decision.who)
    return found if found and (found.kit or found.composite or found.passes) else None


def count(decisions: Iterable[Decision], stage: FrameStage, *works: str) -> int:
    """How many such pieces of work were ever decided for a frame, taken back or not."""
    return sum(d.hands is not None and d.hands.stage == stage and d.hands.work in works for d in decisions)


def _after(before: Hands, work: Handwork) -> Hands:
    if work.work == "kit":
        return replace(before, kit=work)
    if work.work == "composite":
        return Hands(before.stage, composite=work)
    if work.work == "use":
        return replace(before, used=work)
    if work.work == "rebuild" and before.passes and before.passes[-1].work == "demolish":
        return replace(before, passes=(before.passes[-1], work), used=None)
    return replace(before, passes=(work,), used=None)
