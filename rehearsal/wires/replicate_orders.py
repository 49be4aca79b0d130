"""The order in a call to Replicate: a clip of one of its official models, with its true price."""

from __future__ import annotations

import re
from typing import Any

from governor.errors import UnknownPrice
from manifests.spending.price import PricedSize, Usage
from rehearsal import seedance
from rehearsal.house import House
from rehearsal.order import Order
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import RAW
from rehearsal.wires.replicate_models import AUDIO, MODELS, Misfit, judged

PROVIDER = "replicate"
_FILE = re.compile(r"/v1/files/([0-9a-f]{64})")
_PRICED: dict[str, PricedSize] = {"480p": "480p", "720p": "720p", "1080p": "1080p", "4k": "4K"}


def clip_order(house: House, body: dict[str, Any], name: str | None) -> Order:
    """A clip, from the body of a prediction. `name`: the model that the address names; None where `version` does.

    Raises PlayedRefusal for what the model does not make.
    """
    name = name or _version(body)
    model, asked = MODELS.get(name), body.get("input")
    if model is None:
        raise PlayedRefusal("unknown_model", name)
    if not isinstance(asked, dict):
        raise Misfit("required", "input", "input is required")
    seconds, size, ratio = judged(model, asked)
    width, height = seedance.frame_size(name, size, ratio)
    audio = bool(asked.get(AUDIO, True)) if AUDIO in model.more else False
    frames = {field: _picture(house, asked[field]) for field in ("image", "last_frame_image") if asked.get(field)}
    shown = tuple(_picture(house, each) for each in asked.get("reference_images") or ())
    usage = Usage(
        provider=PROVIDER,
        model=name,
        operation="clip",
        resolution=_PRICED[size],
        output_ms=seconds * 1000,
        width=width,
        height=height,
        audio=audio,
    )
    return Order(
        provider=PROVIDER,
        model=name,
        operation="clip",
        prompt=asked["prompt"],
        width=width,
        height=height,
        resolution=size,
        seconds=float(seconds),
        seed=asked.get("seed"),
        start_frame=frames.get("image"),
        end_frame=frames.get("last_frame_image"),
        references=shown,
        audio=audio,
        raw=body[RAW],
        price_microusd=_price(house, usage),
    )


def _version(body: dict[str, Any]) -> str:
    if "model" in body:
        raise Misfit("additional_property_not_allowed", "model", "Additional property model is not allowed")
    return str(body["version"])


def _price(house: House, usage: Usage) -> int:
    try:
        return house.price(usage)
    except UnknownPrice:  # what 480p of Seedance 2.0 costs there nobody says: 720p's is the nearest that is known
        return house.price(usage.model_copy(update={"resolution": "720p"}))


def _picture(house: House, url: object) -> str:
    found = _FILE.search(str(url))
    return found[1] if found and house.received(found[1]) else house.picture(str(url))
