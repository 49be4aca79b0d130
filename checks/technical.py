"""The Q rules' measurements: one watcher that sees every frame once, and what it says at the end."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.artefacts import BLACK_LUMA

FPS = 24
_STILL_STEP = 6
"""Frames between the two that are compared for stillness: a quarter of a second, so that slow breathing shows."""

STILL_DIFFERENCE = 0.30
"""Mean grey levels: a repeated frame stays under 0.25 (H.264 goes on refining it), a clip
where people only breathe, or rain runs down a window, has a median over 0.45."""

_SMALL = (256, 144)
_CUT_CONTENT_MIN = 8.0
"""Content change, in mean HSV levels, under which no change is a cut, whatever its neighbours do."""

_VIDEO_BLACK, _VIDEO_RANGE = 16, 219


class Watcher:
    """Sees the luma of every frame in order (`see`), then answers. Luma is studio range, 16 to 235, unless `full_range`."""

    def __init__(self) -> None:
        self._means: list[float] = []
        self._tops: list[float] = []
        self._small: list[NDArray[np.uint8]] = []

    def see(self, _index: int, luma: NDArray[np.uint8]) -> None:
        """Take in one frame."""
        small = np.asarray(cv2.resize(luma, _SMALL, interpolation=cv2.INTER_AREA), np.uint8)
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
        return (longest + _STILL_STEP) / FPS if longest else 0.0

    def flicker(self) -> float:
        """The 95th percentile of how far a frame's mean luma is off that of its neighbours, in grey levels."""
        means = np.asarray(self._means)
        if means.size < 3:
            return 0.0
        return float(np.percentile(np.abs(means[1:-1] - (means[:-2] + means[2:]) / 2), 95))

    def cut(self) -> tuple[float, int]:
        """The strongest candidate for a cut: PySceneDetect's adaptive ratio, and the frame it comes before; (0, 0): none."""
        ratios = adaptive_ratios(self._small)
        frame = max(ratios, key=lambda index: ratios[index], default=0)
        return ratios.get(frame, 0.0), frame


def adaptive_ratios(frames: list[NDArray[np.uint8]]) -> dict[int, float]:
    """PySceneDetect's adaptive ratio for each frame that changes enough to be a cut; fed frame by frame, no second decode."""
    from scenedetect import FrameTimecode, StatsManager  # noqa: PLC0415  half a second that only clips need
    from scenedetect.detectors import AdaptiveDetector  # noqa: PLC0415

    detector, stats = AdaptiveDetector(luma_only=True), StatsManager()
    detector.stats_manager = stats
    stats.register_metrics(detector.get_metrics())
    for index, small in enumerate(frames):
        detector.process_frame(FrameTimecode(index, float(FPS)), cv2.cvtColor(small, cv2.COLOR_GRAY2BGR))
    out: dict[int, float] = {}
    for index in range(len(frames)):
        ratio, content = _metrics(stats, FrameTimecode(index, float(FPS)))
        if content >= _CUT_CONTENT_MIN:
            out[index] = ratio
    return out


def _metrics(stats: object, when: object) -> tuple[float, float]:
    keys = ["adaptive_ratio_lum (w=2)", "content_val"]
    values = stats.get_metrics(when, keys)  # type: ignore[attr-defined]
    return float(values[0] or 0.0), float(values[1] or 0.0)
