"""Names of ours for what a writer calls otherwise: ids of people and places, numbers of scenes and shots."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from manifests.keys import hash_bytes

STEP = 10
_ID_MAX = 40


def slug(words: str) -> str:
    """An id of the bible for a name: lower case, digits and underscores; a hash where nothing of it is left."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain.replace("'", "")).strip("_")
    if not found:
        return f"x_{hash_bytes(words.encode())[:8]}"
    return (found if found[0].isalpha() else f"n_{found}")[:_ID_MAX].strip("_")


def between(known: Sequence[int | None], most: int) -> list[int | None]:
    """Ascending numbers for entries of which some have theirs: each new one in the middle of its gap, at steps of ten
    after the last. None for one that has no room, and for a number that stands out of order.
    """
    kept: list[int | None] = []
    last = 0
    for number in known:
        fits = number is not None and number > last
        kept.append(number if fits else None)
        last = number if fits and number is not None else last
    found: list[int | None] = []
    last = 0
    for index, number in enumerate(kept):
        after = next((n for n in kept[index:] if n is not None), None)
        new = number
        if new is None and known[index] is None:
            run = next((i for i, n in enumerate(kept[index:]) if n is not None), len(kept) - index)
            step = max(1, min(STEP, (after - last) // (run + 1))) if after else STEP
            new = last + step if last + step < (after or most + 1) else None
        found.append(new)
        last = new if new is not None else last
    return found
