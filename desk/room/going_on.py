"""Lets the runs that wait for an approval continue ten seconds after it, unless it was taken back:
until then nothing happens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from starlette.concurrency import run_in_threadpool

from governor.errors import NotApproved
from manifests.decision import Binding
from manifests.errors import GateError
from wiring.services import Services

GRACE_S = 10.0

Outcome = Literal["counting", "went on", "nobody waits", "taken back", "failed"]
LetGoOn = Callable[[Services, str, str], Awaitable[int]]
"""Resumes what waits for a scene in somebody's name; gives how many went on."""


@dataclass
class GoingOn:
    """The runs on their way, by scene. The approval itself is in the ledger already:
    if this process dies, `gate resume` continues.
    """

    let_go_on: LetGoOn
    grace_s: float = GRACE_S
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def after(self, services: Services, scene: str, who: str, bindings: list[Binding]) -> None:
        """Begin to count."""
        self.outcomes[scene] = "counting"
        task = asyncio.get_running_loop().create_task(self._count(services, scene, who, bindings))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _count(self, services: Services, scene: str, who: str, bindings: list[Binding]) -> None:
        await asyncio.sleep(self.grace_s)
        if not await run_in_threadpool(_any_stands, services, bindings):
            self.outcomes[scene] = "taken back"
            return
        try:
            self.outcomes[scene] = "went on" if await self.let_go_on(services, scene, who) else "nobody waits"
        except Exception as error:  # noqa: BLE001  the approval stands in any case, and gate resume continues
            self.outcomes[scene] = "failed"
            services.telemetry.say(scene, "approval", "blocked", f"no run went on by itself ({type(error).__name__})")


def _any_stands(services: Services, bindings: list[Binding]) -> bool:
    for binding in bindings:
        try:
            services.ledger.approved(binding)
        except NotApproved:
            continue
        except GateError:
            return False
        return True
    return False


async def in_prefect(services: Services, scene: str, who: str) -> int:
    """Resume the runs that wait in the film's own `gate up`, or in its studio's Prefect."""
    from wiring.up import prefect_of

    if prefect_of(services.settings) is None:
        return 0
    from flows.answering import let_go_on

    return await let_go_on(services.settings, scene, who)
