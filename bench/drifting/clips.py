"""The clips of bench.drift_speed: a chain of the harbour whose hues creep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.video.frame import PictureType

from checks.drift_shot import DriftShot
from checks.seeing.decode import last_frame
from checks.seeing.masters import References
from manifests.film import Resolution
from manifests.keys import hash_file
from manifests.reading.film_folder import FilmFolder
from manifests.scene import Shot
from manifests.take import Reference, Request
from providers.previz import flaws, render

SHOTS = 5
_SHOT, _DEGREES_PER_LINK = "SC010_SH0040", 3.0
_STEP = 0.03
"""Of the plate's width: how far each shot's camera is moved from the one before, where each has its own."""


@dataclass(frozen=True, slots=True)
class Chain:
    """How the clips are drawn. `cameras`: each shot has its own; `one_key_frame`: every 250 frames, as x264 writes."""

    resolution: Resolution
    seconds: float
    cameras: bool
    one_key_frame: bool


def draw(film: FilmFolder, masters: References, folder: Path, chain: Chain) -> tuple[DriftShot, ...]:
    """A chain in which every link turns the hues a little further; each opens on the last frame of the one before."""
    items: list[DriftShot] = []
    for link in range(SHOTS):
        shot = _shot(film, chain, link)
        start, clip = folder / f"{shot.id}.png", folder / f"{shot.id}.mp4"
        asked: dict[str, Any] = {
            "shot": shot.id,
            "staging": shot,
            "prompt": "as written",
            "seed": 1,
            "references": (),
            "weather": film.bible.locations[shot.location].weather,
        }
        if items:
            last_frame(items[-1].clip, start)
        else:
            panel = Request(operation="panel", resolution="720p", frames=1, **asked)
            render.panel(panel, flaws.direct(panel, ()), _reader(masters, start), start)
        asked["references"] = (Reference(role="start_frame", name="start", sha256=hash_file(start)),)
        request = Request(operation="clip", resolution=chain.resolution, frames=shot.frames, chain_links=link, **asked)
        creep = flaws.Flaw(shot=shot.id, stage="clip", flaw="drifted_hue", degrees_per_link=_DEGREES_PER_LINK)
        render.clip(request, flaws.direct(request, (creep,)), _reader(masters, start), clip)
        items.append(DriftShot(shot, _with_one_key_frame(clip) if chain.one_key_frame else clip, link))
    return tuple(items)


def _shot(film: FilmFolder, chain: Chain, link: int) -> Shot:
    changes = {"id": f"SC010_SH{100 + link * 10:04d}", "duration_s": chain.seconds, "chain": link > 0, "dialogue": ()}
    shot = film.scenes["SC010"].shot(_SHOT).model_copy(update=changes)
    if not chain.cameras:
        return shot
    plate = shot.camera.plate
    moved = plate.model_copy(update={"x": plate.x + _STEP * link})
    return shot.model_copy(update={"camera": shot.camera.model_copy(update={"plate": moved})})


def _with_one_key_frame(clip: Path) -> Path:
    """The clip once more as x264 writes it when nobody asks for more: a key frame every 250."""
    again = clip.with_name(f"{clip.stem}-again.mp4")
    with av.open(str(clip)) as file, av.open(str(again), "w") as into:
        source = file.streams.video[0]
        stream = into.add_stream("libx264", rate=24, options={"preset": "medium", "crf": "20", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = source.width, source.height, "yuv420p"
        for frame in file.decode(source):
            frame.pict_type = PictureType.NONE
            into.mux(stream.encode(frame))
        into.mux(stream.encode(None))
    return again


def _reader(masters: References, start: Path) -> Callable[[str], Any]:
    def read(name: str) -> Any:
        if name == "start_frame":
            return cv2.imread(str(start))
        pixels = cv2.imread(str(masters.paths[name]), cv2.IMREAD_UNCHANGED)
        assert pixels is not None
        if pixels.shape[2] == 4:
            pixels[..., :3] = np.rint(pixels[..., :3] * (pixels[..., 3:] / 255.0))
        return pixels

    return read
