"""Takes of the example film, drawn by previz, with a scripted flaw where one is asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from checks.seeing.masters import References
from manifests.bible import Bible
from manifests.keys import hash_file
from manifests.reading.film_folder import FilmFolder
from manifests.scene import Shot
from manifests.take import Reference, Request
from providers.previz import flaws, render

HARBOUR = Path(__file__).parents[2] / "examples" / "harbour"


def masters_of(film: FilmFolder) -> References:
    """Every canonical picture of a film."""
    paths = {name: film.assets / f"{name}.png" for name in film.bible.assets()}
    return References(paths, {name: hash_file(path) for name, path in paths.items()})


def short(film: FilmFolder, shot_id: str, **changes: Any) -> Shot:
    """A shot of the first scene, two seconds long and silent, otherwise changed as told."""
    return film.scenes["SC010"].shot(shot_id).model_copy(update={"duration_s": 2.0, "dialogue": (), **changes})


class Rig:
    """Draws takes of the example film with previz."""

    def __init__(self, bible: Bible, masters: References, folder: Path) -> None:
        self._bible, self._masters, self._folder = bible, masters, folder

    def panel(self, shot: Shot, progress: float = 0.0, **flaw: Any) -> Path:
        request = self._request(shot, "panel", progress=progress)
        path = self._folder / f"{shot.id}.png"
        render.panel(request, self._direction(request, flaw), self._picture, path)
        return path

    def clip(self, shot: Shot, start: Path, links: int = 0, **flaw: Any) -> Path:
        given = Reference(role="start_frame", name="start", sha256=hash_file(start))
        request = self._request(shot, "clip", references=(given,), chain_links=links)
        path = self._folder / f"{shot.id}.mp4"
        render.clip(
            request,
            self._direction(request, flaw),
            lambda name: cv2.imread(str(start)) if name == "start_frame" else self._picture(name),
            path,
        )
        return path

    def _request(self, shot: Shot, operation: str, **more: Any) -> Request:
        frames, resolution = (shot.frames, "480p") if operation == "clip" else (1, "720p")
        weather = self._bible.locations[shot.location].weather
        return Request(
            operation=operation,
            shot=shot.id,
            staging=shot,
            prompt="as written",
            resolution=resolution,
            frames=frames,
            seed=1,
            weather=weather,
            **({"references": ()} | more),
        )

    def _direction(self, request: Request, flaw: dict[str, Any]) -> flaws.Direction:
        entries = () if not flaw else (flaws.Flaw(shot=request.shot, stage=request.operation, **flaw),)
        return flaws.direct(request, flaws.FlawScript(entries).of(request, lambda: list(self._masters.paths)))

    def _picture(self, name: str) -> np.ndarray:
        return _premultiplied(self._masters.paths[name], self._masters.hashes[name])


@cache
def _premultiplied(path: Path, _sha256: str) -> np.ndarray:
    pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if pixels.shape[2] == 4:
        pixels[..., :3] = np.rint(pixels[..., :3] * (pixels[..., 3:] / 255.0))
    pixels.flags.writeable = False
    return pixels
