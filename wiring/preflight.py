"""Looks, before the first picture, whether what a run would buy can be paid, asked for and stored. Buys nothing.

Only providers that the plan's next steps would pay are asked, side by side: for a key, for an answer, for one free call with the key,
and for their credit.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterable, Sequence

from governor.ledger import Ledger
from manifests.errors import GateError
from manifests.money import rounded_usd
from manifests.plan import Step
from providers.contract import Provider
from providers.errors import Invalid, KeyLimit, NoCredit, ProviderError, Unavailable
from wiring.errors import CannotPay, NoRoom, Unreachable
from wiring.keys import alias_of, variables_of
from wiring.services import Services
from wiring.settings import Settings, make_state

_PATIENCE_S = 10.0
"""How long one provider is asked. One that is slow to tell its credit stops nothing; the paid call itself will say."""

_BYTES_A_SHOT = 25_000_000
"""A nine-shot scene with its takes needs about 0.2 GB."""

_NOWHERE = "0" * 64


def refusal_before(services: Services, steps: Iterable[Step]) -> GateError | None:
    """Why a run of these steps would stop before it makes anything, in the order in which it would be found; None where nothing does."""
    runs = [step for step in steps if step.does == "run"]
    if not runs:
        return None
    try:
        _vault_takes(services, len({step.shot for step in runs}))
    except GateError as refusal:
        return refusal
    needs: dict[str, int] = {}
    for step in runs:
        if step.high_microusd:
            needs[step.provider] = min(step.high_microusd, needs.get(step.provider, step.high_microusd))
    return asyncio.run(
        _first_refusal(services, [(services.provider_called(name), need) for name, need in needs.items()])
    )


def _vault_takes(services: Services, shots: int) -> None:
    """Raises NoRoom, and StoreDown for a bucket that does not answer."""
    settings = services.settings
    services.vault.has(_NOWHERE)
    folder = _writable(settings)
    free, need = shutil.disk_usage(folder).free, shots * _BYTES_A_SHOT
    if free < need:
        cause = f"its disk has {free / 1e9:.2f} GB free, and {shots} shot{'' if shots == 1 else 's'} may need {need / 1e9:.2f} GB"
        raise NoRoom(folder, cause, "Free some space there, then run it again.")


def _writable(settings: Settings) -> str:
    folder = settings.vault
    try:
        make_state(settings)
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"0" * 4096)
    except OSError as error:
        raise NoRoom(
            str(folder),
            f"it cannot be written to ({error.strerror})",
            "Look at its rights and its disk, then run it again.",
        ) from error
    return str(folder)


async def _first_refusal(services: Services, payees: Sequence[tuple[Provider, int]]) -> GateError | None:
    paid = [(each, need) for each, need in payees if not each.embedded and not each.by_hand]
    told = await asyncio.gather(*(_refusal_of(services, each, need) for each, need in paid))
    return next((refusal for refusal in told if refusal), None)


async def _refusal_of(services: Services, provider: Provider, need: int) -> GateError | None:
    """Why the provider cannot be paid for its cheapest step, which needs at most `need` micro-dollars."""
    name = provider.name
    if alias_of(services.settings, name) is None:
        return CannotPay(name, "there is no key for it", f"Set {variables_of(name)[0]}; then: gate doctor")
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
        return None  # it answers, and is busy: that is no reason not to begin
    if credit is not None and (free := max(0, credit - _in_flight(services.ledger, name))) < need:
        cause = f"${rounded_usd(free)} is left there, and the cheapest next step may cost ${rounded_usd(need)}"
        return CannotPay(name, cause, "Add credit, or raise the key's limit; then: gate doctor")
    return None


def _in_flight(ledger: Ledger, provider: str) -> int:
    """What its open jobs may still cost: some accounts are billed at the end."""
    return sum(take.held_microusd for take in ledger.marks_open() if take.provider == provider)
