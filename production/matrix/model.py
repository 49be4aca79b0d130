"""The shot matrix: one row a shot, with everything that is decided of it, its price, and whether it may be generated.

Every output (terminal, CSV, HTML, JSON) shows this one model. The price is the plan's; the readiness is the answer of
the gate that a run asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from manifests.bible import Bible
from manifests.film import TierName
from manifests.money import upper_usd
from manifests.names import scene_of_shot
from manifests.privacy import PRIVATE
from manifests.scene import Scene, Shot
from manifests.spending.plan import PlanStep
from manifests.story.states import ShotContinuity, ShotMoment
from production.continuity.flow import scene_continuity
from production.journey.readiness import Obstacle, ShotFacts
from production.planning.plan_scene import plan_scene
from production.planning.readiness_facts import facts_of_scene
from production.planning.shot_standing import Standing, standing_of
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One shot. Money in micro-dollars: `drafts`, `finals`: what is likely left to buy; None where nobody can price it.

    `readiness`: the standing with its reasons in a word each. `why`: what a shot waits for. `obstacles`: everything
    that keeps it from being generated, the first to fix first. `notes`: what else is open against the shots before it.
    """

    scene: str
    shot: str
    called: str
    proposed: bool
    beat: str
    place: str
    cast: tuple[str, ...]
    props_in: tuple[str, ...]
    props_out: tuple[str, ...]
    light: str
    time: str
    side: tuple[str, ...]
    direction: tuple[str, ...]
    camera: str
    length_s: float
    provider: str
    drafts_microusd: int | None
    finals_microusd: int | None
    standing: Standing
    readiness: str
    why: str
    obstacles: tuple[Obstacle, ...]
    notes: tuple[str, ...] = ()

    @property
    def price(self) -> str:
        """What is likely left to buy, drafts and finals together."""
        if self.drafts_microusd is None or self.finals_microusd is None:
            return "no price"
        return upper_usd(self.drafts_microusd + self.finals_microusd)


@dataclass(frozen=True, slots=True)
class MatrixScene:
    """The rows of one scene in story order. `intent`: what the scene is for."""

    scene: str
    called: str
    title: str
    intent: str
    rows: tuple[MatrixRow, ...]


def matrix_of(services: Services, scenes: Sequence[str]) -> tuple[MatrixScene, ...]:
    """Read it now. Asks nobody outside and spends nothing. Raises NotAFilm for an unknown scene."""
    return tuple(_scene(services, services.scene(name)) for name in scenes)


def _scene(services: Services, scene: Scene) -> MatrixScene:
    facts = facts_of_scene(services, scene)
    plan, flow = plan_scene(services, scene, facts=facts), scene_continuity(services, scene)
    rows = tuple(_row(services, shot, plan.of(shot.id), facts[shot.id], flow.get(shot.id)) for shot in scene.shots)
    return MatrixScene(scene.id, scene.called or "", scene.title, scene.intent, rows)


def _row(
    services: Services, shot: Shot, steps: Sequence[PlanStep], facts: ShotFacts, flow: ShotContinuity | None
) -> MatrixRow:
    bible, stands = services.folder.bible, standing_of(steps, facts)
    makers = dict.fromkeys(services.provider(stage, shot).name for stage in ("panel", "clip"))
    opens, closes = (flow.line.opens, flow.line.closes) if flow else (ShotMoment(location=shot.location),) * 2
    return MatrixRow(
        scene=scene_of_shot(shot.id),
        shot=shot.id,
        called=shot.called or "",
        proposed=shot.proposed,
        beat=PRIVATE if shot.private else " ".join((shot.beat or shot.motion).split()),
        place=bible.locations[shot.location].name,
        cast=tuple(f"{bible.characters[m.character].name} ({m.wardrobe})" for m in shot.cast),
        props_in=tuple(_props(opens, bible)),
        props_out=tuple(_props(closes, bible)),
        light=_light(opens) or bible.locations[shot.location].light,
        time=opens.time or "",
        side=tuple(_sides(opens, closes, bible)),
        direction=tuple(_directions(opens, bible)),
        camera=camera_words(shot),
        length_s=shot.duration_s,
        provider=", ".join(makers),
        drafts_microusd=_price(steps, facts, draft=True),
        finals_microusd=_price(steps, facts, draft=False),
        standing=stands.standing,
        readiness=stands.words,
        why=stands.why,
        obstacles=stands.obstacles,
        notes=tuple(
            f"{finding.rule} {finding.message}. {finding.cure}"
            for finding in (flow.findings if flow else ())
            if all(f"{finding.rule} {finding.message}" != each.why for each in stands.obstacles)
        ),
    )


def camera_words(shot: Shot) -> str:
    """Size, move and lens: "medium close up, push in, 50 mm"."""
    parts = [shot.camera.size.replace("_", " ")]
    if shot.camera.move != "static":
        parts.append(shot.camera.move.replace("_", " "))
    return ", ".join([*parts, *([] if shot.private else [shot.camera.lens])])


def _price(steps: Sequence[PlanStep], facts: ShotFacts, *, draft: bool) -> int | None:
    """What is likely left to buy; None where a stage that is to be made has no price."""
    mine = [step for step in steps if (step.tier == "draft") == draft]
    tiers: set[TierName] = {step.tier for step in mine if step.does == "blocked" and step.price is None}
    unpriced = (each for each in facts.stages if each.tier in tiers and (each.unpriced or each.refused))
    return None if any(unpriced) else sum(step.likely_microusd for step in mine)


def _props(moment: ShotMoment, bible: Bible) -> Iterator[str]:
    """What is in the frame, and in whose hands."""
    for each in moment.props:
        held = f" (held by {bible.characters[each.held_by].name})" if each.held_by else ""
        yield f"{bible.props[each.prop].name}{held}"


def _light(moment: ShotMoment) -> str:
    """What the film says for continuity: "warm, from the left"."""
    if moment.light is None:
        return ""
    light = moment.light
    tone = f"{light.temperature} K" if isinstance(light.temperature, int) else light.temperature
    return ", ".join(filter(None, [tone, f"from {light.direction}" if light.direction else ""]))


def _sides(opens: ShotMoment, closes: ShotMoment, bible: Bible) -> Iterator[str]:
    """On which side of the frame each of the cast opens, and ends where that is another."""
    for member in opens.people:
        end = closes.person(member.character)
        moved = f" → {end.side}" if end is not None and end.side != member.side else ""
        yield f"{bible.characters[member.character].name} {member.side}{moved}"


def _directions(moment: ShotMoment, bible: Bible) -> Iterator[str]:
    """Where those who move go, as the screen shows it."""
    for member in moment.people:
        if member.moves != "still":
            yield f"{bible.characters[member.character].name} {member.moves}"
