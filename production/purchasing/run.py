"""One attempt at one scene, as the paid steps know it: what they may use, under which terms, and what was spent so
far.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field

from governor.purchase import Epoch
from manifests.scene import Scene
from manifests.spending.plan import ScenePlan
from manifests.spending.standing_order import Night
from production.purchasing.waiting import JobTimes
from wiring.services import Services
from wiring.settings import Settings

LEASE_S = 60.0
"""The shortest lease of a slot that Prefect's server gives."""

Say = Callable[[str], None]
SlotOf = Callable[[Settings, str, Say], AbstractAsyncContextManager[None]]
"""A slot of a provider's concurrency limit while its block lasts: the film's settings, the provider, and who hears of
trouble.
"""


def lane(provider: str) -> str:
    """The name of a provider's concurrency limit in Prefect; set it to 0 there to stop new calls."""
    return f"provider-{provider}"


def _no_limit(_settings: Settings, _provider: str, _say: Say) -> AbstractAsyncContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Terms:
    """What the person who started the run asked for.

    `plan`: the one that the run keeps to; nothing outside of it is bought. `night`: the one whose standing order it
    works under. `partial`: begin a chain although the provider's credit does not cover all of it. `drafts_only`: make
    no finals, and ask nobody. `approved_only`: ask nobody, make the finals that are approved, and buy no draft.
    """

    plan: ScenePlan | None = None
    night: Night | None = None
    partial: bool = False
    drafts_only: bool = False
    approved_only: bool = False

    @property
    def at_night(self) -> bool:
        """Whether nobody is there to answer."""
        return self.night is not None

    @property
    def stops_at_drafts(self) -> bool:
        """Whether finals are for another run: at night none are made."""
        return self.at_night or self.drafts_only


@dataclass(slots=True)
class Spending:
    """What a run has spent so far, and is likely to spend still. The steps of the run change it as they go.

    `made`: how many takes were really made. `foreseen_microusd`: what the rest is likely to need, so that a refusal can
    advise a cap that lasts. `dry`: the providers whose credit has ended, each with the error that said so; nothing more
    is asked of them. `promised`: the shots of each chain that was begun, by its last shot. `needs`: what drafts (True)
    and finals (False) would hold by shot, stage and provider, as it stood when they were begun.
    """

    made: int = 0
    foreseen_microusd: int = 0
    dry: dict[str, Exception] = field(default_factory=dict)
    promised: dict[str, tuple[str, ...]] = field(default_factory=dict)
    needs: dict[bool, dict[tuple[str, str, str], int]] = field(default_factory=dict)
    _held: set[tuple[str, str]] = field(default_factory=set)

    def foresee(self, microusd: int) -> None:
        """Note what the stretch of the run that begins now is likely to need."""
        self.foreseen_microusd = microusd
        self._held.clear()

    def holds(self, shot: str, stage: str, microusd: int) -> None:
        """Note that the first take of a stage is held now: it is foreseen no longer. Later takes never were."""
        if (shot, stage) not in self._held:
            self._held.add((shot, stage))
            self.foreseen_microusd = max(0, self.foreseen_microusd - microusd)

    def is_held(self, shot: str, stage: str) -> bool:
        """Whether the stage's first take was held in this stretch: it is with the provider, or bought."""
        return (shot, stage) in self._held


@dataclass(frozen=True)
class Run:
    """What every paid step of one attempt at a scene is given.

    `epoch`: the attempt's claim on the scene; the ledger refuses an older one. `slot_of`: what waits for a slot at a
    provider; a run outside of Prefect has no limit to wait at. `job_times`: how long its jobs took. `patience_s`: how
    long one job is waited for, in seconds, before it is in doubt.
    """

    services: Services
    scene: Scene
    epoch: Epoch
    slot_of: SlotOf = _no_limit
    terms: Terms = Terms()
    spending: Spending = field(default_factory=Spending)
    job_times: JobTimes = field(default_factory=JobTimes)
    patience_s: float = 3600.0
