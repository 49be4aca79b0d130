"""Collects what is in flight first: it is free, and a provider keeps an output for a limited time only.

Every start does this, and every halt: a STOP, a cap, an ended credit, a closed window, a plan that moved, a shot on
hold.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from governor.purchase import Epoch, Proof
from manifests.errors import GateError
from manifests.money import format_usd
from manifests.names import scene_of_shot
from manifests.privacy import speaking_of
from manifests.question import Question
from manifests.scene import Scene
from manifests.take import Take
from production.journey.errors import InHand, JourneyError
from production.journey.requests import is_private, with_words
from production.purchasing.claim import claimed
from production.purchasing.collect import asking, collect, recover
from production.purchasing.run import Run
from production.purchasing.tell import tell_of_caps
from production.purchasing.waiting import still_made
from wiring.errors import NotAFilm
from wiring.services import Services

OPEN = frozenset({"held", "submitted", "in_doubt"})

_CLAIM_S = 1.0
"""How long we wait, in seconds, for a generation that another process works on."""

_HEAD_START_S = 30.0
"""How long the journey waits, in seconds, for the first look at each job. A poll takes about a second, a download a
few.
"""

Kind = Literal["closed", "made", "busy", "stuck"]
_STUCK: Kind = "stuck"


@dataclass(frozen=True, slots=True)
class CheckedCall:
    """One open call after a look at it. `words`: what its provider said.

    `kind`: "closed" where nothing is open any more, "made" where the provider still works on it, "busy" where another
    process has it, and "stuck" where it cannot be collected now.
    """

    was: Take
    now: Take
    words: str
    kind: Kind

    @property
    def open(self) -> bool:
        """Whether its money is still held."""
        return self.now.state in OPEN


class InFlight:
    """A scene's open calls while this run collects them."""

    def __init__(self, jobs: Sequence[asyncio.Task[None]]) -> None:
        self._jobs = jobs

    async def collected(self) -> None:
        """Return when each of them is collected, or cannot be. Raises what this machine's own disk or vault raises."""
        await asyncio.gather(*self._jobs)


@asynccontextmanager
async def collecting(run: Run) -> AsyncIterator[InFlight]:
    """Collect the scene's open calls side by side, first and beside the block; wait for the rest at its end, however
    that comes.

    Whoever interrupts the run ends the waiting too.
    """
    takes = [take for take in run.services.ledger.marks_open(run.scene.id) if not _is_by_hand(run.services, take)]
    looked = [asyncio.Event() for _ in takes]
    jobs = [asyncio.create_task(_collected(run, *each)) for each in zip(takes, looked, strict=True)]
    in_flight = InFlight(jobs)
    try:
        first = [asyncio.create_task(event.wait()) for event in looked]
        if first:
            await asyncio.wait(first, timeout=_HEAD_START_S)
        for wait in first:
            wait.cancel()
        try:
            yield in_flight
        except Exception:
            await in_flight.collected()
            raise
        await in_flight.collected()
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


@asynccontextmanager
async def collect_if_refused(services: Services, scene: str | None) -> AsyncIterator[None]:
    """Where the block refuses to begin a run of `scene` (None: of any), collect what is in flight, then let the refusal
    out.
    """
    try:
        yield
    except GateError:
        await collect_open(services, scene)
        raise


async def collect_open(services: Services, scene: str | None = None) -> list[CheckedCall]:
    """Collect every open call without a run of our own, and wait for those that are being made."""
    takes = [take for take in services.ledger.marks_open(scene) if not _is_by_hand(services, take)]
    return await asyncio.gather(*(_told(_visitor(services, take), take) for take in takes))


async def look_at(services: Services, take: Take) -> CheckedCall:
    """Bring one open call as far as it goes without waiting for what is still being made, beside a run under way."""
    return await _recover(_visitor(services, take), take, waits=False)


