"""Changes one thing of one shot in its scene's file, as a person would: comments, order and everybody else's lines stay."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from manifests.reading import read_film
from wiring.errors import NotAFilm


def change_shot(root: Path, shot: str, changes: dict[str, Any]) -> Path:
    """Set fields of a shot in scenes/SC010.yaml below `root`; None takes one out. The file is replaced whole, or not at all.

    Raises NotAFilm where the file has no such shot, and ManifestError, with the file as it was, where the film would no longer read.
    """
    path = root / "scenes" / f"{shot.partition('_')[0]}.yaml"
    before, yaml, text = path.read_text(encoding="utf-8"), YAML(), StringIO()
    yaml.preserve_quotes, yaml.width = True, 4096
    document = yaml.load(before)
    found = next((each for each in document["shots"] if each["id"] == shot), None)
    if found is None:
        raise NotAFilm(shot, f"{path.name} has no such shot", "Name one of its shots: gate status")
    for field, value in changes.items():
        if value is None:
            found.pop(field, None)
        else:
            found[field] = value
    yaml.dump(document, text)
    _replace(path, text.getvalue())
    try:
        read_film(root)
    except Exception:
        _replace(path, before)
        raise
    return path


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
