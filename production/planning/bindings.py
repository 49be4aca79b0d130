"""What an approval of a paid tier is bound to, as things stand now."""

from __future__ import annotations

from collections.abc import Mapping

from manifests.certificate import Certified
from manifests.decision import Binding
from manifests.keys import hash_bytes
from manifests.prompt import clip_prompt
from manifests.scene import Scene, Shot
from production.journey.requests import clip_request, references_hash, tier_of
from production.planning.plan_scene import Drafted, plan_scene
from wiring.services import Services


def bindings_now(services: Services, scene: Scene) -> dict[str, Binding]:
    """What would be bought now for each shot whose draft stands, read from the ledger alone."""
    return bindings_of(services, scene, plan_scene(services, scene).drafts)


def bindings_of(services: Services, scene: Scene, drafts: Mapping[str, Drafted]) -> dict[str, Binding]:
    """What would be bought now for each of these drafts. Raises PriceRefused."""
    hashes = services.hashes()
    return {
        shot.id: binding_now(services, shot, draft.panel, draft.clip, draft.end_panel, hashes)
        for shot in scene.shots
        if (draft := drafts.get(shot.id))
    }


def binding_now(
    services: Services,
    shot: Shot,
    panel: Certified,
    draft: Certified,
    end_panel: Certified | None,
    hashes: dict[str, str] | None = None,
) -> Binding:
    """The purchase that an approval of this draft would allow now. `hashes`: the store's, if read. Raises
    PriceRefused.
    """
    tier, provider = tier_of(shot), services.provider("clip", shot)
    hashes = services.hashes() if hashes is None else hashes
    request = clip_request(
        services.folder, hashes, shot, tier, panel=panel, end_panel=end_panel, can=services.can("clip", shot)
    )
    return Binding(
        shot=shot.id,
        tier=tier,
        resolution=services.folder.film.tier(tier).resolution,
        prompt=hash_bytes(clip_prompt(shot, services.folder.bible).encode()),
        references=references_hash(hashes, shot),
        panel=panel.sha256,
        draft=draft.sha256,
        provider=f"{provider.name} {services.model('clip', shot)}",
        price_microusd=provider.quote(request, services.prices.price_of).high_microusd,
    )
