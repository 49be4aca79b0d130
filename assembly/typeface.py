"""The letters on every picture: one family, and a way to see that it can draw a text before it is drawn."""

from __future__ import annotations

import functools
import importlib.metadata
import io
from pathlib import Path
from typing import Literal

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

from assembly.errors import UnreadableText

Weight = Literal[300, 400, 500, 600, 700]
_NEVER_A_LETTER = "\uffff"  # Unicode guarantees it; what a font draws for it is its box for "missing".


def face(size: int, weight: Weight = 400) -> FreeTypeFont:
    """Open the typeface at `size` pixels and `weight` (400 regular, 700 bold).
    A new one each call: faces hold state.
    """
    font = ImageFont.truetype(io.BytesIO(_font_bytes()), size)
    try:
        font.set_variation_by_axes([weight])
    except OSError:
        return font  # The fallback has one weight only.
    return font


def check_readable(text: str) -> None:
    """Raise UnreadableText, naming the letters, when the typeface lacks any letter of `text`."""
    font = face(24)
    missing_box = bytes(font.getmask(_NEVER_A_LETTER))
    lacking = sorted({c for c in text if not c.isspace() and bytes(font.getmask(c)) == missing_box})
    if lacking:
        raise UnreadableText(
            f"a text of {len(text)} characters",  # whose it is nobody here knows: a private shot's is not repeated
            f"the typeface at hand has no {' '.join(lacking)}",
            "Write finish: {subtitles: srt} in film.yaml; players bring their own fonts",
        )


def write_font(into: Path) -> Path:
    """Write the typeface as a file, for a program that wants a path. Returns `into`."""
    into.write_bytes(_font_bytes())
    return into


@functools.cache
def _font_bytes() -> bytes:
    """Geist, where it is found; else the small Latin face inside Pillow.

    Geist (SIL Open Font License, covers Latin and Cyrillic) comes with Prefect's pages, which this distribution depends
    on. Only the file is read: nothing of Prefect is imported, and without it everything still works, in another face.
    """
    try:
        files = importlib.metadata.files("prefect") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    found = next((f for f in files if f.name.startswith("Geist-") and f.suffix == ".ttf"), None)
    if found is not None and (path := Path(str(found.locate()))).is_file():
        return path.read_bytes()
    embedded = ImageFont.load_default(24)
    assert isinstance(embedded, FreeTypeFont)
    return bytes(embedded.font_bytes)
