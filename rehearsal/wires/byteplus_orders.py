"""The order in a call to ModelArk: a clip or a picture, with its true price."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from manifests.spending.price import PricedSize, Usage
from rehearsal import seedance
from rehearsal.house import House
from rehearsal.order import Order
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import RAW

PROVIDER = "byteplus"
_MARKER_MAX = 64
_SHOWN_TO_CLIPS, _SHOWN_TO_PICTURES = (300, 6000, 2.5, 30_000_000), (15, 6000, 16, 10_000_000)
"""Of a picture that is shown: its sides in pixels, how many times one is the other, its bytes."""

_FRAMES = {"first_frame", "last_frame"}
_SMALL, _ALL = ("480p", "720p"), ("480p", "720p", "1080p", "4k")
_CLIPS: dict[str, tuple[tuple[str, ...], range, int]] = {
    "dreamina-seedance-2-0-260128": (_ALL, range(4, 16), 9),
    "dreamina-seedance-2-0-fast-260128": (_SMALL, range(4, 16), 9),
    "dreamina-seedance-2-0-mini-260615": (_SMALL, range(4, 16), 9),
    "dreamina-seedance-2-5-260628": (_ALL[:3], range(4, 31), 30),
    "seedance-1-5-pro-251215": (_ALL[:3], range(4, 13), 0),
}
"""Resolutions, seconds and how many references, by model."""

_PICTURES = {
    "seedream-5-0-lite-260128": 3_686_400,
    "seedream-5-0-260128": 3_686_400,
    "seedream-4-5-251128": 3_686_400,
    "seedream-4-0-250828": 921_600,
    "dola-seedream-5-0-pro-260628": 921_600,
}
"""The fewest pixels of a picture, by model."""

_SQUARE: dict[str, int] = {"1K": 1024, "2K": 2048, "3K": 3072, "4K": 4096}
_PICTURE_PIXELS_MAX, _REFERENCES_MAX = 16_777_216, 14


def clip_order(house: House, body: dict[str, Any]) -> Order:
    """A clip, from the body of POST …/tasks. Raises PlayedRefusal for what the model does not make."""
    body = without_nulls(body)
    model = _known(body, _CLIPS)
    resolutions, durations, most = _CLIPS[model]
    resolution, seconds = body.get("resolution", "720p"), body.get("duration", 5)
    if resolution not in resolutions:
        raise _misfit("resolution", model, "t2v")
    if isinstance(seconds, bool) or seconds not in durations:
        raise _misfit("duration", model, "i2v" if len(body["content"]) > 1 else "t2v")
    texts, frames, references = _content(house, body["content"], most)
    ratio = body.get("ratio", "adaptive")
    if "seedance-2-5" in model and frames and ratio != "adaptive":
        raise _misfit("ratio", model, "i2v")
    width, height = seedance.frame_size(model, resolution, ratio)
    audio = bool(body.get("generate_audio", True))
    priced: PricedSize = "4K" if resolution == "4k" else resolution
    usage = Usage(
        provider=PROVIDER,
        model=model,
        operation="clip",
        resolution=priced,
        output_ms=seconds * 1000,
        width=width,
        height=height,
        audio=audio,
    )
    return Order(
        provider=PROVIDER,
        model=model,
        operation="clip",
        prompt=" ".join(texts),
        width=width,
        height=height,
        resolution=resolution,
        seconds=float(seconds),
        seed=body.get("seed"),
        start_frame=frames.get("first_frame"),
        end_frame=frames.get("last_frame"),
        references=references,
        audio=audio,
        marker=_marker(body),
        raw=body[RAW],
        price_microusd=house.price(usage),
    )


def _marker(body: dict[str, Any]) -> str:
    marker: str = body.get("safety_identifier") or ""
    if len(marker) > _MARKER_MAX:
        raise PlayedRefusal("invalid", f"safety_identifier is longer than {_MARKER_MAX}", field="safety_identifier")
    return marker


def _content(
    house: House, content: list[dict[str, Any]], most: int
) -> tuple[list[str], dict[str, str], tuple[str, ...]]:
    """Words, frames by role, references. Raises PlayedRefusal for roles that do not go together."""
    texts, frames, references = [each["text"] for each in content if each["type"] == "text"], {}, []
    shown = [(place, each) for place, each in enumerate(content) if each["type"] == "image_url"]
    for place, each in shown:
        role = each.get("role") or ("first_frame" if len(shown) == 1 else None)
        if role is None:
            raise PlayedRefusal("invalid", "role must be specified for image contents", field=f"content[{place}].role")
        name = _picture_at(house, each["image_url"]["url"], f"content[{place}].image_url", _SHOWN_TO_CLIPS)
        if role == "reference_image":
            references.append(name)
        elif role in _FRAMES and role not in frames:
            frames[role] = name
        else:
            raise PlayedRefusal("invalid", f"role {role} is not valid", field=f"content[{place}].role")
    if frames and references:
        raise PlayedRefusal("invalid", "first/last frame content cannot be mixed with reference media content")
    if "last_frame" in frames and "first_frame" not in frames:
        raise PlayedRefusal("invalid", "last frame content needs first frame content")
    if len(references) > most:
        raise PlayedRefusal("invalid", f"at most {most} reference images are allowed", field="content")
    if not texts and not shown:
        raise PlayedRefusal("invalid", "content has neither text nor media", field="content")
    return texts, frames, tuple(references)


def _picture_at(house: House, url: str, field: str, bounds: tuple[int, int, float, int]) -> str:
    """The picture's name here. Raises PlayedRefusal for one that ModelArk would not take."""
    name = house.picture(url)
    path = house.received(name)
    if path is None:
        return name  # an address that nobody can follow here
    content = path.read_bytes()
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
    except OSError:
        raise PlayedRefusal("invalid", "resource download failed", field=field) from None
    (short, long), (low, high, times, bytes_max) = sorted((width, height)), bounds
    if not (low <= short and long <= high and long <= times * short):
        raise PlayedRefusal("invalid", f"the image of {width}x{height} pixels is not valid", field=field)
    if len(content) >= bytes_max:
        raise PlayedRefusal("invalid", "the image is too large", field=field)
    return name


