"""Where small documents lie: a folder of files, or the objects of a bucket.
The canon is one shelf, the receipts another.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from manifests.keys import hash_bytes
from manifests.reading.durable import remove_durably, write_durably

if TYPE_CHECKING:
    from vault.bucket import Bucket, ListedObject

LISTED_FOR_S = 2.0
"""How long a bucket's list of names is believed: a run asks for the canon many times a second,
another machine locks seldom.
"""

_TICK_NS = 100_000_000
"""A file system dates changes by its clock's ticks: a folder that changed in this time may change again under the same
date.
"""

_READABLE = 0o644
_Version = tuple[int, int, int, int]
_SUFFIX = ".json"
_LANES = 8


class FolderShelf:
    """`folder/NAME.json`.
    Contents are kept in memory, and read again when the file is another one or was written to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[_Version, bytes]] = {}
        self._listed: dict[str, _Listed] = {}

    def names(self) -> Iterator[str]:
        """The name of every file."""
        for name, _ in self._files(str(self._folder), ""):
            yield name

    def read(self, name: str) -> bytes | None:
        """A file's bytes."""
        try:
            return self._file(name).read_bytes()
        except FileNotFoundError:
            return None

    def read_all(self) -> Iterator[tuple[str, bytes]]:
        """Every file that is still there when its turn comes.
        A step of a run asks for all of them, and they seldom change.
        """
        for name, version in self._files(str(self._folder), ""):
            kept = self._read.get(name)
            if kept is None or kept[0] != version:
                if (content := self.read(name)) is None:
                    continue
                kept = self._read[name] = (version, content)
            yield name, kept[1]

    def write(self, name: str, content: bytes) -> None:
        """Replace the file."""
        write_durably(self._file(name), (content,), mode=_READABLE)

    def remove(self, name: str) -> bool:
        """Remove the file."""
        try:
            remove_durably(self._file(name))
        except FileNotFoundError:
            return False
        return True

    def where(self, name: str) -> str:
        """The file's path."""
        return str(self._file(name))

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"

    def _files(self, folder: str, under: str) -> Iterator[tuple[str, _Version]]:
        """Every document in a folder and below, by its name from the shelf's folder on. A folder is listed again when
        something was added to it, removed or replaced.
        """
        try:
            version = _version(folder)
            kept = self._listed.get(folder)
            if kept is None or kept.version != version:
                kept = self._listed[folder] = _listed(folder, version)
        except FileNotFoundError:
            return
        for name, path in kept.documents:
            with contextlib.suppress(FileNotFoundError):
                yield f"{under}{name}", _version(path)
        for name, path in kept.folders:
            yield from self._files(path, f"{under}{name}/")


@dataclass(frozen=True, slots=True)
class _Listed:
    """The documents and folders in a folder, each by name and path; `version`: None where it may have changed since."""

    version: _Version | None
    documents: tuple[tuple[str, str], ...]
    folders: tuple[tuple[str, str], ...]


def _listed(folder: str, version: _Version) -> _Listed:
    settled = time.time_ns() - max(version[2:]) > _TICK_NS
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    return _Listed(
        version if settled else None,
        tuple((e.name.removesuffix(_SUFFIX), e.path) for e in entries if e not in folders and e.name.endswith(_SUFFIX)),
        tuple((e.name, e.path) for e in folders),
    )


def _version(path: str) -> _Version:
    at = os.stat(path)  # noqa: PTH116  a step of a run asks for every document, and a Path takes as long as the call
    return at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns


class BucketShelf:
    """`prefix/FOLDER/NAME.json`.
    Contents are kept in memory, and read again when the list names another version of it.
    """

    def __init__(self, bucket: Bucket, folder: str = "canon", *, clock: Callable[[], float] = time.monotonic) -> None:
        self._bucket, self._folder, self._clock = bucket, f"{folder}/", clock
        self._list: tuple[float, dict[str, ListedObject]] | None = None
        self._read: dict[str, tuple[str, bytes]] = {}

    def names(self) -> Iterator[str]:
        """The name of every document, as the bucket listed them at most LISTED_FOR_S ago."""
        yield from self._listed()

    def read(self, name: str) -> bytes | None:
        """A document, fetched now."""
        return self._bucket.read(self._key(name))

    def read_all(self) -> Iterator[tuple[str, bytes]]:
        """Every document of the list, those that changed fetched a few at a time."""
        listed = self._listed()
        stale = [name for name, each in listed.items() if self._read.get(name, ("", b""))[0] != each.etag]
        with ThreadPoolExecutor(_LANES) as lanes:
            fetched = dict(zip(stale, lanes.map(self.read, stale), strict=True))
        for name, each in listed.items():
            content = fetched[name] if name in fetched else self._read[name][1]
            if content is not None:
                self._read[name] = (each.etag, content)
                yield name, content

    def write(self, name: str, content: bytes) -> None:
        """Replace the document. Where another machine replaced it a moment ago, read it again and replace that one."""
        try:
            self._bucket.put(self._key(name), content, sha256=hash_bytes(content), media_type="application/json")
        finally:
            self._list = None

    def remove(self, name: str) -> bool:
        """Remove the document."""
        try:
            return self._bucket.remove(self._key(name))
        finally:
            self._list = None

    def where(self, name: str) -> str:
        """The document's address."""
        return self._bucket.address(self._key(name))

    def _listed(self) -> dict[str, ListedObject]:
        now = self._clock()
        if self._list is None or now - self._list[0] > LISTED_FOR_S:
            found = {
                each.key.removeprefix(self._folder).removesuffix(_SUFFIX): each
                for each in self._bucket.list_all(self._folder)
                if each.key.endswith(_SUFFIX)
            }
            self._list = (now, found)
        return self._list[1]

    def _key(self, name: str) -> str:
        return f"{self._folder}{name}{_SUFFIX}"
