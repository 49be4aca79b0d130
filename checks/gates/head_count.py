"""V117: are there as many people in the picture as the shot asks for? Nobody extra, nobody twice, nobody missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from checks.contract import Tally, Trouble, by_frame
from checks.counting.people_count import Extra, chest_of, count_people
from checks.gates.sight import Sight
from checks.rules import panel_rules as rules
from checks.scorer.cutouts import prepared
from checks.scorer.framing import masters_of, setting_of, subjects_of
from checks.scorer.palettes import apart, palette
from checks.scorer.subject import Subject
from checks.seeing.masters import References
from checks.seeing.stage import SIZES, to_stage
from manifests.bible import Bible, plate_name
from manifests.scene import Shot

SUBJECT = "frame"
"""The count is of the whole frame, as the judge's is (V205)."""

_GONE = (0.45, 0.85)
"""Share of somebody's silhouette in which the empty plate shows, up to which they are there, and from which they are
not. On the drawn set 0.05 to 0.60 of 140 people who are there, and 0.59 to 1.00 of 28 who are not.
"""

_ASKS_ONLY = 0.6
"""The value that is not passed where the plate lies by the camera's window alone: somebody looks, and nothing fails."""

_OF_MARKS = frozenset({rules.PRESENCE.code, rules.IDENTITY.code, rules.BLOCKING.code})
"""The rules that say of a mark that somebody else, or nobody, stands on it."""

_ROOM = (0.5, 0.8)
"""Widths aside and heights above somebody's silhouette that another may fill on their mark: an adult on a child's."""

_SAME_CLOTHES = 0.1
"""Distance of two chests' colours, 0 to 1, up to which a figure may be that character: at most 0.08 on 24 of 26 people
drawn twice, and at least 0.12 on 26 drawn strangers.
"""


@dataclass(frozen=True, slots=True)
class _Frame:
    """One frame's count. `value`: V117's. `gone`: who is missing; "" where somebody is too many. `sure`: local features
    hold the plate.
    """

    sight: Sight
    value: float
    extra: Extra | None
    gone: str
    sure: bool


def judge_count(sights: Sequence[Sight], shot: Shot, bible: Bible, references: References, tally: Tally) -> None:
    """Judge the count of people, after place and cast: what V101 has found is not told again. Where V104 doubts the
    place, only a plate that local features hold is counted before: those show that it is the place, whatever the
    camera did to its pixels.

    Of three key frames the middle value counts, so that two must agree; where the first two show what is asked, the
    third cannot change that and is not looked at. 0.14 CPU-s a frame. Raises MasterMissing.
    """
    doubted = _found(tally, rules.LOCATION.code, shot.location)
    told = {member.character for member in shot.cast if _found(tally, rules.PRESENCE.code, member.character)}
    blamed = {
        found.subject for found in tally.verdict().findings if found.rule in _OF_MARKS and found.severity == "error"
    }
    counted: list[_Frame] = []
    for left, sight in zip(range(len(sights), 0, -1), sights, strict=True):
        if settled([each.value for each in counted], left):
            break
        frame = _counted(sight, shot, bible, references, told, blamed)
        if frame is not None and (frame.sure or not doubted):
            counted.append(frame)
    if not counted:
        lies = f"the plate {plate_name(shot.location)} cannot be laid under the picture"
        another = f"it may not be {shot.location}, and people are told apart from its plate"
        tally.skip([rules.COUNT], SUBJECT, another if doubted else lies)
        return
    worst = sorted(counted, key=lambda frame: -frame.value)[_middle(len(counted))]
    trouble = None if worst.value <= 0 else _trouble(worst, counted, shot, bible, references)
    tally.judge(rules.COUNT, SUBJECT, worst.value, trouble)


def settled(values: Sequence[float], left: int) -> bool:
    """Whether the middle value is 0, the least there is, whatever the frames that are left show: `values` of those that
    were counted, `left` of which any may yet be.
    """
    return sum(value > 0 for value in values) + left <= _middle(len(values) + left)


def _middle(frames: int) -> int:
    """The place of the value that counts among those of so many frames, the greatest first."""
    return (frames - 1) // 2


def _found(tally: Tally, code: str, subject: str) -> bool:
    return any(f.rule == code and f.subject == subject for f in tally.verdict().findings)


