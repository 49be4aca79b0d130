"""Which takes the ledger has whose file the vault does not hold as it was bought."""

from __future__ import annotations

from dataclasses import dataclass

from manifests.money import format_usd
from manifests.take import Take
from vault.errors import Corrupt, Missing
from wiring.lanes import in_lanes
from wiring.services import Services

_NAMED_MAX = 4


@dataclass(frozen=True, slots=True)
class Lost:
    """The takes, in the order in which they were held."""

    takes: tuple[Take, ...]

    @property
    def cause(self) -> str:
        """The missing media, with the price of each."""
        named = [f"{t.shot} {t.stage} ${format_usd(t.cost_microusd or 0)}" for t in self.takes[:_NAMED_MAX]]
        more = f" and {len(self.takes) - _NAMED_MAX} more" if len(self.takes) > _NAMED_MAX else ""
        files = "file is" if len(self.takes) == 1 else "files are"
        return f"{len(self.takes)} {files} missing or damaged: {', '.join(named)}{more}"

    cure = "Fetch them again, for $0: gate reconcile"

    @property
    def words(self) -> str:
        """One sentence, with what to do."""
        return f"In the vault {self.cause}. {self.cure}"


def media_lost(services: Services, scene: str | None = None, *, reads: bool = False) -> Lost | None:
    """The takes of a scene, or of the film, whose file is not there or not of its size;
    with `reads`, not of its hash either.

    None where all are sound. A vault in a bucket is listed. Raises StoreDown, StoreRefused, LedgerTrouble.
    """
    takes = tuple(t for t in services.ledger.takes(scene=scene) if t.state == "settled" and t.asset is not None)
    if not takes:
        return None
    sizes = dict(services.vault.sizes())
    lost = {t.asset.sha256 for t in takes if t.asset and sizes.get(t.asset.sha256) != t.asset.size_bytes}
    if reads:
        there = sorted({t.asset.sha256 for t in takes if t.asset} - lost)
        damaged = in_lanes(lambda sha256: _is_damaged(services, sha256), there)
        lost |= {sha256 for sha256, wrong in zip(there, damaged, strict=True) if wrong}
    found = tuple(t for t in takes if t.asset and t.asset.sha256 in lost)
    return Lost(found) if found else None


def lost_of(services: Services, scene: str) -> dict[str, str | None]:
    """The warning that a plan and a status begin with: that the ledger or the vault lacks something;
    None where neither does.
    """
    behind, lost = services.ledger.behind(), media_lost(services, scene)
    return {"ledger_behind": behind.words if behind else None, "media_lost": lost.words if lost else None}


def _is_damaged(services: Services, sha256: str) -> bool:
    try:
        services.vault.examine(sha256)
    except (Corrupt, Missing):
        return True
    return False
