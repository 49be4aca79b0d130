"""V104 and V107: is it the place, and are the things there?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from checks.contract import Tally, Trouble, by_frame
from checks.gates.sight import Place, Sight
from checks.rules import panel_rules as rules
from checks.seeing.casting import Window
from checks.seeing.colour import Floats, Hues, difference, hue_turn, lab
from checks.seeing.eye import Eye, Picture
from checks.seeing.glance import STEP, Glance, in_question, small
from checks.seeing.masters import References, Rgb
from checks.seeing.recognising import Measure, Seen
from checks.seeing.similarity import advantage
from checks.seeing.stage import Stage, plate_view
from checks.seeing.stagings import Staged
from manifests.bible import Bible, plate_name
from manifests.scene import Shot

_BACKGROUND_MIN = 0.06
"""Share of the frame that must be background for the place to be judged; a close-up may leave less."""

_MARGIN_PX = 9
"""Pixels of the stage kept clear around the cast: contact shadows and somebody a step off the mark."""

_BLUR_PX = 2.0
_EMBEDDED_NOISE = 0.04
"""Part of the cosine distance (0.05 to 0.28, as measured) a plate has to itself through lens, vignette,
rain and coding, with the built-in model; distances of another are brought to its scale first.
"""

_PROP_VISIBLE_MIN_PX = 40
_PROP_BLUR_PX = 1.2


def look_at_place(
    seen: Rgb, stage: Stage, shot: Shot, progress: float, bible: Bible, references: References, eye: Eye | None
) -> Place:
    """Compare the background, with the cast masked out, with every plate of the bible through the same camera."""
    free = _free(stage)
    if float(free.mean()) < _BACKGROUND_MIN:
        return Place(None, "", {}, None, None, passed_by_pixels=True)
    views = {shot.location: stage.plate}
    for location in bible.locations:
        if location != shot.location and plate_name(location) in references:
            views[location] = plate_view(
                references.plate(location, shot.aspect), shot.camera, progress, frame=shot.aspect
            )
    seen_lab = lab(seen)
    weight = free / float(free.sum())
    distances = {
        name: float((difference(seen_lab, lab(view), _BLUR_PX) * weight).sum()) for name, view in views.items()
    }
    turn = hue_turn(_soft(seen), _soft(stage.plate), free)
    rival = min((name for name in distances if name != shot.location), key=lambda name: distances[name], default="")
    if not rival:
        return Place(None, "", distances, turn, None, passed_by_pixels=True)
    by_pixels = advantage(distances[shot.location], distances[rival])
    if eye is None:
        return Place(by_pixels, rival, distances, turn, None, passed_by_pixels=by_pixels > 0)
    rows = eye.embed(
        [_masked(p, free) for p in (seen.astype(np.float32), views[shot.location], views[rival])], "squash"
    )
    mine, other = ((1 - float(rows[0] @ row)) / eye.noise.place.scale for row in rows[1:])
    value = (by_pixels + advantage(mine, other, _EMBEDDED_NOISE)) / 2
    return Place(value, rival, distances, turn, mine, passed_by_pixels=by_pixels > 0)


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """The background of a frame that is in the asked place. `turn`: degrees of hue. `crops` gives the background seen
    and the background wanted, for an eye; None where there is no other place that it could be.
    """

    turn: float | None
    crops: Callable[[], tuple[Picture, Picture]] | None


def known_place(
    seen: Rgb, staged: Staged, shot: Shot, progress: float, bible: Bible, references: References
) -> KnownPlace | None:
    """By pixels alone: the place, where no other plate of the bible is as near through the same camera. None where one
    is; `look_at_place` says which, and how near.
    """
    plate, free = staged.stage.plate, staged.once("free", lambda: _free(staged.stage))
    if float(free.mean()) < _BACKGROUND_MIN:
        return KnownPlace(None, None)
    others = [n for n in bible.locations if n != shot.location and plate_name(n) in references]
    if others and not _is_here(seen, staged, shot, progress, references, others):
        return None

    def crops() -> tuple[Picture, Picture]:
        return _masked(seen.astype(np.float32), free), staged.once("crop", lambda: _masked(plate, free))

    hues = staged.once("hues", lambda: Hues(_soft(plate), free))
    return KnownPlace(hues.turn_of(_soft(seen)), crops if others else None)


def _is_here(
    seen: Rgb, staged: Staged, shot: Shot, progress: float, references: References, others: Sequence[str]
) -> bool:
    """Whether none of the other places is as near, through the same camera, where nobody stands."""
    plate, free = staged.stage.plate, staged.once("free", lambda: _free(staged.stage))

    def glance() -> Glance:
        plates = (references.plate(name, shot.aspect, STEP) for name in others)
        rivals = [plate_view(each, shot.camera, progress, frame=shot.aspect, step=STEP) for each in plates]
        return Glance([small(plate), *rivals], small(free))

    off = staged.once("place at a glance", glance).off(lab(small(seen)))
    left = [others[number - 1] for number in in_question(off, [0]) if number]
    if not left:
        return True
    labs: defaultdict[str, Seen] = staged.once("plates", lambda: defaultdict(dict))
    against = Measure(lab(seen), free, _BLUR_PX)
    near = against.off(lambda part: part.of(plate), before=labs[shot.location])
    parts = {name: partial(_part, references.plate(name, shot.aspect), shot, progress) for name in left}
    return all(against.off(part, near, labs[name]) > near for name, part in parts.items())


def judge_place(sights: Sequence[Sight], shot: Shot, tally: Tally) -> None:
    """V104 on the worst frame. The message weighs the picture against the manifest, and names the line to change."""
    judged = [sight for sight in sights if sight.place.value is not None]
    worst = min(judged, key=lambda sight: sight.place.value or 0.0, default=None)
    if worst is None:
        seen = any(sight.place.distances for sight in sights)
        why = "the bible has no other place" if seen else f"less than {_BACKGROUND_MIN:.0%} of the frame is background"
        tally.skip([rules.LOCATION], shot.location, why)
        return
    place = worst.place
    mine, other = (1 - place.distances[name] / 40 for name in (shot.location, place.rival))
    message = (
        f"{worst.frame.label}: the background looks like {place.rival} ({other:.2f}) more than like {shot.location} "
        f"({mine:.2f}); if {place.rival} is right, the manifest is wrong and the picture is not"
    )
    cure = f"Make it again, or change one line of {shot.id}: location: {place.rival}"
    evidence: dict[str, float | str] = {
        "fits": place.rival,
        "fit_asked": round(mine, 4),
        "fit_rival": round(other, 4),
        "frame": worst.frame.label,
        **by_frame((sight.frame.label, sight.place.value) for sight in judged),
    }
    trouble = Trouble(
        f"location:{shot.location}",
        message,
        cure,
        evidence,
        question=f"is this {shot.location}?",
        unsure=(place.value or 0.0) > 0,
    )
    tally.judge(rules.LOCATION, shot.location, place.value, trouble)


def look_at_props(seen: Floats, stage: Stage) -> tuple[tuple[str, float | None], ...]:
    """For each prop, its advantage over the same frame without it; None where it is hidden or tiny."""
    out: list[tuple[str, float | None]] = []
    for slot, place in enumerate(stage.placements):
        if place.wardrobe is None:
            out.append((place.entity, _prop_value(seen, stage, slot)))
    return tuple(out)


def judge_props(sights: Sequence[Sight], shot: Shot, tally: Tally) -> None:
    """V107 for each prop, on the worst frame."""
    for wanted in shot.props:
        found = [
            (value, sight.frame.label)
            for sight in sights
            for name, value in sight.props
            if name == wanted.prop and value is not None
        ]
        value, label = min(found, default=(None, ""))
        trouble = Trouble(
            f"prop:{wanted.prop}",
            f"{label}: {wanted.prop} is not where the shot puts it",
            f"Show the model {wanted.prop}'s picture again, or put it in by hand.",
            {"frame": label},
            question=f"is {wanted.prop} there?",
            unsure=(value or 0.0) > 0,
        )
        tally.judge(rules.PROPS, wanted.prop, value, trouble, why="it is hidden, or too small to see")


def _prop_value(seen: Floats, stage: Stage, slot: int) -> float | None:
    mask = (stage.visible[slot] > 0.5).astype(np.float32)
    if float(mask.sum()) < _PROP_VISIBLE_MIN_PX:
        return None
    ys, xs = np.nonzero(mask)
    window = np.s_[max(0, ys.min() - 6) : ys.max() + 7, max(0, xs.min() - 6) : xs.max() + 7]
    without = stage.plate.copy()
    for index, piece in enumerate(stage.patches):
        if index != slot:
            piece.onto(without)
    seen_lab, weight = lab(seen[window]), mask[window] / float(mask.sum())
    there, gone = (
        float((difference(seen_lab, lab(p[window]), _PROP_BLUR_PX) * weight).sum()) for p in (stage.picture, without)
    )
    return advantage(there, gone)


def _free(stage: Stage) -> Floats:
    """Where nobody and nothing stands, 0 to 1, with a margin."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _MARGIN_PX + 1, 2 * _MARGIN_PX + 1))
    return (1 - np.minimum(1, cv2.dilate(stage.covered, kernel))).astype(np.float32)


def _part(plate: Rgb, shot: Shot, progress: float, part: Window) -> Floats:
    lines = (part.top, part.bottom)
    return plate_view(plate, shot.camera, progress, lines, frame=shot.aspect)[:, part.left : part.right]


def _soft(picture: Rgb | Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.5), np.float32)


def _masked(picture: Floats, free: Floats) -> Picture:
    assert picture.shape[:2] == free.shape
    mixed = picture * free[..., None]
    mixed += (np.float32(124) * (1 - free))[..., None]
    out: Picture = np.clip(np.rint(mixed, out=mixed), 0, 255, out=mixed).astype(np.uint8)
    return out
