"""Whose face is known: the faces in the locked pictures, and whether the model tells them apart.

A drawn face is none to the model, or looks like every other drawn face. So each character's own pictures decide whether
the model is asked about it at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks.faces.faces import LINES_MIN, Face, FaceEye, clear, nearest, on_background
from checks.seeing.masters import References, Rgba
from manifests.bible import Bible, Character, View, view_name

_SEEN_FROM: tuple[View, ...] = ("front", "three_quarter", "side")
_HEAD_PART = 1 / 10
"""The least part of a cut-out's height that its head has: an adult's is 1/8 to 1/6."""


@dataclass(frozen=True, slots=True)
class KnownFaces:
    """`of`: by character, the faces in its locked pictures. `unknown`: by character without any, why the model is not
    asked about it.
    """

    eye: FaceEye
    of: Mapping[str, tuple[Face, ...]]
    unknown: Mapping[str, str]

    def distance(self, face: Face, character: str) -> float:
        """To the nearest of the character's faces, as a share of the model's limit; up to 1 is the same person."""
        return nearest(self.eye, face, self.of[character])

    def who(self, face: Face) -> str:
        """The character whose face is the nearest. Raises ValueError where nobody's is known."""
        return min(self.of, key=lambda name: self.distance(face, name))


def known_faces(bible: Bible, references: References, eye: FaceEye) -> KnownFaces:
    """Look at everybody's locked pictures: at their fronts alone where those show no face. Raises MasterMissing,
    EyeError. 0.1 CPU-s a picture that the eye has not seen yet.
    """
    found = {c.id: _faces_of(c, references, eye) for c in bible.characters.values()}
    unknown = {name: why for name, faces in found.items() if (why := _untold(name, faces, found, eye))}
    return KnownFaces(eye, {name: faces for name, faces in found.items() if name not in unknown}, unknown)


def _faces_of(character: Character, references: References, eye: FaceEye) -> tuple[Face, ...]:
    if character.kind != "person":
        return ()
    found: list[Face] = []
    for view in _SEEN_FROM:
        for wardrobe in character.wardrobes:
            name = view_name(character.id, wardrobe, view)
            if name not in references:
                continue
            found += references.of_cutout(name, _FaceOf(eye))
        if not found and any(view_name(character.id, each, view) in references for each in character.wardrobes):
            return ()
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _FaceOf:
    """The face of a cut-out, where it shows one; equal for the same model."""

    eye: FaceEye

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _FaceOf) and other.eye is self.eye

    def __hash__(self) -> int:
        return id(self.eye)

    def __call__(self, cutout: Rgba) -> tuple[Face, ...]:
        flat = on_background(cutout)
        return clear(self.eye.look(flat, max(LINES_MIN, flat.shape[0] * _HEAD_PART)))[:1]


def _untold(name: str, faces: tuple[Face, ...], everybody: Mapping[str, tuple[Face, ...]], eye: FaceEye) -> str:
    """Why the model cannot be asked about this character; "" where it can."""
    if not faces:
        return f"the face model finds no face in {name}'s locked pictures"
    rivals = {other: known for other, known in everybody.items() if other != name and known}
    others = {other: min(nearest(eye, face, known) for face in faces) for other, known in rivals.items()}
    if len(faces) > 1:
        own = min(nearest(eye, face, [*faces[:at], *faces[at + 1 :]]) for at, face in enumerate(faces))
        if own > 1:
            return f"the face model does not recognise {name} from one locked picture to the next"
    alike = min(others, key=lambda other: others[other], default="")
    if alike and others[alike] <= 1:
        return f"the face model does not tell {name} from {alike}"
    return ""
