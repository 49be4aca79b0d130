"""A film of two scenes whose takes are files in its folder, without a ledger that knows of them; as a program, any
command on it: python -m tests.integration.turned_over_film turnover …
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.io import wavfile

from desk.cli import main
from manifests.scene import Scene
from manifests.take import Artefact
from production.post import resolving
from production.post.takes import ShotTakes
from tests.integration.test_film_cut import FPS, LENGTH_S, RATE, SIZE, clip, voice
from wiring.services import Services

TAKES = {"SC010_SH0010": ("a.mp4", "a2.mp4"), "SC010_SH0020": ("b.mp4",), "SC020_SH0010": ("c.mp4",)}
ASSEMBLY = """\
order:
  - {card: Tea, seconds: 0.5, ends: {kind: wipe, seconds: 0.25}}
  - scene: SC010
    ends: {kind: dissolve, seconds: 0.25}
    shots:
      - {shot: SC010_SH0010, to_s: 0.75, ends: {kind: cut, sound_s: 0.125}}
  - scene: SC020
    grade: {cdl: {saturation: 0.5}}
titles:
  - {text: The kitchen, at: SC010_SH0020, seconds: 0.5, where: lower_third, fade_s: 0.1}
music:
  - {file: sound/music.flac, gain_db: -12, fade_out_s: 0.5, duck: {by_db: 6}}
effects:
  - {file: sound/cup.wav, at: SC010_SH0010, offset_s: 0.03}
  - {file: sound/cup.wav, at: SC010_SH0020, offset_s: 0.25}
"""
SECOND_SCENE = """\
id: SC020
title: Later
shots:
  - {id: SC020_SH0010, location: kitchen, camera: {size: wide}, motion: A secret., duration_s: 1, private: true}
"""


def draw_takes(folder: Path) -> None:
    """The clips and sounds that `make_film` wants; drawn once for several films."""
    (folder / "sound").mkdir(parents=True)
    for number, name in enumerate(sorted(name for names in TAKES.values() for name in names)):
        clip(folder / name, 40 + 40 * number, None if name == "c.mp4" else voice(number, LENGTH_S))
    wavfile.write(folder / "sound" / "cup.wav", RATE, (0.1 * np.sin(np.arange(RATE // 4))).astype(np.float32))
    wavfile.write(folder / "music.wav", RATE, (8000 * np.sin(np.arange(5 * RATE) / 30)).astype(np.int16))


def make_film(film: Path) -> None:
    """Two scenes of a second a shot, with the whole film's cut."""
    scene = (film / "scenes/SC010.yaml").read_text()
    for before, after in (("duration_s: 4", "duration_s: 1"), ("duration_s: 2", "duration_s: 1")):
        scene = scene.replace(before, after)
    (film / "scenes/SC010.yaml").write_text(scene.replace("from_s: 1, to_s: 2", "from_s: 0.2, to_s: 0.8"))
    (film / "scenes/SC020.yaml").write_text(SECOND_SCENE)
    (film / "assembly.yaml").write_text(ASSEMBLY)


def takes_in(film: Path) -> Callable[[Services, Scene, str], tuple[ShotTakes, ...]]:
    """What gives the takes; a shot whose file is called no_SHOT has none."""

    def takes_of(services: Services, scene: Scene, _tier: str) -> tuple[ShotTakes, ...]:
        found = []
        for shot in scene.shots:
            if (film / f"no_{shot.id}").exists():
                found.append(ShotTakes(shot, {}, why="no draft", cure=f"gate resume {scene.id}"))
                continue
            passed = {f"v{number:03d}": _passed(services, film / name) for number, name in enumerate(TAKES[shot.id], 1)}
            found.append(ShotTakes(shot, passed, "v001"))
        return tuple(found)

    return takes_of


def _passed(services: Services, file: Path) -> Any:
    sha = services.vault.put_file(file)
    asset = Artefact(
        sha256=sha,
        media_type="video/mp4",
        width=SIZE[0],
        height=SIZE[1],
        frames=FPS * LENGTH_S,
        size_bytes=file.stat().st_size,
    )
    return SimpleNamespace(artefact=asset, sha256=sha)


if __name__ == "__main__":
    resolving.takes_of = takes_in(Path.cwd())  # type: ignore[assignment]
    main.main()
