"""A provider's lanes: the slots of its concurrency limit in Prefect, one for each call that is under way.

Prefect lends a slot for a minute at a time. While one is lent, its holder keeps a file locked that is called by the
lease. The kernel lets go of that lock when the holder dies; whoever asks next on this machine then gives the slot back.
Of holders on other machines nothing is known here: their slots come free when the lease ends.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.responses import ConcurrencyLimitWithLeaseResponse
from prefect.exceptions import PrefectHTTPStatusError

from production.purchasing.run import LEASE_S, Say, lane
from wiring.alive import is_free, lock
from wiring.settings import Settings

_RENEW_S, _AGAIN_S = 45.0, 5.0
"""How long after the last one a lease is renewed, and how long after a renewal that failed."""

_LOOK_S = 0.05
"""How often a call looks whether it is the next one to ask, and whether a slot came free on this machine."""

_LOCKED = 423
"""What the server answers while every slot is taken."""

_LINE = "line.lock"


@asynccontextmanager
async def slot_of(settings: Settings, provider: str, say: Say) -> AsyncIterator[None]:
    """A slot of the provider's limit for the length of the block; waits for one as long as it takes.

    `say` hears that a slot could not be renewed or given back: neither may abandon a job that is paid for.
    """
    slot = await _take(_folder(settings, provider), lane(provider))
    renewing = asyncio.create_task(_keep(slot, say))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.shield(_give_back(slot, say))


async def free_dead(settings: Settings, provider: str) -> None:
    """Give back the provider's slots whose holders on this machine are dead, unless whoever is next to ask does that
    now.
    """
    folder = _folder(settings, provider)
    if (line := lock(folder / _LINE, alone=True)) is not None:
        try:
            await _free_dead(folder)
        finally:
            os.close(line)


@dataclass(frozen=True, slots=True)
class _Slot:
    lease: UUID
    path: Path
    descriptor: int


async def _take(folder: Path, limit: str) -> _Slot:
    """Ask until there is a slot: when the server said, and as soon as one came free on this machine.

    One call asks at a time on this machine. Whoever is next looks at the files of all the others, so none is made
    meanwhile.
    """
    while (line := lock(folder / _LINE, alone=True)) is None:  # noqa: ASYNC110  another process has no event for us
        await asyncio.sleep(_LOOK_S)
    try:
        while True:
            await _free_dead(folder)
            asking = asyncio.create_task(_ask(folder, limit))
            try:
                answer = await asyncio.shield(asking)
            except asyncio.CancelledError:
                if isinstance(answer := await asking, _Slot):  # nobody else would hear of it
                    await _release(answer)
                raise
            if isinstance(answer, _Slot):
                return answer
            await _until_one_is_free(folder, answer)
    finally:
        os.close(line)


async def _ask(folder: Path, limit: str) -> _Slot | float:
    """A slot; or in how many seconds the server wants to be asked again."""
    try:
        async with get_client() as client:
            answer = await client.increment_concurrency_slots_with_lease([limit], 1, "concurrency", LEASE_S)
    except PrefectHTTPStatusError as error:
        if error.response.status_code != _LOCKED:
            raise
        return float(error.response.headers["Retry-After"])
    lease = ConcurrencyLimitWithLeaseResponse.model_validate(answer.json()).lease_id
    path = folder / str(lease)
    if (descriptor := lock(path, alone=True)) is None:
        raise AssertionError(f"two slots have the lease {lease}")
    return _Slot(lease, path, descriptor)


async def _free_dead(folder: Path) -> None:
    """Give back the slots whose holders are dead. To be called by whoever is next to ask."""
    for path in _files(folder):
        if (descriptor := lock(path, alone=True)) is not None:
            await _release(_Slot(UUID(path.name), path, descriptor))


async def _until_one_is_free(folder: Path, seconds: float) -> None:
    """Wait `seconds`, or until one that was taken on this machine is not any more."""
    clock = asyncio.get_running_loop().time
    until, taken = clock() + seconds, _taken(folder)
    while clock() < until and taken <= _taken(folder):  # noqa: ASYNC110  as above
        await asyncio.sleep(_LOOK_S)


async def _keep(slot: _Slot, say: Say) -> None:
    """Renew the lease until cancelled; what fails is said once, and tried again soon."""
    pause_s, failed = _RENEW_S, False
    while True:
        await asyncio.sleep(pause_s)
        try:
            async with get_client() as client:
                await client.renew_concurrency_lease(slot.lease, LEASE_S)
            pause_s = _RENEW_S
        except Exception as error:  # noqa: BLE001  its client raises what httpx does; the job is paid for and goes on
            if not failed:
                say(f"its slot in Prefect could not be renewed ({type(error).__name__}); the job goes on")
            pause_s, failed = _AGAIN_S, True


async def _give_back(slot: _Slot, say: Say) -> None:
    """Release the slot. Where the server does not hear of it, the file stays, unlocked: whoever asks next says it
    again.
    """
    try:
        await _release(slot)
    except Exception as error:  # noqa: BLE001  as above: a finished take is not lost for that
        say(f"its slot in Prefect could not be given back ({type(error).__name__}); the next call does that")


async def _release(slot: _Slot) -> None:
    """A lease that the server no longer knows is not an error there."""
    try:
        async with get_client() as client:
            await client.release_concurrency_slots_with_lease(slot.lease)
        slot.path.unlink(missing_ok=True)
    finally:
        os.close(slot.descriptor)


def _folder(settings: Settings, provider: str) -> Path:
    folder = settings.state / "lanes" / provider
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _taken(folder: Path) -> set[Path]:
    """The files whose holders live."""
    return {path for path in _files(folder) if is_free(path) is False}


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name != _LINE]
