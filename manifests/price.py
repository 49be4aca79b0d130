"""What a call will use, and what that should cost: the words between an adapter and the price book."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import Field, model_validator

from manifests.film import Resolution
from manifests.money import Microusd
from manifests.noun import Noun, Sha256, Text
from manifests.take import Operation


class Usage(Noun):
    """What one call will use, in the units that providers bill: images, and milliseconds of *output* (never GPU time)."""

    provider: Text
    model: Text
    operation: Operation
    resolution: Resolution
    images: Annotated[int, Field(strict=True, ge=0)] = 0
    output_ms: Annotated[int, Field(strict=True, ge=0)] = 0
    audio: bool = False


class Quote(Noun):
    """What a call may cost. `high_microusd` is the bound that is held; `price` is the hash of the price row it rests on."""

    low_microusd: Microusd
    likely_microusd: Microusd
    high_microusd: Microusd
    price: Sha256

    @model_validator(mode="after")
    def _in_order(self) -> Quote:
        if not self.low_microusd <= self.likely_microusd <= self.high_microusd:
            raise ValueError("a quote's low, likely and high stand in order")
        return self


PriceOf = Callable[[Usage], Quote]
"""Asks the price book. Raises its refusal for an unknown or stale price."""
