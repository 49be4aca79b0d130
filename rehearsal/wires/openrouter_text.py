"""Text models of OpenRouter's catalogue, as GET /models tells them: some real names, at round prices of our own."""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import Any

from rehearsal.refusal import PlayedRefusal
from rehearsal.wires.chat import Price

TEXT_MODELS: dict[str, tuple[str, str]] = {
    "openai/gpt-4o-mini": ("0.00000015", "0.0000006"),
    "meta-llama/llama-3.3-70b-instruct": ("0.0000001", "0.00000032"),
}
"""US dollars for a token read and a token written, as the catalogue writes them."""

_MICRO = Decimal(1_000_000)


def text_model(name: str) -> dict[str, Any]:
    """The catalogue's entry of a model."""
    read, written = TEXT_MODELS[name]
    return {
        "id": name,
        "name": name,
        "context_length": 131_072,
        "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]},
        "pricing": {"prompt": read, "completion": written, "request": "0", "image": "0"},
        "supported_parameters": ["max_tokens", "response_format", "structured_outputs", "temperature"],
    }


def price_of_text(model: str) -> Price:
    """What tokens of the model cost, rounded up. Raises PlayedRefusal for one that is not listed."""
    if model not in TEXT_MODELS:
        raise PlayedRefusal("unknown_model", model)
    dear = [Decimal(each) for each in TEXT_MODELS[model]]
    return lambda read, written: ceil((dear[0] * read + dear[1] * written) * _MICRO)
