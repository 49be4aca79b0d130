"""Finds a dissolve or a morph inside a take: a frame that is two pictures at once.

PySceneDetect's adaptive detector looks for one frame that changes more than its neighbours, and so misses a change that
is spread over many. Here three frames are held together, a first, a middle and a last. In a take the middle one is the
first, moved, or the last, moved: optical flow takes the motion out. In a dissolve neither alone explains it, and both
together do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

SPANS = (8, 16, 24, 36)
"""Frames between the first and the last that are held together: dissolves of a quarter of a second to two seconds."""

_STEPS_A_SPAN = 6
_DETAIL_PX = 31
"""Pixels, of 256: coarser differences are light, and light may change within a take."""

_COARSE = (64, 36)
_ALIKE = 0.6
"""Correlation of the first and the last frame's detail over which nothing has changed enough to be another picture."""

_LEAST_PART = 0.2
_SINGULAR = 1e-3


@dataclass(frozen=True, slots=True)
class Blend:
    """`share` of the middle frame's detail that only both others together explain, 0 to 1;
    it lies from frame `first` to `last`.
    """

    share: float = 0.0
    first: int = 0
    last: int = 0


def strongest_blend(frames: Sequence[Grey]) -> Blend:
    """The strongest blend in a clip, from all its frames as luma of one size (256×144). 1 CPU-ms a frame."""
    details = [_detail(frame) for frame in frames]
    coarse = [_coarse(detail) for detail in details]
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    best = Blend()
    for span in SPANS:
        for first in range(0, len(frames) - span, max(1, span // _STEPS_A_SPAN)):
            last = first + span
            if _alike(coarse[first], coarse[last]) > _ALIKE:
                continue
            middle = first + span // 2
            one, two = (_moved(details[i], _flow(flow, frames[middle], frames[i])) for i in (first, last))
            share = only_both_explain(details[middle], one, two)
            if share > best.share:
                best = Blend(share, first, last)
    return best


def likeness(one: Grey, two: Grey) -> float:
    """How alike the detail of two frames is, -1 to 1 (correlation), whatever the light."""
    return _alike(_coarse(_detail(one)), _coarse(_detail(two)))


def only_both_explain(middle: Floats, one: Floats, two: Floats) -> float:
    """The share of `middle`'s energy that a mix of `one` and `two` explains
    and the better of them alone does not, 0 to 1.
    """
    energy = float((middle * middle).sum()) + 1e-6
    aa, bb, ab = float((one * one).sum()), float((two * two).sum()), float((one * two).sum())
    am, bm = float((one * middle).sum()), float((two * middle).sum())
    alone = min(1 - max(0.0, am) ** 2 / (aa * energy + 1e-6), 1 - max(0.0, bm) ** 2 / (bb * energy + 1e-6))
    determinant = aa * bb - ab * ab
    if determinant < _SINGULAR * aa * bb:
        return 0.0
    part_one, part_two = (am * bb - bm * ab) / determinant, (bm * aa - am * ab) / determinant
    if min(part_one, part_two) < _LEAST_PART:
        return 0.0
    left = middle - part_one * one - part_two * two
    return max(0.0, alone - float((left * left).sum()) / energy)


def _flow(flow: cv2.DISOpticalFlow, one: Grey, two: Grey) -> Floats:
    # None: no flow is known yet.
    return np.asarray(flow.calc(one, two, None), np.float32)  # type: ignore[call-overload]


def _detail(frame: Grey) -> Floats:
    values = frame.astype(np.float32)
    return np.asarray(values - cv2.blur(values, (_DETAIL_PX, _DETAIL_PX)), np.float32)


def _coarse(detail: Floats) -> Floats:
    return np.asarray(cv2.resize(detail, _COARSE, interpolation=cv2.INTER_AREA), np.float32)


def _alike(one: Floats, two: Floats) -> float:
    return float((one * two).sum() / np.sqrt(float((one * one).sum()) * float((two * two).sum()) + 1e-6))


def _moved(picture: Floats, flow: Floats) -> Floats:
    rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    return np.asarray(
        cv2.remap(
            picture, columns + flow[..., 0], rows + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        ),
        np.float32,
    )
