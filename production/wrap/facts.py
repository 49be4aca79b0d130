"""The content of a wrap report as values: the page, the tables and the JSON are written from these alone."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from manifests.money import Microusd
from manifests.noun import Noun, SceneId, ShotId, Text

ShotStanding = Literal["final", "draft", "open", "hold", "omit"]
"""What the film has of a shot: a final, only a draft that passed its gate, neither; or people put it on hold, or
omitted it.
"""

Count = Annotated[int, Field(ge=0)]


class ShotCost(Noun):
    """One shot. `seconds`: how long it plays. `takes`: panels and clips that were made; `failed`: those that a gate
    refused. Amounts in micro-dollars; `other`: judges, writers and edits. `private`: it has no words on any page.
    """

    scene: SceneId
    shot: ShotId
    standing: ShotStanding
    seconds: float
    panels: Count
    clips: Count
    failed: Count
    panel_microusd: Microusd
    draft_microusd: Microusd
    final_microusd: Microusd
    other_microusd: Microusd
    private: bool = False

    @property
    def microusd(self) -> int:
        """All of it."""
        return self.panel_microusd + self.draft_microusd + self.final_microusd + self.other_microusd


class StageCost(Noun):
    """One stage at one tier, of all scenes: its calls, how many brought a take, and what they cost."""

    stage: Text
    tier: Text
    calls: Count
    made: Count
    microusd: Microusd


class ModelCost(Noun):
    """One provider's model: its calls, what was expected, and what was billed. `refused`: calls that it turned away."""

    provider: Text
    model: Text
    operation: Text
    calls: Count
    refused: Count
    expected_microusd: Microusd
    billed_microusd: Microusd


class GateCost(Noun):
    """What one gate did. `failed`: takes that it refused, and `failed_microusd` what making those had cost. `spared`:
    what would have been bought from them next: a draft clip of a refused panel, a final of a refused draft.
    `judge_microusd`: what its judge was paid. `overruled`: refused takes that a person called good.
    """

    gate: Literal["panel", "clip"]
    judged: Count
    failed: Count
    failed_microusd: Microusd
    spared_microusd: Microusd
    judge_microusd: Microusd
    overruled: Count
    overruled_microusd: Microusd


class Mend(Noun):
    """The change after which a flaw went away, and how often it helped."""

    changed: Text
    times: Annotated[int, Field(ge=1)]


class Lesson(Noun):
    """One kind of flaw. `failed`: takes that a gate refused for it; `shots`: in how many shots. `mended`: how often a
    later take was free of it, `takes` and `microusd` what those later takes were together. `accepted`: a person took
    the picture as it was. `open`: it is still there.
    """

    flaw: Text
    rules: tuple[str, ...]
    failed: Count
    shots: Count
    mended: Count
    mends: tuple[Mend, ...] = ()
    takes: Count
    microusd: Microusd
    accepted: Count
    open: Count


class RuleRecord(Noun):
    """How one rule fared with people. Of the takes that it failed: how many a person called good (a false alarm), and
    how many bad. Of those that it asked about: how many were good, and how many bad.
    """

    rule: Text
    name: str
    failed: Count
    false_alarms: Count
    confirmed: Count
    asked: Count
    asked_good: Count
    asked_bad: Count


class Reworded(Noun):
    """Words that a failed take had and the take that passed did not, and those that came instead."""

    shot: ShotId
    stage: Text
    flaw: Text
    gone: tuple[str, ...]
    came: tuple[str, ...]


class Deletable(Noun):
    """Objects of the vault that the film as it stands does not need. Nothing deletes them but a person."""

    kind: Literal["failed takes", "other takes", "nothing names it"]
    objects: Count
    bytes: Count


class SceneWrap(Noun):
    """One scene's sums. `final_seconds`, `draft_seconds`: of shots that have a final, or a draft that passed."""

    scene: SceneId
    title: str
    shots: Count
    finals: Count
    drafts: Count
    final_seconds: float
    draft_seconds: float
    microusd: Microusd


class Wrap(Noun):
    """The wrap report of a film, or of some of its scenes. `made_at`: ISO 8601 with its zone. `views_microusd`: what
    the bible's reference views cost. `elsewhere_microusd`: what other tools cost, of their own logs. `held_microusd`:
    what is held for calls that have not ended.
    """

    schema_name: ClassVar[str] = "gate/wrap/1"

    film: Text
    title: Text
    made_at: Text
    scenes: tuple[SceneWrap, ...]
    shots: tuple[ShotCost, ...]
    stages: tuple[StageCost, ...]
    models: tuple[ModelCost, ...]
    gates: tuple[GateCost, ...]
    lessons: tuple[Lesson, ...]
    rules: tuple[RuleRecord, ...]
    reworded: tuple[Reworded, ...]
    deletable: tuple[Deletable, ...] = ()
    views_microusd: Microusd = 0
    elsewhere_microusd: Microusd = 0
    held_microusd: Microusd = 0

    @property
    def microusd(self) -> int:
        """All that the scenes and the reference views have cost, other tools left out."""
        return sum(scene.microusd for scene in self.scenes) + self.views_microusd

    @property
    def accepted(self) -> tuple[ShotCost, ...]:
        """The shots that count as accepted: those with a final; in a film without any final, those whose draft
        passed.
        """
        finals = tuple(shot for shot in self.shots if shot.standing == "final")
        return finals or tuple(shot for shot in self.shots if shot.standing == "draft")

    @property
    def accepted_as(self) -> Literal["finals", "drafts"]:
        """Which of the two those are."""
        return "finals" if any(shot.standing == "final" for shot in self.shots) else "drafts"

    @property
    def per_second(self) -> int | None:
        """Micro-dollars of all spending for each accepted second, rounded; None where nothing is accepted."""
        seconds = sum(shot.seconds for shot in self.accepted)
        return round(self.microusd / seconds) if seconds else None

    @property
    def per_shot(self) -> int | None:
        """Micro-dollars of all spending for each accepted shot, rounded; None where nothing is accepted."""
        return round(self.microusd / len(self.accepted)) if self.accepted else None

    @property
    def takes_per_shot(self) -> float | None:
        """Panels and clips that were made, for each accepted shot; None where nothing is accepted."""
        made = sum(shot.panels + shot.clips for shot in self.shots)
        return made / len(self.accepted) if self.accepted else None
