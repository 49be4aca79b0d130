"""Score any pictures: references of one subject in one place, and others that should show the same. No film is needed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from checks.eye import Eye
from checks.masters import Rgb, Rgba
from checks.scorer.axes import axis_scores, overall
from checks.scorer.baseline import PICTURES_MIN, Baseline
from checks.scorer.channels import BY_NAME
from checks.scorer.compare import compare
from checks.scorer.spotting import How, Spotted, spot
from checks.scorer.subject import Masters, Panel, Setting, Subject
from manifests.noun import Noun, Text
from manifests.staging import Box

SUBJECT, PLACE = "subject", "place"
CANNOT_TELL = "cannot tell"
_NOT_FOUND = "the whole frame"
_OF_THE_SUBJECT, _OF_THE_PLACE = ("identity", "wardrobe"), "location"
_PICTURE_LINES = 720
_OTHERS_MAX = 6
"""Pictures of the same place that each one is held against to find its subject: more cost time and find no more."""


class ChannelScore(Noun):
    """One channel. `z`: standard deviations above what the references are to each other; None with fewer than three."""

    entity: Text
    axis: Text
    channel: Text
    unit: Text
    distance: float
    z: float | None


class PictureScore(Noun):
    """One tested picture. `triage`: by axis, pass, ask, fail or CANNOT_TELL; without a baseline only the last. `overall`: z, or None.

    `unknown`: why nothing can be said of the subject; "" where something can. `not_checked`: by axis, why it has no verdict.
    """

    name: Text
    found: Text
    box: tuple[float, float, float, float]
    channels: tuple[ChannelScore, ...]
    axes: dict[str, float]
    triage: dict[str, str]
    overall: float | None
    unknown: str = ""
    not_checked: dict[str, str] = {}


class Scored(Noun):
    """What the local eye says of some pictures. `references`: each with how its subject was found."""

    schema_name = "gate/score/1"

    eye: Text
    references: dict[str, Text]
    pictures: tuple[PictureScore, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A picture with its name: RGB, or RGBA where the subject is cut out. `box`: the subject's, if somebody says."""

    name: str
    pixels: Rgb | Rgba
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture with its subject found."""

    name: str
    picture: Rgb
    spotted: Spotted
    cut: bool


def look_at(references: Sequence[Given], tests: Sequence[Given]) -> tuple[tuple[Seen, ...], tuple[Seen, ...]]:
    """Find the subjects: by what is new before the place that references share, or by the references' own colours."""
    whole = [np.ascontiguousarray(_bounded(given.pixels)[..., :3]) for given in references if not _is_cut(given.pixels)]
    known = []
    for given in references:
        others = [
            picture for picture in whole if picture.shape != given.pixels.shape or (picture != given.pixels).any()
        ]
        known.append(_seen(given, (), others[:_OTHERS_MAX]))
    like = [(seen.picture, seen.spotted) for seen in known if seen.spotted.how != _NOT_FOUND and not seen.cut]
    return tuple(known), tuple(_seen(given, like, whole[:_OTHERS_MAX]) for given in tests)


def score_pictures(references: Sequence[Seen], tests: Sequence[Seen], eye: Eye) -> Scored:
    """Every test against all references; calibrated on the references among themselves. Raises EyeError, ValueError."""
    if not references:
        raise ValueError("there is nothing to compare with: give at least one reference")
    cuts = [_cut(seen) for seen in references]
    baseline = None
    if len(references) >= PICTURES_MIN:
        left_out = [
            _masters([*references[:i], *references[i + 1 :]], [*cuts[:i], *cuts[i + 1 :]]) for i in range(len(cuts))
        ]
        measured = [
            compare(p.picture, p.subjects, masters, eye, p.setting)
            for p, masters in zip(map(_panel, references), left_out, strict=True)
        ]
        baseline = Baseline.of(measured) if any(measured) else None
    masters = _masters(references, cuts)
    return Scored(
        eye=eye.name, references={seen.name: seen.spotted.how for seen in references},
        pictures=tuple(_scored(seen, masters, baseline, eye, _unknown(seen, references)) for seen in tests),
    )  # fmt: skip


def _unknown(seen: Seen, references: Sequence[Seen]) -> str:
    """Why nobody can say whether the subject is the same: it was not found, here or in a reference. "" where it was."""
    if seen.spotted.how == _NOT_FOUND:
        return f"no subject was found in {seen.name}: say where it is (--box X,Y,W,H), or cut it out (PNG with transparency)"
    lost = [known.name for known in references if known.spotted.how == _NOT_FOUND]
    if lost:
        return (
            f"no subject was found in {', '.join(lost)}: leave it out, or cut its subject out (PNG with transparency)"
        )
    return ""


