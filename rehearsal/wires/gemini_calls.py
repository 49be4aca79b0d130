"""The parts of a call to Gemini: its fields in either spelling, its words and its pictures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from rehearsal.house import House
from rehearsal.refusal import PlayedRefusal

_PLAIN = str.maketrans("-_", "+/")


def words_and_pictures(house: House, body: dict[str, Any]) -> tuple[list[str], tuple[str, ...]]:
    """The words and the pictures of a call; either spelling of a field will do."""
    parts = [part for content in body["contents"] for part in content["parts"]]
    inline = [found for part in parts if (found := either(part, "inlineData"))]
    return [part["text"] for part in parts if "text" in part], tuple(picture_of(house, each) for each in inline)


def picture_of(house: House, inline: Mapping[str, Any]) -> str:
    """The name in the house of a picture that lies in a call.
    Raises PlayedRefusal for what is not one, or not in Base64.
    """
    data, kind = inline.get("data") or inline.get("bytesBase64Encoded"), str(either(inline, "mimeType"))
    if not isinstance(data, str) or not kind.startswith("image/"):
        raise PlayedRefusal("invalid", f"Unsupported MIME type: {kind}")
    try:
        content = base64.b64decode(data.translate(_PLAIN), validate=True)
    except binascii.Error:
        raise PlayedRefusal("invalid", "Base64 decoding failed for the inline data.") from None
    return house.picture(content)


def image_of(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """A picture as the client sends it, or inside `inlineData`, as others do."""
    found: Mapping[str, Any] = either(told, "inlineData") or told
    return found


def either(told: Mapping[str, Any], name: str) -> Any:
    """A field by its name in camelCase, or in snake_case."""
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    return told.get(name, told.get(snake))
