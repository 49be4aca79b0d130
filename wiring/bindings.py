"""What a yes to a paid tier is bound to, as things stand now."""

from __future__ import annotations

from manifests.certificate import Certified
from manifests.decision import Binding
from manifests.keys import hash_bytes
from manifests.prompt import clip_prompt
from manifests.scene import Scene, Shot
from wiring.planning import plan_scene
from wiring.requests import clip_request, references_hash, tier_of
from wiring.services import Services


def bindings_now(services: Services, scene: Scene) -> dict[str, Binding]:
    """What would be bought now for each shot whose draft stands, read from the ledger alone."""
    drafts = plan_scene(services, scene).drafts
    return {
        shot: binding_now(services, services.shot(shot), draft.panel, draft.clip, draft.end_panel)
        for shot, draft in drafts.items()
    }


def binding_now(
    services: Services, shot: Shot, panel: Certified, draft: Certified, end_panel: Certified | None
) -> Binding:
    """What would be bought now if a person said yes to this draft. Raises PriceRefused."""
    tier, provider = tier_of(shot), services.provider("clip")
    hashes = services.hashes()
    request = clip_request(services.folder, hashes, shot, tier, 1, panel=panel, end_panel=end_panel)
    return Binding(
        shot=shot.id,
        tier=tier,
        resolution=services.folder.film.tier(tier).resolution,
        prompt=hash_bytes(clip_prompt(shot, services.folder.bible).encode()),
        references=references_hash(hashes, shot),
        panel=panel.sha256,
        draft=draft.sha256,
        provider=f"{provider.name} {provider.model('clip')}",
        price_microusd=provider.quote(request, services.prices.price_of).high_microusd,
    )
