"""The vault as a folder on this machine: `objects/ab/abcd…`, one read-only file a content, without an ending.

Safe for many processes at once: each writes beside its target and renames, so that the second one replaces the
bytes by the same bytes.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from manifests.keys import hash_bytes, hash_file
from manifests.reading.durable import existing, leftovers, write_durably
from vault.errors import Corrupt, Missing, NameRefused, SourceChanged, VaultError
from vault.pieces import of_file, verified

READ_ONLY = 0o444
DAY_S = 86_400.0
_TRIED_BYTES = 4096
_SHA256 = re.compile(r"[0-9a-f]{64}")


class LocalVault:
    """Media by content hash under `root`, which is created at the first write."""

    def __init__(self, root: Path) -> None:
        self._objects = root / "objects"
        self._verified: dict[Path, tuple[int, int, int]] = {}

    @property
    def place(self) -> str:
        """Its folder."""
        return str(self._objects.parent)

    def put_bytes(self, content: bytes) -> str:
        """Store `content` durably and return its hash. A damaged object of the same hash is healed."""
        sha256 = hash_bytes(content)
        target = self._object(sha256)
        if not self._is_sound(target, sha256):
            write_durably(target, (content,), mode=READ_ONLY)
            self._remember(target)
        return sha256

    def put_file(self, source: Path) -> str:
        """Store a copy of the file durably and return its hash.

        Raises Missing where there is no such file, and SourceChanged where its bytes change while they are copied: a
        file that somebody still writes must not be sealed under the hash of its first half.
        """
        if not source.is_file():
            raise Missing(str(source), "there is no such file", "Give the path of a finished file.")
        sha256 = hash_file(source)
        target = self._object(sha256)
        if not self._is_sound(target, sha256):
            write_durably(target, _pieces(source, sha256), mode=READ_ONLY)
            self._remember(target)
        return sha256

    def put_pieces(self, sha256: str, pieces: Iterable[bytes], otherwise: VaultError) -> None:
        """Store durably what must have this hash. Raises `otherwise`, and keeps nothing, if it has another."""
        target = self._object(sha256)
        write_durably(target, verified(pieces, sha256, otherwise), mode=READ_ONLY)
        self._remember(target)

    def path(self, sha256: str) -> Path:
        """The object's file, checked against its hash.

        A file that this object has verified is not hashed again while its size, time and inode stay as they were.
        Raises Missing, Corrupt, NameRefused.
        """
        target = self._object(sha256)
        if not target.is_file():
            raise _missing(sha256)
        if not self._is_sound(target, sha256):
            raise _corrupt(sha256, target)
        return target

    def read(self, sha256: str) -> bytes:
        """The object's bytes, hashed each time. Raises Missing, Corrupt, NameRefused."""
        target = self._object(sha256)
        try:
            content = target.read_bytes()
        except FileNotFoundError:
            raise _missing(sha256) from None
        if hash_bytes(content) != sha256:
            raise _corrupt(sha256, target)
        return content

    def has(self, sha256: str) -> bool:
        """Whether there is an object of this name; its bytes are not read. Raises NameRefused."""
        return self._object(sha256).is_file()

    def link(self, sha256: str, *, seconds: int) -> str | None:  # noqa: ARG002  a folder has no server
        """None: a folder has no URL that another machine could read. Raises Missing, NameRefused."""
        if not self.has(sha256):
            raise _missing(sha256)
        return None

    def sizes(self) -> Iterator[tuple[str, int]]:
        """The hash and the size in bytes of every object."""
        for path in self._objects.glob("??/*"):
            if _SHA256.fullmatch(path.name) and path.parent.name == path.name[:2]:
                yield path.name, path.stat().st_size

    def try_writing(self) -> None:
        """Write into the folder, or the one in which it would be made; nothing stays. Raises OSError."""
        with tempfile.TemporaryFile(dir=existing(self._objects.parent)) as probe:
            probe.write(bytes(_TRIED_BYTES))

    def examine(self, sha256: str) -> None:
        """Hash the object's file, whatever was verified before. Raises Missing, Corrupt, NameRefused."""
        target = self._object(sha256)
        try:
            found = hash_file(target)
        except FileNotFoundError:
            raise _missing(sha256) from None
        if found != sha256:
            raise _corrupt(sha256, target)

    def sweep(self, *, now_s: float, older_than_s: float = DAY_S) -> int:
        """Remove the unfinished writes of dead processes and return how many;
        a day is longer than any write of ours.
        """
        old = leftovers(self._objects, now_s=now_s, older_than_s=older_than_s)
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _object(self, sha256: str) -> Path:
        return self._objects / filed_under(sha256)

    def _is_sound(self, target: Path, sha256: str) -> bool:
        try:
            mark = _mark(target)
            if self._verified.get(target) == mark:
                return True
            if hash_file(target) != sha256:
                return False
        except FileNotFoundError:
            return False
        self._verified[target] = mark
        return True

    def _remember(self, target: Path) -> None:
        self._verified[target] = _mark(target)


def filed_under(sha256: str) -> str:
    """Where an object lies below `objects/`, in a folder as in a bucket.
    Raises NameRefused for a name that is not a hash.
    """
    if not _SHA256.fullmatch(sha256):
        raise NameRefused(
            repr(sha256[:80]), "it is not a SHA-256 hash", "An object's name is 64 lower-case hex digits."
        )
    return f"{sha256[:2]}/{sha256}"


def _mark(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


def _pieces(source: Path, sha256: str) -> Iterator[bytes]:
    """The file's bytes.
    Raises at the end if they were not the ones hashed before, so that they are never renamed in.
    """
    changed = SourceChanged(
        str(source), "it changed while it was copied", "Wait until whatever writes it has finished."
    )
    return verified(of_file(source), sha256, changed)


def _missing(sha256: str) -> Missing:
    return Missing(
        f"object {sha256[:12]}",
        "the vault does not hold it",
        "Fetch it again from its provider, for $0: gate reconcile",
    )


def _corrupt(sha256: str, target: Path) -> Corrupt:
    return Corrupt(
        f"object {sha256[:12]}",
        f"its bytes are no longer the ones that were stored ({target})",
        "Fetch a bought file again, for $0: gate reconcile. Restore a file that was not bought from a copy.",
    )
