"""What a provider metered of a call, and what that costs by the price book."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from manifests.errors import GateError
from manifests.spending.price import PriceOf, Usage

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Metered:
    """The tokens that a provider counted. `images`: those of pictures made;
    None where it does not tell them from the rest.
    """

    prompt: int
    written: int
    images: int | None = 0


def bill(metered: Metered | None, usage: Usage, price_of: PriceOf, picture_tokens: int = 0) -> int | None:
    """The metered usage at the price book's rates, in micro-dollars; None where nothing was metered, or has no price.

    `usage`: the call, whose model and size have the price. `picture_tokens`: those of one picture, 0 where none is
    made.
    """
    if metered is None:
        return None
    images, text = _split(metered, usage.images, picture_tokens)
    # The book prices no call that uses nothing of a unit, so a rate is what more of one adds to a call that uses one of
    # each.
    least = {"images": 1, "tokens_in": 1, "tokens_out": 1}

    def added(unit: str = "", count: int = 0) -> int:
        counts = least | ({unit: 1 + count} if unit else {})
        return price_of(usage.model_copy(update=counts)).likely_microusd

    try:
        base = added()
        pictures = images * (added("images", 1) - base)
        read, written = added("tokens_in", MILLION) - base, added("tokens_out", MILLION) - base
    except GateError:
        return None
    return pictures + math.ceil(Fraction(metered.prompt * read + text * written, MILLION))


def count_of(value: object) -> int:
    """A number of tokens. Raises ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("no count")
    return value


def _split(metered: Metered, wanted: int, picture_tokens: int) -> tuple[int, int]:
    """Pictures, and tokens of text and thought."""
    if not picture_tokens:
        return 0, metered.written
    of_pictures = wanted * picture_tokens if metered.images is None else metered.images
    of_pictures = min(of_pictures, metered.written)
    return -(-of_pictures // picture_tokens), metered.written - of_pictures
