"""Sketches a shot that has no picture yet: figures at their marks, so that a board can be read at once."""

from __future__ import annotations

from PIL import Image, ImageDraw

from assembly import typeface
from manifests.bible import Bible
from manifests.film import Aspect
from manifests.scene import Shot
from manifests.staging import Placement, placements
from manifests.story.blocking import floor_line

SIZE = (960, 540)
_SIZES: dict[Aspect, tuple[int, int]] = {"16:9": SIZE, "9:16": (540, 960), "1:1": (720, 720)}
_WALL, _FLOOR, _LINE, _INKS = "#eef0f2", "#dfe3e7", "#b7bdc6", ("#7c8794", "#93806f", "#6f8f86", "#8d7a94")
_TEXT, _PROP = "#15171a", "#c9b458"
_WIDE = 0.34
"""How wide a standing person is, in parts of the height."""


def sketch(shot: Shot, bible: Bible) -> Image.Image:
    """The first frame as figures on a floor."""
    size = _SIZES[shot.aspect]
    picture = Image.new("RGB", size, _WALL)
    pen = ImageDraw.Draw(picture)
    horizon = round(size[1] * min(0.95, floor_line(shot.camera, bible.locations[shot.location].floor) - 0.12))
    pen.rectangle((0, horizon, size[0], size[1]), fill=_FLOOR)
    pen.line((0, horizon, size[0], horizon), fill=_LINE, width=2)
    order = {member.character: n for n, member in enumerate(shot.cast)}
    staged = placements(shot, 0.0)
    for placed in staged:
        _figure(pen, placed, _INKS[order.get(placed.entity, 0) % len(_INKS)])
    font = typeface.face(22, 600)
    for placed in staged:
        name = _name(placed, bible)
        x = min(max(placed.x * size[0] - font.getlength(name) / 2, 6), size[0] - font.getlength(name) - 6)
        y = min(max((placed.y - placed.scale) * size[1] - 30, 6), size[1] - 34)
        pen.text((x, y), name, fill=_TEXT, font=font)
    place = bible.locations[shot.location].name
    pen.text((12, size[1] - 34), place, fill=_TEXT, font=typeface.face(20))
    return picture


def _figure(pen: ImageDraw.ImageDraw, placed: Placement, colour: str) -> None:
    size = _SIZES[placed.frame]
    x, foot, height = placed.x * size[0], placed.y * size[1], placed.scale * size[1]
    if placed.wardrobe is None:
        pen.rectangle((x - height / 2, foot - height, x + height / 2, foot), fill=_PROP, outline=_TEXT, width=2)
        return
    half, head = height * _WIDE / 2, height * 0.075
    top = foot - height
    body = (x - half, top + 2.2 * head, x + half, foot)
    pen.rounded_rectangle(body, radius=min(half, height * 0.12), fill=colour, outline=_TEXT, width=2)
    pen.ellipse((x - head, top, x + head, top + 2 * head), fill=colour, outline=_TEXT, width=2)
    turned = {"front": 0.0, "three_quarter": 0.55, "side": 1.0, "back": 0.0}[placed.view] * (
        -1 if placed.mirrored else 1
    )
    if placed.view != "back":
        nose = x + turned * head
        pen.line((nose, top + head, nose + turned * head * 0.6, top + 1.15 * head), fill=_TEXT, width=3)


def _name(placed: Placement, bible: Bible) -> str:
    if placed.wardrobe is None:
        return bible.props[placed.entity].name
    return bible.characters[placed.entity].name
