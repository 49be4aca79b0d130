"""The run that is under way in this process: what every step of it shares."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from checks.colour_match import ColourMatch
from checks.drift import DriftReport
from governor.purchase import Epoch
from manifests.plan import ScenePlan
from manifests.scene import Scene
from manifests.standing_order import Night
from wiring.anchoring import ReAnchoring
from wiring.services import Services


@dataclass
class Run:
    """One attempt at one scene. `generated` counts what was really made; `halted` is why nothing new is begun any more,
    `short` why nothing more is bought of one provider: its credit has ended.

    `drift`: the newest drift check. `foreseen_microusd`: what the rest of it is likely to need, so that a refusal can advise a
    cap that lasts. `plan`: the one it keeps to, where a person named one; nothing outside of it is bought. `patience_s`: how long
    one job is waited for before it is in doubt. `night`: the one whose standing order it works under. `partial`: a chain that the
    provider's credit does not cover is begun all the same. `drafts_only`: no finals are made, and nobody is asked. `approved_only`:
    nobody is asked, finals with a yes are made, and no draft is bought. `promised`: the shots of each chain that was begun, by its last shot.
    `re_anchored`: the chained shots that are made from the masters, and why. `colours`: how the chained clips of the newest cut
    were matched, by shot. `needs`: what drafts (True) and finals would hold by shot, stage and provider, as it stood when they were begun.
    `dry`: the providers whose credit has ended, each with what said so; nothing more is asked of them. `ran`: the task run of each
    step that this run has made, by the step's name: see `tasks.step`.
    """

    services: Services
    scene: Scene
    epoch: Epoch
    lanes: asyncio.Semaphore
    foreseen_microusd: int = 0
    generated: int = 0
    halted: Exception | None = field(default=None)
    short: Exception | None = field(default=None)
    drift: DriftReport | None = field(default=None)
    plan: ScenePlan | None = field(default=None)
    night: Night | None = field(default=None)
    partial: bool = False
    drafts_only: bool = False
    approved_only: bool = False
    promised: dict[str, tuple[str, ...]] = field(default_factory=dict)
    re_anchored: dict[str, ReAnchoring] = field(default_factory=dict)
    colours: dict[str, ColourMatch] = field(default_factory=dict)
    needs: dict[bool, dict[tuple[str, str, str], int]] = field(default_factory=dict)
    dry: dict[str, Exception] = field(default_factory=dict)
    ran: dict[str, UUID] = field(default_factory=dict)
    patience_s: float = 3600.0
    _counted: set[tuple[str, str]] = field(default_factory=set)

    @property
    def stops_at_drafts(self) -> bool:
        """Whether finals are for another run: at night none are made."""
        return self.night is not None or self.drafts_only

    @property
    def wall(self) -> Exception | None:
        """What this run has run into, if anything: then nobody is asked for a yes, and no finals are begun."""
        return self.halted or self.short

    def holds(self, shot: str, stage: str, microusd: int) -> None:
        """The first take of a stage is held now, and is foreseen no longer. Later takes never were."""
        if (shot, stage) not in self._counted:
            self._counted.add((shot, stage))
            self.foreseen_microusd = max(0, self.foreseen_microusd - microusd)

    def is_held(self, shot: str, stage: str) -> bool:
        """Whether the stage's first take was held in this stretch: it is with the provider, or bought."""
        return (shot, stage) in self._counted

    def foresee(self, microusd: int) -> None:
        """What the stretch of the run that begins now is likely to need."""
        self.foreseen_microusd = microusd
        self._counted.clear()


_current: ContextVar[Run] = ContextVar("run")

dry_tonight: ContextVar[dict[str, Exception]] = ContextVar("dry_tonight")
"""The providers whose credit has ended, of all the scenes that one night makes in this process."""


def begin(run: Run) -> None:
    """Make `run` the one that the steps of this flow share."""
    _current.set(run)


def current() -> Run:
    """The run under way. Raises LookupError outside of one."""
    return _current.get()
