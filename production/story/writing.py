"""Writes several files of a film at once: all of them, or, where the film would no longer read, none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from manifests.reading.film_folder import read_film
from manifests.reading.whole_file import put_bytes, put_text
from production.planning.shot_file import one_writer
from production.story.merging import as_yaml


def write_all(root: Path, files: Mapping[Path, str]) -> None:
    """Put each text in its place. Raises ManifestError, with every file as it was, where the film would not read."""
    with one_writer(root), ExitStack() as undo:
        for path, text in files.items():
            undo.callback(_back(path))
            put_text(text, path)
        read_film(root)
        undo.pop_all()


def yaml_text(kind: str, fields: Mapping[str, Any], *, depth: int) -> str:
    """A new manifest of a kind, with its line for editors. `depth`: how many folders below the film it lies."""
    yaml, text = YAML(), StringIO()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = CommentedMap()
    for name, value in fields.items():
        document[name] = value if isinstance(value, CommentedMap | CommentedSeq) else as_yaml(value)
    yaml.dump(document, text)
    return f"# yaml-language-server: $schema={'../' * depth}.gate/schema/{kind}.json\n{text.getvalue()}"


def _back(path: Path) -> Callable[[], object]:
    """What puts the file back as it is now."""
    before = path.read_bytes() if path.exists() else None
    return (lambda: path.unlink(missing_ok=True)) if before is None else lambda: put_bytes(before, path)
