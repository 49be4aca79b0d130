"""A start that is refused still collects what is in flight: collecting is free, and an output expires."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from manifests.errors import GateError

if TYPE_CHECKING:
    from wiring.services import Services


@contextmanager
def collected_if_refused(services: Services, scenes: Sequence[str]) -> Iterator[None]:
    """Where the block refuses to start, collect what is in flight of these scenes (of all where none is named),
    then let the refusal out.
    """
    try:
        yield
    except GateError:
        if any(services.ledger.marks_open(scene) for scene in scenes or (None,)):
            asyncio.run(_collect(services, scenes))
        raise


async def _collect(services: Services, scenes: Sequence[str]) -> None:
    from production.purchasing.in_flight import collect_open

    for scene in scenes or (None,):
        await collect_open(services, scene)