def picture_order(house: House, body: dict[str, Any]) -> Order:
    """A picture, from the body of POST /images/generations. Raises PlayedRefusal for what the model does not make."""
    body = without_nulls(body)
    model = _known(body, _PICTURES)
    width, height = _pixels(str(body.get("size", "2K")))
    if not _PICTURES[model] <= width * height <= _PICTURE_PIXELS_MAX:
        raise PlayedRefusal("invalid", f"image size must be at least {_PICTURES[model]} pixels", field="size")
    shown = body.get("image") or []
    shown = [shown] if isinstance(shown, str) else shown
    if len(shown) > _REFERENCES_MAX:
        raise PlayedRefusal("invalid", f"at most {_REFERENCES_MAX} images are allowed", field="image")
    if body.get("sequential_image_generation", "disabled") != "disabled" or body.get("stream"):
        raise PlayedRefusal("invalid", "one picture at a time is rehearsed", field="sequential_image_generation")
    references = tuple(
        _picture_at(house, url, f"image[{place}]", _SHOWN_TO_PICTURES) for place, url in enumerate(shown)
    )
    usage = Usage(
        provider=PROVIDER,
        model=model,
        operation="panel",
        resolution=_priced(width * height),
        images=1,
        width=width,
        height=height,
        pictures_in=((1024, 1024),) * len(shown),
    )
    return Order(
        provider=PROVIDER,
        model=model,
        operation="panel",
        prompt=body["prompt"],
        width=width,
        height=height,
        resolution=str(body.get("size", "2K")),
        seed=body.get("seed"),
        references=references,
        raw=body[RAW],
        price_microusd=house.price(usage),
    )


def without_nulls(body: dict[str, Any]) -> dict[str, Any]:
    """The fields that say something: BytePlus's own client sends null for the rest."""
    return {name: value for name, value in body.items() if value is not None}


def _known(body: dict[str, Any], models: dict[str, Any]) -> str:
    model = body.get("model")
    if not isinstance(model, str):
        raise PlayedRefusal("invalid", "model", field="model", missing=True)
    if model not in models:
        raise PlayedRefusal("unknown_model", model)
    return model


def _misfit(field: str, model: str, how: str) -> PlayedRefusal:
    words = f"the parameter {field} specified in the request is not valid for model {model} in {how}"
    return PlayedRefusal("invalid", words, field=field)


def _pixels(size: str) -> tuple[int, int]:
    """Width and height of `2560x1440`, or of `2K`, which is a square here."""
    if size in _SQUARE:
        return _SQUARE[size], _SQUARE[size]
    width, _, height = size.partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise PlayedRefusal("invalid", f"image size {size} is not valid", field="size")
    return int(width), int(height)


def _priced(pixels: int) -> PricedSize:
    return "1K" if pixels <= 1_500_000 else "1.5K" if pixels <= 2_360_000 else "2K" if pixels <= 5_000_000 else "4K"
