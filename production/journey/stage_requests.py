"""Who writes the requests of a stage: its provider's capabilities, the locked pictures and the shot's entry, put
together once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

from manifests.certificate import Certified
from manifests.film import Stage, TierName
from manifests.scene import Shot
from manifests.take import Request
from production.journey.guides import guide_of
from production.journey.requests import Opening, clip_request, panel_request
from wiring.services import Services

RequestFor = Callable[[int], Request]
"""Writes the request of one attempt, counted from 1; the same one each time."""


def panel_requests(
    services: Services, hashes: Mapping[str, str], shot: Shot, stage: Stage, tier: TierName
) -> RequestFor:
    """Of a shot's first frame, or its last, as the film stands now. `hashes`: the store's pictures by canonical
    name.
    """
    can, guide = services.can(stage, shot), guide_of(services, shot)
    return cache(partial(panel_request, services.folder, hashes, shot, tier, stage=stage, can=can, guide_of=guide))


def clip_requests(
    services: Services,
    hashes: Mapping[str, str],
    shot: Shot,
    tier: TierName,
    panel: Certified,
    end_panel: Certified | None,
    opening: Opening,
) -> RequestFor:
    """Of a shot's clip, as the film stands now."""
    can, ask = services.can("clip", shot), partial(clip_request, services.folder, hashes, shot, tier)
    return cache(partial(ask, can=can, panel=panel, end_panel=end_panel, opening=opening))
