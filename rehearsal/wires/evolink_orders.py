"""The order in a call to EvoLink: a clip, with its true price."""

from __future__ import annotations

from typing import Any

from governor.errors import UnknownPrice
from manifests.spending.price import Usage
from rehearsal import seedance
from rehearsal.house import House
from rehearsal.order import Order
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import RAW

PROVIDER = "evolink"
_SECONDS = range(4, 16)
_SMALL, _ALL = ("480p", "720p"), ("480p", "720p", "1080p")
_FAMILIES = {"seedance-2.0": (_ALL, 200), "seedance-2.0-fast": (_SMALL, 160), "seedance-2.0-mini": (_SMALL, 100)}
"""Qualities, and what a clip costs in percent of mini's, as ByteDance's own list has it."""

_KINDS = {"text-to-video": (0, 0), "image-to-video": (1, 2), "reference-to-video": (0, 9)}
"""The fewest and the most pictures."""

_TRIAL_MICROUSD, _TRIAL_TOKENS = 150_400, 40_594
"""The one charge that is known: 10.23 credits for four seconds of mini at 480p.
Whatever else is billed here in its proportion.
"""


def clip_order(house: House, body: dict[str, Any]) -> Order:
    """A clip, from the body of POST /videos/generations. Raises PlayedRefusal for what the model does not make."""
    model, quality = body["model"], body.get("quality", "720p")
    family = next((name for name in _FAMILIES if model in {f"{name}-{kind}" for kind in _KINDS}), None)
    if family is None:
        raise PlayedRefusal("unknown_model", str(model))
    kind, (qualities, _) = model.removeprefix(f"{family}-"), _FAMILIES[family]
    seconds, shown = body.get("duration", 5), body.get("image_urls") or []
    _refuse_misfit(seconds, quality, qualities, shown, _KINDS[kind])
    width, height = seedance.frame_size(model, quality, body.get("aspect_ratio", "16:9"))
    audio = bool(body.get("generate_audio", True))
    frames, references = (shown, []) if kind == "image-to-video" else ([], shown)
    start, end = [*map(house.picture, frames), None, None][:2]
    usage = Usage(
        provider=PROVIDER,
        model=model,
        operation="clip",
        resolution=quality,
        output_ms=seconds * 1000,
        width=width,
        height=height,
        audio=audio,
    )
    return Order(
        provider=PROVIDER,
        model=model,
        operation="clip",
        prompt=body["prompt"],
        width=width,
        height=height,
        resolution=quality,
        seconds=float(seconds),
        start_frame=start,
        end_frame=end,
        audio=audio,
        raw=body[RAW],
        references=tuple(map(house.picture, references)),
        price_microusd=_price(house, usage, family),
    )


def _refuse_misfit(
    seconds: object, quality: str, qualities: tuple[str, ...], shown: list[str], bounds: tuple[int, int]
) -> None:
    fewest, most = bounds
    if isinstance(seconds, bool) or seconds not in _SECONDS:
        raise PlayedRefusal("invalid", "duration must be between 4 and 15 seconds", field="duration")
    if quality not in qualities:
        raise PlayedRefusal("invalid", f"quality must be one of {', '.join(qualities)}", field="quality")
    if not fewest <= len(shown) <= most:
        raise PlayedRefusal("invalid", f"image_urls must have {fewest} to {most} items", field="image_urls")
    if any(not url.startswith(("https://", "http://")) for url in shown):
        raise PlayedRefusal("invalid", "image_urls must be publicly accessible URLs", field="image_urls")


def _price(house: House, usage: Usage, family: str) -> int:
    """The price book's, where it has one."""
    try:
        return house.price(usage)
    except UnknownPrice:
        own = seedance.tokens(usage.width, usage.height, usage.output_ms // 1000)
        return _TRIAL_MICROUSD * own * _FAMILIES[family][1] // (_TRIAL_TOKENS * 100)
