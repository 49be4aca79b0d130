"""The plan of a scene: what would run, what is there already, what it would cost; and why, in one line a step.

This is the way through the scene alone, whatever people said and whatever the caps allow; `planning_limits` holds it to
those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from governor.errors import Excluded
from manifests.certificate import Certified
from manifests.film import TierName
from manifests.handwork import FrameStage
from manifests.scene import Scene, Shot
from manifests.spending.breakdown import Breakdown, breakdown_of
from manifests.spending.plan import PlanStep
from manifests.take import Request
from production.journey import anchoring
from production.journey.handwork import Hands
from production.journey.next_step import attempts_allowed
from production.journey.readiness import Obstacle, ShotFacts, not_begun, unready
from production.journey.requests import coming_clip_request, tier_of
from production.journey.shot import Link, SoFar, Wanted, stage_of_shot
from production.journey.standing import (
    SceneKnown,
    StageStatus,
    certified_asset,
    filed_asset,
    opened_on,
)
from production.planning.hand_steps import hand_step, hands_on
from production.planning.judge_steps import judge_step
from production.planning.readiness_facts import coming_panel_request, facts_of_scene, with_stand_ins
from production.planning.step_price import Priced
from production.planning.write_steps import StepWriter
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class Drafted:
    """A shot's draft as it stands: certified, with the panels it was made from."""

    panel: Certified
    end_panel: Certified | None
    clip: Certified


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of a scene, in story order, and the drafts that stand. Prices are today's, in micro-dollars."""

    scene: str
    steps: tuple[PlanStep, ...]
    drafts: dict[str, Drafted]

    @property
    def cost(self) -> Breakdown:
        """What is left to buy, whatever people said and whatever the caps allow."""
        return breakdown_of(self.steps)

    def of(self, shot: str) -> tuple[PlanStep, ...]:
        """The steps of one shot."""
        return tuple(step for step in self.steps if step.shot == shot)


@dataclass(slots=True)
class _Tier:
    """How far the planning of one tier is with the shot before. `link`: what a chained shot opens on, None while it is
    not made.
    """

    link: Link | None = None
    shot: str = ""
    blocked: bool = False


