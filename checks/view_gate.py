"""The view gate: is what came back a picture of one whole figure on plain ground, from which it can be cut out?

Whether it is the right person is a person's to say, who locks it; how near it is to the front is only told, as a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from checks import clip_rules
from checks import reference_rules as rules
from checks.contract import Tally, Thresholds, Trouble
from checks.errors import Unreadable
from checks.eye import Eye, Picture
from checks.masters import Rgba
from checks.pictures import read_opaque, read_picture
from checks.plain_ground import cut_out
from manifests.finding import Verdict

_GREY = 124
"""What the eye's letterbox is filled with: behind a cut-out it is nothing to look at."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the gate saw. `cutout`: the figure as RGBA, trimmed; None where it could not be cut out."""

    verdict: Verdict
    cutout: Rgba | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a view is to the front it was made from, -1 to 1, higher is nearer; and to whom else of the cast it is nearest.

    Cosines of one eye: they say something beside one another, and nothing alone. `other`: "" where nobody else has a front.
    """

    front: float
    other: str = ""
    to_other: float = 0.0


def gate_view(path: Path, size: tuple[int, int], thresholds: Thresholds | None = None) -> Looked:
    """Judge one view as it came (Q101, Q102, R105, R107 to R110), and cut its figure out. `size`: what was asked for."""
    tally = Tally(thresholds or {})
    try:
        picture = read_opaque(path)
    except Unreadable as error:
        tally.judge(
            clip_rules.DECODES, "view", 0.0, Trouble("undecodable", f"{error.thing}: {error.cause}", error.cure)
        )
        return Looked(tally.verdict(), None)
    tally.judge(clip_rules.DECODES, "view", 1.0)
    height, width = picture.shape[:2]
    off = float(max(abs(width - size[0]), abs(height - size[1])))
    asked = Trouble("size", f"it is {width}×{height}, not {size[0]}×{size[1]}", "Make it anew; do not scale it up.")
    tally.judge(clip_rules.SIZE, "view", off, asked)
    figure = cut_out(picture)
    messy = Trouble("ground", "its ground is not plain, so that nobody can be cut out of it", "Make it anew.")
    if not tally.judge(rules.VIEW_GROUND, "view", figure.plain, messy) or figure.pixels is None:
        nobody = Trouble("nobody", "nobody is in it", "Make it anew.")
        if figure.pixels is None and figure.plain >= rules.VIEW_GROUND.threshold(tally.thresholds):
            tally.judge(rules.VIEW_ALONE, "view", 0.0, nobody)
        return Looked(tally.verdict(), None)
    cut = Trouble("cut_off", "the figure touches an edge of the frame", "Make it anew, whole.")
    tally.judge(rules.VIEW_WHOLE, "view", figure.margin, cut)
    more = Trouble("several", "there is more than one figure in it", "Make it anew, of one alone.")
    tally.judge(rules.VIEW_ALONE, "view", figure.alone, more)
    tall, wide = figure.pixels.shape[:2]
    small = Trouble("small", f"the figure is only {wide}×{tall}", "Make it anew, larger in the frame.")
    tally.judge(rules.REFERENCE_LARGE, "view", float(tall), small)
    shape = Trouble("shape", f"the figure is {wide}×{tall}: no such build", "Make it anew.")
    tally.judge(rules.REFERENCE_SHAPE, "view", max(tall, wide) / max(1, min(tall, wide)), shape)
    return Looked(tally.verdict(), figure.pixels)


def likeness(view: Rgba, front: Rgba, others: Mapping[str, Rgba], eye: Eye) -> Likeness:
    """How near a cut-out is to its front, and to the nearest of `others` (other people's fronts by name). 22 CPU-ms a new picture."""
    names = sorted(others)
    vectors = eye.embed([_seen(each) for each in (view, front, *(others[name] for name in names))])
    near = vectors[1:] @ vectors[0]
    nearest = max(range(len(names)), key=lambda at: float(near[1 + at]), default=None)
    if nearest is None:
        return Likeness(float(near[0]))
    return Likeness(float(near[0]), names[nearest], float(near[1 + nearest]))


def write_cutout(cutout: Rgba, path: Path) -> None:
    """Write it as a PNG: the same pixels give the same bytes."""
    done, content = cv2.imencode(".png", cv2.cvtColor(cutout, cv2.COLOR_RGBA2BGRA), [cv2.IMWRITE_PNG_COMPRESSION, 6])
    assert done
    path.write_bytes(content.tobytes())


def read_cutout(path: Path) -> Rgba:
    """A cut-out as it was written. Raises Unreadable."""
    pixels = read_picture(path)
    if pixels.shape[2] == 4:
        return pixels
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def _seen(cutout: Rgba) -> Picture:
    alpha = cutout[..., 3:].astype(np.float32) / 255
    flat = cutout[..., :3].astype(np.float32) * alpha + _GREY * (1 - alpha)
    return np.round(flat).astype(np.uint8)
