"""Ask the providers about everything that is open, and about bills that came late, without buying anything.

It works beside a run under way: it takes that run's epoch, waits for no generation that the run has in hand, and leaves alone
what was held and never sent.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from manifests.errors import GateError
from manifests.money import format_usd
from manifests.take import Take
from providers.contract import Provider
from tasks.book_late_bill import book_late_bill
from tasks.claim import claimed
from tasks.collect import bring_home, collect
from tasks.current import Run
from tasks.errors import InHand, JourneyError
from wiring.services import Services

_LANES = 8
_PATIENCE_S = 60.0
"""A job that is still being made when this is over is left to the next run."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One take: as it was, as it is, and what the provider said. `open`: a person, or a run, has still to do something."""

    was: Take
    now: Take
    words: str

    @property
    def open(self) -> bool:
        """Whether its money is still held."""
        return self.now.state in {"held", "submitted", "in_doubt"}


async def reconcile(services: Services, scene: str | None = None) -> list[Reconciled]:
    """Bring home what can be known, of one scene or of all; what nobody knows stays in doubt, its money held."""
    open_takes = services.ledger.marks_open(scene)
    asked = [t for t in open_takes if t.state != "held" or services.ledger.was_sent(t.generation_key)]
    known = {take.generation_key for take in open_takes}
    closed = [t for t in services.ledger.takes(scene=scene, released_too=True) if t.generation_key not in known]
    lanes = asyncio.Semaphore(_LANES)
    done = await asyncio.gather(*(_bring_home(services, take, lanes) for take in asked))
    late = await asyncio.gather(*(_late_bill(services, take, lanes) for take in closed))
    return [*done, *filter(None, late)]


async def _bring_home(services: Services, take: Take, lanes: asyncio.Semaphore) -> Reconciled:
    provider, ledger = services.provider_called(take.provider), services.ledger
    scene = take.shot.partition("_")[0]
    epoch = ledger.current_epoch(scene)
    if epoch is None:
        return Reconciled(take, take, "no run has ever claimed its scene")
    run = Run(services, services.scene(scene), epoch, asyncio.Semaphore(1), patience_s=_PATIENCE_S)
    try:
        async with lanes, claimed(run, take.generation_key, take.shot):
            words = await _ask(run, provider, ledger.take(take.generation_key))
    except InHand:
        words = "a run has it in hand"
    except JourneyError as error:
        words = error.cause
    except GateError as error:
        words = str(error)
    return Reconciled(take, ledger.take(take.generation_key), words)


async def _ask(run: Run, provider: Provider, take: Take) -> str:
    if take.state not in {"held", "submitted", "in_doubt"}:
        return "a run has closed it meanwhile"
    found = await bring_home(run, provider, take)
    if found is None:
        return f"{take.provider} proves that it was never made: its hold is given back"
    settled = await collect(run, provider, found)
    return f"collected; it cost ${format_usd(settled.cost_microusd or 0)}"


async def _late_bill(services: Services, take: Take, lanes: asyncio.Semaphore) -> Reconciled | None:
    """What its provider bills for a closed take, where that is not what is booked. What never left here sends no bills."""
    provider = services.provider_called(take.provider)
    if provider.embedded or not services.ledger.was_sent(take.generation_key):
        return None
    async with lanes:
        booked = await book_late_bill(services.ledger, provider, take)
    before = (take.cost_microusd or 0) + take.late_microusd
    if booked is None or booked == before:
        return None
    words = f"{take.provider} bills ${format_usd(booked)}, and ${format_usd(before)} was booked"
    return Reconciled(take, services.ledger.take(take.generation_key), words)
