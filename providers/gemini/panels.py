"""A panel as Gemini's wire has it: the prompt with a sentence for each picture, and the pictures in that order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from manifests.spending.price import Usage
from manifests.take import Request
from providers.models import ModelRow
from providers.over_http.captions import captioned

PICTURE_TOKENS_IN = 560
"""Of each picture that is shown, however large."""

_TEXT_TOKENS_MAX = 4096
_TEXT_TOKENS = 400
"""Text and thought beside a picture: 112 and 677 tokens were seen; drafts that it thinks in come to about 2,300."""

_SEED_MAX = 1 << 31


def body(request: Request, row: ModelRow, at: Mapping[str, str]) -> dict[str, Any]:
    """The call's body. `at`: where each reference is, as a data URL or the name of its content."""
    shown = [inline(at[reference.sha256]) for reference in request.references]
    parts = [{"text": captioned(request.prompt, request.references)}, *shown]
    picture = {"aspectRatio": request.aspect, "imageSize": row.size(request).says}
    config = {"seed": request.seed % _SEED_MAX, "responseModalities": ["TEXT", "IMAGE"], "imageConfig": picture}
    return {"contents": [{"role": "user", "parts": parts}], "generationConfig": config}


def inline(address: str) -> dict[str, Any]:
    """A picture inside the call."""
    if not address.startswith("data:"):
        return {"inlineData": {"data": address}}
    media_type, _, data = address.removeprefix("data:").partition(";base64,")
    return {"inlineData": {"mimeType": media_type, "data": data}}


def at_most(usage: Usage, request: Request) -> Usage:
    """The usage with as many tokens as there can be: no token has less than a byte."""
    written, shown = len(captioned(request.prompt, request.references).encode()), len(request.references)
    return usage.model_copy(update={"tokens_in": written + PICTURE_TOKENS_IN * shown, "tokens_out": _TEXT_TOKENS_MAX})


def likely(usage: Usage, request: Request) -> Usage:
    """The usage as it mostly is: four bytes to a token."""
    pictures = PICTURE_TOKENS_IN * len(request.references)
    return usage.model_copy(
        update={"tokens_in": max(1, (usage.tokens_in - pictures) // 4 + pictures), "tokens_out": _TEXT_TOKENS}
    )
