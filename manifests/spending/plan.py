"""The plan of a scene as a value: every step with its price, every cap with its headroom, and one hash over it all."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from manifests.film import Bought, TierName
from manifests.keys import hash_json
from manifests.money import Microusd
from manifests.noun import Noun, SceneId, Sha256, ShotId, Text

Does = Literal["run", "cached", "collect", "blocked"]
PlanTier = Literal["draft", "final", "hero", "all"]
Block = Literal[
    "approval",
    "roster",
    "stopped",
    "cap",
    "switch",
    "resolution",
    "doubt",
    "attempts",
    "escalated",
    "asked",
    "moderation",
    "reference",
    "words",
    "continuity",
    "proposed",
    "price",
    "invalid",
    "key",
    "upstream",
    "hands",
    "hold",
    "omit",
]
LIFTED_BY_A_WORD: frozenset[Block] = frozenset(
    {"approval", "roster", "stopped", "cap", "switch", "resolution", "proposed", "key"}
)
"""The obstacles that a person's decision alone lifts (a roster finding by its waiver, a missing key by setting it):
such a step would then run as planned, so that its price is part of the plan.
"""


class MadeFrom(Noun):
    """A step's inputs, as far as they are known before anything is made: a change of any of them is a move, by name."""

    prompt: Sha256
    references: Sha256
    shot: Sha256
    model: Text


class PlanStep(Noun):
    """One stage of one shot, or its judge's looks at a tier ("judge"). `why`: one line.
    Amounts are of the next take; 0 where nothing will be bought.

    `key`: the generation key, None while what it opens on is not made. `opens_on`: the picture that a clip is made
    from, None while it is not made. `price`: the hash of the price row, `unit_price` that row in words. `high_microusd`
    is what the ledger will hold. `takes_left`: how many takes the film still allows. `plays_ms`, `bought_ms`: how long
    a clip plays, and how long it is bought, since a model sells some lengths alone; `longer_microusd`: what the
    difference is likely to cost. 0 where nothing is bought.
    """

    shot: ShotId
    stage: Bought
    tier: TierName
    does: Does
    why: str
    block: Block | None = None
    made_from: MadeFrom
    key: Sha256 | None = None
    opens_on: Sha256 | None = None
    provider: Text
    price: Sha256 | None = None
    unit_price: str = ""
    low_microusd: Microusd = 0
    likely_microusd: Microusd = 0
    high_microusd: Microusd = 0
    plays_ms: Annotated[int, Field(strict=True, ge=0)] = 0
    bought_ms: Annotated[int, Field(strict=True, ge=0)] = 0
    longer_microusd: Microusd = 0
    takes_left: Annotated[int, Field(strict=True, ge=0)] = 0

    @property
    def name(self) -> str:
        """How people call it: "SC010_SH0010 draft clip"."""
        return f"{self.shot} {self.tier} {self.stage.replace('_', ' ')}"

    @property
    def place(self) -> tuple[str, Bought, TierName]:
        """Which stage of which shot at which tier it is."""
        return self.shot, self.stage, self.tier

    @property
    def counts(self) -> bool:
        """Whether it is bought when all goes on: it runs, or waits only for a person's decision."""
        return self.does == "run" or (self.does == "blocked" and self.block in LIFTED_BY_A_WORD)

    @property
    def worst_microusd(self) -> int:
        """The most that all takes that the film allows may cost together.
        Each is held by itself, one after the other.
        """
        return self.high_microusd * self.takes_left


class Headroom(Noun):
    """One cap, and what the plan would count against it.
    `cap_microusd` is None where no cap was ever set: nothing fits.
    """

    scope: Text
    cap_microusd: Microusd | None
    settled_microusd: Microusd
    held_microusd: Microusd
    likely_microusd: Microusd
    high_microusd: Microusd

    @property
    def left_microusd(self) -> int:
        """The amount that may still be held, 0 or more."""
        return max(0, (self.cap_microusd or 0) - self.settled_microusd - self.held_microusd)

    @property
    def fits(self) -> bool:
        """Whether the plan fits, should each step cost the most that is held for it."""
        return self.high_microusd <= self.left_microusd or self.high_microusd == 0


class ScenePlan(Noun):
    """The steps that a run of a scene would do now. `hash` is over all the rest;
    an order that binds to a plan binds to this hash.

    `made_at`: ISO 8601 with its zone. `version`: of the program. `prices`: the hashes of the price rows it rests on.
    """

    schema_name: ClassVar[str] = "gate/plan/2"

    film: Text
    scene: SceneId
    tier: PlanTier
    made_at: Text
    version: Text
    steps: tuple[PlanStep, ...]
    caps: tuple[Headroom, ...]
    hash: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.hash and self.hash != self._worked_out():
            raise ValueError("its hash does not fit what it says: somebody changed it")
        return self

    def sealed(self) -> Self:
        """The plan with its hash."""
        return self.model_copy(update={"hash": self._worked_out()})

    @property
    def prices(self) -> tuple[str, ...]:
        """The hashes of the price rows it rests on, sorted."""
        return tuple(sorted({step.price for step in self.steps if step.price}))

    @property
    def running(self) -> tuple[PlanStep, ...]:
        """The steps that run as things stand."""
        return tuple(step for step in self.steps if step.does == "run")

    @property
    def counting(self) -> tuple[PlanStep, ...]:
        """The steps that are bought when all goes on; those that wait for a person's decision are among them."""
        return tuple(step for step in self.steps if step.counts)

    def _worked_out(self) -> str:
        return hash_json(self.model_dump(mode="json", exclude={"hash"}))
