"""A turnover's folder: files appear whole, those that are there and right stay, and nobody else's is touched."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar, TypeVar

from manifests.keys import hash_file
from manifests.noun import Noun
from manifests.reading.whole_file import is_part, put_text
from production.turnover.errors import FolderBusy, FolderRefused
from wiring.alive import held

Given = TypeVar("Given")
_RECORD, _LOCK = ".turnover.json", ".turnover.lock"


class WrittenFile(Noun):
    """One file of the folder. `key`: of what it was made from; `sha256`: of the file, "" while it is made."""

    key: str
    sha256: str = ""


class FolderRecord(Noun):
    """What a turnover has written, by names below its folder. `of`: the film or scene and its tier."""

    schema_name: ClassVar[str] = "gate/turnover/1"

    of: str
    files: dict[str, WrittenFile] = {}


class TurnoverFolder:
    """A folder while a turnover is written into it. Each file's name is in the record before the file is there."""

    def __init__(self, root: Path, of: str) -> None:
        self.root, self._of = root, of
        self._record = _read(root, of)

    def keep_or_make(self, name: str, key: str, make: Callable[[Path], object]) -> Path:
        """The file, made where it is not there yet as `key` says, or is not what was written. `make` puts it in place
        as a whole. Raises FolderRefused where somebody else's file has the name, and what `make` raises.
        """
        path, known = self.root / name, self._record.files.get(name)
        if known is not None and known.sha256 and path.is_file() and not path.is_symlink():
            right = hash_file(path) == known.sha256
            if right and known.key == key:
                return path
            if not right:
                raise self._refused(name, "somebody changed it since the turnover wrote it")
        elif known is None and (path.exists() or path.is_symlink()):
            raise self._refused(name, "this program did not write it")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._keep(name, WrittenFile(key=key))
        make(path)
        self._keep(name, WrittenFile(key=key, sha256=hash_file(path)))
        return path

    def sha256(self, name: str) -> str:
        """The content of a file that this turnover has written."""
        return self._record.files[name].sha256

    def replace(self, name: str, write: Callable[[Path], Given]) -> tuple[Given, tuple[Path, ...]]:
        """Write a file anew, with its numbered sisters (film_02 of film); those of the last time go. Gives what `write`
        gives, and the files. Raises FolderRefused where one is not as it was written, and what `write` raises.
        """
        begun = self._record.files.get(name, WrittenFile(key="")).sha256 == "" and name in self._record.files
        before = self._sisters(name)
        for path in before:
            each = path.name
            known = self._record.files.get(each)
            if path.is_symlink() or (known is None and not begun):
                raise self._refused(each, "this program did not write it")
            if known is not None and known.sha256 and hash_file(path) != known.sha256:
                raise self._refused(each, "somebody changed it since the turnover wrote it")
        self._keep(name, WrittenFile(key=""))
        for path in before:
            if path.name != name:
                path.unlink()
                self._keep(path.name, None)
        given = write(self.root / name)
        made = self._sisters(name)
        for path in reversed(made):  # the first one last: until then all of them count as begun
            self._keep(path.name, WrittenFile(key="", sha256=hash_file(path)))
        return given, made

    def _sisters(self, name: str) -> tuple[Path, ...]:
        stem, suffix = Path(name).stem, Path(name).suffix
        found = (path for path in self.root.iterdir() if path.suffix == suffix and _is_sister(path.name, stem))
        return tuple(sorted(found, key=lambda path: (len(path.name), path.name)))

    def _keep(self, name: str, file: WrittenFile | None) -> None:
        files = {each: of for each, of in self._record.files.items() if each != name}
        self._record = FolderRecord(of=self._of, files=files if file is None else {**files, name: file})
        put_text(self._record.stored(), self.root / _RECORD)

    def _refused(self, name: str, cause: str) -> FolderRefused:
        return FolderRefused(
            str(self.root / name), cause, "It stays as it is: move it away, or name a new folder: --into"
        )


@contextlib.contextmanager
def turnover_folder(root: Path, of: str) -> Iterator[TurnoverFolder]:
    """Have the folder alone for the length of the block. Raises FolderRefused where it holds other things than this
    turnover, FolderBusy.
    """
    _read(root, of)
    root.mkdir(parents=True, exist_ok=True)
    try:
        with held(root / _LOCK, alone=True):
            folder = TurnoverFolder(root, of)
            record = _read(root, of)
            for part in filter(is_part, root.rglob(".*")):  # of a killed one: nobody else writes here now
                part.unlink()
            put_text(record.stored(), root / _RECORD)
            yield folder
    except BlockingIOError:
        raise FolderBusy(
            str(root), "another process writes into it", "Wait until it has ended, then do it again"
        ) from None


def _is_sister(name: str, stem: str) -> bool:
    """Whether it is the file `stem`, or one of its numbered parts: film_02."""
    own = Path(name).stem
    return own == stem or (own.startswith(f"{stem}_") and own[len(stem) + 1 :].isdigit())


def _read(root: Path, of: str) -> FolderRecord:
    cure = "Name a new folder, or an empty one: --into DIR"
    if os.path.lexists(root) and not root.is_dir():
        raise FolderRefused(str(root), "it is not a folder", cure)
    if not (root / _RECORD).is_file():
        if root.exists() and any(path.name != _LOCK and not is_part(path) for path in root.iterdir()):
            raise FolderRefused(str(root), "it holds files that no turnover wrote", cure)
        return FolderRecord(of=of)
    try:
        record = FolderRecord.from_stored((root / _RECORD).read_bytes())
    except (OSError, ValueError) as error:
        raise FolderRefused(str(root), f"its {_RECORD} cannot be read ({type(error).__name__})", cure) from error
    if record.of != of:
        raise FolderRefused(str(root), f"it holds the turnover of {record.of}, and this one is of {of}", cure)
    return record
