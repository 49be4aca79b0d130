"""Takes of the harbour film, drawn by previz: clean ones, and those that its own flaw script spoils."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np

from checks.gates.clip_gate import ClipCase, gate_clip
from checks.gates.panel_gate import PanelCase, gate_panel
from checks.seeing.masters import References
from manifests.bible import Bible
from manifests.film import Resolution, frame_size
from manifests.finding import Verdict
from manifests.keys import hash_file
from manifests.reading.film_folder import read_film
from manifests.scene import Scene, Shot
from manifests.take import Reference, Request
from providers.previz import flaws, render
from providers.previz.pictures import Picture

HARBOUR = Path(__file__).resolve().parents[2] / "examples" / "harbour"


class Takes:
    """Draws takes into `folder` and gates them. One object a process: the locked pictures are read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pictures: dict[str, Picture] = {}

    @cached_property
    def bible(self) -> Bible:
        """The harbour's."""
        return read_film(HARBOUR).bible

    @cached_property
    def scene(self) -> Scene:
        """The harbour's one scene."""
        return read_film(HARBOUR).scenes["SC010"]

    @cached_property
    def masters(self) -> References:
        """The harbour's locked pictures."""
        paths = {name: HARBOUR / "assets" / f"{name}.png" for name in self.bible.assets()}
        return References(paths, {name: hash_file(path) for name, path in paths.items()})

    def panel(self, name: str, shot: Shot, *, seed: int, progress: float = 0.0, **flaw: Any) -> Path:
        """The panel of `shot` at 720p, as the file `name`.png."""
        path, request = self.folder / f"{name}.png", self._request(shot, "panel", "720p", seed, progress=progress)
        render.panel(request, self._direction(request, flaw), self._picture, path)
        return path

    def clip(
        self,
        name: str,
        shot: Shot,
        start: Path,
        *,
        seed: int,
        resolution: Resolution = "480p",
        size: tuple[int, int] | None = None,
        silent: bool = False,
        **flaw: Any,
    ) -> Path:
        """The clip of `shot` that opens on the picture `start`, as the file `name`.mp4."""
        given = Reference(role="start_frame", name="start", sha256=hash_file(start))
        request = self._request(shot, "clip", resolution, seed, references=(given,))
        first, path = cv2.imread(str(start)), self.folder / f"{name}.mp4"
        assert first is not None

        def picture_of(role: str) -> Picture:
            return first if role == "start_frame" else self._picture(role)

        render.clip(request, self._direction(request, flaw), picture_of, path, size=size, silent=silent)
        return path

    def gate_panel(self, picture: Path, shot: Shot, progress: float = 0.0) -> Verdict:
        """The panel gate's word, against `shot` as it should be."""
        case = PanelCase(picture, shot, progress, self.bible, self.masters, size=frame_size("720p"))
        return gate_panel(case)

    def gate_clip(self, clip: Path, panel: Path, shot: Shot, resolution: Resolution = "480p") -> Verdict:
        """The clip gate's word, against `shot` as it should be."""
        return gate_clip(ClipCase(clip, panel, None, None, shot, self.bible, self.masters, resolution, shot.frames))

    def _request(
        self, shot: Shot, operation: Literal["panel", "clip"], resolution: Resolution, seed: int, **more: Any
    ) -> Request:
        return Request(
            operation=operation,
            shot=shot.id,
            staging=shot,
            prompt="as written",
            resolution=resolution,
            frames=shot.frames if operation == "clip" else 1,
            seed=seed,
            weather=self.bible.locations[shot.location].weather,
            **({"references": ()} | more),
        )

    def _direction(self, request: Request, flaw: dict[str, Any]) -> flaws.Direction:
        entries = () if not flaw else (flaws.Flaw(shot=request.shot, stage=request.operation, **flaw),)
        return flaws.direct(request, flaws.FlawScript(entries).of(request, lambda: list(self.masters.paths)))

    def _picture(self, name: str) -> Picture:
        if name not in self._pictures:
            pixels = cv2.imread(str(self.masters.paths[name]), cv2.IMREAD_UNCHANGED)
            assert pixels is not None
            if pixels.shape[2] == 4:
                pixels[..., :3] = np.rint(pixels[..., :3] * (pixels[..., 3:] / 255.0))
            self._pictures[name] = pixels
        return self._pictures[name]
