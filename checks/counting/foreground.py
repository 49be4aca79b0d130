"""What stands before the place: where a picture differs from its location's plates, laid under it by local features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from checks.scorer.background import look_behind
from checks.scorer.subject import Setting
from checks.seeing.colour import Floats, difference, lab
from checks.seeing.masters import Rgb

_BLUR_PX = 1.2
_SAME, _APART = 5.0, 7.0
"""Delta-E from the plate at which something may stand there, and how much more makes it sure."""

_ANOTHER_PLACE = 0.5
"""Share of the background that differs from a plate which no features hold: beyond it, it is another place. On drawn
takes 0.05 to 0.46, somebody too many among it.
"""


@dataclass(frozen=True, slots=True)
class Foreground:
    """`unlike`: how surely a pixel shows something else than the plate, 0 to 1; `known`: 1 where the plate reaches.
    `straight`: the picture as Lab in the plate's light; `plate`: the plate as the picture should show it.
    `found`: local features say where the plate lies; else the camera's window does, and things of the room stand out.
    """

    unlike: Floats
    known: Floats
    straight: Floats
    plate: Floats
    found: bool


def foreground(picture: Rgb, free: Floats, plates: Sequence[Rgb], setting: Setting) -> Foreground | None:
    """Lay the plates under the picture (RGB, the size gates look at) and compare. `free`: 1 where nobody is expected.

    None where no plate can be laid, or less than half of the background agrees on one light, or, where the camera's
    window alone says how the plate lies, on its colours. About 110 CPU-ms.
    """
    behind = look_behind(picture, free, plates, setting)
    if behind is None or not behind.passes:
        return None
    straight = lab(behind.light.taken_out(picture.astype(np.float32)))
    plate = lab(behind.registered.view)
    off = difference(straight, plate, _BLUR_PX)
    known = (behind.registered.inside > 0.98).astype(np.float32)
    known = np.asarray(cv2.erode(known, np.ones((5, 5), np.uint8)), np.float32)
    unlike = np.asarray(np.clip((off - _SAME) / _APART, 0, 1) * known, np.float32)
    stands_out = float((unlike * free).sum()) / max(float((known * free).sum()), 1.0)
    if not behind.registered.found and stands_out > _ANOTHER_PLACE:
        return None
    return Foreground(unlike, known, straight, plate, behind.registered.found)
