"""A store as a command sees it that only reads a film: with what lies beside it, and never written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from manifests.keys import hash_file
from vault.contract import Shelf, Vault
from vault.errors import Corrupt


class VaultBeside:
    """`vault`; with it `files` by content hash, each given when it is asked for; and `cache`, which takes all that is
    put.
    """

    def __init__(self, vault: Vault, files: Mapping[str, Callable[[], Path]], cache: Vault) -> None:
        self._vault, self._files, self._cache = vault, files, cache
        self._verified: set[str] = set()
        self.put_bytes, self.put_file = cache.put_bytes, cache.put_file
        self.sizes, self.try_writing, self.sweep = vault.sizes, vault.try_writing, vault.sweep

    @property
    def place(self) -> str:
        """The vault's."""
        return self._vault.place

    def has(self, sha256: str) -> bool:
        """Whether any of the three has this content. Raises NameRefused."""
        return sha256 in self._files or self._cache.has(sha256) or self._vault.has(sha256)

    def path(self, sha256: str) -> Path:
        """A file with this content. Raises Missing, Corrupt, NameRefused."""
        if sha256 not in self._files:
            return self._with(sha256).path(sha256)
        path = self._files[sha256]()
        if sha256 not in self._verified and hash_file(path) != sha256:
            raise Corrupt(str(path), "it changed while it was read", "Wait until whatever writes it has finished.")
        self._verified.add(sha256)
        return path

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises Missing, Corrupt, NameRefused."""
        return self.path(sha256).read_bytes() if sha256 in self._files else self._with(sha256).read(sha256)

    def link(self, sha256: str, *, seconds: int) -> str | None:
        """The vault's; None for what lies beside it. Raises Missing, NameRefused."""
        return None if sha256 in self._files else self._with(sha256).link(sha256, seconds=seconds)

    def examine(self, sha256: str) -> None:
        """Read the bytes where they lie. Raises Missing, Corrupt, NameRefused."""
        if sha256 not in self._files:
            self._with(sha256).examine(sha256)
        elif hash_file(path := self._files[sha256]()) != sha256:
            raise Corrupt(str(path), "it changed while it was read", "Wait until whatever writes it has finished.")

    def _with(self, sha256: str) -> Vault:
        return self._cache if self._cache.has(sha256) else self._vault


class ShelfBeside:
    """`shelf`, and `documents` by name, which stand before its own until one of that name is written or removed."""

    def __init__(self, shelf: Shelf, documents: Mapping[str, bytes]) -> None:
        self._shelf, self._documents = shelf, dict(documents)

    def names(self) -> Iterator[str]:
        """Every name, each once."""
        yield from {*self._documents, *self._shelf.names()}

    def read(self, name: str) -> bytes | None:
        """A document."""
        return self._documents.get(name) or self._shelf.read(name)

    def read_all(self) -> Iterator[tuple[str, bytes]]:
        """Every document."""
        yield from self._documents.items()
        yield from ((name, content) for name, content in self._shelf.read_all() if name not in self._documents)

    def write(self, name: str, content: bytes) -> None:
        """Write it onto the shelf."""
        self._shelf.write(name, content)
        self._documents.pop(name, None)

    def remove(self, name: str) -> bool:
        """Remove it from the shelf, and from beside it."""
        beside = self._documents.pop(name, None) is not None
        return self._shelf.remove(name) or beside

    def where(self, name: str) -> str:
        """Its place on the shelf."""
        return self._shelf.where(name)
