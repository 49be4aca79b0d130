"""FaceFusion's command line: its input, the face that it takes, and its flags."""

from __future__ import annotations

from manifests.staging import placements
from manifests.take import Reference, Request
from providers.errors import Invalid


def target_and_faces(request: Request) -> tuple[Reference, list[Reference]]:
    """The picture or clip to polish, and the views of the character whose face it gets. Raises Invalid."""
    what = f"{request.shot} {request.operation}"
    targets = [r for r in request.references if r.role == "draft"]
    faces = [r for r in request.references if r.role == "character"]
    if len(targets) != 1:
        raise Invalid(
            what,
            "a face pass works on what is made already, and it is sent no draft",
            "Send the made clip or panel as draft.",
        )
    if len({_character(face) for face in faces}) != 1:
        who = ", ".join(sorted({_character(face) for face in faces})) or "nobody"
        raise Invalid(what, f"a face pass is for one character, and it is sent {who}", "Send the front view of one.")
    if other := next((r for r in request.references if r.role not in {"draft", "character"}), None):
        raise Invalid(what, f"a face pass does not look at a {other.role}", "Send the draft and one character's views.")
    return targets[0], faces


def _character(face: Reference) -> str:
    """The character of a view's canonical name: characters/mara/coat/front."""
    return face.name.split("/")[1] if face.name.count("/") > 1 else face.name


def which_face(request: Request, face: Reference) -> list[str]:
    """The flags that pick the character's face out of those that look at the camera, from left to right.
    Raises Invalid.
    """
    who, moment = _character(face), request.progress if request.operation == "panel" else 0.0
    seen = [
        p for p in placements(request.staging, moment) if p.wardrobe is not None and p.view != "back" and 0 <= p.x <= 1
    ]
    names = [placement.entity for placement in sorted(seen, key=lambda p: p.x)]
    if who not in names:
        shown = ", ".join(names) or "nobody's"
        raise Invalid(
            f"{request.shot} {request.operation}", f"{who} shows no face in its first frame", f"It shows {shown}."
        )
    if len(names) == 1:
        return ["--face-selector-mode", "one"]
    return [
        "--face-selector-mode",
        "reference",
        "--face-selector-order",
        "left-right",
        "--reference-face-position",
        str(names.index(who)),
        "--reference-frame-number",
        "0",
    ]


def flags(model: str) -> list[str]:
    """The flags of every pass: swap the face by `model`, then repair it."""
    return ["--processors", "face_swapper", "face_enhancer", "--face-swapper-model", model]
