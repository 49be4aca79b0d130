"""The readiness gate: whether a shot may be generated, and if not, why and what to do about it.

Pure: it reads facts that were gathered for it. A run, a plan and the shot matrix ask the same functions, so that they
say the same. A take that exists is not held back: only a new generation is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from manifests.film import Stage, TierName
from manifests.finding import Finding

ObstacleKind = Literal["reference", "words", "continuity", "proposed", "invalid", "price", "key"]
"""What is not ready.

reference: a picture that the shot shows is missing, or not the locked one. words: a rule about its words fails.
continuity: it contradicts its neighbours. proposed: a program suggested the shot, and nobody has kept it. invalid: the
provider cannot make it. price: nobody can price it. key: its provider has no key.
"""

_ORDER: tuple[Stage, ...] = ("panel", "end_panel", "clip")


@dataclass(frozen=True, slots=True)
class Lack:
    """What a stage lacks: of what, why, and the fix. `thing`: "" where the cause names it."""

    thing: str
    cause: str
    cure: str

    def obstacle(self, kind: ObstacleKind) -> Obstacle:
        """The same as a reason why a shot is not generated."""
        return Obstacle(kind, f"{self.thing}: {self.cause}" if self.thing else self.cause, self.cure)


@dataclass(frozen=True, slots=True)
class StageFacts:
    """One stage at one tier. `free`: its provider bills nothing, so that no key and no price is needed."""

    stage: Stage
    tier: TierName
    provider: str
    free: bool = False
    refused: Lack | None = None
    unpriced: Lack | None = None
    keyless: Lack | None = None


@dataclass(frozen=True, slots=True)
class ShotFacts:
    """What the gate reads of one shot: the findings about it, and the facts of its stages. `continuity`: those that are
    open; an animatic shows them, and a shot is bought without any.
    """

    shot: str
    references: tuple[Finding, ...] = ()
    words: tuple[Finding, ...] = ()
    continuity: tuple[Finding, ...] = ()
    proposed: bool = False
    stages: tuple[StageFacts, ...] = ()

    def with_references(self, found: Sequence[Finding]) -> ShotFacts:
        """The same with what a run's own look at the references has found."""
        return replace(self, references=tuple(found))


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why a shot is not generated, with its fix."""

    kind: ObstacleKind
    why: str
    cure: str

    @property
    def words(self) -> str:
        """Both in a line."""
        return f"{self.why.removesuffix('.')}. {self.cure}"


def not_begun(facts: ShotFacts) -> tuple[Obstacle, ...]:
    """What keeps the shot from being begun at all, even with what was made: its references."""
    return tuple(_found("reference", facts.references))


def impossible(facts: ShotFacts, tier: TierName, stage: Stage) -> tuple[Obstacle, ...]:
    """Why the provider of this very stage refuses it; then nobody can say either what was made of it."""
    here = (each for each in facts.stages if each.stage == stage and each.tier == tier)
    return tuple(each.refused.obstacle("invalid") for each in here if each.refused)


def unready(facts: ShotFacts, tier: TierName, stage: Stage = "panel") -> tuple[Obstacle, ...]:
    """Every reason why this stage is not generated now, the first to fix first; none where the shot is ready.

    What comes after the stage counts too, up to the final of a draft: half a shot is money lost.
    """
    found = [*not_begun(facts), *_found("words", facts.words)]
    ahead = tuple(_ahead(facts, tier, stage))
    paid = not all(each.free for each in ahead)
    if paid:
        found += [Obstacle("continuity", f"{each.rule} {each.message}", each.cure) for each in facts.continuity]
    if facts.proposed and paid:
        keep = f"Keep it: take the line proposed: true away from {facts.shot}; or try it with previz"
        found.append(Obstacle("proposed", "a program proposed the shot, and nobody has kept it", keep))
    for kind, field in _LACKS.items():
        found += _lacking(kind, (getattr(each, field) for each in ahead))
    return tuple(dict.fromkeys(found))


_LACKS: dict[ObstacleKind, Literal["refused", "unpriced", "keyless"]] = {
    "invalid": "refused",
    "price": "unpriced",
    "key": "keyless",
}


def _lacking(kind: ObstacleKind, lacks: Iterable[Lack | None]) -> Iterator[Obstacle]:
    """One obstacle for each cause, of the first stage that has it."""
    told: set[tuple[str, str]] = set()
    for lack in lacks:
        if lack is not None and (lack.cause, lack.cure) not in told:
            told.add((lack.cause, lack.cure))
            yield lack.obstacle(kind)


def _ahead(facts: ShotFacts, tier: TierName, stage: Stage) -> Iterator[StageFacts]:
    """The stages that are still to come, this one first."""
    for each in facts.stages:
        later = _ORDER.index(each.stage) >= _ORDER.index(stage)
        of_the_final = tier == "draft" and each.tier != "draft" and each.stage == "clip"
        if (each.tier == tier and later) or of_the_final:
            yield each


def _found(kind: ObstacleKind, findings: Sequence[Finding]) -> Iterator[Obstacle]:
    for finding in findings:
        if finding.severity == "error":
            yield Obstacle(kind, f"{finding.rule} {finding.message}", finding.cure)
