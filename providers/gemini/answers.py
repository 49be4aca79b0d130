"""Reads what generateContent answers: the picture or the words in it, why there are none, and what was metered."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from providers.gemini.failures import HELD, NO_CANDIDATE
from providers.over_http.metered import Metered, count_of


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


def _metered(data: Mapping[str, Any]) -> Metered | None:
    try:
        counts = data["usageMetadata"]
        prompt, made, thought = (
            count_of(counts.get(name, 0)) for name in ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")
        )
        details = counts.get("candidatesTokensDetails", () if made == 0 else None)
        images = (
            None if details is None else sum(count_of(d["tokenCount"]) for d in details if d["modality"] == "IMAGE")
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return Metered(prompt, made + thought, images) if "promptTokenCount" in counts else None


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
