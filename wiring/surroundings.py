"""A provider's inputs from a film and its machine: pictures, prices, its key, and the folder for its own files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from governor.prices.book import PriceBook
from manifests.take import Operation
from providers.contract import Provider
from providers.errors import Invalid
from providers.surroundings import Surroundings
from vault.canon import Canon
from vault.contract import Vault
from wiring.keys import key_of
from wiring.programs import program_of
from wiring.settings import Settings

_LINK_S = 6 * 3600
"""How long a provider may take until it looks at a reference:
a queue is seldom that long, and a key is not given for ever.
"""


def no_judge(provider: Provider) -> Invalid:
    """The error for a provider that is named as judge and judges nothing."""
    cause = "it makes pictures, and judges none"
    return Invalid(f"providers.judge: {provider.name}", cause, "Name one that does, such as gemini, or none.")


def no_writer(provider: Provider) -> Invalid:
    """The error for a provider that is named as writer and has no text model."""
    return Invalid(f"providers.writer: {provider.name}", "it writes no words", "Name gemini, openrouter or openai.")


def surroundings_of(
    settings: Settings, vault: Vault, canon: Canon, prices: PriceBook, name: str, models: Mapping[Operation, str]
) -> Surroundings:
    """Everything that the provider called `name` may use; `models`: which model the film names for an operation."""
    return Surroundings(
        spool_dir=settings.state / "providers" / name,
        read_reference=vault.path,
        price_of=prices.price_of,
        canon=lambda canonical: vault.path(canon.resolve(canonical).sha256),
        canon_names=lambda: list(canon.names()),
        flaws_file=settings.flaws,
        key_of=partial(key_of, settings),
        host=settings.host,
        models=models,
        link_to=partial(vault.link, seconds=_LINK_S),
        hurry=settings.rehearsal is not None,
        program_of=partial(program_of, settings),
        hands_dir=settings.handoffs,
        credit_of=partial(prices.credit_microusd, name),
        address={"openai": settings.openai_url}.get(name),
    )
