"""A storyboard sketch: a person's pencil lines over a shot. Models get it only where the shot's `sketch` says so."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from manifests.noun import Noun, ShotId

Ink = Literal["graphite", "red", "blue", "white"]
_Part = Annotated[float, Field(ge=-0.5, le=1.5, allow_inf_nan=False)]
POINTS_MAX = 20_000
"""Of all strokes together: hours of drawing, and half a megabyte."""


class PencilStroke(Noun):
    """One line of the pencil, by its points in fractions of the frame. `width`: in thousandths of the frame's width."""

    points: Annotated[tuple[tuple[_Part, _Part], ...], Field(min_length=1, max_length=2000)]
    ink: Ink = "graphite"
    width: Annotated[float, Field(ge=0.5, le=30)] = 3.0


class ShotSketch(Noun):
    """sketches/SC010_SH0010.json: the strokes of one shot, in the order in which they were drawn."""

    schema_name: ClassVar[str] = "gate/sketch/1"

    shot: ShotId
    strokes: Annotated[tuple[PencilStroke, ...], Field(max_length=1000)] = ()

    @model_validator(mode="after")
    def _bounded(self) -> ShotSketch:
        if sum(len(stroke.points) for stroke in self.strokes) > POINTS_MAX:
            raise ValueError(f"it has more than {POINTS_MAX} points: rub something out")
        return self
