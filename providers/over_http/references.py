"""How a picture travels to a provider: as a link that it fetches, inside the call itself, or sent ahead;
the cheapest that it allows.

A picture is never changed on the way: a picture that a provider could not take is refused here, before any money is
held.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from providers.errors import Invalid

_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


@dataclass(frozen=True)
class Travel:
    """One provider's limits for pictures. One object a process:
    it remembers the pictures that it has uploaded, for `upload_life_s` seconds.

    `links`: it fetches links. `data_bytes_max`: the largest file that it takes inside a call, 0 for none; in base64 it
    is a third longer. `upload` sends a file of a media type ahead and gives its address. `side_px_min` and
    `side_px_max` bound width and height, and `ratio_max` how many times the longer side is the shorter, 0 for no bound;
    `formats` are the media types that it reads.
    """

    links: bool
    data_bytes_max: int = 0
    upload: Callable[[Path, str], Awaitable[str]] | None = None
    side_px_min: int = 0
    side_px_max: int = 0
    ratio_max: float = 0.0
    formats: tuple[str, ...] = ("image/png", "image/jpeg")
    upload_life_s: float = 3600.0
    _sent: dict[str, tuple[float, str]] = field(default_factory=dict, init=False, repr=False, compare=False)


async def address(
    sha256: str, path: Path, travel: Travel, link_to: Callable[[str], str | None], *, name: str = ""
) -> str:
    """The form of the picture `path` in a call: a link, a data URL, or the address of the uploaded picture.

    `link_to` gives the vault's presigned link for a content hash, None where the vault has none. `name` is what people
    call the picture. Raises Invalid for a picture that the provider could not take, or that has no way to it; and what
    `upload` raises.
    """
    thing = f"reference {name or sha256[:12]}"
    media_type, size = await asyncio.to_thread(_fit, thing, path, travel)
    if travel.links and (link := link_to(sha256)):
        return link
    if size <= travel.data_bytes_max:
        content = await asyncio.to_thread(path.read_bytes)
        return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
    if travel.upload is not None:
        return await _sent_ahead(sha256, path, travel, travel.upload, media_type)
    if travel.links:
        cause = f"the provider fetches a picture of {size} bytes by a link, and the vault gives none"
        raise Invalid(thing, cause, "Put the vault on S3: GATE_VAULT=s3://BUCKET/PREFIX")
    cause = f"it has {size} bytes, more than the {travel.data_bytes_max} that the provider takes"
    raise Invalid(thing, cause, "Lock a smaller picture in its place.")


async def _sent_ahead(
    sha256: str, path: Path, travel: Travel, upload: Callable[[Path, str], Awaitable[str]], media_type: str
) -> str:
    sent_at, there = travel._sent.get(sha256, (0.0, ""))
    if there and time.monotonic() - sent_at < travel.upload_life_s:
        return there
    there = await upload(path, media_type)
    travel._sent[sha256] = (time.monotonic(), there)
    return there


def _fit(thing: str, path: Path, travel: Travel) -> tuple[str, int]:
    """The picture's media type, from its own bytes, and its size in bytes.
    Raises Invalid where the provider could not take it.
    """
    try:
        with Image.open(path, formats=tuple(_MEDIA_TYPES)) as picture:
            media_type, sides = _MEDIA_TYPES[picture.format or ""], picture.size
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise Invalid(thing, f"it is not a picture ({type(error).__name__})", "Lock it again, as a PNG.") from error
    if media_type not in travel.formats:
        raise Invalid(
            thing, f"it is {media_type}, and the provider reads {', '.join(travel.formats)}", "Lock it again, as a PNG."
        )
    width, height = sides
    if max(sides) > (travel.side_px_max or max(sides)) or min(sides) < travel.side_px_min:
        most = f"{travel.side_px_min} to {travel.side_px_max or 'any number of'} pixels a side"
        cause = f"it is {width}x{height} pixels, and the provider takes {most}"
        raise Invalid(thing, cause, "Lock one of such a size in its place; it is never scaled behind your back.")
    if travel.ratio_max and max(sides) > travel.ratio_max * min(sides):
        cause = (
            f"it is {width}x{height} pixels, and the provider takes no side more than {travel.ratio_max:g} "
            f"times the other"
        )
        raise Invalid(thing, cause, "Lock one with more around it in its place; it is never changed behind your back.")
    return media_type, path.stat().st_size
