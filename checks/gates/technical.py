"""The Q rules' measurements on pictures: one watcher that sees every frame once, and what it says at the end."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.gates.artefacts import BLACK_LUMA, bar_share
from checks.gates.blends import Blend, likeness, strongest_blend

_STILL_STEP = 6
"""Frames between the two that are compared for stillness: a quarter of a second, so that slow breathing shows."""

STILL_DIFFERENCE = 0.30
"""Mean grey levels: a repeated frame stays under 0.25 (H.264 goes on refining it), a clip
where people only breathe, or rain runs down a window, has a median over 0.45."""

SMALL = (256, 144)
_LOOKED_AT = 6
"""Every sixth frame is looked at for bars: they do not come and go."""

_PUMP_LAGS = (1, 2, 3, 4, 6)
"""Frames between a frame and the two that it is held against:
brightness that pumps every 2 to 12 frames shows in one of them.
"""

_PUMP_LENGTH = 8
"""A lag is used only in clips that are so many times as long:
one flash of light must stay under half of what is seen.
"""

_PUMP_WINDOW = 24
_ANY_RATE = 24.0
"""The rate that the cut detector is told: it counts frames, and asks for one."""

_REPEAT_OF, _REPEAT_MOTION, _REPEAT_AROUND = 0.25, 0.4, 3
"""A frame repeats the one before when it changes by less than a quarter of what the liveliest of the three before and
of the three after change by, and those by 0.4 grey levels.
"""

_CUT_CONTENT_MIN = 8.0
"""Content change, in mean HSV levels, under which no change is a cut, whatever its neighbours do."""

_FLASH_MAX, _RETURNED = 4, 0.8
"""Frames that a flash of light lasts at the most, and the correlation of the picture's detail before and after it."""

_VIDEO_BLACK, _VIDEO_RANGE = 16, 219


class Watcher:
    """Sees the luma of every frame in order (`see`), then answers.
    Luma is studio range, 16 to 235, unless `full_range`.
    """

    def __init__(self, fps: int = 24) -> None:
        self.fps = fps
        self._means: list[float] = []
        self._tops: list[float] = []
        self._small: list[NDArray[np.uint8]] = []

    def see(self, _index: int, luma: NDArray[np.uint8]) -> None:
        """Take in one frame."""
        small = np.asarray(cv2.resize(luma, SMALL, interpolation=cv2.INTER_AREA), np.uint8)
        self._small.append(small)
        self._means.append(float(small.mean()) * 255 / _VIDEO_RANGE)
        self._tops.append((float(np.percentile(small, 98)) - _VIDEO_BLACK) * 255 / _VIDEO_RANGE)

    def black_share(self) -> float:
        """The share of frames that are black, 0 to 1."""
        return float(np.mean([top < BLACK_LUMA for top in self._tops])) if self._tops else 1.0

    def still_seconds(self) -> float:
        """The longest stretch without motion, in seconds."""
        longest = run = 0
        for old, new in zip(self._small, self._small[_STILL_STEP:], strict=False):
            run = run + 1 if float(cv2.absdiff(old, new).mean()) < STILL_DIFFERENCE else 0
            longest = max(longest, run)
        return (longest + _STILL_STEP) / self.fps if longest else 0.0

    def flicker(self) -> float:
        """How far the mean luma pumps, in grey levels: the median of how far a frame is off the mean of two neighbours.

        Of the second (or, in a shorter clip, the whole) in which it pumps most, and of the neighbours' distance that
        shows it best. One flash of lightning is not pumping: it concerns fewer than half of the frames, however short
        the clip.
        """
        means, worst = np.asarray(self._means), 0.0
        for lag in _PUMP_LAGS:
            if means.size < max(_PUMP_LENGTH * lag, 2 * lag + 3):
                break
            off = np.abs(means[lag:-lag] - (means[: -2 * lag] + means[2 * lag :]) / 2)
            windows = np.lib.stride_tricks.sliding_window_view(off, min(_PUMP_WINDOW, off.size))
            worst = max(worst, float(np.median(windows, axis=1).max()))
        return worst

    def repeated_share(self) -> float:
        """The share of frames that repeat the one before while the picture moves before and after, 0 to 1;
        12 frames a second in 24: 0.5.
        """
        steps = [float(cv2.absdiff(old, new).mean()) for old, new in pairwise(self._small)]
        repeats = [self._repeats(steps, index) for index in range(_REPEAT_AROUND, len(steps) - _REPEAT_AROUND)]
        return float(np.mean(repeats)) if repeats else 0.0

    @staticmethod
    def _repeats(steps: list[float], index: int) -> bool:
        before, after = steps[index - _REPEAT_AROUND : index], steps[index + 1 : index + 1 + _REPEAT_AROUND]
        motion = min(max(before), max(after))  # a move that eases in has none before it, and repeats nothing
        return motion >= _REPEAT_MOTION and steps[index] < _REPEAT_OF * motion

    def bars(self) -> float:
        """The share of the frame that even, dark bars at opposite edges take, 0 to 1:
        the median of the frames looked at.
        """
        looked_at = [small.astype(np.float32) for small in self._small[::_LOOKED_AT]]
        shares = [bar_share((grey - _VIDEO_BLACK) * (255 / _VIDEO_RANGE)) for grey in looked_at]
        return float(np.median(shares)) if shares else 0.0

    def blend(self) -> Blend:
        """Where two pictures lie over each other most clearly, as in a dissolve or a morph."""
        return strongest_blend(self._small)

    def cut(self) -> tuple[float, int]:
        """The strongest candidate for a cut: PySceneDetect's adaptive ratio, and the frame it comes before;
        (0, 0): none.

        After a cut the picture is another one. After a flash of lightning it is what it was, and that is none.
        """
        ratios = adaptive_ratios(self._small)
        ratios = {index: ratio for index, ratio in ratios.items() if not self._returns(index)}
        frame = max(ratios, key=lambda index: ratios[index], default=0)
        return ratios.get(frame, 0.0), frame

    def _returns(self, index: int) -> bool:
        last = len(self._small) - 1
        before = {max(0, index - 1), max(0, index - _FLASH_MAX)}
        after = {min(last, index + 1), min(last, index + _FLASH_MAX)}
        return max(likeness(self._small[a], self._small[b]) for a in before for b in after) > _RETURNED


def adaptive_ratios(frames: list[NDArray[np.uint8]]) -> dict[int, float]:
    """PySceneDetect's adaptive ratio for each frame that changes enough to be a cut;
    fed frame by frame, no second decode.
    """
    from scenedetect import FrameTimecode, StatsManager  # noqa: PLC0415  half a second that only clips need
    from scenedetect.detectors import AdaptiveDetector  # noqa: PLC0415

    detector, stats = AdaptiveDetector(luma_only=True), StatsManager()
    detector.stats_manager = stats
    stats.register_metrics(detector.get_metrics())
    for index, small in enumerate(frames):
        detector.process_frame(FrameTimecode(index, _ANY_RATE), cv2.cvtColor(small, cv2.COLOR_GRAY2BGR))
    out: dict[int, float] = {}
    for index in range(len(frames)):
        ratio, content = _metrics(stats, FrameTimecode(index, _ANY_RATE))
        if content >= _CUT_CONTENT_MIN:
            out[index] = ratio
    return out


def _metrics(stats: object, when: object) -> tuple[float, float]:
    keys = ["adaptive_ratio_lum (w=2)", "content_val"]
    values = stats.get_metrics(when, keys)  # type: ignore[attr-defined]
    return float(values[0] or 0.0), float(values[1] or 0.0)
