"""The order in a call to Gemini: a picture, an answer in words or a clip, with its true price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from manifests.spending.price import PricedSize, Usage
from manifests.take import Operation
from rehearsal import players, writing
from rehearsal.house import House
from rehearsal.order import Order
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import RAW
from rehearsal.wires.gemini_calls import either, image_of, picture_of, words_and_pictures
from rehearsal.wires.gemini_words import GONE_MODELS

PROVIDER = "gemini"
ANSWERED: frozenset[Operation] = frozenset({"score", "write"})
"""What is answered in words."""

_PICTURES: dict[str, tuple[str, ...]] = {"gemini-3-pro-image": ("1K", "2K", "4K"), "gemini-nano-banana-2.1": ("1K",)}
_TEXT_MODELS = {
    "gemini-3.8-flash",
    "gemini-3.5-flash",
    "gemini-3.5-flash-lite",
    "gemini-3.1-flash-lite",
    "gemini-3-flash-preview",
}
_FRAME = {
    "1:1": (1024, 1024),
    "2:3": (848, 1264),
    "3:2": (1264, 848),
    "3:4": (896, 1200),
    "4:3": (1200, 896),
    "9:16": (768, 1376),
    "16:9": (1376, 768),
    "21:9": (1584, 672),
}
"""Pictures of 1K; those of 2K and 4K have two and four times the side."""

_TIMES, _PICTURE_TOKENS = {"1K": 1, "2K": 2, "4K": 4}, {"1K": 1120, "2K": 1120, "4K": 2000}
_SHOWN_MAX, _ASSETS_MAX = 14, 3
_SHOWN_TOKENS = {"MEDIA_RESOLUTION_LOW": 280, "MEDIA_RESOLUTION_MEDIUM": 560, "MEDIA_RESOLUTION_HIGH": 1120}
_PICTURE_IN_TOKENS, _THOUGHT_TOKENS = 560, 112
_CLIPS: dict[str, tuple[str, ...]] = {
    "veo-3.1-generate-001": ("720p", "1080p", "4k"),
    "veo-3.1-fast-generate-001": ("720p", "1080p", "4k"),
    "veo-3.1-lite-generate-preview": ("720p", "1080p"),
}
_LINES = {"720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160)}
_NOT_BY_KEY = ("seed", "generateAudio", "fps", "labels", "resizeMode")


def content_order(house: House, model: str, body: dict[str, Any]) -> Order:
    """A picture or an answer, from the body of :generateContent.
    Raises PlayedRefusal for what the model does not make.
    """
    if model in _PICTURES:
        return _picture(house, model, body)
    if model in _TEXT_MODELS and model not in GONE_MODELS:
        return _answer(house, model, body)
    raise PlayedRefusal("unknown_model", model)


def clip_order(house: House, model: str, body: dict[str, Any]) -> Order:
    """A clip, from the body of :predictLongRunning. Raises PlayedRefusal for what the model does not make."""
    if model not in _CLIPS:
        raise PlayedRefusal("unknown_model", model)
    (instance,), told = body["instances"], body.get("parameters") or {}
    if refused := next((name for name in _NOT_BY_KEY if name in told), None):
        raise PlayedRefusal("invalid", f"`{refused}` isn't supported by this model. Please remove it.")
    seconds, resolution = int(told.get("durationSeconds", 8)), str(told.get("resolution", "720p"))
    assets = instance.get("referenceImages") or []
    start, end = instance.get("image"), instance.get("lastFrame")
    _refuse_misfit(model, seconds, resolution, assets=len(assets), start=bool(start), end=bool(end), told=told)
    width, height = _LINES[resolution] if told.get("aspectRatio", "16:9") == "16:9" else _LINES[resolution][::-1]
    priced: PricedSize = "4K" if resolution == "4k" else "1080p" if resolution == "1080p" else "720p"
    usage = Usage(
        provider=PROVIDER,
        model=model,
        operation="clip",
        resolution=priced,
        output_ms=seconds * 1000,
        audio=True,
        width=width,
        height=height,
    )
    return Order(
        provider=PROVIDER,
        model=model,
        operation="clip",
        prompt=str(instance.get("prompt", "")),
        width=width,
        height=height,
        resolution=resolution,
        seconds=float(seconds),
        audio=True,
        raw=body[RAW],
        price_microusd=house.price(usage),
        start_frame=picture_of(house, image_of(start)) if start else None,
        end_frame=picture_of(house, image_of(end)) if end else None,
        references=tuple(picture_of(house, image_of(each["image"])) for each in assets),
    )


def _picture(house: House, model: str, body: dict[str, Any]) -> Order:
    texts, shown = words_and_pictures(house, body)
    config = either(body, "generationConfig") or {}
    if "IMAGE" not in [str(each).upper() for each in either(config, "responseModalities") or ["IMAGE"]]:
        raise PlayedRefusal("invalid", "Only pictures are rehearsed of this model.")
    asked = either(config, "imageConfig") or {}
    size, aspect = either(asked, "imageSize") or "1K", either(asked, "aspectRatio") or "1:1"
    if size not in _PICTURES[model] or aspect not in _FRAME:
        raise PlayedRefusal("invalid", f"image_size {size} with aspect_ratio {aspect} is not supported by this model.")
    if len(shown) > _SHOWN_MAX:
        raise PlayedRefusal("invalid", f"At most {_SHOWN_MAX} images are supported as input.")
    width, height = (side * _TIMES[size] for side in _FRAME[aspect])
    order = Order(
        provider=PROVIDER,
        model=model,
        operation="panel",
        prompt=" ".join(texts),
        width=width,
        height=height,
        resolution=size,
        seed=config.get("seed"),
        references=shown,
        raw=body[RAW],
        price_microusd=0,
    )
    meter = meter_of(order)
    return order.model_copy(
        update={
            "price_microusd": list_microusd(house, model, "panel", meter, size),
            "refused_microusd": list_microusd(house, model, "panel", Meter(meter.prompt, 0)),
        }
    )


def _answer(house: House, model: str, body: dict[str, Any]) -> Order:
    texts, shown = words_and_pictures(house, body)
    config = either(body, "generationConfig") or {}
    schema = either(config, "responseJsonSchema") or either(config, "responseSchema")
    if either(config, "responseMimeType") != "application/json" or not isinstance(schema, dict):
        raise PlayedRefusal("invalid", "Only answers by a schema are rehearsed: response_mime_type application/json.")
    operation: Operation = "write" if writing.is_writing(schema) else "score"
    if operation == "write":
        said = writing.answer(house.script.writer, schema, texts)
    else:
        said = players.answer(house.script.judge, schema, texts, [players.seen(house, name) for name in shown])
    order = Order(
        provider=PROVIDER,
        model=model,
        operation=operation,
        prompt=" ".join(texts),
        width=16,
        height=16,
        references=shown,
        resolution=str(either(config, "mediaResolution") or ""),
        raw=body[RAW],
        said=said,
        price_microusd=0,
    )
    meter = meter_of(order)
    return order.model_copy(
        update={
            "price_microusd": list_microusd(house, model, operation, meter),
            "refused_microusd": list_microusd(house, model, operation, Meter(meter.prompt, 0)),
        }
    )


def _refuse_misfit(
    model: str, seconds: int, resolution: str, *, assets: int, start: bool, end: bool, told: Mapping[str, Any]
) -> None:
    if resolution not in _CLIPS[model] or told.get("aspectRatio", "16:9") not in {"16:9", "9:16"}:
        raise PlayedRefusal(
            "invalid", f"resolution {resolution} is not supported by this model with this aspect ratio."
        )
    if seconds not in {4, 6, 8} or (seconds != 8 and (resolution != "720p" or assets or end)):
        raise PlayedRefusal(
            "invalid", "The number value for `durationSeconds` is out of bound. Please provide a value of 8."
        )
    if assets > _ASSETS_MAX or (assets and (start or end)) or (assets and "lite" in model):
        raise PlayedRefusal("invalid", "Reference images are not supported in this combination.")
    if end and not start:
        raise PlayedRefusal("invalid", "The last frame needs a first frame.")
    if int(told.get("sampleCount", 1)) != 1:
        raise PlayedRefusal("invalid", "One video at a time is rehearsed.")


@dataclass(frozen=True, slots=True)
class Meter:
    """The input and output of a call, in tokens."""

    prompt: int
    written: int
    pictures: int = 0


def meter_of(order: Order) -> Meter:
    """The input and output of a call of this order, where its answer is not withheld."""
    words = max(1, len(order.prompt) // 4)
    if order.operation in ANSWERED:
        looked = _SHOWN_TOKENS.get(order.resolution, 560)
        return Meter(words + looked * len(order.references), max(1, len(order.said) // 4))
    return Meter(words + _PICTURE_IN_TOKENS * len(order.references), _THOUGHT_TOKENS, _PICTURE_TOKENS[order.resolution])


def list_microusd(house: House, model: str, operation: Operation, meter: Meter, size: str = "1K") -> int:
    """The cost of the metered usage, each part at its list price and the whole rounded up."""
    priced: PricedSize = "4K" if size == "4K" else "2K" if size == "2K" else "1K"
    one = Usage(
        provider=PROVIDER, model=model, operation=operation, resolution=priced, images=1, tokens_in=1, tokens_out=1
    )
    price, million = house.price, 1_000_000
    picture = price(one.model_copy(update={"images": 2})) - price(one)
    read = price(one.model_copy(update={"tokens_in": 1 + million})) - price(one)
    written = price(one.model_copy(update={"tokens_out": 1 + million})) - price(one)
    return bool(meter.pictures) * picture - (-(meter.prompt * read + meter.written * written) // million)
