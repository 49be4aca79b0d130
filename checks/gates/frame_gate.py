"""The V rules over one or more frames of one shot: the panel's one picture, or a clip's key frames.

Each rule's value is the worst of the frames. Whatever stops a rule from having a say (a wrong place under a hue,
swapped people under their faces) makes it not applicable rather than failed: one flaw, one finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from checks.contract import Rule, Tally, Trouble
from checks.faces.faces import FaceEye
from checks.gates.face_masters import known_faces
from checks.gates.faces import judge_faces
from checks.gates.head_count import SUBJECT, judge_count
from checks.gates.people import judge_people, look_at_people, views_lacking
from checks.gates.places import judge_place, judge_props, look_at_place, look_at_props
from checks.gates.sight import Sight, TimedFrame
from checks.gates.swaps import swapped_pairs
from checks.rules import panel_rules as rules
from checks.scorer.differences import differences, in_words
from checks.seeing.colour import turned
from checks.seeing.eye import Eye
from checks.seeing.masters import References, Rgb
from checks.seeing.similarity import ssim
from checks.seeing.stage import Stage, expected, to_stage
from manifests.bible import Bible
from manifests.finding import Finding
from manifests.scene import Shot

_TURN_MIN = 4.0
"""Degrees of hue over the whole frame above which it is turned back before faces and clothes are judged:
V106 says it.
"""

_SAY_FIRST = {rule.code for rule in (rules.PRESENCE, rules.IDENTITY, rules.WARDROBE, rules.LOCATION)}
"""Rules whose findings say first how the picture differs as a whole; V106 speaks of colours by itself."""


def judge_frames(
    frames: Sequence[TimedFrame],
    shot: Shot,
    bible: Bible,
    references: References,
    tally: Tally,
    eye: Eye,
    look_with_eye: Sequence[int],
    faces: FaceEye | None = None,
) -> tuple[Sight, ...]:
    """Measure and judge. `look_with_eye`: the frames that are worth embeddings (they cost 22 CPU-ms a crop). `faces`:
    None without the extra `faces`.
    """
    sights = tuple(
        see(frame, shot, bible, references, eye if index in look_with_eye else None)
        for index, frame in enumerate(frames)
    )
    judge_place(sights, shot, tally)
    judge_faces(sights, shot, None if faces is None else known_faces(bible, references, faces), tally)
    judge_people(sights, shot, references, tally)
    judge_count(sights, shot, bible, references, tally)
    judge_props(sights, shot, tally)
    judge_hue(sights, shot, tally)
    why = next(iter(views_lacking(shot, references).values()), "")
    still = [sight.composition for sight in sights if sight.composition is not None and not why]
    tally.judge(rules.COMPOSITION, "frame", min(still, default=None), why=why or "the camera moves")
    say_first(sights, tally)
    return sights


def say_first(sights: Sequence[Sight], tally: Tally) -> None:
    """Let what is said of people and places begin with how the frame differs as a whole. About 150 CPU-ms a frame."""

    @cache
    def differs(label: str) -> str:
        sight = next((each for each in sights if each.frame.label == label), sights[0])
        return in_words(differences(sight.frame.picture, composed(sight.stage)))

    def words(found: Finding) -> str:
        told = found.rule in _SAY_FIRST and found.severity in {"error", "ask"}
        return differs(str(found.evidence.get("frame", ""))) if told else ""

    tally.reword(words)


def composed(stage: Stage) -> Rgb:
    """The expected frame in whole levels."""
    return np.clip(np.rint(stage.picture), 0, 255).astype(np.uint8)


def skip_frames(shot: Shot, tally: Tally, why: str) -> None:
    """Write down that no picture of the shot was looked at, and why."""
    tally.skip([rules.LOCATION, rules.HUE], shot.location, why)
    for member in shot.cast:
        everything = (rules.PRESENCE, rules.IDENTITY, rules.FACE, rules.WARDROBE, rules.BLOCKING, rules.HUE)
        tally.skip(everything, member.character, why)
    for wanted in shot.props:
        tally.skip([rules.PROPS], wanted.prop, why)
    tally.skip([rules.COUNT], SUBJECT, why)
    tally.skip([rules.COMPOSITION], "frame", why)


def see(frame: TimedFrame, shot: Shot, bible: Bible, references: References, eye: Eye | None) -> Sight:
    """Measure one frame against the shot. Without an eye the pixels alone are compared."""
    stage = expected(shot, frame.progress, references)
    seen = to_stage(frame.picture, shot.aspect)
    place = look_at_place(seen, stage, shot, frame.progress, bible, references, eye)
    pixels = straightened(seen, place.turn if place.passed_by_pixels else None).astype(np.float32)
    people = look_at_people(seen.astype(np.float32), pixels, stage, bible, references, eye)
    props = look_at_props(pixels, stage)
    strangers = {person.entity for person in people if person.presence is not None and not person.recognised}
    swapped = swapped_pairs(pixels, stage, strangers, references)
    return Sight(frame, stage, place, people, props, composition(seen, stage, shot), swapped)


def straightened(seen: Rgb, turn: float | None) -> Rgb:
    """The frame with a turn of all its hues, in degrees, taken back; one that is small, or not known, is left."""
    return seen if turn is None or abs(turn) <= _TURN_MIN else turned(seen, -turn)


def composition(seen: Rgb, stage: Stage, shot: Shot) -> float | None:
    """SSIM of the frame and the expected one, -1 to 1; None where the camera moves."""
    return ssim(seen, composed(stage)) if shot.camera.move == "static" else None


def judge_hue(sights: Sequence[Sight], shot: Shot, tally: Tally) -> None:
    """V106 for the place and for everybody who was recognised."""
    places = [s.place.turn for s in sights if s.place.turn is not None and s.place.passed_by_pixels]
    _judge_turn(tally, rules.HUE, shot.location, places, "it was not recognised, or has no colours to compare")
    for member in shot.cast:
        turns = [
            p.turn
            for s in sights
            for p in s.people
            if p.entity == member.character and p.turn is not None and p.recognised
        ]
        _judge_turn(tally, rules.HUE, member.character, turns, "nobody was recognised, or has no colours to compare")


def _judge_turn(tally: Tally, rule: Rule, subject: str, turns: Sequence[float], why: str) -> None:
    worst = max(turns, key=abs, default=None)
    trouble = None
    if worst is not None:
        trouble = Trouble(
            "hue",
            f"{subject}: hues are turned by {worst:+.0f}° from the locked pictures",
            "Make it again from the masters, without the last frame as a reference.",
            {"degrees": round(worst, 2)},
            question=f"are the colours of {subject} right?",
        )
    tally.judge(rule, subject, None if worst is None else abs(worst), trouble, why=why)