class _Planner:
    """Goes through one scene once, each shot as a run would, and takes each step that it writes down to come
    through.
    """

    def __init__(self, known: SceneKnown, facts: Mapping[str, ShotFacts]) -> None:
        self._known, self._services, self._folder = known, known.services, known.services.folder
        self._facts, self._write = facts, StepWriter(known, facts)

    @property
    def steps(self) -> list[PlanStep]:
        """Those that were written so far."""
        return self._write.steps

    def shot(self, shot: Shot, drafts: _Tier, finals: _Tier) -> Drafted | None:
        """Add the steps of one shot; gives its draft where it stands."""
        if excluded := self._known.records.excluded.get(shot.id):
            self._leave_out(shot, excluded, drafts, finals)
            return None
        if found := not_begun(self._facts[shot.id]):
            self._not_begun(shot, found, drafts, finals)
            return None
        by_hand = hands_on(self._known, shot, "panel") is not None
        follows = shot.chain and not by_hand and not self._is_anchored(shot, drafts)
        wanted, start = Wanted(shot, "draft", drafts.link if follows else None), len(self.steps)
        so_far = self._frames(wanted, SoFar(), drafts, follows=follows)
        blocked = any(step.does == "blocked" for step in self.steps[start:])
        self._clip(wanted, so_far, drafts, start, blocked=blocked)
        self._final(shot, so_far, finals, follows=follows, blocked=blocked or drafts.blocked)
        panel, end_panel = so_far.frames.get("panel"), so_far.frames.get("end_panel")
        if panel is None or drafts.link is None:
            return None
        made = (panel, end_panel, drafts.link.clip)
        lost = any(file.sha256 in self._write.lost for file in made if file is not None)
        return None if lost else Drafted(*made)  # nobody is asked for an approval of what cannot be shown

    def _final(self, shot: Shot, so_far: SoFar, finals: _Tier, *, follows: bool, blocked: bool) -> None:
        """Add the steps of the final, which opens as its draft does."""
        wanted, start = Wanted(shot, tier_of(shot), finals.link if follows else None), len(self.steps)
        opens = self._frames(wanted, so_far.for_final(follows=follows), finals, follows=follows)
        self._clip(wanted, opens, finals, start, blocked=blocked)

    def _leave_out(self, shot: Shot, excluded: Excluded, drafts: _Tier, finals: _Tier) -> None:
        """Nothing is made of a shot that a person has excluded, nor of what is chained to it."""
        tiers: tuple[tuple[TierName, _Tier], ...] = (("draft", drafts), (tier_of(shot), finals))
        for tier, at in tiers:
            request = self._any_clip(shot, tier)
            self._write.add(
                shot, "clip", tier, request, "blocked", f"{excluded.cause}: {excluded.back}", block=excluded.kind
            )
            at.link, at.shot, at.blocked = None, shot.id, True

    def _not_begun(self, shot: Shot, found: Sequence[Obstacle], drafts: _Tier, finals: _Tier) -> None:
        """Nothing is made of a shot whose references are not there, or not the locked ones."""
        hashes = with_stand_ins(self._known.hashes, shot)
        panel = coming_panel_request(self._services, hashes, shot, "draft")
        self._write.not_ready(shot, "panel", "draft", panel, found)
        tiers: tuple[tuple[TierName, _Tier], ...] = (("draft", drafts), (tier_of(shot), finals))
        for tier, at in tiers:
            self._write.not_ready(shot, "clip", tier, self._any_clip(shot, tier), found)
            at.link, at.shot, at.blocked = None, shot.id, True

    def _any_clip(self, shot: Shot, tier: TierName) -> Request:
        """A clip's request whatever is there of its pictures."""
        hashes, can = with_stand_ins(self._known.hashes, shot), self._services.can("clip", shot)
        return coming_clip_request(self._folder, hashes, shot, tier, can=can)

    def _is_anchored(self, shot: Shot, before: _Tier) -> bool:
        """Whether the shot is made from the masters because its chain had drifted."""
        mark = anchoring.mark_of(self._known.rules, self._known.eye, before.link.key if before.link else "")
        return anchoring.read(shot.id, self._known.records.noted("reanchor", shot.id), mark) is not None

    def _frames(self, wanted: Wanted, so_far: SoFar, before: _Tier, *, follows: bool) -> SoFar:
        """Add the steps of the frames that a provider or people make. Gives what is known of the frames then."""
        shot = wanted.shot
        if follows and before.link is None:
            so_far = so_far.with_frame("panel", None)
        while (step := stage_of_shot(self._known, wanted, so_far)).stage != "clip":
            if before.link is not None and step.does == "open":
                opens_on = self._last_frame(shot, before.link)
                so_far = so_far.with_frame("panel", opens_on, before.link.opening)
            elif step.hands is not None:
                so_far = so_far.with_frame(step.stage, self._in_hand(shot, step.stage, step.hands))
            elif step.request is not None:
                status = self._write.stage(shot, step.stage, wanted.tier, step.request)
                so_far = so_far.with_frame(step.stage, (status.passed or status.lost) if status else None)
        return so_far

    def _last_frame(self, shot: Shot, before: Link) -> Certified | None:
        """The certified last frame of the shot before, where it has passed as this one's first."""
        frames = before.shot.frames
        if before.clip.sha256 not in self._write.lost:
            frame = self._services.last_frame(before.clip.artefact, frames)
            return certified_asset(self._known, frame, shot.id, "panel")
        noted = self._services.noted_last_frame(before.clip.artefact, frames) or opened_on(
            self._known, shot, before.key
        )
        return filed_asset(self._known, noted, shot.id, "panel") if noted else None

    def _in_hand(self, shot: Shot, stage: FrameStage, hands: Hands) -> Certified | None:
        """Add the step of a frame that people make; gives it where it has passed."""
        step = hand_step(self._known, shot, hands)
        self._write.add(
            step.request.staging,
            stage,
            "draft",
            step.request,
            step.does,
            step.why,
            block=step.block,
            key=step.key,
            price=Priced(step.quote) if step.quote else None,
            left=1 if step.quote else 0,
        )
        return step.passed

    def _clip(self, wanted: Wanted, so_far: SoFar, at: _Tier, start: int, *, blocked: bool) -> None:
        """Add the step of the clip, and the judge's looks at all that was added since `start`."""
        shot, tier = wanted.shot, wanted.tier
        status: StageStatus | None = None
        if (request := stage_of_shot(self._known, wanted, so_far).request) is None:
            self._coming(shot, tier, at.shot, blocked=blocked or (shot.chain and at.blocked))
        else:
            status = self._write.stage(shot, "clip", tier, request)
        passed = (status.passed or status.lost) if status else None
        at.link = Link(shot, passed, status.attempt.key, so_far.opening.chain_links) if status and passed else None
        at.shot, at.blocked = shot.id, self.steps[-1].does == "blocked"
        looks = judge_step(self._services, shot, tier, self.steps[start:])
        self.steps.extend([looks] if looks else [])

    def _coming(self, shot: Shot, tier: TierName, before: str, *, blocked: bool) -> None:
        """A clip whose opening frame is not made yet."""
        request = coming_clip_request(
            self._folder, self._known.hashes, shot, tier, can=self._services.can("clip", shot)
        )
        opens_on = before if shot.chain else "its panel"
        allowed = attempts_allowed(self._services.folder.film.limits, "clip", tier)
        if found := unready(self._facts[shot.id], tier, "clip"):
            self._write.not_ready(shot, "clip", tier, request, found, allowed)
        elif blocked:
            self._write.add(shot, "clip", tier, request, "blocked", f"{opens_on} is blocked", block="upstream")
        else:
            self._write.priced(shot, "clip", tier, request, f"after {opens_on}", allowed)


def plan_scene(
    services: Services, scene: Scene, known: SceneKnown | None = None, facts: Mapping[str, ShotFacts] | None = None
) -> Plan:
    """Plan a scene as a run would go through it now. Asks nobody outside and spends nothing.

    `known`, `facts`: read for it already. A step that the readiness gate holds back is blocked.
    """
    planner = _Planner(known or SceneKnown.of(services, scene.id), facts or facts_of_scene(services, scene))
    drafts, finals = _Tier(), _Tier()
    drafted = {shot.id: draft for shot in scene.shots if (draft := planner.shot(shot, drafts, finals))}
    return Plan(scene.id, tuple(planner.steps), drafted)
