"""What a yes to a paid tier is bound to, as things stand now."""

from __future__ import annotations

from manifests.certificate import Certified
from manifests.decision import Binding
from manifests.film import TierName
from manifests.keys import hash_bytes
from manifests.prompt import clip_prompt
from manifests.scene import Shot
from wiring.requests import clip_request, references_hash
from wiring.services import Services


def tier_of(shot: Shot) -> TierName:
    """The tier a shot is finished at."""
    return shot.tier if shot.tier and shot.tier != "draft" else "final"


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
