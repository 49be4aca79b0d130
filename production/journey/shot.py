"""Decides what comes next for one shot at one tier: its first frame, its last where its mode asks for one, then its
clip.

A run executes the step that it is given, and asks again. A plan writes the step down, takes it to come through, and
asks again. So both go the same way, and nothing else decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from manifests.certificate import Certified
from manifests.film import Stage, TierName
from manifests.handwork import FrameStage
from manifests.scene import Shot
from manifests.take import Request
from production.journey.handwork import Hands, hands_of
from production.journey.next_step import Does
from production.journey.readiness import Obstacle, ShotFacts, impossible, not_begun, unready
from production.journey.requests import Opening, clip_of, panel_of
from production.journey.standing import Known, StageStatus, status_of

FROM_MASTERS = Opening("", 0)


@dataclass(frozen=True, slots=True)
class Link:
    """A finished shot that the next one opens on. `key`: its clip's generation key; `links`: chained shots between it
    and the masters.
    """

    shot: Shot
    clip: Certified
    key: str
    links: int

    @property
    def opening(self) -> Opening:
        """How the next shot opens."""
        return Opening(self.key, self.links + 1)


@dataclass(frozen=True, slots=True)
class Draft:
    """A shot's draft: what its final opens on, and is held against. `links`: as in `Link`."""

    panel: Certified | None
    end_panel: Certified | None
    clip: Certified | None
    links: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A shot at a tier. `before`: the shot it opens on, None where it is made from the masters. `draft`: of a final,
    its own draft.
    """

    shot: Shot
    tier: TierName
    before: Link | None = None
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class SoFar:
    """What has come through. `coming`: the frames that a plan takes to be made by then; nothing is known of their
    content.

    `opening`: how the clip opens. `anchored`: the chain's last frame failed its gate, and the masters take its place.
    """

    frames: Mapping[FrameStage, Certified] = field(default_factory=dict)
    coming: frozenset[FrameStage] = frozenset()
    opening: Opening = FROM_MASTERS
    anchored: bool = False

    @classmethod
    def at_start(cls, wanted: Wanted) -> SoFar:
        """A final opens on what its draft opened on, unless that was a last frame: then on the final before it."""
        draft, frames = wanted.draft, dict[FrameStage, Certified]()
        if draft is not None and draft.end_panel is not None:
            frames["end_panel"] = draft.end_panel
        if draft is not None and draft.panel is not None and draft.links == 0 and wanted.before is None:
            frames["panel"] = draft.panel
        return cls(frames)

    def with_frame(self, stage: FrameStage, frame: Certified | None, opening: Opening = FROM_MASTERS) -> SoFar:
        """Once this frame has come through; None: a plan takes it to."""
        opening = opening if stage == "panel" else self.opening
        if frame is None:
            return replace(self, coming=self.coming | {stage}, opening=opening)
        return replace(self, frames={**self.frames, stage: frame}, opening=opening)

    def for_final(self, *, follows: bool) -> SoFar:
        """What the final begins with, of a plan's draft. `follows`: it opens on the final before it, and not on the
        draft's panel.
        """
        left: frozenset[FrameStage] = frozenset({"panel"} if follows else ())
        frames = {stage: frame for stage, frame in self.frames.items() if stage not in left}
        return SoFar(frames, self.coming - left)

    def has(self, stage: FrameStage) -> bool:
        """Whether nothing more is done for this frame."""
        return stage in self.frames or stage in self.coming


ShotDoes = Literal["open", "take in hand", "wait", "not ready"] | Does
"""What is done next, beside what `Does` has.

open: judge the last frame of the shot before as this one's first. take in hand: go on with a frame that people make.
wait: the clip's frames are not made yet, as only a plan meets it. not ready: the readiness gate holds it back.
"""


@dataclass(frozen=True, slots=True)
class ShotStep:
    """The next step of a shot. `request`: what its provider is asked first, and `status`: how far the stage is; None
    where nobody is asked.

    `hands`: the work on a frame that people make. `obstacles`: why it is not ready.
    """

    does: ShotDoes
    stage: Stage
    request: Request | None = None
    status: StageStatus | None = None
    hands: Hands | None = None
    obstacles: tuple[Obstacle, ...] = ()


def next_of_shot(
    known: Known, wanted: Wanted, so_far: SoFar, facts: ShotFacts, unexplained: frozenset[str] = frozenset()
) -> ShotStep:
    """What comes next; a clip that is kept is the end. `facts`: what the readiness gate reads of the shot.
    `unexplained`: as in `status_of`.
    """
    if found := not_begun(facts):
        return ShotStep("not ready", "panel", obstacles=found)
    step = stage_of_shot(known, wanted, so_far)
    if step.request is None:
        return step
    if found := impossible(facts, wanted.tier, step.stage):
        return replace(step, does="not ready", obstacles=found)
    status = status_of(known, wanted.shot.id, step.stage, wanted.tier, step.request, unexplained)
    if status.next.does == "make" and (found := unready(facts, wanted.tier, step.stage)):
        return replace(step, does="not ready", status=status, obstacles=found)
    return replace(step, does=status.next.does, status=status)


def stage_of_shot(known: Known, wanted: Wanted, so_far: SoFar) -> ShotStep:
    """The stage that is next, before its status is read: `does` is "make" where a provider makes it."""
    if not so_far.has("panel"):
        hands = _hands(known, wanted, "panel")
        if hands is None and wanted.before is not None and not so_far.anchored:
            return ShotStep("open", "panel")
        return _frame(known, wanted, "panel", hands)
    if wanted.shot.mode == "start_end_frames" and not so_far.has("end_panel"):
        return _frame(known, wanted, "end_panel", _hands(known, wanted, "end_panel"))
    if so_far.coming:
        return ShotStep("wait", "clip")
    panel, end_panel = so_far.frames["panel"], so_far.frames.get("end_panel")
    request = clip_of(known.services, known.hashes, wanted.shot, wanted.tier, panel, end_panel, so_far.opening)
    return ShotStep("make", "clip", request)


def _hands(known: Known, wanted: Wanted, stage: FrameStage) -> Hands | None:
    return hands_of(known.records.decided_on(wanted.shot.id), stage)


def _frame(known: Known, wanted: Wanted, stage: FrameStage, hands: Hands | None) -> ShotStep:
    if hands is not None:
        return ShotStep("take in hand", stage, hands=hands)
    return ShotStep("make", stage, panel_of(known.services, known.hashes, wanted.shot, stage, wanted.tier))
