"""How far a shot of a run is, and what held it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.scene_run import SceneRun
from governor.errors import (
    BudgetRefused,
    CreditShort,
    Excluded,
    Fenced,
    NightOver,
    NotApproved,
    PriceRefused,
    Refusal,
    RefusedBefore,
    Stopped,
)
from manifests.certificate import Certified
from manifests.errors import GateError
from manifests.scene import Shot
from production.journey.anchoring import Crossing
from production.journey.errors import Asked, ByHand, CreditEnded, InDoubt, InHand, NotReady, Uncollected
from production.journey.readiness import ObstacleKind
from production.journey.shot import Draft, Link
from providers.errors import KeyLimit, NoCredit, RateLimited, Refused, Unavailable
from wiring.telemetry import State

Status = Literal[
    "done",
    "escalated",
    "asks",
    "waits",
    "hold",
    "omit",
    "blocked:budget",
    "blocked:credit",
    "blocked:stop",
    "blocked:window",
    "blocked:moderation",
    "blocked:approval",
    "blocked:doubt",
    "blocked:fenced",
    "blocked",
]


@dataclass(frozen=True, slots=True)
class ShotState:
    """How far a shot is. `key`: the generation key of its clip; `links`: chained shots between it and the masters.

    `attempt`: which take of its clip passed. `adrift`: what has drifted in it; nothing is chained to it then.
    """

    shot: Shot
    status: Status
    message: str = ""
    panel: Certified | None = None
    end_panel: Certified | None = None
    clip: Certified | None = None
    key: str = ""
    links: int = 0
    version: int = 0
    attempt: int = 0
    adrift: tuple[Crossing, ...] = ()

    @property
    def done(self) -> bool:
        """True when its clip is certified."""
        return self.clip is not None

    @property
    def link(self) -> Link | None:
        """What a chained shot after it opens on; None where its clip is not certified."""
        return Link(self.shot, self.clip, self.key, self.links) if self.clip is not None else None

    @property
    def drafted(self) -> Draft:
        """What its final opens on, and is held against."""
        return Draft(self.panel, self.end_panel, self.clip, self.links)


def held_up(run: SceneRun, shot: Shot, error: Exception, draft: ShotState | None) -> ShotState:
    """The state of a shot that does not come through, said and written down. A wall that every shot would meet halts
    the run.

    A credit that has ended is one provider's: what others make goes on.
    """
    status = status_of_error(error)
    if isinstance(error, NotReady):  # it is this shot's own: the others go on
        run.services.telemetry.say(shot.id, "shot", "blocked", str(error))
        return ShotState(shot, status, str(error), panel=draft.panel if draft else None)
    if status in _HALTS and run.walls.halted is None:
        run.walls.halted = error
    if status == "blocked:credit" and not isinstance(error, CreditShort) and run.walls.short is None:
        run.walls.short = error
    ledger = run.services.ledger
    if status == "escalated" and str(error) not in {n.text for n in ledger.escalations(run.scene.id)}:
        ledger.note("escalation", f"shot:{shot.id}", str(error))
    if status == "blocked:credit" and str(error) not in {n.text for n in ledger.notes(scope=f"shot:{shot.id}")}:
        ledger.note("credit", f"shot:{shot.id}", str(error))
    run.services.telemetry.say(shot.id, "shot", _SHOWN.get(status, "blocked"), str(error))
    return ShotState(shot, status, str(error), panel=draft.panel if draft else None)


def status_of_error(error: Exception) -> Status:
    """The status of a shot that this error held up."""
    if isinstance(error, Excluded):
        return error.kind
    if isinstance(error, NotReady):
        return _UNREADY.get(error.kind, "blocked")
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            return status
    return "blocked"


_STATUSES: tuple[tuple[type[Exception], Status], ...] = (
    (BudgetRefused, "blocked:budget"),
    (PriceRefused, "blocked:budget"),
    (NightOver, "blocked:window"),
    (Stopped, "blocked:stop"),
    (CreditShort, "blocked:credit"),
    (Fenced, "blocked:fenced"),
    (NotApproved, "blocked:approval"),
    (KeyLimit, "blocked:credit"),
    (NoCredit, "blocked:credit"),
    (CreditEnded, "blocked:credit"),
    (Refused, "blocked:moderation"),
    (RefusedBefore, "blocked:moderation"),
    (InDoubt, "blocked:doubt"),
    (ByHand, "waits"),
    (Asked, "asks"),
    (Refusal, "blocked"),
    (Uncollected, "blocked"),
    (InHand, "blocked"),
    (RateLimited, "blocked"),
    (Unavailable, "blocked"),
    (GateError, "escalated"),
)
_UNREADY: dict[ObstacleKind, Status] = {"price": "blocked:budget", "key": "blocked:credit"}
_SHOWN: dict[Status, State] = {"escalated": "escalated", "waits": "waits", "asks": "waits"}
_HALTS: frozenset[Status] = frozenset({"blocked:budget", "blocked:stop", "blocked:window", "blocked:fenced"})
"""After one of these nothing new is begun: the next shot would meet the same wall, and half a shot is money lost."""
