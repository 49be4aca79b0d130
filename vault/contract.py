"""What every store of media promises; `tests/contract/test_vault_contract.py` holds each implementation to it.

To add one: fulfil `Vault`, then add a line to that test's list.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Vault(Protocol):
    """Media by content: what is put in never changes, and its name is the SHA-256 of its bytes (64 hex digits).

    A put that has returned survives a power loss. A reader never sees half an object. Putting the same bytes twice, or
    from two processes at once, is one object and no error.
    """

    def put_bytes(self, content: bytes) -> str:
        """Store `content` and return its hash."""
        ...

    def put_file(self, source: Path) -> str:
        """Store a copy of the file and return its hash. Raises Missing, or SourceChanged while it is being written."""
        ...

    def path(self, sha256: str) -> Path:
        """A readable local file with exactly these bytes, checked against the hash. Raises Missing, Corrupt, NameRefused."""
        ...

    def read(self, sha256: str) -> bytes:
        """The bytes, checked against the hash each time. Raises Missing, Corrupt, NameRefused."""
        ...

    def has(self, sha256: str) -> bool:
        """Whether something is stored under this hash; it is not read. Raises NameRefused."""
        ...

    def sweep(self, *, now_s: float, older_than_s: float) -> int:
        """Remove what writers that died left behind, if it is older than `older_than_s`; returns how many. `now_s`: Unix time."""
        ...
