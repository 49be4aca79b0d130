"""Reads what generateContent answers: the picture or the words in it, why there are none, and what was metered."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from manifests.errors import GateError
from manifests.spending.price import PriceOf, Usage
from providers.gemini.failures import HELD, NO_CANDIDATE

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Metered:
    """The tokens that Google counted. `images`: those of pictures made;
    None where it does not tell them from the rest.
    """

    prompt: int
    written: int
    images: int | None


@dataclass(frozen=True, slots=True)
class GeminiAnswer:
    """An answer. `picture`: the last that is not a draft. `why`: the code of its end, for `failures`.
    `raw`: all but pictures.
    """

    picture: bytes | None
    text: str
    why: str
    metered: Metered | None
    raw: str

    @property
    def held(self) -> bool:
        """Whether a rule against its content was named."""
        return not self.why.startswith("finishReason") or self.why.removeprefix("finishReason ") in HELD

    @property
    def stopped(self) -> bool:
        """Whether it came to its own end."""
        return self.why == "finishReason STOP"


def read(data: Mapping[str, Any]) -> GeminiAnswer:
    """Read an answer; one of another shape is an answer without anything in it."""
    raw = json.dumps(_without_pictures(data), ensure_ascii=False, default=str)
    try:
        candidates = data.get("candidates") or []
        if len(candidates) != 1:
            blocked = (data.get("promptFeedback") or {}).get("blockReason")
            return GeminiAnswer(None, "", f"blockReason {blocked}" if blocked else NO_CANDIDATE, _metered(data), raw)
        candidate = candidates[0]
        parts = [part for part in (candidate.get("content") or {}).get("parts") or [] if not part.get("thought")]
        pictures = list(_pictures(parts))
        text = "".join(part["text"] for part in parts if isinstance(part.get("text"), str))
        why = f"finishReason {candidate.get('finishReason', '')}"
        return GeminiAnswer(pictures[-1] if pictures else None, text, why, _metered(data), raw)
    except (AttributeError, KeyError, TypeError, ValueError):
        return GeminiAnswer(None, "", NO_CANDIDATE, None, raw)


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


def _split(metered: Metered, wanted: int, picture_tokens: int) -> tuple[int, int]:
    """Pictures, and tokens of text and thought."""
    if not picture_tokens:
        return 0, metered.written
    of_pictures = wanted * picture_tokens if metered.images is None else metered.images
    of_pictures = min(of_pictures, metered.written)
    return -(-of_pictures // picture_tokens), metered.written - of_pictures


def _metered(data: Mapping[str, Any]) -> Metered | None:
    try:
        counts = data["usageMetadata"]
        prompt, made, thought = (
            _count(counts.get(name, 0)) for name in ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")
        )
        details = counts.get("candidatesTokensDetails", () if made == 0 else None)
        images = None if details is None else sum(_count(d["tokenCount"]) for d in details if d["modality"] == "IMAGE")
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return Metered(prompt, made + thought, images) if "promptTokenCount" in counts else None


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("no count")
    return value


def _pictures(parts: list[dict[str, Any]]) -> Iterator[bytes]:
    """The pictures among the parts. Either alphabet of base64 will do; a text in neither is not a picture."""
    for part in parts:
        if inline := part.get("inlineData") or part.get("inline_data"):
            try:
                yield base64.b64decode(inline["data"].translate(_PLAIN), validate=True)
            except binascii.Error:
                yield inline["data"].encode()  # kept as it came; decoding finds that it is not a picture


_PLAIN = str.maketrans("-_", "+/")


def _without_pictures(part: object) -> object:
    if isinstance(part, list):
        return [_without_pictures(each) for each in part]
    if not isinstance(part, dict):
        return part
    left = {name: _without_pictures(value) for name, value in part.items() if name != "thoughtSignature"}
    if isinstance(data := left.get("data"), str):
        left["data"] = f"({len(data)} characters)"
    return left
