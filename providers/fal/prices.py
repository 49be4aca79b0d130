"""fal's prices and bills: what its pricing API says of our models, and how `x-fal-billable-units` is read.

The header counts in the model's own unit and does not say which: seconds, tokens or thousands of them. For a clip of
known frame and length these lie more than three times apart, so the one that comes near says what it is; where none
does, it says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from providers.models import ModelRow

SOURCE = "api.fal.ai/v1/models/pricing, asked by the program"
BOUND_PERCENT = 110
"""The bill covers the output's real length, which is a frame or so more than the request."""

_FACTOR = 3
_USD_MAX = 1000
_MICRO = Decimal("0.000001")
_PER_MILLION = {
    "token": 1_000_000,
    "1000 token": 1000,
    "1k token": 1000,
    "thousand token": 1000,
    "1m token": 1,
    "million token": 1,
    "1000000 token": 1,
}
"""How many of a unit are a million tokens."""


def units_of(header: str) -> Decimal | None:
    """The billed quantity, in whatever unit; None for a value that is not a quantity."""
    try:
        units = Decimal(header.strip())
    except InvalidOperation:
        return None
    return units if units.is_finite() and units >= 0 else None


def bill_microusd(units: Decimal, quoted_microusd: int, *, seconds: int, width: int, height: int) -> int | None:
    """The bill of a clip that was asked for at `seconds`, which cost `quoted_microusd`;
    None where nobody knows the unit.
    """
    if units == 0:
        return 0
    tokens = width * height * (24 * seconds + 1) // 1024
    for one_clip in (Fraction(seconds), Fraction(tokens, 1000), Fraction(tokens)):
        share = Fraction(units) / one_clip
        if Fraction(1, _FACTOR) <= share <= _FACTOR:
            return math.ceil(quoted_microusd * share)
    return None


def rows_of(answer: Mapping[str, Any], models: Iterable[ModelRow]) -> tuple[dict[str, Any], ...]:
    """The pricing API's answer about our models, as rows of a price list;
    a row with a unit of its own is one that we cannot read.
    """
    by_id = {model.id: model for model in models}
    listed = answer.get("prices")
    return tuple(
        row
        for price in (listed if isinstance(listed, list) else ())
        if isinstance(price, Mapping)
        for row in _row(price, by_id.get(str(price.get("endpoint_id"))))
    )


def _row(price: Mapping[str, Any], model: ModelRow | None) -> Iterator[dict[str, Any]]:
    if model is None:
        return
    unit, usd = str(price.get("unit", "")).strip().lower().removesuffix("s"), _amount(price.get("unit_price"))
    row: dict[str, Any] = {
        "provider": "fal",
        "model": model.id,
        "operation": model.operation,
        "audio": "any",
        "source": SOURCE,
        "confidence": "documented",
    }
    sizes = list(dict.fromkeys(size.priced or size.says for size in model.sizes.values()))
    per_million = _PER_MILLION.get(unit)
    # A price by the second would be one for all sizes, and a clip's size is what its price is made of.
    if per_million is None or usd is None or str(price.get("currency", "USD")).upper() != "USD":
        odd = f"{price.get('unit')} in {price.get('currency', 'USD')}"
        yield {**row, "unit": odd[:80], "usd": str(price.get("unit_price"))[:40]}
        return
    amount = (usd * per_million).quantize(_MICRO, ROUND_CEILING)
    yield {**row, "resolutions": sizes, "unit": "token", "usd": f"{amount:f}", "bound_percent": BOUND_PERCENT}


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    amount = Decimal(value)
    return amount if amount.is_finite() and 0 < amount < _USD_MAX else None
