"""Changes one thing of one shot in its scene's file, or of the film, as a person would: comments, order and all other
lines stay.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.util import load_yaml_guess_indent

from manifests.names import scene_of_shot
from manifests.reading.film_folder import read_film
from manifests.reading.kept_lines import keep_lines
from manifests.reading.whole_file import put_bytes, put_text
from wiring.errors import FileBusy, FileChanged, NotAFilm

Edit = Callable[[Any], None]
"""Changes a YAML document, or a part of one, in its place."""

_ANYTHING: Mapping[Path, bytes] = {}


def change_shot(root: Path, shot: str, changes: dict[str, Any]) -> Path:
    """Set fields of a shot in scenes/SC010.yaml below `root`; None takes one out. The file is replaced whole, or not at
    all.

    Raises NotAFilm where the file has no such shot, and ManifestError, with the file as it was, where the film would no
    longer read.
    """

    def set_fields(entry: Any) -> None:
        for field, value in changes.items():
            if value is None:
                entry.pop(field, None)
            else:
                entry[field] = value

    path = scene_file(root, shot)
    before = path.read_bytes()
    with rewritten(root, path, with_shot(path, shot, set_fields), before=before):
        return path


def scene_file(root: Path, shot: str) -> Path:
    """Where a shot is written."""
    return root / "scenes" / f"{scene_of_shot(shot)}.yaml"


def with_shot(path: Path, shot: str, edit: Edit) -> str:
    """The text of a scene's file once `edit` has changed the shot's entry; nothing is written. Raises NotAFilm."""

    def find(document: Any) -> None:
        found = next((each for each in document["shots"] if each["id"] == shot), None)
        if found is None:
            raise NotAFilm(shot, f"{path.name} has no such shot", "Name one of its shots: gate status")
        edit(found)

    return with_edit(path, find)


def with_edit(path: Path, edit: Edit) -> str:
    """The text of a manifest once `edit` has changed its document; comments, order, quotes, indents and all other lines
    stay. Writes nothing.
    """
    return edited(path.read_text(encoding="utf-8"), edit)


def edited(before: str, edit: Edit) -> str:
    """The same of a text that lies nowhere yet."""
    yaml = YAML()
    _, sequence, offset = load_yaml_guess_indent(before)
    yaml.preserve_quotes, yaml.width = True, 4096
    if sequence and offset is not None:
        yaml.indent(mapping=2, sequence=sequence, offset=offset)
    document = yaml.load(before)
    anew = _dumped(yaml, document)
    edit(document)
    changed = _dumped(yaml, document)
    kept = keep_lines(before, anew, changed)
    return kept if _says(kept) == _says(changed) else changed


def _dumped(yaml: YAML, document: Any) -> str:
    text = StringIO()
    yaml.dump(document, text)
    return text.getvalue()


def _says(text: str) -> Any:
    """What a YAML text says, however it is laid out; None where it says nothing that can be read."""
    try:
        return YAML(typ="safe").load(text)
    except YAMLError:
        return None


@contextmanager
def rewritten(root: Path, path: Path, text: str, *, before: bytes | None = None) -> Iterator[None]:
    """Put `text` in the place of a manifest, as `all_rewritten` does. `before`: what the file held when `text` was made
    from it. Raises FileChanged too, where the file holds something else by now.
    """
    with all_rewritten(root, {path: text}, {} if before is None else {path: before}):
        yield


@contextmanager
def all_rewritten(root: Path, texts: Mapping[Path, str], before: Mapping[Path, bytes] = _ANYTHING) -> Iterator[None]:
    """Put these texts in the place of manifests: for good where the block ends well, else all files are put back as
    they were. One process does so at a time.

    Raises ManifestError, before the block begins, where the film would no longer read; FileChanged where a file holds
    something else than `before` says; FileBusy.
    """
    with one_writer(root), ExitStack() as undo:
        for path, held in before.items():
            if path.read_bytes() != held:
                raise FileChanged(str(path), "somebody changed it just now", "Look at it, and try again.")
        for path, text in texts.items():
            undo.callback(put_bytes, path.read_bytes(), path)
            put_text(text, path)
        read_film(root)
        yield
        undo.pop_all()


@contextmanager
def one_writer(root: Path) -> Iterator[None]:
    """Be the one process that writes the film's files for the length of the block. Raises FileBusy after ten seconds.

    The lock is on the folder itself, and ends with the process that holds it.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_CLOEXEC)
    try:
        for tried in range(_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if tried == _TRIES - 1:
                    raise FileBusy(str(root), "another process is writing its files", "Try again.") from None
                time.sleep(_WAIT_S)
        yield
    finally:
        os.close(descriptor)


_TRIES, _WAIT_S = 200, 0.05
