"""The view gate: is what came back a picture of one whole figure on plain ground, from which it can be cut out?

Whether it shows the right character is decided by the person who locks it; how near it is to the front is only
reported, as a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from checks.contract import Tally, Thresholds, Trouble
from checks.errors import Unreadable
from checks.rules import clip_rules
from checks.rules import reference_rules as rules
from checks.seeing.eye import Eye, Picture
from checks.seeing.masters import Rgba
from checks.seeing.pictures import read_opaque, read_picture
from checks.seeing.plain_ground import cut_out
from manifests.finding import Verdict

_GREY = 124
"""The fill of the eye's letterbox: behind a cut-out it draws no attention."""


@dataclass(frozen=True, slots=True)
class JudgedView:
    """A view as the gate saw it. `cutout`: the figure as RGBA, trimmed; None where it could not be cut out."""

    verdict: Verdict
    cutout: Rgba | None


@dataclass(frozen=True, slots=True)
class ViewLikeness:
    """How near a view is to the front it was made from, -1 to 1, higher is nearer;
    and to whom else of the cast it is nearest.

    Cosines of one eye: they say something beside one another, and nothing alone. `other`: "" where nobody else has a
    front.
    """

    front: float
    other: str = ""
    to_other: float = 0.0


def gate_view(path: Path, size: tuple[int, int], thresholds: Thresholds | None = None) -> JudgedView:
    """Judge one view as it came (Q101, Q102, R105, R107 to R110), and cut its figure out.
    `size`: what was asked for.
    """
    tally = Tally(thresholds or {})
    try:
        picture = read_opaque(path)
    except Unreadable as error:
        tally.judge(
            clip_rules.DECODES, "view", 0.0, Trouble("undecodable", f"{error.thing}: {error.cause}", error.cure)
        )
        return JudgedView(tally.verdict(), None)
    tally.judge(clip_rules.DECODES, "view", 1.0)
    height, width = picture.shape[:2]
    off = float(max(abs(width - size[0]), abs(height - size[1])))
    asked = Trouble("size", f"it is {width}×{height}, not {size[0]}×{size[1]}", "Make it again; do not scale it up.")
    tally.judge(clip_rules.SIZE, "view", off, asked)
    figure = cut_out(picture)
    messy = Trouble("ground", "its ground is not plain, so that nobody can be cut out of it", "Make it again.")
    if not tally.judge(rules.VIEW_GROUND, "view", figure.plain, messy) or figure.pixels is None:
        nobody = Trouble("nobody", "nobody is in it", "Make it again.")
        if figure.pixels is None and figure.plain >= rules.VIEW_GROUND.threshold(tally.thresholds):
            tally.judge(rules.VIEW_ALONE, "view", 0.0, nobody)
        return JudgedView(tally.verdict(), None)
    cut = Trouble("cut_off", "the figure touches an edge of the frame", "Make it again, whole.")
    tally.judge(rules.VIEW_WHOLE, "view", figure.margin, cut)
    more = Trouble("several", "there is more than one figure in it", "Make it again, of one alone.")
    tally.judge(rules.VIEW_ALONE, "view", figure.alone, more)
    tall, wide = figure.pixels.shape[:2]
    small = Trouble("small", f"the figure is only {wide}×{tall}", "Make it again, larger in the frame.")
    tally.judge(rules.REFERENCE_LARGE, "view", float(tall), small)
    shape = Trouble("shape", f"the figure is {wide}×{tall}: no such build", "Make it again.")
    tally.judge(rules.REFERENCE_SHAPE, "view", max(tall, wide) / max(1, min(tall, wide)), shape)
    return JudgedView(tally.verdict(), figure.pixels)


def likeness(view: Rgba, front: Rgba, others: Mapping[str, Rgba], eye: Eye) -> ViewLikeness:
    """How near a cut-out is to its front, and to the nearest of `others` (other people's fronts by name).
    22 CPU-ms a new picture.
    """
    names = sorted(others)
    vectors = eye.embed([_seen(each) for each in (view, front, *(others[name] for name in names))])
    near = vectors[1:] @ vectors[0]
    nearest = max(range(len(names)), key=lambda at: float(near[1 + at]), default=None)
    if nearest is None:
        return ViewLikeness(float(near[0]))
    return ViewLikeness(float(near[0]), names[nearest], float(near[1 + nearest]))


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
