"""OpenRouter's `pricing_skus`: a grammar of free-form keys,
of which the most exact one that fits a call is its price.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from rehearsal import seedance
from rehearsal.refusal import PlayedRefusal

_UNITS: tuple[tuple[str, str], ...] = (
    ("video_tokens", "token"),
    ("text_to_video_duration_seconds", "second from text"),
    ("image_to_video_duration_seconds", "second from image"),
    ("reference_duration_seconds", "second from reference"),
    ("duration_seconds", "second"),
    ("cents_per_video_output_second", "cent a second"),
    ("cents_per_second_output", "cent a second"),
)
_PER_IMAGE: dict[str, Decimal] = {"cents_per_image_input": Decimal("0.01"), "reference_images": Decimal(1)}
_SIZE = re.compile(r"_(\d{3,4}p|[124]k)(?=_|$)")


@dataclass(frozen=True, slots=True)
class Call:
    """The facts that a price may depend on. `seconds`: whole ones; `pictures`: how many are shown;
    `frames`: some open or close it.
    """

    width: int
    height: int
    resolution: str
    seconds: int
    audio: bool
    pictures: int = 0
    frames: int = 0
    video_input: bool = False


def price_microusd(skus: Mapping[str, str], call: Call) -> int:
    """The price of a call, to the nearest micro-dollar. Raises PlayedRefusal where no key fits:
    nothing unknown is free.
    """
    fitting = [
        (exactness, unit, Decimal(skus[key]))
        for key in skus
        if (found := _fits(key, call))
        for exactness, unit in [found]
    ]
    if not fitting:
        raise PlayedRefusal("invalid", f"no price for {call.resolution}", field="resolution")
    _, unit, price = max(fitting)
    count = seedance.tokens(call.width, call.height, call.seconds) if unit == "token" else call.seconds
    usd = price * count * (Decimal("0.01") if unit.startswith("cent") else 1)
    usd += sum(
        (Decimal(skus[key]) * worth * call.pictures for key, worth in _PER_IMAGE.items() if key in skus), Decimal(0)
    )
    least = Decimal(skus.get("minimum_cents_per_generation", "0")) / 100
    return int((max(usd, least) * 1_000_000).quantize(Decimal(1), ROUND_HALF_UP))


def _fits(key: str, call: Call) -> tuple[int, str] | None:
    """How exactly a key fits a call and what it counts; None where it is about another one,
    or nobody knows its words.
    """
    found = next(((head, unit) for head, unit in _UNITS if key.startswith(head)), None)
    if found is None:
        return None
    rest, exactness, unit = key.removeprefix(found[0]), 0, found[1]
    if size := _SIZE.search(rest):
        if size[1].lower() != call.resolution.lower():
            return None
        rest, exactness = rest.replace(size[0], "", 1), exactness + 1
    for words, holds in (
        ("_without_audio", not call.audio),
        ("_with_audio", call.audio),
        ("_with_video_input", call.video_input),
    ):
        if words in rest:
            if not holds:
                return None
            rest, exactness = rest.replace(words, "", 1), exactness + 1
    kinds = {
        "second from text": not call.pictures and not call.frames,
        "second from image": call.frames > 0,
        "second from reference": call.pictures > call.frames,
    }
    if rest or not kinds.get(unit, True):
        return None
    return exactness + (unit in kinds), unit
