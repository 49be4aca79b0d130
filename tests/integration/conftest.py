"""A film of two shots on disk, and the real command line in this process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from desk.cli import main
from manifests.bible import VIEWS
from manifests.keys import hash_file

FILM = """\
title: Tea
code: TEA
aspect: "16:9"
budget:
  film_usd: "9.00"
  scene_usd: "3.00"
  run_usd: "3.00"
  shot_usd: "1.00"
"""
STYLE = "words: Soft evening light.\n"
ADA = """\
id: ada
name: Ada
height_m: 1.7
identity: Woman of 40, short dark hair.
wardrobes:
  coat: {words: a long grey coat}
"""
KITCHEN = "id: kitchen\nname: The kitchen\nwords: a narrow kitchen\nlight: morning light\n"
SCENE = """\
id: SC010
title: Tea
intent: She waits.
shots:
  - id: SC010_SH0010
    location: kitchen
    cast:
      - character: ada
        wardrobe: coat
        start: {x: 0.4, y: 0.95, scale: 0.6}
    camera: {size: full}
    motion: She sets a cup down.
    dialogue:
      - {character: ada, text: Well., from_s: 1, to_s: 2}
    duration_s: 4
  - id: SC010_SH0020
    location: kitchen
    camera: {size: wide}
    motion: Steam rises.
    duration_s: 2
"""
FILES = {
    "film.yaml": FILM,
    "bible/style.yaml": STYLE,
    "bible/characters/ada.yaml": ADA,
    "bible/locations/kitchen.yaml": KITCHEN,
    "scenes/SC010.yaml": SCENE,
}


@cache
def pictures() -> dict[str, bytes]:
    """Four views of Ada, cut out, and her kitchen: flat colours, large enough for the reference check."""
    drawn = {}
    for name in (*(f"characters/ada/coat/{view}" for view in VIEWS), "locations/kitchen"):
        plate = name.startswith("locations/")
        picture = Image.new("RGBA", (456, 256) if plate else (86, 258), (90, 80, 70, 255))
        if not plate:
            for left in (0, 80):
                picture.paste((0, 0, 0, 0), (left, 0, left + 6, 258))
        file = BytesIO()
        picture.save(file, "PNG")
        drawn[name] = file.getvalue()
    return drawn


def lock_as_they_are(folder: Path) -> None:
    """Approve every picture of the film's assets, as gate lock does."""
    lines = ["assets:"]
    for path in sorted((folder / "assets").rglob("*.png")):
        with Image.open(path) as picture:
            width, height = picture.size
        name = path.relative_to(folder / "assets").with_suffix("").as_posix()
        size = f"width: {width}, height: {height}"
        lines.append(f"  {name}: {{sha256: {hash_file(path)}, {size}, approved_by: a test}}")
    (folder / "lock.yaml").write_text("\n".join(lines) + "\n")


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A good little film, and we stand in it."""
    folder = tmp_path / "tea"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for name, picture in pictures().items():
        (folder / "assets" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "assets" / f"{name}.png").write_bytes(picture)
    lock_as_they_are(folder)
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("GATE_")]:
        monkeypatch.delenv(name)
    return folder


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[object, str, str]]:
    """Type a command into the real program; gives its exit code, standard output and standard error."""

    def typed(*words: str) -> tuple[object, str, str]:
        before = dict(os.environ)
        monkeypatch.setattr(sys, "argv", ["gate", *words])
        try:
            with pytest.raises(SystemExit) as ended:
                main.main()
        finally:
            os.environ.clear()
            os.environ.update(before)
        return (ended.value.code, *capsys.readouterr())

    return typed
