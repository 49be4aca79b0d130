"""Money, in whole micro-dollars: $0.39 is 390_000. Never a float, so that a sum of shots is the sum of its shots."""

from __future__ import annotations

import re
import reprlib
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

MICROUSD_PER_USD = 1_000_000
_USD_PATTERN = r"^[0-9]{1,7}(\.[0-9]{1,6})?$"
_USD = re.compile(_USD_PATTERN, re.ASCII)


def parse_usd(text: object) -> int:
    """Read an amount such as "0.39" (up to seven whole digits, up to six decimals) as micro-dollars.

    Only text is taken: a bare YAML number has been through a float already, and NaN passes every cap.
    Raises ValueError, saying what to write instead.
    """
    if isinstance(text, bool) or not isinstance(text, str) or not _USD.fullmatch(text):
        raise ValueError(f'an amount of US dollars is written in quotes, as in "0.39"; this is {reprlib.repr(text)}')
    whole, _, decimals = text.partition(".")
    return int(whole) * MICROUSD_PER_USD + int(decimals.ljust(6, "0") or "0")


def format_usd(microusd: int) -> str:
    """Write micro-dollars for people: two decimals, more only where they are needed ("0.39", "0.0045", "-1.00")."""
    sign, amount = ("-" if microusd < 0 else ""), abs(microusd)
    whole, rest = divmod(amount, MICROUSD_PER_USD)
    decimals = f"{rest:06d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole}.{decimals}"


def rounded_usd(microusd: int) -> str:
    """Write micro-dollars where a person glances at them: whole cents, the nearest;
    exactly where that would be under ten cents.
    """
    cent = MICROUSD_PER_USD // 100
    return format_usd((microusd + cent // 2) // cent * cent if abs(microusd) >= 10 * cent else microusd)


def upper_usd(microusd: int) -> str:
    """Write micro-dollars where they are planned, with their sign: rounded up to whole cents;
    under ten cents to hundredths of one.
    """
    cent = MICROUSD_PER_USD // 100
    to = cent if abs(microusd) >= 10 * cent else cent // 100
    rounded = -(-microusd // to) * to
    return f"{'-' if rounded < 0 else ''}${format_usd(abs(rounded))}"


Usd = Annotated[
    int,
    BeforeValidator(parse_usd),
    PlainSerializer(format_usd, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _USD_PATTERN, "examples": ["0.39"]}),
]
"""A field people write as quoted dollars and the program holds as micro-dollars."""

Microusd = Annotated[int, Field(strict=True, ge=0)]
"""A field the program writes: whole micro-dollars, 0 or more."""
