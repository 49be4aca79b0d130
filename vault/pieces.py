"""Bytes on their way, held against the hash that they must have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from vault.errors import VaultError

_PIECE_BYTES = 1 << 20


def verified(pieces: Iterable[bytes], sha256: str, otherwise: VaultError) -> Iterator[bytes]:
    """Pass the pieces on. Raises `otherwise` at the end if together they have another hash:
    the writer keeps nothing.
    """
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha256:
        raise otherwise


def of_file(path: Path) -> Iterator[bytes]:
    """A file's bytes, 1 MiB at a time. Raises FileNotFoundError."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece
