"""Fix what is usual in the film, once it has enough approved panels: later gates judge V111 to V113 by it."""

from __future__ import annotations

import asyncio

from production.journey.approved import film_baseline
from production.journey.approved import fix_baseline as fix
from wiring.services import Services


async def fix_baseline(services: Services, after: str) -> None:
    """Learn it and write it into the ledger, if it is not there yet and there are panels for it; said under the shot
    `after`.
    """
    if film_baseline(services) is not None:
        return
    found = await asyncio.to_thread(fix, services)
    if found is not None:
        detail = f"learnt from {len(found.panels)} approved panels: V111 to V113 judge from here on"
        services.telemetry.say(after, "usual look", "done", detail)
