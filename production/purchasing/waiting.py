"""Wait for a job at its provider: ask how it stands, ever less often."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict, deque

from manifests.take import Take
from providers.contract import JobStatus, Provider
from providers.errors import (
    Gone,
)

_CHANCE = random.SystemRandom()
_LATELY, _SURE = 5, 0.8
"""A job is left alone for this part of the shortest of the last five like it: that much each of them took.

Where they took nearly the same, it is left alone longer: until it would be the shortest by as much as they differ.
"""


class JobTimes:
    """How long jobs of each kind took lately, in seconds. A kind is a provider's model, say, for drafts."""

    def __init__(self) -> None:
        self._took: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_LATELY))

    def took(self, kind: str, seconds: float) -> None:
        """Note one that has made its output."""
        self._took[kind].append(seconds)

    def quiet_s(self, kind: str) -> float:
        """For how long nobody need ask about a job that has just begun; 0 where none of its kind is known."""
        took = self._took[kind]
        shortest = min(took, default=0.0)
        if len(took) < 2:
            return _SURE * shortest
        return max(_SURE * shortest, 2 * shortest - max(took))


async def still_made(provider: Provider, take: Take, patience_s: float = 0.0) -> str:
    """What a provider says that works on the job even after `patience_s`; empty where it does not. Raises the
    provider's errors.
    """
    status = await wait_for(provider, take.job_id, patience_s) if take.job_id is not None else None
    if status is None or status.state != "running":
        return ""
    return status.raw if provider.by_hand else "it is being made"


async def wait_for(
    provider: Provider,
    job_id: str,
    patience_s: float,
    times: JobTimes | None = None,
    kind: str = "",
    *,
    just_sent: bool = False,
) -> JobStatus:
    """Ask how a job stands until it has ended, or for `patience_s`: then it still runs. What a person makes is looked
    at once.

    The pauses grow from the provider's first to its longest, and a quarter of each is chance: many jobs that began
    together are not asked about together. With the `times` of jobs of its `kind`, it is left alone for as long as each
    of those took, and asked about often again when it should end; one that was `just_sent` is not asked about before.
    Raises the provider's errors.
    """
    loop, (wait_s, longest_s) = asyncio.get_running_loop(), provider.poll_s
    began, quiet_s = loop.time(), times.quiet_s(kind) if times else 0.0
    waited, until = False, began + (0 if provider.by_hand else patience_s)
    if just_sent and quiet_s > wait_s and not provider.by_hand:
        await asyncio.sleep(min(quiet_s, patience_s))
        waited, quiet_s = True, 0.0
    while (status := await _poll(provider, job_id)).state == "running" and (now := loop.time()) < until:
        waited = True
        if quiet_s > wait_s:
            await asyncio.sleep(min(quiet_s, until - now))
            quiet_s = 0.0
            continue
        await asyncio.sleep(wait_s * _CHANCE.uniform(0.75, 1))
        wait_s = min(longest_s, wait_s * 1.5)
    if times and waited and status.state == "done":
        times.took(kind, loop.time() - began)
    return status


async def _poll(provider: Provider, job_id: str) -> JobStatus:
    try:
        return await provider.poll(job_id)
    except Gone as error:
        return JobStatus("gone", None, error.raw or str(error))
