"""The order in a call to fal: a clip, with its true price."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from manifests.spending.price import Usage
from rehearsal import seedance
from rehearsal.house import House
from rehearsal.order import Order
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import RAW, dollars

PROVIDER = "fal"
_DURATIONS = {"auto": 5, **{str(seconds): seconds for seconds in range(4, 16)}}
_ASPECTS = ("auto", "21:9", "16:9", "4:3", "1:1", "3:4", "9:16")
_FAMILIES: dict[str, tuple[str, ...]] = {
    "bytedance/seedance-2.0": ("480p", "720p", "1080p", "4k"),
    "bytedance/seedance-2.0/fast": ("480p", "720p"),
}
_KINDS = ("text-to-video", "image-to-video", "reference-to-video")
_REFERENCES_MAX = 9


def clip_order(house: House, model: str, body: dict[str, Any]) -> Order:
    """A clip of `model`, from the body of its call. Raises PlayedRefusal for what the model does not make."""
    family, kind = family_and_kind(model) or ("", "")
    if not family:
        raise PlayedRefusal("unknown_model", model)
    resolution = _one_of(body, "resolution", "720p", _FAMILIES[family])
    aspect = _one_of(body, "aspect_ratio", "auto", _ASPECTS)
    seconds = _DURATIONS[_one_of(body, "duration", "auto", tuple(_DURATIONS))]
    shown = body.get("image_urls") or []
    wanted = {"image-to-video": "image_url"}.get(kind)
    if wanted and not body.get(wanted):
        raise PlayedRefusal("invalid", "Field required", field=wanted)
    if len(shown) > _REFERENCES_MAX:
        raise PlayedRefusal("invalid", f"List should have at most {_REFERENCES_MAX} items", field="image_urls")
    width, height = seedance.frame_size(model, resolution, aspect)
    frames = (body.get("image_url"), body.get("end_image_url")) if kind == "image-to-video" else (None, None)
    first, last = (house.picture(frame) if frame else None for frame in frames)
    usage = Usage(
        provider=PROVIDER,
        model=model,
        operation="clip",
        resolution="4K" if resolution == "4k" else resolution,
        output_ms=seconds * 1000,
        width=width,
        height=height,
        audio=bool(body.get("generate_audio", True)),
    )
    return Order(
        provider=PROVIDER,
        model=model,
        operation="clip",
        prompt=body["prompt"],
        width=width,
        height=height,
        resolution=resolution,
        seconds=float(seconds),
        seed=body.get("seed"),
        start_frame=first,
        end_frame=last,
        references=tuple(house.picture(url) for url in shown) if kind == "reference-to-video" else (),
        audio=usage.audio is not False,
        raw=body[RAW],
        price_microusd=house.price(usage),
    )


def thousand_tokens_usd(house: House, model: str) -> Decimal:
    """The price of a thousand tokens of a model, in dollars, by the price of five seconds at 720p."""
    width, height = seedance.frame_size(model, "720p", "16:9")
    usage = Usage(
        provider=PROVIDER,
        model=model,
        operation="clip",
        resolution="720p",
        output_ms=5000,
        width=width,
        height=height,
    )
    return dollars(house.price(usage)) * 1000 / seedance.tokens(width, height, 5)


def family_and_kind(model: str) -> tuple[str, str] | None:
    """Family and kind of a model."""
    family, _, kind = model.rpartition("/")
    return (family, kind) if family in _FAMILIES and kind in _KINDS else None


def _one_of(body: Mapping[str, Any], field: str, default: str, known: tuple[str, ...]) -> str:
    value = body.get(field, default)
    if value not in known:
        raise PlayedRefusal("invalid", f"Input should be {', '.join(map(repr, known))}", field=field)
    return str(value)
