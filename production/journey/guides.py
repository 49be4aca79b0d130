"""The blocking guide of a panel: where everybody stands, drawn by the animatic's own provider, for a paid model to keep
to.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from manifests.keys import hash_json
from manifests.reading.whole_file import put_text
from manifests.take import Request
from providers.contract import DrawsGuides, Provider

if TYPE_CHECKING:
    from wiring.services import Services

GuideOf = Callable[[Request], str]
"""Draws the blocking guide of a panel's request and gives its content hash."""

_ARTIST = "previz"
_RULE = "1"
"""Raise it when the same staging would give another drawing."""


def guide_of(services: Services, maker: Provider) -> GuideOf | None:
    """Who draws the guides of the panels that `maker` makes; None where it composes the staging itself, or looks at one
    picture.
    """
    can = maker.capabilities("panel")
    return None if maker.embedded or can.references_max < 2 else partial(_drawn, services)


def _drawn(services: Services, request: Request) -> str:
    """The content hash of the guide, a PNG in the vault, or in the cache of a command that only reads; drawn once for
    the same staging and pictures.
    """
    asked = request.model_copy(update={"seed": 0, "attempt": 1, "prompt": "guide"})
    artist = services.provider_called(_ARTIST)
    assert isinstance(artist, DrawsGuides)
    return drawn_once(services, _key(asked), lambda: artist.guide(asked))


def drawn_once(services: Services, name: str, draw: Callable[[], bytes]) -> str:
    """The content hash of a picture in the vault. Drawn only where it was never drawn under that name, or is gone."""
    note = services.settings.cache / "guides" / name
    if note.exists() and services.vault.has(kept := note.read_text()):
        return kept
    sha256 = services.vault.put_bytes(draw())
    put_text(sha256, note)
    return sha256


def _key(asked: Request) -> str:
    """Names a drawing by what it shows: shots that are staged alike share one."""
    payload = asked.payload()
    staging = {name: value for name, value in payload["staging"].items() if name != "id"}
    return hash_json([_RULE, payload | {"shot": "", "staging": staging}])
