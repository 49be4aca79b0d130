"""Score any pictures: references of one subject in one place, and others that should show the same.
No film is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from checks.faces.faces import Face, FaceEye, on_background
from checks.faces.likeness import FaceLikeness, face_likeness, shared_face
from checks.picture_scores import CANNOT_TELL, WHOLE, ChannelScore, FaceScore, PictureScore, Scored
from checks.scorer.axes import axis_scores, overall
from checks.scorer.baseline import PICTURES_MIN, Baseline
from checks.scorer.channels import BY_NAME
from checks.scorer.compare import compare
from checks.scorer.differences import differences, in_words
from checks.scorer.spotting import How, Spotted, spot
from checks.scorer.subject import Masters, Panel, Setting, Similarity, Subject
from checks.scorer.whole import likeness, says
from checks.seeing.eye import Eye
from checks.seeing.masters import Rgb, Rgba
from manifests.staging import Box

SUBJECT, PLACE = "subject", "place"
_NOT_FOUND = "the whole frame"
_OF_THE_SUBJECT, _OF_THE_PLACE = ("identity", "wardrobe"), "location"
_PICTURE_LINES = 720
_OTHERS_MAX = 6
"""Pictures of the same place that each one is held against to find its subject: more cost time and find no more."""


@dataclass(frozen=True, slots=True)
class Given:
    """A picture with its name: RGB, or RGBA where the subject is cut out. `box`: the subject's, if somebody says."""

    name: str
    pixels: Rgb | Rgba
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class SpottedPicture:
    """A picture with its subject found."""

    name: str
    picture: Rgb
    spotted: Spotted
    cut: bool


def look_at(
    references: Sequence[Given], tests: Sequence[Given]
) -> tuple[tuple[SpottedPicture, ...], tuple[SpottedPicture, ...]]:
    """Find the subjects: by what is new before the place that references share, or by the references' own colours."""
    whole = [np.ascontiguousarray(bounded(given.pixels)[..., :3]) for given in references if not _is_cut(given.pixels)]
    known = []
    for given in references:
        others = [
            picture for picture in whole if picture.shape != given.pixels.shape or (picture != given.pixels).any()
        ]
        known.append(_seen(given, (), others[:_OTHERS_MAX]))
    return tuple(known), look_at_tests(known, tests)


def look_at_tests(known: Sequence[SpottedPicture], tests: Sequence[Given]) -> tuple[SpottedPicture, ...]:
    """Find the subjects of further pictures, once the references' are found."""
    whole = [seen.picture for seen in known if not seen.cut]
    like = [(seen.picture, seen.spotted) for seen in known if seen.spotted.how != _NOT_FOUND and not seen.cut]
    return tuple(_seen(given, like, whole[:_OTHERS_MAX]) for given in tests)


@dataclass(frozen=True, slots=True)
class KnownPictures:
    """The references, and what is usual among them; no baseline with fewer than three. `faces`: of the person whom they
    show, by `face_eye`; none where that is nobody.
    """

    references: tuple[SpottedPicture, ...]
    masters: Masters
    baseline: Baseline | None
    faces: tuple[Face, ...] = ()
    face_eye: FaceEye | None = None


def score_pictures(
    references: Sequence[SpottedPicture], tests: Sequence[SpottedPicture], eye: Eye, faces: FaceEye | None = None
) -> Scored:
    """Every test against all references; calibrated on the references among themselves. `faces`: None without the extra
    `faces`. Raises EyeError, ValueError.
    """
    return score_against(known_from(references, eye, faces), tests, eye)


def score_against(known: KnownPictures, tests: Sequence[SpottedPicture], eye: Eye) -> Scored:
    """Every test against references that are measured already. Raises EyeError."""
    return Scored(
        eye=eye.name,
        references={seen.name: seen.spotted.how for seen in known.references},
        pictures=tuple(_scored(seen, known, eye) for seen in tests),
    )


def known_from(references: Sequence[SpottedPicture], eye: Eye, faces: FaceEye | None = None) -> KnownPictures:
    """Measure the references among themselves. Raises EyeError, ValueError."""
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
    shared = shared_face([_flat(seen) for seen in references], faces) if faces else ()
    return KnownPictures(tuple(references), _masters(references, cuts), baseline, shared, faces)


def _differs(seen: SpottedPicture, references: Sequence[SpottedPicture]) -> str:
    whole = [known.picture for known in references if not known.cut][:_OTHERS_MAX]
    if seen.cut or not whole:
        return ""
    return in_words(differences(seen.picture, *whole))


def _unknown(seen: SpottedPicture, references: Sequence[SpottedPicture]) -> str:
    """Why nobody can say whether the subject is the same: it was not found, here or in a reference. "" where it was."""
    if seen.spotted.how == _NOT_FOUND:
        return (
            f"no subject was found in {seen.name}: say where it is (--box X,Y,W,H), or cut it out (PNG with "
            f"transparency)"
        )
    lost = [known.name for known in references if known.spotted.how == _NOT_FOUND]
    if lost:
        return (
            f"no subject was found in {', '.join(lost)}: leave it out, or cut its subject out (PNG with transparency)"
        )
    return ""


def _scored(seen: SpottedPicture, known: KnownPictures, eye: Eye) -> PictureScore:
    panel, unknown, baseline = _panel(seen), _unknown(seen, known.references), known.baseline
    found, face = compare(panel.picture, panel.subjects, known.masters, eye, panel.setting), _face(seen, known)
    scores = axis_scores(found, baseline) if baseline else {}
    unsaid = _OF_THE_SUBJECT if unknown else ("identity",) if face else ()
    scores = {key: score for key, score in scores.items() if key[1] not in unsaid}
    whole = [each.picture for each in known.references if not each.cut and not seen.cut]
    alike = likeness(seen.picture, whole, eye) if whole else None
    untold: dict[str, str] = dict.fromkeys(_OF_THE_SUBJECT, CANNOT_TELL) if unknown else {}
    if face is not None:
        untold = {"identity": face.says}
    elif baseline is None and alike is not None:
        untold = {WHOLE: says(alike, len(whole))}
    box = seen.spotted.box
    return PictureScore(
        name=seen.name,
        differs=_differs(seen, known.references),
        found=seen.spotted.how,
        box=(box.left, box.top, box.right - box.left, box.bottom - box.top),
        channels=tuple(_channel(item, baseline) for item in found),
        axes={axis: score.z for (_, axis), score in scores.items()},
        triage={axis: score.triage for (_, axis), score in scores.items()} | untold,
        overall=None if unknown else _rounded(overall(scores)),
        likeness=_rounded(alike if face is None else face.likeness),
        unknown=unknown,
        face=face and FaceScore(distance=round(face.distance, 3), limit=face.limit, lines=round(face.lines)),
        no_face="" if face else _no_face(seen, known),
        not_checked=_not_checked({*untold, *(axis for _, axis in scores)}, baseline, panel, unknown),
    )


def _face(seen: SpottedPicture, known: KnownPictures) -> FaceLikeness | None:
    """How near the picture's face is to the references'; None where no face can say who it is."""
    if known.face_eye is None or not known.faces:
        return None
    where = seen.spotted.box if seen.spotted.how == "given" else None
    return face_likeness(_flat(seen), known.faces, known.face_eye, where)


def _no_face(seen: SpottedPicture, known: KnownPictures) -> str:
    """Why no face was compared; "" where the film has no model of faces."""
    if known.face_eye is None:
        return ""
    if known.faces:
        return f"no face is found in {seen.name}"
    one = len(known.references) == 1
    return "no face is found in the reference" if one else "the references do not show one and the same face"


def _flat(seen: SpottedPicture) -> Rgb:
    """The picture as faces are looked for in it: a cut-out on grey, at its own size."""
    return on_background(_cut(seen), 0) if seen.cut else seen.picture


def _channel(item: Similarity, baseline: Baseline | None) -> ChannelScore:
    return ChannelScore(
        entity=item.entity,
        axis=item.axis,
        channel=item.channel,
        unit=BY_NAME[item.channel].unit,
        distance=item.distance,
        z=_rounded(baseline.z(item)) if baseline else None,
    )


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


def _seen(given: Given, like: Sequence[tuple[Rgb, Spotted]], others: Sequence[Rgb]) -> SpottedPicture:
    pixels = bounded(given.pixels)
    rgb = np.ascontiguousarray(pixels[..., :3])
    if not _is_cut(pixels):
        return SpottedPicture(given.name, rgb, spot(rgb, given.box, like, others), cut=False)
    alpha = np.asarray(pixels[..., 3], np.float32) / np.float32(255)
    rows, columns = np.flatnonzero(alpha.max(1) > 0.1), np.flatnonzero(alpha.max(0) > 0.1)
    height, width = alpha.shape
    box = Box(0, 0, 1, 1)
    if rows.size:
        box = Box(columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height)
    how: How = "cut out"
    return SpottedPicture(given.name, rgb, Spotted(box, alpha, how), cut=True)


def _panel(seen: SpottedPicture) -> Panel:
    subject = Subject(SUBJECT, seen.spotted.box, mask=seen.spotted.mask)
    return Panel(seen.picture, (subject,), None if seen.cut else Setting(PLACE))


def _cut(seen: SpottedPicture) -> Rgba:
    height, width = seen.picture.shape[:2]
    mask = cv2.resize(seen.spotted.mask, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.dstack([seen.picture, np.rint(np.clip(mask, 0, 1) * 255).astype(np.uint8)])


def _masters(references: Sequence[SpottedPicture], cuts: Sequence[Rgba]) -> Masters:
    """The subjects cut out, and the places with a hole where the subject is."""
    plates = []
    for seen, cut in zip(references, cuts, strict=True):
        if not seen.cut and seen.spotted.how != _NOT_FOUND:
            plates.append(np.dstack([cut[..., :3], 255 - cut[..., 3]]))
    return Masters({SUBJECT: tuple(cuts)}, {PLACE: tuple(plates)} if plates else {})


def bounded(pixels: Rgb | Rgba) -> Rgb | Rgba:
    """The picture at 720 lines at most, as it is looked at."""
    height, width = pixels.shape[:2]
    if height <= _PICTURE_LINES:
        return pixels
    size = max(1, round(width * _PICTURE_LINES / height)), _PICTURE_LINES
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
