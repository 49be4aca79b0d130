"""Draws what moved in an edit over the picture itself, with a scale, so that a person sees at once what to look at."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from checks.gates.geometry_guard import Guarded

_FOOT_PX = 64
_DIMMED = 0.55
_LEAST_SCALE_PX = 4.0
_NAMED_MAX = 6
_RAMP_RIGHT = 350
_INK, _PAPER, _FREE = (240, 240, 240), (18, 20, 24), (90, 190, 255)


def write_heat_map(found: Guarded, threshold: float, into: Path) -> None:
    """Write a PNG: the original, dimmed; what moved from yellow (little) to white-hot; boxes with their pixels;
    the mask's outline.
    """
    height, width = found.picture.shape[:2]
    top = max(_LEAST_SCALE_PX, min(found.worst_px, 40.0))
    sheet = Image.new("RGB", (width, height + _FOOT_PX), _PAPER)
    sheet.paste(Image.fromarray(_heated(found, top)), (0, 0))
    draw, small, large = ImageDraw.Draw(sheet), ImageFont.load_default(16), ImageFont.load_default(20)
    for spot in found.spots[:_NAMED_MAX]:
        if spot.pixels <= threshold:
            continue
        left, upper, right, lower = spot.box
        box = (max(0, left - 5), max(0, upper - 5), min(width - 1, right + 5), min(height - 1, lower + 5))
        draw.rectangle(box, outline=(255, 255, 255), width=2)
        words = f"{spot.pixels:.1f} px" if spot.moved else "gone, new or other"
        across = draw.textlength(words, small)
        x, y = min(box[0], width - across - 8), box[1] - 22 if box[1] > 24 else min(box[3] + 4, height - 22)
        draw.rectangle((x, y, x + across + 8, y + 20), fill=_PAPER)
        draw.text((x + 4, y + 1), words, _INK, small)
    sheet.paste(_ramp(), (width - _RAMP_RIGHT, height + 14))
    _foot(draw, found, threshold, top, (small, large))
    content = io.BytesIO()
    sheet.save(content, "PNG")
    into.write_bytes(content.getvalue())


def _heated(found: Guarded, top: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    grey = cv2.cvtColor(cv2.cvtColor(found.picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    base = cv2.addWeighted(found.picture, 0.35 * _DIMMED, grey, 0.65 * _DIMMED, 0).astype(np.float32)
    heat = cv2.GaussianBlur(found.heat_px, (0, 0), 2.5)
    strength = np.clip(heat / top, 0, 1)
    colours = cv2.applyColorMap(np.rint(90 + 165 * strength).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
    cover = np.clip(heat / 0.6, 0, 0.9)[..., None]
    out = np.clip(base * (1 - cover) + colours.astype(np.float32) * cover, 0, 255).astype(np.uint8)
    outlines, _ = cv2.findContours(found.free.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    drawn = np.ascontiguousarray(out)
    cv2.drawContours(drawn, outlines, -1, _FREE, 2)
    return np.asarray(drawn, np.uint8)


def _ramp() -> Image.Image:
    scale = np.rint(np.linspace(90, 255, 260)).astype(np.uint8)[None].repeat(18, 0)
    return Image.fromarray(np.ascontiguousarray(cv2.applyColorMap(scale, cv2.COLORMAP_INFERNO)[..., ::-1]))


def _foot(
    draw: ImageDraw.ImageDraw,
    found: Guarded,
    threshold: float,
    top: float,
    fonts: tuple[ImageFont.ImageFont | ImageFont.FreeTypeFont, ImageFont.ImageFont | ImageFont.FreeTypeFont],
) -> None:
    height, width = found.picture.shape[:2]
    small, large = fonts
    moved = found.worst_px > threshold
    says = f"V114  worst {found.worst_px:.1f} px, at most {threshold:g}" + ("" if moved else ": nothing moved")
    draw.text((16, height + 8), says, _INK, large)
    more = (
        f"{found.changed_share:.2%} changed outside the mask, which is outlined in blue"
        if found.free.any()
        else (f"{found.changed_share:.2%} changed; no mask: nothing was to move")
    )
    draw.text((16, height + 36), more, (170, 175, 185), small)
    x, y = width - _RAMP_RIGHT, height + 14
    draw.text((x - 38, y), "0 px", _INK, small)
    draw.text((x + 268, y), f"{top:.0f} px", _INK, small)
    draw.text((x, y + 24), "moved, in pixels of 720 lines", (170, 175, 185), small)
