"""Lets the background worker of a film's server rest between its few jobs.

Prefect runs its loops with a Docket worker, which asks its queue for jobs four times a second and ten times a second
whether somebody cancelled one, and tells other workers every two seconds that it lives. That took two thirds of what an
idle server takes: as much as all its work, where a run waits twenty seconds for each clip. The loops of a film's server
are not in a hurry, nobody cancels them, and there is no other worker.
"""

from __future__ import annotations

from datetime import timedelta

from docket import Docket, Worker

_LOOK = timedelta(seconds=5)
"""How often it looks for jobs."""

_ALIVE = timedelta(minutes=1)
"""How often it says that it lives."""


class RestingWorker(Worker):
    """Docket's worker, at a slower pace."""

    def __init__(self, docket: Docket) -> None:
        docket.heartbeat_interval = _ALIVE
        super().__init__(docket, minimum_check_interval=_LOOK, scheduling_resolution=_LOOK)

    async def _cancellation_listener(self) -> None:
        """Listens to nobody, until the worker stops."""
        if (session := self._processing_session) is not None:
            session.cancellation_ready.set()
            await session.stopping.wait()
