"""Ask the providers about everything that is open, and about bills that came late, without buying anything.

It works beside a run under way: it takes that run's epoch, and leaves alone what the run has in hand. What nobody has
in hand, a dead process left behind.
"""

from __future__ import annotations

import asyncio

from manifests.errors import GateError
from manifests.money import format_usd
from manifests.privacy import speaking_of
from manifests.take import Take
from production.journey.requests import is_private
from production.purchasing.book_late_bill import book_late_bill
from production.purchasing.in_flight import CheckedCall, asked, look_at
from production.purchasing.restore_media import restore_media
from providers.errors import RateLimited, Unavailable
from wiring.services import Services

_LANES = 8
_READ_BACK = "read back from its receipt in the vault"


async def reconcile(services: Services, scene: str | None = None) -> list[CheckedCall]:
    """Recover every open call that can be known, of one scene or of all; the others stay in doubt, their money held.

    A ledger that was restored, lost or replaced first learns from the vault what was bought, and may buy again
    afterwards. A bought file that the vault has lost is fetched again. What could not be asked about late bills is said
    once a provider: silence would read as if there were none.
    """
    lanes = asyncio.Semaphore(_LANES)
    read_back = [
        CheckedCall(take, take, _READ_BACK, "closed") for take in await asyncio.to_thread(services.ledger.read_back)
    ]
    done = await recover_all(services, scene, lanes)
    known = {each.was.generation_key for each in done}
    newest = {take.generation_key: take for take in services.ledger.takes(scene=scene, released_too=True)}
    closed = [take for key, take in newest.items() if key not in known]
    late = await _late_bills(services, closed, lanes)
    await asyncio.to_thread(services.ledger.accept)
    media = await restore_media(services, scene)
    return [*(each for each in read_back if each.was.generation_key not in known), *done, *late, *media]


async def recover_all(
    services: Services, scene: str | None = None, lanes: asyncio.Semaphore | None = None
) -> list[CheckedCall]:
    """Every open attempt as far as can be known now. A job that is still being made is left where it is."""
    lanes = lanes or asyncio.Semaphore(_LANES)

    async def look(take: Take) -> CheckedCall:
        async with lanes:
            return await look_at(services, take)

    return await asyncio.gather(*map(look, services.ledger.marks_open(scene)))


async def _late_bills(services: Services, closed: list[Take], lanes: asyncio.Semaphore) -> list[CheckedCall]:
    """What came late. A provider that does not answer is not asked about its other takes."""
    down: dict[str, str] = {}
    unasked: dict[tuple[str, str], list[Take]] = {}

    async def look(take: Take) -> CheckedCall | None:
        async with lanes:
            why = down.get(take.provider, "")
            try:
                if not why:
                    return await _late_bill(services, take)
            except (Unavailable, RateLimited) as error:
                why = down[take.provider] = str(error)
            except GateError as error:
                why = str(error)
        unasked.setdefault((take.provider, why), []).append(take)
        return None

    found = [each for each in await asyncio.gather(*map(look, closed)) if each is not None]
    return [*found, *(_unasked(provider, why, takes) for (provider, why), takes in unasked.items())]


def _unasked(provider: str, why: str, takes: list[Take]) -> CheckedCall:
    others = f" and for {len(takes) - 1} more of it" if len(takes) > 1 else ""
    words = f"whether {provider} bills more for it{others} could not be asked: {why}"
    return CheckedCall(takes[0], takes[0], words, "closed")


async def _late_bill(services: Services, take: Take) -> CheckedCall | None:
    """What its provider bills for a closed take, where that is not what is booked. What never left here sends no bills.

    Raises Invalid where the provider is installed no longer or has no key, and what keeps it from answering.
    """
    if not services.ledger.was_sent(take.generation_key):
        return None
    provider = services.provider_called(take.provider)
    if provider.embedded:
        return None
    with speaking_of(private=is_private(take, services.folder)):
        booked = await book_late_bill(services.ledger, provider, asked(services, take))
    before = (take.cost_microusd or 0) + take.late_microusd
    if booked is None or booked == before:
        return None
    words = f"{take.provider} bills ${format_usd(booked)}, and ${format_usd(before)} was booked"
    return CheckedCall(take, services.ledger.take(take.generation_key), words, "closed")
