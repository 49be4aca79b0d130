"""Small JPEG pictures of what lies in the vault, made once and kept beside it:
for strips, sheets and static exports.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from checks.errors import CheckError, Unreadable
from manifests.reading.whole_file import whole_file
from wiring.services import Services

WIDTH_PX = 320
_QUALITY = 82
_AT_FRAME = 24
"""Which frame stands for a clip, one second in: its first may be a fade, and is what its panel shows already."""


def thumbnail(services: Services, sha256: str) -> Path:
    """The file of the picture, or of a frame of the clip, 320 pixels wide.
    Raises VaultError, and CheckError for a file that is not a picture.
    """
    kept = services.settings.vault / "thumbnails" / f"{sha256}.jpg"
    if kept.is_file():
        return kept
    from PIL import Image  # noqa: PLC0415  loads the pixel libraries

    picture = Image.fromarray(_pixels(services.vault.path(sha256))).convert("RGB")
    picture.thumbnail((WIDTH_PX, WIDTH_PX))
    with whole_file(kept) as part:
        picture.save(part, "JPEG", quality=_QUALITY)
    return kept


def _pixels(path: Path) -> NDArray[np.uint8]:
    from checks.seeing.decode import decode  # noqa: PLC0415
    from checks.seeing.pictures import read_picture  # noqa: PLC0415

    try:
        return read_picture(path)
    except CheckError:
        decoded = decode(path, {_AT_FRAME})
        frame = decoded.kept.get(_AT_FRAME, decoded.last)
        if frame is None:
            raise Unreadable(path.name, "it holds no frame", "Fetch it again, or make it again") from None
        return frame
