"""Whether a provider's credit covers what is still to be bought there."""

from __future__ import annotations

from collections.abc import Collection

from governor.errors import (
    CreditShort,
)
from manifests.money import format_usd


def covered_by_credit(scene: str, key: str, credit: int, needs: Collection[tuple[str, int]]) -> CreditShort | None:
    """Whether an account covers what is about to begin. `needs`: the upper bound of each shot, in order.

    The sentence says how far it would come.
    """
    wanted, reached = 0, ""
    for shot, need in needs:
        wanted += need
        if wanted <= credit:
            reached = shot
    if wanted <= credit:
        return None
    covers = f"enough to the end of {reached}" if reached else "not enough for the first shot"
    return CreditShort(
        f"the key {key}",
        f"it has ${format_usd(credit)} left, {covers}, and these {len(needs)} shots may need ${format_usd(wanted)}",
        f"Add credit, then: gate resume {scene}; or go as far as it reaches: gate run {scene} --partial",
    )
