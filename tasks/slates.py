"""The words on slates and on the contact sheet: what each shot cost and how its checks came out."""

from __future__ import annotations

from pathlib import Path

from assembly.contact_sheet import SheetItem
from assembly.reel import SlateInfo
from manifests.certificate import Certified
from manifests.cut import Cut
from manifests.film import TierName
from manifests.finding import Score
from manifests.money import rounded_usd
from manifests.scene import Shot
from manifests.take import Take
from wiring.services import Services

_LOWER_IS_BETTER = "V105"
_SHOWN = {"V102": "identity", "V103": "wardrobe", "V104": "location", "V105": "blocking"}


def slates_of(services: Services, cut: Cut) -> dict[str, SlateInfo]:
    """One slate a shot of the cut."""
    takes = {item.shot: newest_take(services, item.shot, cut.tier) for item in cut.items}
    return {
        shot: SlateInfo(
            take=f"v{take.version:03d}", tier=cut.tier, model=take.model, seed=str(take.order.seed),
            cost=f"${rounded_usd(take.cost_microusd or 0)}", changed=take.changed,
        )
        for shot, take in takes.items()
        if take
    }  # fmt: skip


def sheet_item(
    services: Services, shot: Shot, tier: TierName, clip: Certified | None, picture: Path | None, status: str
) -> SheetItem:
    """One shot of the contact sheet, with the scores that certified its clip. `picture`: the clip, or a still in its place."""
    take = newest_take(services, shot.id, tier)
    camera = f"{shot.camera.size.replace('_', ' ')} · {shot.camera.move.replace('_', ' ')} · {shot.duration_s:g} s"
    spent = sum(t.cost_microusd or 0 for t in services.ledger.takes(shot=shot.id))
    return SheetItem(
        shot=shot.id, title=camera, picture=picture, take=f"v{take.version:03d} {tier}" if take else "",
        checks=_checks(clip), cost=f"${rounded_usd(spent)}", status=status, mark="pass" if clip else "look",
    )  # fmt: skip


def newest_take(services: Services, shot: str, tier: TierName) -> Take | None:
    """The newest clip of a shot at a tier."""
    takes = services.ledger.takes(shot=shot, stage="clip", tier=tier)
    return takes[-1] if takes else None


def _checks(clip: Certified | None) -> tuple[tuple[str, str, bool | None], ...]:
    if clip is None:
        return ()
    shown = []
    for code, label in _SHOWN.items():
        scores = [s for s in clip.certificate.scores if s.rule == code and s.applies and s.value is not None]
        worst = min(scores, key=_ease, default=None)
        shown.append((label, "n/a" if worst is None else f"{worst.value:.2f}", True if worst is None else worst.passed))
    return tuple(shown)


def _ease(score: Score) -> float:
    """How far a score lies on the good side of its threshold; blocking is the one shown that is better when lower."""
    off = (score.value or 0.0) - score.threshold
    return -off if score.rule == _LOWER_IS_BETTER else off
