"""Colours and marks shared by the cards, the contact sheet, the chart and the storyboard: neutral greys, icons that
need no colour, and pencil lines.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from PIL import Image, ImageDraw, ImageOps
from PIL.ImageFont import FreeTypeFont

from manifests.film import RATIOS, Shown
from manifests.story.sketch import Ink, ShotSketch

Mark = Literal["pass", "look", "fail", "none"]

SURROUND = "#15171a"
"""Behind pictures: dark and neutral, so that nothing tints the eye (the design's review surround)."""
PANEL = "#1d2024"
EDGE = "#2c3036"
TEXT = "#eceef1"
QUIET = "#9aa1ab"
FAINT = "#636a74"
ACCENT = "#f0b35c"

MARK_COLOURS: dict[Mark, str] = {"pass": "#6fce97", "look": "#f0b35c", "fail": "#f0756b", "none": "#7d8590"}
MARK_WORDS: dict[Mark, str] = {"pass": "ok", "look": "look", "fail": "no", "none": "n/a"}

PENCILS: dict[Ink, str] = {"graphite": "#1f2226", "red": "#d3331f", "blue": "#1f6fd3", "white": "#ffffff"}
PAPER = "#b9bec4"
"""Under a sketch that stands alone: grey, so that all four inks can be seen."""

_OVERSAMPLING = 4  # Pillow draws lines without anti-aliasing: draw large, shrink once.
_PENCIL_OVERSAMPLING = 2  # of a whole frame: four times would be 100 MB


@lru_cache(maxsize=32)
def icon(mark: Mark, size: int) -> Image.Image:
    """Draw a tick, a warning triangle, a cross or a dash as an RGBA square of `size` pixels.

    The shapes differ, so that nobody has to see the colours. Paste it and leave it as it is: later calls get the same.
    """
    side = size * _OVERSAMPLING
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    colour, width = MARK_COLOURS[mark], max(1, round(side * 0.13))
    if mark == "pass":
        pen.line(_scaled(side, (0.14, 0.54), (0.40, 0.80), (0.87, 0.22)), fill=colour, width=width, joint="curve")
    elif mark == "look":
        pen.polygon(_scaled(side, (0.5, 0.08), (0.96, 0.9), (0.04, 0.9)), fill=colour)
        pen.line(_scaled(side, (0.5, 0.36), (0.5, 0.62)), fill=SURROUND, width=width)
        pen.ellipse(_scaled(side, (0.435, 0.70), (0.565, 0.83)), fill=SURROUND)
    elif mark == "fail":
        pen.line(_scaled(side, (0.2, 0.2), (0.8, 0.8)), fill=colour, width=width)
        pen.line(_scaled(side, (0.8, 0.2), (0.2, 0.8)), fill=colour, width=width)
    else:
        pen.line(_scaled(side, (0.22, 0.5), (0.78, 0.5)), fill=colour, width=width)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def sketched(sketch: ShotSketch, size: tuple[int, int]) -> Image.Image:
    """The pencil lines of a sketch as a see-through RGBA picture of `size` (width, height in pixels)."""
    wide, tall = size[0] * _PENCIL_OVERSAMPLING, size[1] * _PENCIL_OVERSAMPLING
    image = Image.new("RGBA", (wide, tall), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for stroke in sketch.strokes:
        points, width = [(x * wide, y * tall) for x, y in stroke.points], max(1, round(stroke.width / 1000 * wide))
        pen.line(points, fill=PENCILS[stroke.ink], width=width, joint="curve")
        for x, y in (points[0], points[-1]):
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=PENCILS[stroke.ink])
    return image.resize(size, Image.Resampling.BOX)


def under_sketch(picture: Image.Image, sketch: ShotSketch) -> Image.Image:
    """The picture with the lines of a sketch over it, as RGB."""
    flat, lines = picture.convert("RGB"), sketched(sketch, picture.size)
    flat.paste(lines, (0, 0), lines)
    return flat


def shortened(text: str, font: FreeTypeFont, width: float) -> str:
    """Cut `text` at its end, with an ellipsis, until it is at most `width` pixels wide."""
    if font.getlength(text) <= width:
        return text
    keep = len(text)
    while keep and font.getlength(text[:keep].rstrip() + "…") > width:
        keep -= 1
    return text[:keep].rstrip() + "…"


def wrapped(text: str, font: FreeTypeFont, width: float, lines_max: int) -> list[str]:
    """Break `text` between words into at most `lines_max` lines of at most `width` pixels; the last is shortened."""
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    if len(lines) > lines_max:
        lines = [*lines[: lines_max - 1], " ".join(lines[lines_max - 1 :])]
    return [shortened(line, font, width) for line in lines]


def cover(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Scale and crop `picture` about its middle so that it fills `size` exactly, as RGB on the surround."""
    flat = Image.new("RGB", picture.size, SURROUND)
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    scale = max(size[0] / flat.width, size[1] / flat.height)
    scaled = flat.resize((max(size[0], round(flat.width * scale)), max(size[1], round(flat.height * scale))))
    left, top = (scaled.width - size[0]) // 2, (scaled.height - size[1]) // 2
    return scaled.crop((left, top, left + size[0], top + size[1]))


def whole(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Scale `picture` so that all of it lies in `size`, in the middle, as RGB on the surround."""
    cell, inside = Image.new("RGB", size, SURROUND), ImageOps.contain(picture, size)
    at = ((size[0] - inside.width) // 2, (size[1] - inside.height) // 2)
    cell.paste(inside, at, inside.getchannel("A") if inside.mode == "RGBA" else None)
    return cell


def framed(picture: Image.Image, size: tuple[int, int], shown: Shown) -> Image.Image:
    """The picture as a film of this shape shows it, in a cell of `size`: it fills a cell of its shape, and stands whole
    in the middle of any other.
    """
    if shown == "16:9":
        return cover(picture, size)
    cell = Image.new("RGB", size, SURROUND)
    across, down = min(size[0], round(size[1] * RATIOS[shown])), min(size[1], round(size[0] / RATIOS[shown]))
    cell.paste(cover(picture, (across, down)), ((size[0] - across) // 2, (size[1] - down) // 2))
    return cell


def _scaled(side: int, *points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(x * side, y * side) for x, y in points]
