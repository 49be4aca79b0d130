"""Looks, before the first picture, whether what a run would buy can be paid, asked for and stored. Buys nothing.

Every run looks, whoever launched it: a scene, a night and a turnaround, from a terminal or from Prefect. Only providers
that the plan's next steps would pay are asked, side by side: for a key, for an answer, for one free call with the key,
and for their credit.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from governor.ledger import Ledger
from manifests.errors import GateError
from manifests.money import rounded_usd
from manifests.reading.durable import existing
from manifests.spending.plan import PlanStep
from providers.contract import Provider
from providers.errors import Invalid, KeyLimit, NoCredit, ProviderError, Unavailable
from wiring.errors import CannotPay, NoRoom, Unreachable
from wiring.keys import alias_of, variables_of
from wiring.services import Services
from wiring.settings import make_state

_PATIENCE_S = 10.0
"""How long one provider is asked. One that is slow to tell its credit stops nothing; the paid call itself will say."""

_BYTES_A_SHOT = 25_000_000
"""A nine-shot scene with its takes needs about 0.2 GB."""

_looked: ContextVar[bool] = ContextVar("looked", default=False)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a run would do first. `cheapest`: of each provider that it would pay, the most that its cheapest step may
    cost, in micro-dollars.
    """

    shots: int
    cheapest: Mapping[str, int]


def needs_of(prices: Iterable[tuple[str, str, int]]) -> Needs:
    """`prices`: of each step that runs now its shot, its provider and the most that it may cost."""
    shots, cheapest = set(), dict[str, int]()
    for shot, provider, high in prices:
        shots.add(shot)
        if high:
            cheapest[provider] = min(high, cheapest.get(provider, high))
    return Needs(len(shots), cheapest)


def needs_of_steps(steps: Iterable[PlanStep]) -> Needs:
    """What a plan's steps need that run as things stand."""
    return needs_of((step.shot, step.provider, step.high_microusd) for step in steps if step.does == "run")


def refusal_before(services: Services, steps: Iterable[PlanStep]) -> GateError | None:
    """Why a run of these steps would stop before it makes anything, in the order in which it would be found; None where
    nothing does.
    """
    planned = tuple(steps)
    return refusal_for_keys(services, planned) or asyncio.run(_refusal(services, needs_of_steps(planned)))


def refusal_for_keys(services: Services, steps: Iterable[PlanStep]) -> CannotPay | None:
    """Why a run makes nothing at all: every shot that it could make waits for a key. None where one does not."""
    planned = tuple(steps)
    if any(step.does == "run" for step in planned) or not any(step.block == "key" for step in planned):
        return None
    makers = (services.provider_called(step.provider) for step in planned if step.does == "blocked")
    return next((no_key(each.name) for each in makers if not _free(each) and not _has_key(services, each)), None)


def no_key(provider: str) -> CannotPay:
    """There is no key for a provider."""
    return CannotPay(provider, "there is no key for it", f"Set {variables_of(provider)[0]}; then: gate doctor")


def _free(provider: Provider) -> bool:
    return provider.embedded or provider.by_hand


def _has_key(services: Services, provider: Provider) -> bool:
    return alias_of(services.settings, provider.name) is not None


async def refuse_unready(services: Services, needs: Needs) -> None:
    """Raise that refusal, in a flow. Nothing is looked at twice where whoever started the flow has looked."""
    if not _looked.get() and (refusal := await _refusal(services, needs)):
        raise refusal


def looked() -> bool:
    """Whether whoever started this flow has looked already."""
    return _looked.get()


@contextmanager
def having_looked() -> Iterator[None]:
    """For whoever has looked, and now starts the flow in this process."""
    before = _looked.set(True)
    try:
        yield
    finally:
        _looked.reset(before)


async def _refusal(services: Services, needs: Needs) -> GateError | None:
    if not needs.shots:
        return None
    try:
        await asyncio.to_thread(_vault_takes, services, needs.shots)
    except GateError as refusal:
        return refusal
    payees = [(services.provider_called(name), need) for name, need in needs.cheapest.items()]
    return await _first_refusal(services, payees)


def _vault_takes(services: Services, shots: int) -> None:
    """Raises NoRoom, StoreDown for a bucket that does not answer, and StoreRefused for one that takes nothing."""
    folder = _writable(services)
    free, need = shutil.disk_usage(existing(services.settings.vault)).free, shots * _BYTES_A_SHOT
    if free < need:
        cause = (
            f"its disk has {free / 1e9:.2f} GB free, and {shots} shot{'' if shots == 1 else 's'} may need "
            f"{need / 1e9:.2f} GB"
        )
        raise NoRoom(folder, cause, "Free some space there, then run it again.")


def _writable(services: Services) -> str:
    folder = services.settings.vault
    try:
        make_state(services.settings)
        services.vault.try_writing()
    except OSError as error:
        raise NoRoom(
            str(folder),
            f"it cannot be written to ({error.strerror})",
            "Look at its rights and its disk, then run it again.",
        ) from error
    return str(folder)


async def _first_refusal(services: Services, payees: Sequence[tuple[Provider, int]]) -> GateError | None:
    paid = [(each, need) for each, need in payees if not _free(each)]
    told = await asyncio.gather(*(_refusal_of(services, each, need) for each, need in paid))
    return next((refusal for refusal in told if refusal), None)


async def _refusal_of(services: Services, provider: Provider, need: int) -> GateError | None:
    """Why the provider cannot be paid for its cheapest step, which needs at most `need` micro-dollars."""
    name = provider.name
    if not _has_key(services, provider):
        return no_key(name)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await provider.reach()
    except (Unavailable, TimeoutError) as error:
        cause = error.cause if isinstance(error, Unavailable) else f"it did not answer in {_PATIENCE_S:.0f} s"
        return Unreachable(name, cause, "Look at this machine's network; nothing was begun. Try: gate doctor")
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await provider.check_key()
            credit = await provider.credit()
    except (Invalid, KeyLimit, NoCredit) as refusal:
        return CannotPay(name, refusal.cause, refusal.cure)
    except (ProviderError, TimeoutError):
        return None  # it answers, and is busy: the run may begin
    if credit is not None and (free := max(0, credit - _in_flight(services.ledger, name))) < need:
        cause = f"${rounded_usd(free)} is left there, and the cheapest next step may cost ${rounded_usd(need)}"
        return CannotPay(name, cause, "Add credit, or raise the key's limit; then: gate doctor")
    return None


def _in_flight(ledger: Ledger, provider: str) -> int:
    """What its open jobs may still cost: some accounts are billed at the end."""
    return sum(take.held_microusd for take in ledger.marks_open() if take.provider == provider)
