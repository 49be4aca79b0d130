"""The contract of every store of media; `tests/contract/test_vault_contract.py` holds each implementation to it.

To add one: fulfil `Vault`, and `Shelf` for its canonical names, then add it to the stores in
`tests/contract/conftest.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class Vault(Protocol):
    """Media by content: an object never changes, and its name is the SHA-256 of its bytes (64 hex digits).

    A put that has returned survives a power loss. A reader never sees half an object. Putting the same bytes twice, or
    from two processes at once, is one object and no error. A vault on a server raises StoreDown and StoreRefused too.
    """

    @property
    def place(self) -> str:
        """Where it is, for people: a folder, or s3://bucket/prefix."""
        ...

    def put_bytes(self, content: bytes) -> str:
        """Store `content` and return its hash."""
        ...

    def put_file(self, source: Path) -> str:
        """Store a copy of the file and return its hash. Raises Missing, or SourceChanged while it is being written."""
        ...

    def path(self, sha256: str) -> Path:
        """A readable local file with exactly these bytes, checked against the hash.
        Raises Missing, Corrupt, NameRefused.
        """
        ...

    def read(self, sha256: str) -> bytes:
        """The bytes, checked against the hash each time. Raises Missing, Corrupt, NameRefused."""
        ...

    def has(self, sha256: str) -> bool:
        """Whether `path` would find something under this hash; it is not read. Raises NameRefused."""
        ...

    def link(self, sha256: str, *, seconds: int) -> str | None:
        """A URL under which anybody may read the object for so long (1 to 604 800 s);
        None where the vault has no server.

        Anyone with the URL can fetch the object: never log it. Raises Missing, NameRefused.
        """
        ...

    def sizes(self) -> Iterator[tuple[str, int]]:
        """The hash and the size in bytes of everything stored, in no order; nothing is read."""
        ...

    def try_writing(self) -> None:
        """Write a tiny object and remove it, so that a right that is missing is found before anything is made.
        Raises OSError.
        """
        ...

    def examine(self, sha256: str) -> None:
        """Read the stored bytes themselves, past every copy and memory of them.
        Raises Missing, Corrupt, NameRefused.
        """
        ...

    def sweep(self, *, now_s: float, older_than_s: float) -> int:
        """Remove what writers that died left behind, if it is older than `older_than_s`; returns how many.
        `now_s`: Unix time.
        """
        ...


class Shelf(Protocol):
    """Small documents by name, each replaced as a whole and durably: what the canon is written on."""

    def names(self) -> Iterator[str]:
        """The name of every document, in no order. Some may not be ours."""
        ...

    def read(self, name: str) -> bytes | None:
        """A document, as it is now; None where there is none."""
        ...

    def read_all(self) -> Iterator[tuple[str, bytes]]:
        """Every document with its name, in no order."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Let the document be `content` from now on."""
        ...

    def remove(self, name: str) -> bool:
        """Forget the document; False where there was none."""
        ...

    def where(self, name: str) -> str:
        """The document's place, for a message."""
        ...