def _scored(seen: Seen, masters: Masters, baseline: Baseline | None, eye: Eye, unknown: str) -> PictureScore:
    panel = _panel(seen)
    found = compare(panel.picture, panel.subjects, masters, eye, panel.setting)
    scores = axis_scores(found, baseline) if baseline else {}
    if unknown:
        scores = {key: score for key, score in scores.items() if key[1] not in _OF_THE_SUBJECT}
    untold = dict.fromkeys(_OF_THE_SUBJECT, CANNOT_TELL) if unknown else {}
    channels = tuple(
        ChannelScore(
            entity=item.entity, axis=item.axis, channel=item.channel, unit=BY_NAME[item.channel].unit,
            distance=item.distance, z=_rounded(baseline.z(item)) if baseline else None,
        )
        for item in found
    )  # fmt: skip
    box = seen.spotted.box
    return PictureScore(
        name=seen.name, found=seen.spotted.how, box=(box.left, box.top, box.right - box.left, box.bottom - box.top),
        channels=channels, axes={axis: score.z for (_, axis), score in scores.items()},
        triage={axis: score.triage for (_, axis), score in scores.items()} | untold,
        overall=None if unknown else _rounded(overall(scores)), unknown=unknown,
        not_checked=_not_checked({axis for _, axis in scores}, baseline, panel, unknown),
    )  # fmt: skip


def _not_checked(judged: Collection[str], baseline: Baseline | None, panel: Panel, unknown: str) -> dict[str, str]:
    """Why each axis that has no verdict has none."""
    found = {axis: f"nothing of the {axis} could be measured" for axis in (*_OF_THE_SUBJECT, _OF_THE_PLACE)}
    if panel.setting is None:
        found[_OF_THE_PLACE] = "the subject is cut out, so there is no place to see"
    if baseline is None:
        found = dict.fromkeys(found, "with fewer than three references nobody knows what is usual")
    if unknown:
        found |= dict.fromkeys(_OF_THE_SUBJECT, unknown)
    return {axis: why for axis, why in found.items() if axis not in judged}


def _is_cut(pixels: Rgb | Rgba) -> bool:
    return pixels.shape[2] == 4 and int(pixels[..., 3].min()) <= 250


def _seen(given: Given, like: Sequence[tuple[Rgb, Spotted]], others: Sequence[Rgb]) -> Seen:
    pixels = _bounded(given.pixels)
    rgb = np.ascontiguousarray(pixels[..., :3])
    if not _is_cut(pixels):
        return Seen(given.name, rgb, spot(rgb, given.box, like, others), cut=False)
    alpha = np.asarray(pixels[..., 3], np.float32) / np.float32(255)
    rows, columns = np.flatnonzero(alpha.max(1) > 0.1), np.flatnonzero(alpha.max(0) > 0.1)
    height, width = alpha.shape
    box = Box(0, 0, 1, 1)
    if rows.size:
        box = Box(columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height)
    how: How = "cut out"
    return Seen(given.name, rgb, Spotted(box, alpha, how), cut=True)


def _panel(seen: Seen) -> Panel:
    subject = Subject(SUBJECT, seen.spotted.box, mask=seen.spotted.mask)
    return Panel(seen.picture, (subject,), None if seen.cut else Setting(PLACE))


def _cut(seen: Seen) -> Rgba:
    height, width = seen.picture.shape[:2]
    mask = cv2.resize(seen.spotted.mask, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.dstack([seen.picture, np.rint(np.clip(mask, 0, 1) * 255).astype(np.uint8)])


def _masters(references: Sequence[Seen], cuts: Sequence[Rgba]) -> Masters:
    """The subjects cut out, and the places with a hole where the subject is."""
    plates = []
    for seen, cut in zip(references, cuts, strict=True):
        if not seen.cut and seen.spotted.how != _NOT_FOUND:
            plates.append(np.dstack([cut[..., :3], 255 - cut[..., 3]]))
    return Masters({SUBJECT: tuple(cuts)}, {PLACE: tuple(plates)} if plates else {})


def _bounded(pixels: Rgb | Rgba) -> Rgb | Rgba:
    height, width = pixels.shape[:2]
    if height <= _PICTURE_LINES:
        return pixels
    size = max(1, round(width * _PICTURE_LINES / height)), _PICTURE_LINES
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
