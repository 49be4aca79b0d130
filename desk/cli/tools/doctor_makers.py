"""gate doctor's look at the providers: keys by their names, credit, how soon they answer, prices' age,
and retirement.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from desk.cli.finding import CommandFinding

if TYPE_CHECKING:
    from manifests.take import Operation
    from providers.contract import Provider
    from wiring.services import Services

_PATIENCE_S = 10.0
_RETIRES_SOON_DAYS = 30


def makers(services: Services) -> list[CommandFinding]:
    """One finding for each provider that the film names, and for each other that has a key here.
    They are asked side by side.
    """
    from providers import registry
    from wiring.keys import alias_of

    film = services.folder
    named = {name for scene in film.scenes.values() for name in services.makers(scene)}
    named |= {film.film.providers.writer} if film.film.providers.writer else set()
    known = [name for name in registry.known() if name in named or alias_of(services.settings, name)]
    providers = [services.provider_called(name) for name in known]
    paid = [each for each in providers if not each.embedded and not each.by_hand]
    found = asyncio.run(_look_at_all(services, paid, named))
    return found if any(alias_of(services.settings, each.name) for each in paid) else [*found, _no_key(services, named)]


def _no_key(services: Services, named: set[str]) -> CommandFinding:
    """The finding where no paid provider has a key: it names each with the variable that its key is read from."""
    from providers import registry
    from wiring.keys import variables_of

    providers = (services.provider_called(name) for name in registry.known() if name not in named)
    ways = [f"{each.name} {variables_of(each.name)[0]}" for each in providers if not each.embedded and not each.by_hand]
    return CommandFinding("keys", ok=True, says=f"no provider has a key here; the variables: {', '.join(ways)}")


async def _look_at_all(services: Services, providers: list[Provider], named: set[str]) -> list[CommandFinding]:
    return list(await asyncio.gather(*(_look(services, each, needed=each.name in named) for each in providers)))


async def _look(services: Services, provider: Provider, *, needed: bool) -> CommandFinding:
    """The finding of one provider. Its questions run side by side; a key's value is shown nowhere."""
    from providers.errors import ProviderError
    from wiring.keys import alias_of, variables_of

    alias = alias_of(services.settings, provider.name)
    if alias is None and provider.needs_key:
        variable = variables_of(provider.name)[0]
        cure = f"Set {variable} to a key of {provider.name}" if needed else ""
        return CommandFinding(provider.name, ok=not needed, says=f"no key: {variable} is not set", cure=cure)
    said, cure = [f"key {alias}" if alias and provider.needs_key else "no key needed: it is on this machine"], ""
    clock = asyncio.get_running_loop().time
    begun = clock()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await provider.reach()
            took_s = clock() - begun
            credit = await provider.credit()
    except (ProviderError, TimeoutError) as error:
        cause = error.cause if isinstance(error, ProviderError) else f"no answer in {_PATIENCE_S:g} s"
        cure = error.cure if isinstance(error, ProviderError) else "Look at its status page, then: gate doctor"
        return CommandFinding(provider.name, ok=False, says=f"{', '.join(said)}; {cause}", cure=cure)
    said += [_credit(credit), f"answers in {took_s:.2f} s", _prices(services, provider.name)]
    if retires := _retires(provider, datetime.now(UTC).date()):
        said.append(retires[1])
        cure = cure or (f"Name another model in film.yaml (providers: {provider.name})" if retires[0] else "")
    return CommandFinding(provider.name, ok=not cure, says=", ".join(filter(None, said)), cure=cure)


def _credit(microusd: int | None) -> str:
    from manifests.money import rounded_usd

    return "tells no credit" if microusd is None else f"${rounded_usd(microusd)} left"


def _prices(services: Services, name: str) -> str:
    dated = [row.as_of for row in services.prices.rows() if row.provider == name and not row.fixed]
    if not dated:
        return "no price of it is known"
    days = (datetime.now(UTC).date() - min(dated)).days
    return "prices of today" if days == 0 else f"prices up to {days} day{'' if days == 1 else 's'} old"


def _retires(provider: Provider, today: date) -> tuple[bool, str] | None:
    """Whether it is close, and the words, for the first of its models to go."""
    days = [
        (when, model)
        for operation in sorted(provider.operations)
        if (model := _model(provider, operation)) and (when := provider.capabilities(operation).retires_on) is not None
    ]
    if not days:
        return None
    when, model = min(days)
    left = (when - today).days
    return left < _RETIRES_SOON_DAYS, f"{model} {'has retired' if left < 0 else 'retires'} on {when}"


def _model(provider: Provider, operation: Operation) -> str:
    """Its model for that; "" where it has many and film.yaml names none."""
    from providers.errors import Invalid

    try:
        return provider.model(operation)
    except Invalid:
        return ""
