"""OpenRouter's catalogue: each model's entry, and the sizes of its clips and pictures."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from rehearsal import seedance
from rehearsal.refusal import PlayedRefusal

CATALOGUE = Path(__file__).with_name("openrouter_catalogue.json")
_PLAIN_FRAMES = {"480p": 480, "720p": 720, "768p": 768, "1080p": 1080, "4K": 2160}
IMAGE_SIDES = {"512": 512, "1K": 1024, "2K": 2048, "4K": 4096}


@cache
def _models() -> dict[str, dict[str, Any]]:
    entries = json.loads(CATALOGUE.read_bytes())["data"]
    return {name: entry for entry in entries for name in (entry["id"], entry["canonical_slug"])}


def entry_of(model: object) -> dict[str, Any]:
    """The catalogue's entry of a model, by its id or its canonical slug.
    Raises PlayedRefusal for a model that it does not list.
    """
    if not isinstance(model, str) or model not in _models():
        raise PlayedRefusal("unknown_model", str(model))
    return _models()[model]


def frame_of(body: dict[str, Any], entry: dict[str, Any]) -> tuple[int, int, str]:
    """The frame that is really made, and the resolution whose price it has."""
    if "size" in body:
        if "resolution" in body or "aspect_ratio" in body:
            raise PlayedRefusal("invalid", "size cannot be combined with resolution or aspect_ratio", field="size")
        if body["size"] not in entry["supported_sizes"]:
            raise PlayedRefusal("invalid", f"Size must be one of {', '.join(entry['supported_sizes'])}", field="size")
        width, height = map(int, body["size"].split("x"))
        resolution = next((r for r, lines in _PLAIN_FRAMES.items() if lines == min(width, height)), "4K")
        aspect = min(entry["supported_aspect_ratios"], key=lambda a: abs(_ratio(a) - width / height))
    else:
        resolution, aspect = body.get("resolution", "720p"), body.get("aspect_ratio", "16:9")
    if resolution not in entry["supported_resolutions"]:
        raise PlayedRefusal(
            "invalid", f"Resolution must be one of {', '.join(entry['supported_resolutions'])}", field="resolution"
        )
    if aspect not in entry["supported_aspect_ratios"]:
        known = ", ".join(entry["supported_aspect_ratios"])
        raise PlayedRefusal("invalid", f"Aspect ratio must be one of {known}", field="aspect_ratio")
    if "seedance" in entry["id"]:
        return (*seedance.frame_size(entry["id"], resolution, aspect), resolution)
    lines, ratio = _PLAIN_FRAMES[resolution], _ratio(aspect)
    width, height = (round(lines * ratio / 2) * 2, lines) if ratio >= 1 else (lines, round(lines / ratio / 2) * 2)
    return width, height, resolution


def picture_size(size: str, aspect: str) -> tuple[int, int]:
    """A picture of about side², in whole multiples of 16."""
    ratio, side = _ratio(aspect), IMAGE_SIDES[size]
    return max(16, round(side * ratio**0.5 / 16) * 16), max(16, round(side / ratio**0.5 / 16) * 16)


def _ratio(aspect: str) -> float:
    across, _, down = aspect.partition(":")
    return int(across) / int(down)
