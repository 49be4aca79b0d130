"""Does one thing to many objects, a few at a time: most of each one's time is waiting for a server or a disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

LANES = 8

Tell = Callable[[int, int], None]
"""Hears how many are done, of how many."""


def nobody(done: int, of: int) -> None:
    """Hears nothing."""


Item = TypeVar("Item")
Result = TypeVar("Result")


def in_lanes(work: Callable[[Item], Result], items: Sequence[Item], tell: Tell = nobody) -> Iterator[Result]:
    """The results of `work` for each item, in their order. The first error ends it, and the rest is not begun."""
    with ThreadPoolExecutor(LANES) as lanes:
        try:
            for done, result in enumerate(lanes.map(work, items), 1):
                tell(done, len(items))
                yield result
        finally:
            lanes.shutdown(cancel_futures=True)
