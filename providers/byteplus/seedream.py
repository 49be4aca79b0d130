"""Seedream, Ark's picture models: one call, answered with the picture itself. `providers.byteplus` sends it."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from manifests.take import Request
from providers.models import ModelRow
from providers.over_http.captions import captioned
from providers.over_http.kept import job_id_of
from providers.over_http.references import Travel
from providers.over_http.transport import Reply

PATH = "/images/generations"
TRAVEL = Travel(links=True, data_bytes_max=10_000_000, side_px_min=15, ratio_max=16)
KIND = "image"
"""The beginning of its jobs' IDs; a video task's begin otherwise."""


@dataclass(frozen=True, slots=True)
class SeedreamAnswer:
    """An answer with a picture. `images`: how many it bills, None where it does not say;
    `raw`: its words without the picture.
    """

    job_id: str
    picture: bytes
    images: int | None
    raw: str


def body(request: Request, row: ModelRow, at: dict[str, str]) -> dict[str, Any]:
    """The call. The picture comes in the answer: an address would be signed, and must not be kept."""
    shown = {"image": [at[reference.sha256] for reference in request.references]} if request.references else {}
    return {
        "model": row.id,
        "prompt": captioned(request.prompt, request.references),
        **shown,
        "size": row.size(request).says,
        "seed": request.seed,
        "response_format": "b64_json",
        "sequential_image_generation": "disabled",
        "watermark": False,
        "stream": False,
        **row.wire,
    }


def answer_in(reply: Reply) -> SeedreamAnswer | None:
    """The picture in an answer; None where it has none."""
    data = reply.data or {}
    try:
        items = [item for item in data["data"] if "b64_json" in item]
        picture = base64.b64decode(items[0]["b64_json"], validate=True)
    except (KeyError, IndexError, TypeError, binascii.Error, ValueError):
        return None
    raw = json.dumps({**data, "data": [{**item, "b64_json": "…"} for item in items]}, default=str, ensure_ascii=False)
    usage = data.get("usage")
    images = usage.get("generated_images") if isinstance(usage, dict) else None
    known = isinstance(images, int) and not isinstance(images, bool) and 0 <= images <= len(items)
    traced = reply.headers.get("x-request-id", "")
    return SeedreamAnswer(job_id_of(KIND, traced, picture), picture, images if known else None, raw)


def refusal_in(reply: Reply) -> tuple[str, str] | None:
    """Code and message of a picture that was not made, told in an answer that is none of an error."""
    items = (reply.data or {}).get("data")
    for item in items if isinstance(items, list) else []:
        error = item.get("error") if isinstance(item, dict) else None
        if isinstance(error, dict):
            return str(error.get("code", "")), str(error.get("message", ""))
    return None
