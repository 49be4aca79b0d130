"""What a person draws on a frame: marks as vectors, in fractions of the picture, so that they fit it at any size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from manifests.noun import Fraction, Noun

MarkKind = Literal["pen", "arrow", "box", "text"]
Ink = Literal["red", "yellow", "green", "blue", "white"]

MARKS_MAX = 40
POINTS_MAX = 2000
"""Points of a whole drawing: a minute of the pen, and 30 kB where it is stored."""

_OF_A_KIND = {"arrow": 2, "box": 2, "text": 1}
"""How many points a mark has. An arrow points from the first to the second, a box lies between its corners."""


class DrawnMark(Noun):
    """One mark. `points`: each x and y in fractions of the picture from the top left. `text`: what a text says."""

    kind: MarkKind
    ink: Ink = "yellow"
    points: Annotated[tuple[tuple[Fraction, Fraction], ...], Field(min_length=1, max_length=500)]
    text: Annotated[str, Field(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""

    @model_validator(mode="after")
    def _is_whole(self) -> DrawnMark:
        wanted = _OF_A_KIND.get(self.kind)
        if wanted is not None and len(self.points) != wanted:
            raise ValueError(f"a mark of the kind {self.kind} has {wanted} point{'s' * (wanted > 1)}")
        if self.kind == "pen" and len(self.points) < 2:
            raise ValueError("a line of the pen has at least 2 points")
        if (self.kind == "text") != bool(self.text.strip()):
            raise ValueError("a text has words, and nothing else has")
        return self

    @model_serializer(mode="wrap")
    def _told(self, as_it_is: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = as_it_is(self)
        return told if self.text else {name: each for name, each in told.items() if name != "text"}


def _bounded(marks: Sequence[DrawnMark]) -> Sequence[DrawnMark]:
    if sum(len(mark.points) for mark in marks) > POINTS_MAX:
        raise ValueError(f"a drawing has at most {POINTS_MAX} points")
    return marks


Drawing = Annotated[tuple[DrawnMark, ...], Field(max_length=MARKS_MAX), AfterValidator(_bounded)]
"""The marks of one note, the oldest first."""