def _visitor(services: Services, take: Take) -> Run:
    """A run of nobody's: it takes the epoch of the run under way, and leaves alone what that one works on."""
    scene = scene_of_shot(take.shot)
    epoch = services.ledger.current_epoch(scene) or Epoch(
        scene, 0, "nobody"
    )  # of none: it may collect, and give nothing back
    return Run(services, _scene(services, scene), epoch)


def _scene(services: Services, name: str) -> Scene:
    """The scene that a take is of; by its name alone where the film has it no longer. Its money is held all the
    same.
    """
    try:
        return services.scene_or_bible(name)
    except NotAFilm:
        return Scene.model_construct(id=name, title=name, intent="", shots=())


def _is_by_hand(services: Services, take: Take) -> bool:
    """Whether people make it: it does not expire, and its shot's own journey picks it up."""
    try:
        return services.provider_called(take.provider).by_hand
    except GateError:  # installed no longer; the look at it says so
        return False


async def _collected(run: Run, take: Take, looked: asyncio.Event) -> None:
    try:
        if take.job_id is None:  # a lost call: its provider may need minutes to prove anything
            looked.set()
        found = await _told(run, take, looked)
    finally:
        looked.set()
    if found.now.state == "settled" and found.now.asset is not None:
        run.spending.made += 1
        await tell_of_caps(run)


async def _told(run: Run, take: Take, looked: asyncio.Event | None = None) -> CheckedCall:
    """Collect it, and say so: one line when it begins, one when it ends, and one where it must be waited for."""
    say, job = run.services.telemetry.say, f"job {take.job_id}" if take.job_id else "a call without an answer"
    say(take.shot, take.stage, "works", f"collects {job} from {take.provider}: it is free, and bought once only")
    found = await _recover(run, take, waits=False)
    if looked:
        looked.set()
    if found.kind == "made" and take.state != "in_doubt":  # what is in doubt has been waited for once
        say(take.shot, take.stage, "waits", found.words)
        found = await _recover(run, take, waits=True)
    if found.kind != "busy":
        say(take.shot, take.stage, "waits" if found.open else "done", found.words)
    return found


async def _recover(run: Run, take: Take, *, waits: bool) -> CheckedCall:
    """One call, as far as it goes. `waits`: until its provider has made it, for `run.patience_s`."""
    services, kind = run.services, _STUCK
    patience_s = run.patience_s if waits else _CLAIM_S
    try:
        async with claimed(run, take.generation_key, take.shot, patience_s=patience_s):
            with speaking_of(private=is_private(take, services.folder)):
                kind, words = await _ask(run, services.ledger.take(take.generation_key), waits=waits)
    except InHand:
        kind, words = "busy", "a run works on it"
    except JourneyError as error:
        words = error.cause
    except GateError as error:
        words = str(error)
    return CheckedCall(take, services.ledger.take(take.generation_key), words, kind)


async def _ask(run: Run, take: Take, *, waits: bool) -> tuple[Kind, str]:
    services, key = run.services, take.generation_key
    if take.state not in OPEN:
        return "closed", "a run has closed it meanwhile"
    if take.state == "held" and not services.ledger.was_sent(key):
        services.ledger.release(key, Proof.never_sent(run.epoch))
        return "closed", "it was never sent: its hold is given back"
    provider = services.provider_called(take.provider)
    found = await recover(run, provider, asked(services, take))
    if found is None:
        return "closed", f"{take.provider} proves that it was never made: its hold is given back"
    with asking(run, found):
        words = await still_made(provider, found, run.patience_s if waits else 0.0)
    if words:
        return "made", words
    settled = await collect(run, provider, found)
    return "closed", f"collected; it cost ${format_usd(settled.cost_microusd or 0)}"


def asked(services: Services, take: Take) -> Take:
    """The take with its request as it was asked; a provider that knows no marker looks for a call by its words."""
    if isinstance(take.request, Question):
        return take
    return take.model_copy(update={"request": with_words(take.request, services.folder)})
