"""The V rules over one or more frames of one shot: the panel's one picture, or a clip's key frames.

Each rule's value is the worst of the frames. Whatever stops a rule from having a say (a wrong place under a hue, swapped
people under their faces) makes it not applicable rather than failed: one flaw, one finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from checks import panel_rules as rules
from checks.colour import turned
from checks.contract import Rule, Tally, Trouble
from checks.eye import Eye
from checks.masters import References, Rgb
from checks.people import Person, judge_people, look_at_people
from checks.places import Place, judge_place, judge_props, look_at_place, look_at_props
from checks.similarity import ssim
from checks.stage import Stage, expected, to_stage
from checks.swaps import swapped_pairs
from manifests.bible import Bible
from manifests.scene import Shot

_TURN_MIN = 4.0
"""Degrees of hue over the whole frame above which it is turned back before faces and clothes are judged: V106 says it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture and its moment: `progress` 0 to 1 in its shot. `label` is how findings call it."""

    picture: Rgb
    progress: float
    label: str


@dataclass(frozen=True, slots=True)
class Sight:
    """All that was measured on one frame."""

    frame: Frame
    stage: Stage
    place: Place
    people: tuple[Person, ...]
    props: tuple[tuple[str, float | None], ...]
    composition: float | None
    swapped: tuple[tuple[str, str], ...] = ()


def judge_frames(
    frames: Sequence[Frame], shot: Shot, bible: Bible, references: References, tally: Tally, eye: Eye,
    look_with_eye: Sequence[int],
) -> tuple[Sight, ...]:  # fmt: skip
    """Measure and judge. `look_with_eye`: the frames that are worth embeddings (they cost 22 CPU-ms a crop)."""
    sights = tuple(
        see(frame, shot, bible, references, eye if index in look_with_eye else None)
        for index, frame in enumerate(frames)
    )
    judge_place(sights, shot, tally)
    judge_people(sights, shot, tally)
    judge_props(sights, shot, tally)
    judge_hue(sights, shot, tally)
    still = [sight.composition for sight in sights if sight.composition is not None]
    tally.judge(rules.COMPOSITION, "frame", min(still, default=None), why="the camera moves")
    return sights


def skip_frames(shot: Shot, tally: Tally, why: str) -> None:
    """Write down that no picture of the shot was looked at, and why."""
    tally.skip([rules.LOCATION, rules.HUE], shot.location, why)
    for member in shot.cast:
        everything = (rules.PRESENCE, rules.IDENTITY, rules.WARDROBE, rules.BLOCKING, rules.HUE)
        tally.skip(everything, member.character, why)
    for wanted in shot.props:
        tally.skip([rules.PROPS], wanted.prop, why)
    tally.skip([rules.COMPOSITION], "frame", why)


def see(frame: Frame, shot: Shot, bible: Bible, references: References, eye: Eye | None) -> Sight:
    """Measure one frame against the shot. Without an eye the pixels alone are compared."""
    stage = expected(shot, frame.progress, references)
    seen = to_stage(frame.picture)
    place = look_at_place(seen, stage, shot, frame.progress, bible, references, eye)
    straight = seen
    if place.turn is not None and abs(place.turn) > _TURN_MIN and place.passed_by_pixels:
        straight = turned(seen, -place.turn)
    pixels = straight.astype(np.float32)
    people = look_at_people(seen.astype(np.float32), pixels, stage, bible, references, eye)
    props = look_at_props(pixels, stage)
    composed = np.clip(np.rint(stage.picture), 0, 255).astype(np.uint8)
    strangers = {person.entity for person in people if person.presence is not None and not person.recognised}
    swapped = swapped_pairs(pixels, stage, strangers, references)
    similar = ssim(seen, composed) if shot.camera.move == "static" else None
    return Sight(frame, stage, place, people, props, similar, swapped)


def judge_hue(sights: Sequence[Sight], shot: Shot, tally: Tally) -> None:
    """V106 for the place and for everybody who was recognised."""
    places = [s.place.turn for s in sights if s.place.turn is not None and s.place.passed_by_pixels]
    _judge_turn(tally, rules.HUE, shot.location, places, "it was not recognised, or has no colours to compare")
    for member in shot.cast:
        turns = [
            p.turn for s in sights for p in s.people
            if p.entity == member.character and p.turn is not None and p.recognised
        ]  # fmt: skip
        _judge_turn(tally, rules.HUE, member.character, turns, "nobody was recognised, or has no colours to compare")


def _judge_turn(tally: Tally, rule: Rule, subject: str, turns: Sequence[float], why: str) -> None:
    worst = max(turns, key=abs, default=None)
    trouble = None
    if worst is not None:
        trouble = Trouble(
            "hue", f"{subject}: hues are turned by {worst:+.0f}° from the locked pictures",
            "Make it anew from the masters, without the last frame as a reference.", {"degrees": round(worst, 2)},
            question=f"are the colours of {subject} right?",
        )  # fmt: skip
    tally.judge(rule, subject, None if worst is None else abs(worst), trouble, why=why)
