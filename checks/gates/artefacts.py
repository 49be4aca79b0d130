"""V109: faults of the machine that made the picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.contract import Tally, Trouble
from checks.rules import panel_rules
from checks.seeing.masters import Rgb
from checks.seeing.stage import to_stage

BLANK_CONTRAST = 4.0
"""Grey levels of standard deviation under which a picture shows nothing."""

BLACK_LUMA = 28.0
"""Full-range luma (0 to 255) that 98 % of a black picture stays under; a night exterior has brighter windows."""

_BAR_LUMA, _BAR_CONTRAST = 20.0, 2.0
"""A row belongs to a bar when it is this dark and this even."""

_LEVELS_MIN = 48
"""Levels of a channel in use, of 256, under which a picture is banded:
5 bits have at most 32, clean previz panels 215 and more.
"""


def judge_artefacts(picture: Rgb, tally: Tally, subject: str = "picture") -> bool:
    """Judge blank, bars and bands; say whether it is worth looking further (it is not blank)."""
    small = np.asarray(cv2.cvtColor(to_stage(picture), cv2.COLOR_RGB2GRAY), np.float32)
    blank, bars, bands = is_blank(small), bar_share(small), band_share(picture)
    value = 1.0 if blank else max(bars, bands)
    if blank:
        trouble = Trouble("black", "the picture is blank", "Make it again; the request is right, the render failed.")
    elif bars >= bands:
        trouble = Trouble(
            "bars",
            f"black bars take {bars:.0%} of the picture",
            "Ask for a picture that fills the frame.",
            {"bars": bars},
        )
    else:
        message = f"the picture is banded: it lacks {bands:.0%} of its levels"
        trouble = Trouble("banding", message, "Make it again as an 8-bit PNG.", {"bands": bands})
    tally.judge(panel_rules.ARTEFACTS, subject, value, trouble)
    return not blank


def is_blank(grey: NDArray[np.float32]) -> bool:
    """Whether a grey picture shows nothing: one even tone, or black."""
    return float(grey.std()) < BLANK_CONTRAST or float(np.percentile(grey, 98)) < BLACK_LUMA


def bar_share(grey: NDArray[np.float32]) -> float:
    """The share of a picture that even, dark bars at opposite edges take, 0 to 1."""
    rows = _edges((grey.mean(1) < _BAR_LUMA) & (grey.std(1) < _BAR_CONTRAST))
    columns = _edges((grey.mean(0) < _BAR_LUMA) & (grey.std(0) < _BAR_CONTRAST))
    return max(rows, columns)


def band_share(picture: Rgb) -> float:
    """The share of levels a picture lacks for being banded, 0 to 1;
    0 for one that uses enough of them in any channel.
    """
    seen = picture[::2, ::2]
    counts = [np.bincount(seen[..., channel].ravel(), minlength=256) for channel in range(3)]
    used = max(int((count > seen[..., 0].size * 2e-5).sum()) for count in counts)
    return max(0.0, 1 - used / _LEVELS_MIN)


def _edges(dark: NDArray[np.bool_]) -> float:
    """Letterboxes have two bars: one dark edge alone is a floor or a night sky."""
    bright = np.flatnonzero(~dark)
    if not bright.size:
        return 0.0
    first, last = int(bright[0]), len(dark) - 1 - int(bright[-1])
    return (first + last) / len(dark) if min(first, last) > 0 else 0.0