def _counted(
    sight: Sight, shot: Shot, bible: Bible, references: References, told: Set[str], blamed: Set[str]
) -> _Frame | None:
    subjects = [
        _with_room(subject, SIZES[shot.aspect]) if subject.entity in blamed else subject
        for subject in subjects_of(sight.stage, bible, references)
    ]
    setting = setting_of(shot, sight.frame.progress)
    plates = (references.plate(shot.location, shot.aspect),)
    count = count_people(to_stage(sight.frame.picture, shot.aspect), subjects, plates, setting)
    if count is None:
        return None
    absent = {who: share for who, share in count.gone.items() if who not in blamed}
    value, gone = weighed(0.0 if count.extra is None else count.extra.likely, absent, told)
    value = value if count.sure else min(value, _ASKS_ONLY)
    return _Frame(sight, value, None if gone else count.extra, gone, count.sure)


def _with_room(subject: Subject, size: tuple[int, int]) -> Subject:
    """The same mark with room for anybody who may stand on it: another rule has said that it is not them."""
    aside, above = _ROOM
    box = subject.figure
    wide, tall = aside * (box.right - box.left), above * (box.bottom - box.top)
    width, height = size
    mask = np.zeros((height, width), np.float32)
    rows = slice(max(0, round((box.top - tall) * height)), max(0, round(box.bottom * height)))
    mask[rows, max(0, round((box.left - wide) * width)) : max(0, round((box.right + wide) * width))] = 1
    return replace(subject, mask=mask)


def weighed(extra: float, gone: Mapping[str, float], told: Set[str] = frozenset()) -> tuple[float, str]:
    """V117's value, and who is missing: "" where it speaks of somebody too many.

    One who is missing and one too many are as many as asked: somebody off their mark, or somebody else on it. `extra`:
    how surely somebody is too many, 0 to 1. `gone`: by character, the share of them in which the plate shows. `told`:
    of whose absence another rule has spoken.
    """
    low, high = _GONE
    missing = {who: min(1.0, max(0.0, (share - low) / (high - low))) for who, share in gone.items()}
    who = max(missing, key=lambda name: missing[name], default="")
    few = missing.get(who, 0.0)
    if extra >= few:
        return extra - few, ""
    return (0.0 if who in told else few - extra), who


def _trouble(worst: _Frame, counted: Sequence[_Frame], shot: Shot, bible: Bible, references: References) -> Trouble:
    label, asked = worst.sight.frame.label, len(shot.cast)
    evidence: dict[str, float | str] = {
        "frame": label,
        "asked": asked,
        **by_frame((frame.sight.frame.label, frame.value) for frame in counted),
    }
    if worst.extra is None:
        few = f"one of {asked} is missing: the empty plate shows where {worst.gone} should stand"
        cure = f"Show the model {worst.gone}'s views and the blocking guide again."
        return Trouble(f"missing:{worst.gone}", f"{label}: {few}", cure, evidence, f"is {worst.gone} there?")
    where = _third(worst.extra.figure.x / SIZES[shot.aspect][0])
    nearest, distance = _nearest(worst.extra, bible, references)
    evidence |= {"where": where, "nearest": nearest, "distance": round(distance, 4)}
    flaw, said = "extra", f"an extra person in the {where} third: nobody of the cast (nearest: {nearest or 'nobody'})"
    if nearest and distance <= _SAME_CLOTHES:
        there = any(member.character == nearest for member in shot.cast)
        flaw = f"twice:{nearest}" if there else f"extra:{nearest}"
        said = f"{nearest} stands there twice" if there else f"{nearest} stands there, whom the shot does not ask for"
        said += f" ({where} third)"
    cure = (
        f"Make it again, and say in the prompt that {asked or 'no'} {'person is' if asked == 1 else 'people are'} seen."
    )
    question = f"is there one person too many ({where} third, nearest: {nearest or 'nobody'})?"
    return Trouble(flaw, f"{label}: {said}", cure, evidence, question)


def _third(x: float) -> str:
    return "left" if x < 1 / 3 else "middle" if x < 2 / 3 else "right"


def _nearest(extra: Extra, bible: Bible, references: References) -> tuple[str, float]:
    """The person of the bible whose chest has the nearest colours, and how far off those are, 0 to 1."""
    seen = palette(*chest_of(extra))
    near, best = "", 1.0
    for key, views in sorted(masters_of(bible, references).figures.items()):
        who = key.split("/")[0]
        if bible.characters[who].kind != "person":
            continue
        for cutout in prepared(views):
            own = palette(cutout.torso.lab, cutout.torso.alpha)
            if seen is not None and own is not None and apart(seen, own) < best:
                near, best = who, apart(seen, own)
    return near, best
