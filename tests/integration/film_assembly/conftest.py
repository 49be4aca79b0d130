"""Real clips, small ones, drawn here: given out by their hash, put into cuts, and made into films."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from assembly import film
from manifests.cut import Cut, CutItem
from manifests.film import Finish
from manifests.scene import Transition
from manifests.take import Artefact

SIZE = (320, 180)
FRAMES = 24
BAR = 8
RED, GREEN, BLUE = (200, 40, 40), (40, 160, 60), (40, 60, 200)


def _draw_clip(path: Path, colour: tuple[int, int, int], **how: Any) -> Path:
    """A clip that `_drawn` draws; the same one is drawn once for all tests."""
    path.write_bytes(_drawn(path.suffix, colour, **how))
    return path


@cache
def _drawn(
    suffix: str,
    colour: tuple[int, int, int],
    *,
    frames: int = FRAMES,
    size: tuple[int, int] = SIZE,
    fps: int = 24,
    tone_hz: float | None = 440.0,
    amplitude: float = 0.03,
    sample_rate: int = 48_000,
    tagged: bool = True,
    gop: int = 250,
) -> bytes:
    """A flat colour with a white bar that moves BAR pixels a frame, so that a frame's number can be read off it."""
    made = BytesIO()
    with av.open(made, "w", format=suffix.removeprefix(".")) as container:
        video = container.add_stream("libx264", rate=fps, options={"crf": "12", "preset": "ultrafast", "g": str(gop)})
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        if tagged:
            context = video.codec_context
            context.colorspace, context.color_primaries, context.color_trc, context.color_range = 1, 1, 1, 1
        audio = container.add_stream("aac", rate=sample_rate) if tone_hz else None
        for number in range(frames):
            pixels = np.full((size[1], size[0], 3), colour, np.uint8)
            pixels[:, number * BAR : (number + 1) * BAR] = 255
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p", dst_colorspace=1)
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(video.encode(frame))
        container.mux(video.encode())
        if audio and tone_hz:
            times = np.arange(frames * sample_rate // fps) / sample_rate
            wave = (amplitude * np.sin(2 * np.pi * tone_hz * times)).astype(np.float32)
            samples = av.AudioFrame.from_ndarray(np.ascontiguousarray(np.stack([wave, wave])), "fltp", "stereo")
            samples.sample_rate, samples.pts = sample_rate, 0
            container.mux(audio.encode(samples))
            container.mux(audio.encode())
    return made.getvalue()


class Store:
    """Clips by their hash, as the vault gives them out."""

    def __init__(self) -> None:
        self.files: dict[str, Path] = {}

    def __call__(self, sha256: str) -> Path:
        return self.files[sha256]

    def item(self, number: int, clip: Path | None, **fields: Any) -> CutItem:
        fields = {"frames": FRAMES, "panel": None, "transition": Transition(), "take": "v001", **fields}
        return CutItem(shot=f"SC010_SH{number * 10:04d}", clip=self.put(clip) if clip else None, **fields)

    def put(self, file: Path, media_type: str = "video/mp4") -> Artefact:
        sha = hashlib.sha256(file.read_bytes()).hexdigest()
        self.files[sha] = file
        return Artefact.model_validate({"sha256": sha, "media_type": media_type, "frames": 1, "size_bytes": 9})

    def cut(self, *items: CutItem) -> Cut:
        return Cut(scene="SC010", title="The lamp goes out", tier="draft", items=items)


@pytest.fixture
def draw_clip() -> Callable[..., Path]:
    return _draw_clip


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def cutting(tmp_path: Path, store: Store) -> Callable[..., Path]:
    def render(cut: Cut, finish: Finish | None = None, **options: Any) -> Path:
        made = finish or Finish()
        return film.render(cut, store, made, SIZE, tmp_path / "film.mp4", tmp_path / "work", **options)

    return render


@pytest.fixture
def clips(tmp_path: Path) -> list[Path]:
    return [_draw_clip(tmp_path / f"{name}.mp4", rgb) for name, rgb in (("r", RED), ("g", GREEN), ("b", BLUE))]
