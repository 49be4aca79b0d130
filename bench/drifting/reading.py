"""Plain ways to read frames of a clip: decode all of it, with or without an SSIM of every frame; or seek to each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from skimage.metrics import structural_similarity

from checks.seeing.eye import Picture


def whole(clip: Path, wanted: Sequence[int]) -> dict[int, Picture]:
    """The frames by decoding everything, and the last."""
    return _passed(clip, wanted, lambda _frame: None)


def with_ssim(clip: Path, wanted: Sequence[int]) -> dict[int, Picture]:
    """The same, and in the same pass the SSIM of every frame with the clip's first, at full size."""
    first: list[Picture] = []

    def compare(frame: VideoFrame) -> None:
        grey = np.asarray(frame.to_ndarray(format="gray"), np.uint8)
        first.append(grey) if not first else None
        structural_similarity(first[0], grey, win_size=7)  # type: ignore[no-untyped-call]

    return _passed(clip, wanted, compare)


def _passed(clip: Path, wanted: Sequence[int], each: Callable[[VideoFrame], None]) -> dict[int, Picture]:
    out: dict[int, Picture] = {}
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        for index, frame in enumerate(container.decode(stream)):
            each(frame)
            if index in wanted:
                out[index] = _rgb(frame)
            last = index, frame
    out[last[0]] = _rgb(last[1])
    return out


def by_seeking(clip: Path, wanted: Sequence[int]) -> dict[int, Picture]:
    """Each frame by a seek to the key frame before it, and on from there."""
    return {index: _sought(clip, index) for index in wanted}


def _sought(clip: Path, index: int) -> Picture:
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        assert stream.time_base is not None
        assert stream.average_rate is not None
        wanted = round(index / stream.average_rate / stream.time_base)
        container.seek(wanted, stream=stream, backward=True)
        for frame in container.decode(stream):
            if frame.pts is not None and frame.pts >= wanted:
                return _rgb(frame)
    raise SystemExit(f"{clip.name} has no frame {index}")


def _rgb(frame: VideoFrame) -> Picture:
    return np.asarray(frame.to_ndarray(format="rgb24", src_colorspace="itu709", dst_colorspace="itu709"), np.uint8)
