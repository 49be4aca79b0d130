"""Reads the prices of OpenRouter's text models: GET /models, where `pricing` has US dollars for a token, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

SOURCE = "openrouter.ai/api/v1/models, pricing, asked by the program"
_MILLION = Decimal(1_000_000)
_USD_MAX = Decimal(10_000)
_UNITS = {"token_in": ("prompt",), "token_out": ("completion", "internal_reasoning"), "call": ("request",)}
"""Our units and OpenRouter's names; of several names the dearest counts."""


def text_rows_of(catalogue: Mapping[str, Any], model: str) -> tuple[dict[str, Any], ...]:
    """The rows of one model, in the shape of our price lists' rows; none where the catalogue does not list it.

    A price that cannot be read, and one of nothing, is a row that no price book takes, never a free call.
    """
    models = catalogue.get("data")
    listed = (each for each in models if isinstance(each, Mapping)) if isinstance(models, list) else iter(())
    found = next((each for each in listed if each.get("id") == model), None)
    pricing = found.get("pricing") if found else None
    return tuple(_rows(pricing, model)) if isinstance(pricing, Mapping) else ()


def _rows(pricing: Mapping[str, Any], model: str) -> Iterator[dict[str, Any]]:
    head = {"provider": "openrouter", "model": model, "operation": "write"}
    head |= {"source": SOURCE, "confidence": "documented"}
    for unit, names in _UNITS.items():
        told = {name: pricing[name] for name in names if name in pricing}
        amounts = [_amount(value) for value in told.values()]
        if None in amounts or (unit != "call" and not any(amounts)):
            yield {**head, "unit": f"{unit} of nothing", "usd": str(next(iter(told.values()), ""))[:40]}
        elif usd := max((each for each in amounts if each is not None), default=Decimal(0)):
            yield {**head, "unit": unit, "usd": f"{(usd if unit == 'call' else usd * _MILLION).normalize():f}"}


def _amount(value: object) -> Decimal | None:
    """Dollars; None for what is not an amount, such as the -1 of a router that has no price of its own."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount * _MILLION <= _USD_MAX else None
