"""What stands of people's work on a shot's frame: the kit that is out, the composite that was handed in, the passes
over it.

A run, a plan and the commands all read it here, from the decisions in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from governor.decisions.undoing import standing
from governor.purchase import Decided
from manifests.handwork import FrameStage, Handwork


@dataclass(frozen=True, slots=True)
class Hands:
    """The work on one frame of a shot. `kit`: one is out, and a composite is waited for. `composite`: what was handed
    in.

    `passes`: the newest pass over the frame, or a demolition with the rebuilding after it. `used`: which of composite
    and pass a person chose since. `who`: who decided the newest of it.
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


def hands_of(decided: Iterable[Decided], stage: FrameStage = "panel") -> Hands | None:
    """The work that stands on a frame, by every decision about its shot; None where nobody took it in hand."""
    found: Hands | None = None
    for decision in (each.decision for each in standing(decided)):
        if decision.hands is not None and decision.hands.stage == stage:
            found = _after(found or Hands(stage), decision.hands)
            found = replace(found, who=decision.who)
    return found if found and (found.kit or found.composite or found.passes) else None


def count(decided: Iterable[Decided], stage: FrameStage, *works: str) -> int:
    """How many such pieces of work were ever decided for a frame, taken back or not."""
    done = (each.decision.hands for each in decided)
    return sum(hands is not None and hands.stage == stage and hands.work in works for hands in done)


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
