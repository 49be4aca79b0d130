"""When another take would be mere luck."""

from __future__ import annotations

from collections.abc import Sequence


def same_flaw(failed: Sequence[frozenset[str]], limit: int) -> frozenset[str]:
    """The flaws that all of the last `limit` failed takes share; empty while a re-roll may still help.

    `failed`: the flaws of each failed take, oldest first. `limit` is the film's `same_flaw`, 1 or more.
    """
    if len(failed) < limit:
        return frozenset()
    return frozenset.intersection(*failed[-limit:])
