"""The safe fixes of the prompt rules, written into the film's files with every comment and every other line kept."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from checks.prompts.lint import fixed_pieces
from checks.prompts.record import Path as FieldPath
from manifests.reading.document import load_yaml
from manifests.scene import Scene
from production.planning.shot_file import all_rewritten, with_edit
from production.prompts.linting import flagged, is_private
from wiring.services import Services

_PLAIN = YAML(typ="safe", pure=True)


@dataclass(frozen=True, slots=True)
class FixedFile:
    """One file as the fixes would leave it. `diff`: the changed lines alone, in the form of a unified diff."""

    path: Path
    text: str
    diff: tuple[str, ...]


def safe_fixes(services: Services, scenes: Iterable[Scene]) -> tuple[FixedFile, ...]:
    """What `gate lint --fix` would write, a file each; nothing is written. A private shot's own words stay as they
    are: the diff would show them.
    """
    chosen, root = tuple(scenes), services.folder.root
    found = [each for each in flagged(services, chosen) if not is_private(each, chosen)]
    by_file: dict[str, dict[FieldPath, str]] = {}
    for (file, path), text in fixed_pieces(found).items():
        by_file.setdefault(file, {})[path] = text
    return tuple(_fixed(root, file, fields) for file, fields in sorted(by_file.items()))


def write_fixes(root: Path, files: Iterable[FixedFile]) -> None:
    """Write all of them. Raises ManifestError, with every file as it was, where the film would no longer read."""
    with all_rewritten(root, {file.path: file.text for file in files}):
        return


def _fixed(root: Path, file: str, fields: Mapping[FieldPath, str]) -> FixedFile:
    path = root / file
    before = path.read_text(encoding="utf-8")

    def write(document: Any) -> None:
        for place, text in fields.items():
            node = document
            for part in place[:-1]:
                node = node[part]
            node[place[-1]] = text

    anew, in_place = with_edit(path, write), _in_place(path, before, fields)
    text = in_place if _values(in_place) == _values(anew) else anew
    diff = difflib.unified_diff(before.splitlines(), text.splitlines(), file, file, n=0, lineterm="")
    return FixedFile(path, text, tuple(diff))


def _in_place(path: Path, before: str, fields: Mapping[FieldPath, str]) -> str:
    """The file with the words replaced where they stand; whatever stands on several lines is left to YAML's writer."""
    lines, document = before.splitlines(keepends=True), load_yaml(path)
    for line, column, old, new in sorted(_written(document, fields), reverse=True):
        head, tail = lines[line][:column], lines[line][column:]
        lines[line] = head + tail.replace(old, new, 1)
    return "".join(lines)


def _written(document: Any, fields: Mapping[FieldPath, str]) -> Iterator[tuple[int, int, str, str]]:
    """Line and column (from 0) of each value that stands in the file, the value, and the value that it becomes."""
    for place, text in fields.items():
        node: Any = document
        for part in place[:-1]:
            node = node[part]
        if place[-1] in node:
            at = node.lc.value(place[-1])
            yield at[0], at[1], str(node[place[-1]]), text


def _values(text: str) -> object:
    try:
        return _PLAIN.load(text)
    except YAMLError:
        return None
