"""Film strips: frames of a clip side by side in one small JPEG, which the room shows while somebody scrubs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from checks.errors import Unreadable
from manifests.reading.whole_file import whole_file
from wiring.services import Services

FRAMES = 12
"""Frames in a strip, evenly spread over the clip. The page's script counts on it."""

WIDTH_PX = 240
_QUALITY = 74


def filmstrip(services: Services, sha256: str) -> Path:
    """The strip of the clip; it is made once and kept beside the vault.
    Raises VaultError, and CheckError for a file that is not a clip.
    """
    kept = services.settings.vault / "thumbnails" / f"{sha256}.strip.jpg"
    if kept.is_file():
        return kept
    from PIL import Image  # noqa: PLC0415  loads the pixel libraries

    pictures = _frames(services.vault.path(sha256))
    height, width = pictures[0].shape[:2]
    size = (WIDTH_PX, max(1, round(WIDTH_PX * height / width)))
    strip = Image.new("RGB", (size[0] * FRAMES, size[1]))
    for place, picture in enumerate(pictures):
        strip.paste(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR), (place * size[0], 0))
    with whole_file(kept) as part:
        strip.save(part, "JPEG", quality=_QUALITY)
    return kept


def _frames(path: Path) -> list[NDArray[np.uint8]]:
    """As many frames as a strip has; where the clip ends earlier than it says, its last one again."""
    from checks.seeing.decode import decode, opened  # noqa: PLC0415

    with opened(path) as (container, _):
        streams = container.streams.video
        frames = max(1, streams[0].frames) if streams else 1
    wanted = [min(frames - 1, (2 * place + 1) * frames // (2 * FRAMES)) for place in range(FRAMES)]
    decoded = decode(path, set(wanted))
    if decoded.last is None:
        raise Unreadable(path.name, "it holds no frame", "Fetch it again, or make it again")
    return [decoded.kept.get(number, decoded.last) for number in wanted]
