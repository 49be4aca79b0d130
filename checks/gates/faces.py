"""V116: whose faces are these? By a model that was made for faces, for everybody whose locked pictures have one.

It judges identity where it can: what it passes, the weaker rules of identity (V101, V102, V111) do not refuse, for they
compare pixels or crops, which light, a tilt and a mirror change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.contract import Tally, Trouble, by_frame
from checks.faces.faces import FAIL_LINES, NOT_COMPARED, SAME, Face, clear
from checks.gates.face_masters import KnownFaces
from checks.gates.sight import Sight
from checks.rules import panel_rules as rules
from manifests.scene import Shot
from manifests.staging import Placement

_BESIDE, _ABOVE = 0.15, 0.2
"""How far beside the foot point of a mark, in frame widths, and how far above its figure, in frame heights, a face may
be that stands on it: a paid model keeps to a mark by a tenth of the frame or so.
"""

_HEAD = 1 / 7.5
"""A head's part of a standing adult's height."""

_SMALLER = 0.4
"""The part of the expected head below which a face is somebody's in the background."""


@dataclass(frozen=True, slots=True)
class FaceThere:
    """The face that somebody on a mark has. `share`: its distance to the asked character's, in the model's limits."""

    face: Face
    share: float
    nearest: str
    label: str

    @property
    def may_fail(self) -> bool:
        """Whether the head is large enough for the model to be sure that it is somebody else."""
        return self.face.lines >= FAIL_LINES


def judge_faces(sights: Sequence[Sight], shot: Shot, known: KnownFaces | None, tally: Tally) -> None:
    """Judge V116 for each of the cast on their worst frame; without the extra, say why not. Raises EyeError."""
    if known is None:
        for member in shot.cast:
            tally.skip([rules.FACE], member.character, NOT_COMPARED)
        return
    asked = [member.character for member in shot.cast if member.character in known.of]
    seen = [_in_frame(sight, asked, known) for sight in sights] if asked else []
    for member in shot.cast:
        name = member.character
        if name not in known.of:
            tally.skip([rules.FACE], name, known.unknown.get(name, "nobody's face is known by that name"))
            continue
        _judge(name, [found[name] for found in seen if name in found], known, tally)


def settled_by_face(tally: Tally, character: str) -> str:
    """Why weaker rules of identity do not refuse this character: the face was recognised. "" where it was not."""
    told = next((s for s in tally.verdict().scores if (s.rule, s.subject) == (rules.FACE.code, character)), None)
    if told is None or told.says != "pass" or told.value is None:
        return ""
    return f"the face is {character}'s ({told.value:.2f} of the face model's limit)"


def _judge(name: str, seen: Sequence[FaceThere], known: KnownFaces, tally: Tally) -> None:
    if not seen:
        tally.skip([rules.FACE], name, f"no face was found where {name} stands: turned away, hidden or too small")
        return
    worst = max(seen, key=lambda there: (there.may_fail or there.share <= SAME, there.share))
    lines = round(worst.face.lines)
    if not worst.may_fail and worst.share > SAME and tally.bands is None:
        tally.skip([rules.FACE], name, f"its head has {lines} lines: a face is sure from {FAIL_LINES} on")
        return
    own, other = (known.distance(worst.face, each) * known.eye.limit for each in (name, worst.nearest))
    somebody = f"another face stands there (nearest: {worst.nearest} {other:.2f}; {name} {own:.2f})"
    nobody = f"it is not {name}'s face ({own:.2f} from the locked pictures, the same person up to {known.eye.limit:g})"
    trouble = Trouble(
        f"identity:{name}",
        f"{worst.label}: {nobody if worst.nearest == name else somebody}",
        f"Make it again from {name}'s locked views; do not use this picture as a reference.",
        {
            "frame": worst.label,
            "fits": worst.nearest,
            "distance": round(own, 4),
            "head_lines": lines,
            **by_frame((there.label, there.share) for there in seen),
        },
        question=f"is this {name}'s face?",
        unsure=not worst.may_fail,
    )
    tally.judge(rules.FACE, name, worst.share, trouble)


def _in_frame(sight: Sight, asked: Sequence[str], known: KnownFaces) -> Mapping[str, FaceThere]:
    """By character, the face that they have in this frame: first everybody who is recognised, wherever they stand; then
    who else stands on a mark.
    """
    faces = list(clear(known.eye.look(sight.frame.picture)))
    shares = {(name, at): known.distance(face, name) for name in asked for at, face in enumerate(faces)}
    out: dict[str, FaceThere] = {}
    taken: set[int] = set()
    for share, name, at in sorted((share, name, at) for (name, at), share in shares.items()):
        if share <= SAME and name not in out and at not in taken:
            out[name] = FaceThere(faces[at], share, name, sight.frame.label)
            taken.add(at)
    marks = {place.entity: place for place in sight.stage.placements if place.wardrobe is not None}
    alone = len(marks) == 1
    for name in (each for each in asked if each not in out and each in marks):
        free = [at for at in range(len(faces)) if at not in taken]
        there = list(_on_mark([faces[at] for at in free], marks[name], sight.frame.picture.shape[0], alone=alone))
        if there:
            at = faces.index(there[0])
            taken.add(at)
            out[name] = FaceThere(faces[at], shares[name, at], known.who(faces[at]), sight.frame.label)
    return out


def _on_mark(faces: Sequence[Face], place: Placement, lines: int, *, alone: bool) -> Iterator[Face]:
    """The faces that may be of somebody on this mark, the nearest to it first. `alone`: nobody else is in the shot, so
    that whoever is seen is on it. Of somebody who is seen from behind there is none.
    """
    if place.view == "back":
        return
    top = place.y - place.scale
    least = _SMALLER * _HEAD * place.scale * lines

    def off(face: Face) -> float:
        return abs(face.centre[0] - place.x)

    for face in sorted(faces, key=off):
        x, y = face.centre
        near = abs(x - place.x) <= _BESIDE and top - _ABOVE <= y <= top + place.scale / 2 + _ABOVE
        if face.lines >= least and (near or alone):
            yield face
