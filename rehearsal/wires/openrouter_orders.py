"""The order in a call to OpenRouter: a clip or a picture, with its true price."""

from __future__ import annotations

from typing import Any

from manifests.spending.price import PricedSize, Usage
from rehearsal.house import House
from rehearsal.order import Order
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import RAW
from rehearsal.wires.openrouter_models import IMAGE_SIDES, entry_of, frame_of, picture_size
from rehearsal.wires.openrouter_prices import Call, price_microusd

PROVIDER = "openrouter"
_FRAMES = {"first_frame", "last_frame"}
_REFERENCES_MAX = 16
_PRICED_IMAGE: dict[str, PricedSize] = {"512": "0.5K", "1K": "1K", "2K": "2K", "4K": "4K"}
_IMAGE_TOKENS = {"512": 1120, "1K": 1120, "2K": 1120, "4K": 2000}
_TOKENS_A_PICTURE = 560


def clip_order(house: House, body: dict[str, Any]) -> Order:
    """A clip, from the body of POST /videos. Raises PlayedRefusal for what the model does not make."""
    entry = entry_of(body.get("model"))
    width, height, resolution = frame_of(body, entry)
    seconds = body.get("duration", 5)
    if seconds not in entry["supported_durations"]:
        low, high = min(entry["supported_durations"]), max(entry["supported_durations"])
        raise PlayedRefusal("invalid", f"Duration must be between {low} and {high} seconds", field="duration")
    frames = {frame["frame_type"]: _url(house, frame) for frame in body.get("frame_images") or ()}
    if unknown := set(frames) - set(entry["supported_frame_images"] or _FRAMES):
        raise PlayedRefusal("invalid", f"frame_type {unknown.pop()} is not supported", field="frame_images")
    shown = () if frames else tuple(body.get("input_references") or ())
    if not str(body.get("callback_url", "https://")).startswith("https://"):
        raise PlayedRefusal("invalid", "callback_url must be HTTPS", field="callback_url")
    audio = bool(body.get("generate_audio", entry["generate_audio"]))
    call = Call(
        width,
        height,
        resolution,
        seconds,
        audio,
        pictures=len(frames) + len(shown),
        frames=len(frames),
        video_input=any(each["type"] == "video_url" for each in shown),
    )
    pictures = tuple(_url(house, each) for each in shown if each["type"] == "image_url")
    return Order(
        provider=PROVIDER,
        model=entry["id"],
        operation="clip",
        prompt=body.get("prompt", ""),
        width=width,
        height=height,
        resolution=resolution,
        seconds=float(seconds),
        seed=body.get("seed"),
        start_frame=frames.get("first_frame"),
        end_frame=frames.get("last_frame"),
        references=pictures,
        audio=audio,
        marker=str(body.get("user", "")),
        raw=body[RAW],
        price_microusd=price_microusd(entry["pricing_skus"], call),
    )


def picture_order(house: House, body: dict[str, Any]) -> Order:
    """A picture, from the body of POST /images. Raises PlayedRefusal for what is not made here."""
    size, shown = str(body.get("resolution", "1K")), tuple(body.get("input_references") or ())
    if size not in IMAGE_SIDES:
        raise PlayedRefusal("invalid", f"resolution must be one of {', '.join(IMAGE_SIDES)}", field="resolution")
    if len(shown) > _REFERENCES_MAX:
        raise PlayedRefusal("invalid", f"at most {_REFERENCES_MAX} input_references", field="input_references")
    if body.get("n", 1) != 1:
        raise PlayedRefusal("invalid", "n must be 1 here", field="n")
    width, height = picture_size(size, str(body.get("aspect_ratio", "1:1")))
    usage = Usage(
        provider=PROVIDER,
        model=body["model"],
        operation="panel",
        resolution=_PRICED_IMAGE[size],
        images=1,
        width=width,
        height=height,
        pictures_in=((1024, 1024),) * len(shown),
        tokens_in=len(str(body["prompt"])) // 4 + _TOKENS_A_PICTURE * len(shown),
        tokens_out_media=_IMAGE_TOKENS[size],
    )
    return Order(
        provider=PROVIDER,
        model=body["model"],
        operation="panel",
        prompt=body["prompt"],
        width=width,
        height=height,
        resolution=size,
        seed=body.get("seed"),
        references=tuple(_url(house, each) for each in shown),
        raw=body[RAW],
        price_microusd=house.price(usage),
    )


def _url(house: House, shown: dict[str, Any]) -> str:
    return house.picture(str(shown["image_url"]["url"]))
