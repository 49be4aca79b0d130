"""Ask the providers about everything that is open, and about bills that came late, without buying anything.

It works beside a run under way: it takes that run's epoch, and leaves alone what the run has in hand. What nobody has in hand,
a dead process left behind.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from manifests.errors import GateError
from manifests.money import format_usd
from manifests.privacy import speaking_of
from manifests.question import Question
from manifests.scene import Scene
from manifests.take import Take
from providers.contract import Provider
from providers.errors import RateLimited, Unavailable
from tasks.book_late_bill import book_late_bill
from tasks.claim import claimed
from tasks.collect import bring_home, collect, still_made
from tasks.current import Run
from tasks.errors import InHand, JourneyError
from wiring.errors import NotAFilm
from wiring.requests import is_private, with_words
from wiring.services import Services

_LANES = 8
_CLAIM_S = 1.0
"""How long a generation that somebody else has in hand is waited for."""


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
    """Bring home what can be known, of one scene or of all; what nobody knows stays in doubt, its money held.

    What could not be asked about late bills is said once a provider: silence would read as if there were none.
    """
    lanes = asyncio.Semaphore(_LANES)
    done = await bring_home_all(services, scene, lanes)
    known = {each.was.generation_key for each in done}
    newest = {take.generation_key: take for take in services.ledger.takes(scene=scene, released_too=True)}
    closed = [take for key, take in newest.items() if key not in known]
    return [*done, *await _late_bills(services, closed, lanes)]


async def bring_home_all(
    services: Services, scene: str | None = None, lanes: asyncio.Semaphore | None = None
) -> list[Reconciled]:
    """Every open attempt as far as can be known now. A job that is still being made is left where it is."""
    lanes = lanes or asyncio.Semaphore(_LANES)
    return await asyncio.gather(*(_bring_home(services, take, lanes) for take in services.ledger.marks_open(scene)))


async def _bring_home(services: Services, take: Take, lanes: asyncio.Semaphore) -> Reconciled:
    ledger, scene = services.ledger, take.shot.partition("_")[0]
    epoch = ledger.current_epoch(scene)
    if epoch is None:
        return Reconciled(take, take, "no run has ever claimed its scene")
    run = Run(services, _scene(services, scene), epoch, asyncio.Semaphore(1), patience_s=_CLAIM_S)
    try:
        provider = services.provider_called(take.provider)
        async with lanes, claimed(run, take.generation_key, take.shot):
            with speaking_of(private=is_private(take, services.folder)):
                words = await _ask(run, provider, ledger.take(take.generation_key))
    except InHand:
        words = "a run has it in hand"
    except JourneyError as error:
        words = error.cause
    except GateError as error:
        words = str(error)
    return Reconciled(take, ledger.take(take.generation_key), words)


def _scene(services: Services, name: str) -> Scene:
    """The scene that a take is of; by its name alone where the film has it no longer. Its money is held all the same."""
    try:
        return services.scene_in_books(name)
    except NotAFilm:
        return Scene.model_construct(id=name, title=name, intent="", shots=())


async def _ask(run: Run, provider: Provider, take: Take) -> str:
    if take.state not in {"held", "submitted", "in_doubt"}:
        return "a run has closed it meanwhile"
    found = await bring_home(run, provider, _with_words(run.services, take))
    if found is None:
        return f"{take.provider} proves that it was never made: its hold is given back"
    if words := await still_made(provider, found):
        return f"{words}; collect it later: gate resume {run.scene.id}"
    settled = await collect(run, provider, found)
    return f"collected; it cost ${format_usd(settled.cost_microusd or 0)}"


async def _late_bills(services: Services, closed: list[Take], lanes: asyncio.Semaphore) -> list[Reconciled]:
    """What came late. A provider that does not answer is not asked about its other takes."""
    down: dict[str, str] = {}
    unasked: dict[tuple[str, str], list[Take]] = {}

    async def look(take: Take) -> Reconciled | None:
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


def _unasked(provider: str, why: str, takes: list[Take]) -> Reconciled:
    others = f" and for {len(takes) - 1} more of it" if len(takes) > 1 else ""
    words = f"whether {provider} bills more for it{others} could not be asked: {why}"
    return Reconciled(takes[0], takes[0], words)


async def _late_bill(services: Services, take: Take) -> Reconciled | None:
    """What its provider bills for a closed take, where that is not what is booked. What never left here sends no bills.

    Raises Invalid where the provider is installed no longer or has no key, and what keeps it from answering.
    """
    if not services.ledger.was_sent(take.generation_key):
        return None
    provider = services.provider_called(take.provider)
    if provider.embedded:
        return None
    with speaking_of(private=is_private(take, services.folder)):
        booked = await book_late_bill(services.ledger, provider, _with_words(services, take))
    before = (take.cost_microusd or 0) + take.late_microusd
    if booked is None or booked == before:
        return None
    words = f"{take.provider} bills ${format_usd(booked)}, and ${format_usd(before)} was booked"
    return Reconciled(take, services.ledger.take(take.generation_key), words)


def _with_words(services: Services, take: Take) -> Take:
    """The take with its request as it was asked; a provider that knows no marker looks for a call by its words."""
    if isinstance(take.request, Question):
        return take
    return take.model_copy(update={"request": with_words(take.request, services.folder)})
