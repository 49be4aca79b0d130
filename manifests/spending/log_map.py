"""How another tool's log is read as ours: which of its fields says what, and what its words mean here."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, field_validator, model_validator

from manifests.film import Stage, TierName
from manifests.money import Usd
from manifests.noun import Noun, SceneId, ShotId

Outcome = Literal[
    "held", "sent", "in_flight", "in_doubt", "settled", "refused", "released", "written_off", "billed_late"
]
"""The outcome of a call. refused: the provider made nothing, for free or for a fee.
billed_late: a bill came after its end.
"""

Path = Annotated[str, StringConstraints(strict=True, pattern=r"^[^.\s]([^\n]{0,198}[^.\s])?$")]
"""A field of theirs; dots lead inside, and a number counts in a list from 0: `usage.cost`, `shots.0.name`."""

Word = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]


class Pick(Noun):
    """Where one fact comes from. `default` stands where the line has no such field, or null there;
    alone it stands always.

    Without a default a line that lacks the field is refused, unless `optional` says that it may.
    """

    field: Path | None = None
    default: Word | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.field is None and self.default is None:
            raise ValueError("it needs a field, a default, or both")
        return self


class ScenePick(Pick):
    """The scene. `words`: their name to ours. `numbers`: ours with zeros where the numbers in their name go: SC000."""

    default: SceneId | None = None
    words: dict[Word, SceneId] = {}
    numbers: SceneId | None = None


class ShotPick(Pick):
    """The shot. `words`: their name to ours.
    `numbers`: ours with zeros where the numbers in their name go: SC000_SH0000.
    """

    default: ShotId | None = None
    words: dict[Word, ShotId] = {}
    numbers: ShotId | None = None


class StagePick(Pick):
    """The stage. A word of theirs that `words` does not have must be one of ours."""

    default: Stage | Literal["other"] | None = None
    words: dict[Word, Stage | Literal["other"]] = {}


class TierPick(Pick):
    """The tier. A word of theirs that `words` does not have must be one of ours."""

    default: TierName | Literal["other"] | None = None
    words: dict[Word, TierName | Literal["other"]] = {}


class OutcomePick(Pick):
    """The outcome. A word of theirs that `words` does not have must be one of ours."""

    default: Outcome | None = None
    words: dict[Word, Outcome] = {}


class TimePick(Noun):
    """When the call was made. `zone`: of times that name none, as in Europe/Berlin;
    without it such a line is refused.
    """

    field: Path
    written: Literal["iso", "unix_s", "unix_ms"] = "iso"
    zone: Annotated[str, StringConstraints(strict=True, max_length=60)] | None = None

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str | None) -> str | None:
        try:
            if zone is not None:
                ZoneInfo(zone)
        except (LookupError, ValueError, OSError):
            raise ValueError("it is not a time zone; write UTC or, say, Europe/Berlin") from None
        return zone


class CostPick(Noun):
    """Its cost. `usd_per_credit`: with unit credits, and only with it.
    `optional`: a line without a cost is one unknown.
    """

    field: Path
    unit: Literal["usd", "cents", "microusd", "credits"]
    usd_per_credit: Usd | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _credits_have_a_rate(self) -> Self:
        if (self.unit == "credits") != (self.usd_per_credit is not None):
            raise ValueError("unit: credits goes with usd_per_credit, and no other unit does")
        return self


class LogMap(Noun):
    """A map. `source`: what the tool is called in our reports.
    `call_id`: its own name for the call, so that one counts once.
    """

    schema_name: ClassVar[str] = "gate/log_map/1"

    source: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9][a-z0-9._-]{0,29}$")]
    scene: ScenePick | None = None
    shot: ShotPick | None = None
    stage: StagePick = StagePick(default="other")
    tier: TierPick = TierPick(default="other")
    provider: Pick
    model: Pick
    made_at: TimePick
    cost: CostPick
    outcome: OutcomePick
    prompt: Pick | None = None
    call_id: Pick | None = None
    raw: Pick | None = None

    @field_validator("source")
    @classmethod
    def _is_not_us(cls, source: str) -> str:
        if source == "gate":
            raise ValueError("that is what this program is called; call the other one by another name")
        return source

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.scene is None and self.shot is None:
            raise ValueError("it says neither the scene nor the shot; map one of them")
        return self


class ForeignCall(Noun):
    """One call that another tool made. `made_at` is ISO 8601 in UTC. `cost_microusd` is None where nobody knows it."""

    schema_name: ClassVar[str] = "gate/foreign_call/1"

    source: str
    call_id: Annotated[str, StringConstraints(max_length=300)] | None = None
    made_at: str
    shot: ShotId | None = None
    scene: SceneId
    stage: Stage | Literal["other"]
    tier: TierName | Literal["other"]
    provider: Annotated[str, StringConstraints(max_length=80)]
    model: Annotated[str, StringConstraints(max_length=200)]
    prompt: str = ""
    outcome: Outcome
    cost_microusd: Annotated[int, Field(strict=True, ge=0)] | None = None
    raw: str = ""
