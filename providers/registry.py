"""Providers by name: ours, and those that other distributions offer under the entry point group `gate.providers`."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pkgutil import resolve_name

from providers.capabilities import listed
from providers.contract import Provider
from providers.errors import Invalid
from providers.surroundings import Surroundings

GROUP = "gate.providers"
Factory = Callable[[Surroundings], Provider]

_OURS = {
    "bfl": "providers.bfl.adapter:Bfl",
    "byteplus": "providers.byteplus.adapter:Byteplus",
    "evolink": "providers.evolink.adapter:Evolink",
    "facefusion": "providers.facefusion.adapter:FaceFusion",
    "fal": "providers.fal.adapter:Fal",
    "gemini": "providers.gemini.adapter:Gemini",
    "hand": "providers.hand.adapter:Hand",
    "handoff": "providers.handoff.adapter:Handoff",
    "openai": "providers.openai.adapter:OpenAi",
    "openrouter": "providers.openrouter.adapter:OpenRouter",
    "previz": "providers.previz.adapter:from_surroundings",
    "replicate": "providers.replicate.adapter:Replicate",
}


def build(name: str, surroundings: Surroundings) -> Provider:
    """Make the provider called `name`. Raises Invalid, naming the nearest known one, when there is none."""
    return factory(name)(surroundings)


def factory(name: str) -> Factory:
    """The function that makes the provider called `name`; its module is loaded now, not before. Raises Invalid."""
    made: Factory | None = None
    if name in _OURS:
        made = resolve_name(_OURS[name])
    elif offered := _offered().get(name):
        made = offered.load()
    if made:
        return made
    nearest = difflib.get_close_matches(name, known(), n=1)
    cure = f"Did you mean {nearest[0]}?" if nearest else f"Known are {listed(known())}."
    raise Invalid(f"provider {name!r}", "nobody of that name is installed", cure)


def known() -> tuple[str, ...]:
    """Every name that `build` takes, sorted."""
    return tuple(sorted({*_OURS, *_offered()}))


def _offered() -> dict[str, EntryPoint]:
    return _found_by(entry_points)


@cache
def _found_by(find: Callable[..., Iterable[EntryPoint]]) -> dict[str, EntryPoint]:
    """Read once a process: it goes through the metadata of all that is installed."""
    return {point.name: point for point in find(group=GROUP)}
