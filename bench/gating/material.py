"""One film whose takes can be gated: its references, pictures that a person approved, and takes by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bench.filmset.brush import Picture
from bench.gating.film import Made

GOOD = "good"


@dataclass(frozen=True, slots=True)
class Material:
    """`views`: RGBA by character and view; `plates`: RGB by location. `kinds`: GOOD, and each flaw.

    `approved` draws so many approved pictures; `takes` so many takes of one kind: fewer where this film cannot have it.
    """

    views: Mapping[str, Mapping[str, Picture]]
    plates: Mapping[str, Picture]
    kinds: tuple[str, ...]
    approved: Callable[[int], Iterator[Made]]
    takes: Callable[[str, int], Iterator[Made]]
