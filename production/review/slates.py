"""The words on slates and on the contact sheet: what each shot cost and how its checks came out."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from assembly.contact_sheet import SheetItem
from assembly.reel import SlateInfo
from manifests.certificate import Certified
from manifests.cut import Cut
from manifests.film import TierName
from manifests.money import rounded_usd
from manifests.scene import Shot
from manifests.take import Take
from production.review.shown_scores import worst
from wiring.services import Services


def slates_of(services: Services, cut: Cut) -> dict[str, SlateInfo]:
    """One slate a shot of the cut."""
    takes = {item.shot: newest_take(services, item.shot, cut.tier) for item in cut.items}
    return {
        shot: SlateInfo(
            take=f"v{take.version:03d}",
            tier=cut.tier,
            model=take.model,
            seed=str(take.order.seed),
            cost=f"${rounded_usd(take.cost_microusd or 0)}",
            changed=take.changed,
        )
        for shot, take in takes.items()
        if take
    }


def sheet_item(
    services: Services, shot: Shot, tier: TierName, clip: Certified | None, picture: Path | None, status: str
) -> SheetItem:
    """One shot of the contact sheet, with the scores that certified its clip.
    `picture`: the clip, or a still in its place.
    """
    take = newest_take(services, shot.id, tier)
    camera = f"{shot.camera.size.replace('_', ' ')} · {shot.camera.move.replace('_', ' ')} · {shot.duration_s:g} s"
    spent = sum(t.cost_microusd or 0 for t in services.ledger.takes(shot=shot.id))
    return SheetItem(
        shot=shot.id,
        title=camera,
        picture=picture,
        take=f"v{take.version:03d} {tier}" if take else "",
        checks=_checks(clip),
        cost=f"${rounded_usd(spent)}",
        status=status,
        mark="pass" if clip else "look",
    )


def newest_take(services: Services, shot: str, tier: TierName) -> Take | None:
    """The newest clip of a shot at a tier."""
    takes = services.ledger.takes(shot=shot, stage="clip", tier=tier)
    return takes[-1] if takes else None


def _checks(clip: Certified | None) -> tuple[tuple[str, str, bool | Literal["none"]], ...]:
    if clip is None:
        return ()
    return tuple(
        (word, "" if score is None else f"{score.value:.2f}", "none" if score is None else score.passed)
        for _, word, score in worst(clip.certificate.scores)
    )
