"""The pencil sketch of a shot as one of a model's references: only where the shot says so."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from manifests.film import Stage, frame_size
from manifests.keys import hash_json
from manifests.reading.sketches import read_sketch
from manifests.scene import Shot
from manifests.story.sketch import ShotSketch
from production.journey.guides import drawn_once
from providers.contract import Provider

if TYPE_CHECKING:
    from wiring.services import Services

PICTURES_MIN = 3
"""A model gets a sketch beside the guide and the place: one that sees fewer pictures would lose one of these."""

_RULE = "1"
"""Raise it when the same strokes would give another picture."""


def sketch_for(services: Services, shot: Shot, stage: Stage, maker: Provider) -> str:
    """The content hash of the sketch as `maker` gets it for a shot's first frame, a PNG in the vault; "" where it gets
    none. Drawn once for the same strokes. Raises ManifestError where the sketch's file cannot be read.
    """
    if stage != "panel" or not shot.sketch.to_models:
        return ""
    sketch = read_sketch(services.folder.root, shot.id)
    if kept_back(sketch, maker):
        return ""
    size = frame_size("720p", shot.aspect)
    name = hash_json([_RULE, size, sketch.model_dump(mode="json", include={"strokes"})])
    return drawn_once(services, f"sketch-{name}", lambda: on_paper(sketch, size))


def kept_back(sketch: ShotSketch, maker: Provider) -> str:
    """Why a sketch that its shot gives to models does not go out, in a clause; "" where it goes."""
    if not sketch.strokes:
        return "nobody drew one"
    if maker.embedded:
        return f"{maker.name} composes the shot itself"
    most = maker.capabilities("panel").references_max
    return f"{maker.name} looks at {most} pictures" if most < PICTURES_MIN else ""


def on_paper(sketch: ShotSketch, size: tuple[int, int]) -> bytes:
    """The sketch alone, on grey, as PNG bytes."""
    from PIL import Image  # noqa: PLC0415  a plan without a sketch loads no pixel library

    from assembly import ink  # noqa: PLC0415  the same

    content = io.BytesIO()
    ink.under_sketch(Image.new("RGB", size, ink.PAPER), sketch).save(content, "PNG")
    return content.getvalue()
