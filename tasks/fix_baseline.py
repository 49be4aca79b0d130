"""Fix what is usual in the film, once it has enough approved panels: later gates judge V111 to V113 by it."""

from __future__ import annotations

import asyncio

from tasks.current import current
from wiring.approved import film_baseline
from wiring.approved import fix_baseline as fix


async def fix_baseline(after: str) -> None:
    """Learn it and write it into the books, if it is not there yet and there are panels for it; said under the shot `after`."""
    services = current().services
    if film_baseline(services) is not None:
        return
    found = await asyncio.to_thread(fix, services)
    if found is not None:
        detail = f"learnt from {len(found.panels)} approved panels: V111 to V113 judge from here on"
        services.telemetry.say(after, "usual look", "done", detail)
