"""The background worker of a film's server does its jobs, at once or later, though it looks for them seldom."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from docket import Docket

from wiring.prefect_server.resting import RestingWorker


async def test_the_resting_worker_does_what_is_due_and_what_comes_due_and_ends_when_told():
    done: list[str] = []
    both = asyncio.Event()

    async def job(name: str) -> None:
        done.append(name)
        if len(done) == 2:
            both.set()

    async with Docket(name="a-film", url="memory://") as docket, RestingWorker(docket) as worker:
        docket.register(job)
        running = asyncio.create_task(worker.run_forever())
        await docket.add(job)("now")
        await docket.add(job, when=datetime.now(UTC) + timedelta(milliseconds=50))("soon")
        await asyncio.wait_for(both.wait(), 60)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert done == ["now", "soon"]
