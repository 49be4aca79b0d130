"""Tells a model which of the pictures beside a prompt shows what: the prompt names people and places, not pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from manifests.take import Reference

_SAYS = {
    "start_frame": "the first frame",
    "end_frame": "the last frame",
    "panel": "the composition to keep",
    "draft": "the draft to follow",
    "guide": "only where everybody and everything stands",
    "sketch": "a pencil sketch of the composition: follow what it marks, and draw none of its lines",
    "edited": "the picture to change",
}


def captioned(prompt: str, references: Sequence[Reference], spelt: str = "Image {}") -> str:
    """The prompt, and after it a sentence for each picture in the order they are sent;
    `spelt`: what the model calls one.
    """
    told = [f"{spelt.format(number)}: {_caption(reference)}." for number, reference in enumerate(references, 1)]
    return " ".join([prompt, *told])


def _caption(reference: Reference) -> str:
    if words := _SAYS.get(reference.role):
        return words
    kind, *named = PurePosixPath(reference.name).parts
    named = [part.replace("_", " ") for part in named or [kind]]
    if reference.role == "character" and len(named) == 3:
        return f"{named[0]} in {named[1]}, {named[2]} view"
    return f"the {'place' if reference.role == 'location' else reference.role} {' '.join(named)}"
