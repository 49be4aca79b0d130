"""Brings what a person saved into the form of a frame: upright, in sRGB, opaque, and of the frame's size."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

from checks.seeing.pictures import oddity, read_picture
from providers.fitting import misfit, scaled_down
from wiring.errors import HandsRefused

_OPAQUE_ALPHA = 250
"""Alpha, of 255, that is as good as opaque: editors leave 254 at the seams."""

_SAVE = "Save it again at {0}×{1} pixels; the kit's template.png has that size"


def brought_in(path: Path, into: Path, size: tuple[int, int], plate: Path | None = None) -> tuple[str, ...]:
    """Write the picture at `path` as a plain RGB PNG of `size` and say what was done to it, in words.

    `plate`: what is laid behind where it can be seen through; without one that is refused. Raises Unreadable for what
    is not a picture within bounds, HandsRefused for one that is too small or of another shape.
    """
    pixels = read_picture(path)
    done = [words for words in (_turned(path),) if words]
    picture = Image.fromarray(pixels)
    if picture.mode == "RGBA":
        seen_through = sum(picture.getchannel("A").histogram()[:_OPAQUE_ALPHA]) / (picture.width * picture.height)
        picture, words = _opaque(path, picture, seen_through, plate)
        done += [words] if words else []
    wanted = _SAVE.format(*size)
    if wrong := misfit(picture.size, size):
        raise HandsRefused(path.name, f"it is {wrong}", wanted)
    if picture.size != size:
        done.append(f"scaled down from {picture.width}×{picture.height}")
    scaled_down(picture, size).save(into, "PNG")
    return tuple(done)


def _turned(path: Path) -> str:
    """What reading has changed already, by the picture's own claims."""
    with Image.open(path) as picture:
        odd = oddity(picture)
        upright = ImageOps.exif_transpose(picture).size != picture.size
    if not odd:
        return ""
    return "stood upright, as its Exif says" if upright or "Exif" in odd else f"turned into sRGB (it {odd})"


def _opaque(path: Path, picture: Image.Image, share: float, plate: Path | None) -> tuple[Image.Image, str]:
    if share == 0:
        return picture.convert("RGB"), ""
    if plate is None:
        raise HandsRefused(
            path.name,
            f"{share:.0%} of it can be seen through, and nobody knows onto what",
            "Flatten it onto its background and save it again, or lay it onto the empty plate: --flatten",
        )
    with Image.open(plate) as behind:
        under = ImageOps.fit(behind.convert("RGBA"), picture.size, Image.Resampling.LANCZOS)
    return Image.alpha_composite(under, picture).convert(
        "RGB"
    ), f"laid onto the empty plate where it could be seen through ({share:.0%})"
