"""A picture as a data URL, for a page that can reach no file of ours:
small enough to lie in somebody else's database.
"""

from __future__ import annotations

import base64
import io
from pathlib import Path

from assembly import probe

BYTES_MAX = 150_000
"""Of the JPEG. Prefect's page shows data URLs of 200 kB without delay (measured, 3.8.8);
base64 makes a third more of it.
"""

WIDTH_MAX = 960
_WIDTHS = (WIDTH_MAX, 720, 480, 400, 320)
_QUALITY = 72


def data_url(picture: Path, width_max: int = WIDTH_MAX) -> str | None:
    """The picture, made smaller until it fits; None where even 320 pixels of width do not. Raises UnfitPicture."""
    whole = probe.still(picture)
    for width in _WIDTHS:
        if width > min(whole.width, width_max):
            continue
        part = whole.resize((width, max(1, round(whole.height * width / whole.width))))
        content = io.BytesIO()
        part.convert("RGB").save(content, format="JPEG", quality=_QUALITY, optimize=True)
        if content.tell() <= BYTES_MAX:
            return "data:image/jpeg;base64," + base64.b64encode(content.getvalue()).decode("ascii")
    return None
