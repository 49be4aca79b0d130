"""Names made from content: two things with the same hash are the same thing, and are made and paid for once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SEED_FIELD = "seed"
_CHUNK_BYTES = 1 << 20


def generation_key(provider: str, model: str, operation: str, payload: Mapping[str, Any], attempt: int) -> str:
    """Name one purchase (64 hex digits): the same key never buys twice.

    `payload` is canonical: every reference in it is a content hash, never a path or a URL. `attempt` counts from 1.
    """
    if attempt < 1:
        raise ValueError("attempts count from 1")
    return hash_json([provider, model, operation, payload, attempt])


def recipe_key(provider: str, model: str, operation: str, payload: Mapping[str, Any]) -> str:
    """Name what is asked for, whatever the seed and the attempt: takes of one recipe are tries at one picture."""
    return hash_json([provider, model, operation, {k: v for k, v in payload.items() if k != SEED_FIELD}])


def hash_json(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value`, as 64 hex digits."""
    return hash_bytes(canonical_json(value).encode())


def canonical_json(value: Any) -> str:
    """One spelling for one value: sorted keys, no spaces, UTF-8 kept. Raises ValueError on NaN and infinity."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def hash_bytes(content: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def hash_file(path: Path) -> str:
    """SHA-256 of a file's content as 64 hex digits, read in pieces of 1 MiB."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()
