"""From a shot's blocking to the input of the image checks:
where each character is in the frame, and everybody's masters.
"""

from __future__ import annotations

from checks.scorer.cutouts import prepared
from checks.scorer.subject import Masters, Setting, Subject
from checks.seeing.masters import References, picture_name
from checks.seeing.stage import Stage
from manifests.bible import VIEWS, Bible, plate_name, view_name
from manifests.film import Aspect
from manifests.scene import Shot
from manifests.staging import Box, plate_window

_TORSO_TO = 0.55
"""Where the torso ends, as a part of the figure's height from the top; the crotch is at 0.53 to 0.60 of an adult's."""

_VISIBLE_MIN = 0.4
"""Share of a figure that must be seen for it to be judged: less is somebody else's back."""


def subjects_of(stage: Stage, bible: Bible, references: References) -> tuple[Subject, ...]:
    """The cast of a stage with their boxes and soft silhouettes; a character that is mostly hidden is left out.

    Props are among them, for they hide the place; they have no masters, so they are not judged.
    """
    out = []
    for place, piece, visible in zip(stage.placements, stage.patches, stage.visible, strict=True):
        rgba = references.cutout(picture_name(place))
        box = place.box(rgba.shape[1] / rgba.shape[0])
        hidden = float(visible.sum()) < _VISIBLE_MIN * max(float(piece.alpha.sum()), 1.0)
        if place.wardrobe is None or hidden:
            out.append(Subject("", box, mask=visible))
            continue
        neck = prepared((rgba,))[0].neck
        head, torso = _part(box, 0.0, neck), _part(box, neck, _TORSO_TO)
        upright = bible.characters[place.entity].kind == "person"
        out.append(Subject(place.entity, box, head, torso, visible, place.wardrobe, upright))
    return tuple(out)


def setting_of(shot: Shot, progress: float) -> Setting:
    """The shot's place, as its camera sees it at `progress` (0 to 1)."""
    return Setting(shot.location, plate_window(shot.camera, progress), shot.camera.move == "static")


def masters_of(bible: Bible, references: References, aspect: Aspect = "16:9") -> Masters:
    """The locked views of everybody in all their clothes, and every plate in the film's shape, as far as they are
    given.
    """
    figures = {}
    for character in bible.characters.values():
        for wardrobe in character.wardrobes:
            names = [view_name(character.id, wardrobe, view) for view in VIEWS]
            if found := tuple(references.cutout(name) for name in names if name in references):
                figures[f"{character.id}/{wardrobe}"] = found
    there = [place for place in bible.locations if plate_name(place) in references]
    plates = {place: (references.plate(place, aspect),) for place in there}
    return Masters(figures, plates)


def _part(box: Box, top: float, bottom: float) -> Box:
    tall = box.bottom - box.top
    return Box(box.left, box.top + top * tall, box.right, box.top + bottom * tall)
