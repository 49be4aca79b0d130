"""What the clip gates have measured of continuity: who stands where, and which props are there. It reads what is on
file, measures nothing, and changes no certificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks.continuity.deriving import derive
from checks.rules import continuity_rules
from checks.rules.panel_rules import BLOCKING, PROPS
from manifests.finding import Score
from manifests.noun import Noun, ShotId
from manifests.scene import Scene, Shot
from manifests.story.states import ContinuityFinding, Side
from production.continuity.flow import continuity_of
from wiring.services import Services

_AS_FILMED = frozenset(
    rule.code
    for rule in (
        continuity_rules.WARDROBE,
        continuity_rules.PROP_FROM_NOWHERE,
        continuity_rules.SIDES,
        continuity_rules.PROP_SURVIVES,
    )
)
"""The rules that need no more than the marks which a clip was gated against."""


class Seen(Noun):
    """One person or prop in a certified clip. `side`: where the clip has them as it opens; None where the gate could
    not check it.
    """

    subject: str
    side: Side | None
    value: float | None
    threshold: float


class MeasuredShot(Noun):
    """A shot's newest certified clip. `stale`: it was made for other marks or clothes than the shot has now. `between`:
    what does not go together between this clip and the clips before it, though the files say that it does.
    """

    shot: ShotId
    take: str
    stale: bool
    people: tuple[Seen, ...]
    props: tuple[Seen, ...]
    between: tuple[ContinuityFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Filmed:
    """A certified clip: its take's name, the shot as it was staged for it, and the gate's scores."""

    take: str
    staged: Shot
    scores: tuple[Score, ...]


def measured(services: Services, scene: Scene) -> Mapping[str, MeasuredShot]:
    """By shot, for each that has a certified clip."""
    filmed = {shot.id: found for shot in scene.shots if (found := _filmed(services, shot)) is not None}
    as_filmed = scene.model_copy(update={"shots": tuple(_as_filmed(shot, filmed.get(shot.id)) for shot in scene.shots)})
    bible = services.folder.bible
    said, made = continuity_of([scene], bible), continuity_of([as_filmed], bible)
    measures: dict[str, MeasuredShot] = {}
    for shot in scene.shots:
        if (clip := filmed.get(shot.id)) is None:
            continue
        known = {each.finding.flaw for each in (*said[shot.id].open, *(a.found for a in said[shot.id].accepted))}
        between = tuple(
            each
            for each in made[shot.id].open
            if each.finding.rule in _AS_FILMED and each.against in filmed and each.finding.flaw not in known
        )
        measures[shot.id] = _measured(scene, shot, clip, between)
    return measures


def _filmed(services: Services, shot: Shot) -> _Filmed | None:
    for take in reversed(services.ledger.takes(shot=shot.id, stage="clip")):
        certificate = services.ledger.certificate(take.asset.sha256, shot.id, "clip") if take.asset else None
        staged = take.order.staging
        if certificate is not None and isinstance(staged, Shot):
            return _Filmed(f"v{take.version:03d} {take.tier}", staged, certificate.scores)
    return None


def _as_filmed(shot: Shot, clip: _Filmed | None) -> Shot:
    """The shot as its clip shows it, with what the file says for continuity."""
    if clip is None:
        return shot
    said = {"light": shot.light, "time": shot.time, "weather": shot.weather, "continuity": shot.continuity}
    return clip.staged.model_copy(update={**said, "transition": shot.transition})


def _measured(scene: Scene, shot: Shot, clip: _Filmed, between: tuple[ContinuityFinding, ...]) -> MeasuredShot:
    (line,) = derive([scene.model_copy(update={"shots": (clip.staged,)})])
    people = tuple(_seen(clip, BLOCKING.code, who.character, who.side) for who in line.opens.people)
    props = tuple(_seen(clip, PROPS.code, what.prop, None) for what in line.opens.props)
    stale = (clip.staged.cast, clip.staged.props, clip.staged.camera) != (
        shot.unnamed().cast,
        shot.unnamed().props,
        shot.camera,
    )
    return MeasuredShot(shot=shot.id, take=clip.take, stale=stale, people=people, props=props, between=between)


def _seen(clip: _Filmed, rule: str, subject: str, side: Side | None) -> Seen:
    """A certified clip holds no failed score; one that was not checked says nothing."""
    score = next((s for s in clip.scores if (s.rule, s.subject) == (rule, subject)), None)
    if score is None or not score.applies:
        return Seen(subject=subject, side=None, value=None, threshold=score.threshold if score else 0.0)
    return Seen(subject=subject, side=side, value=score.value, threshold=score.threshold)
