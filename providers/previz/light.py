"""Light that makes cut-outs belong to their plate: lens, grade, shadows, vignette."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from manifests.scene import Camera
from providers.previz.pictures import Picture

VIGNETTE = 0.20
"""How much darker the corners are, as a fraction. Chosen by eye."""
GLOW = 0.16
"""How much of a blurred highlight is added around lamps and windows."""
TINT_POWER = 0.14
"""How far a cut-out takes the plate's colour cast: 0 not at all, 1 wholly.
Low, so that a wardrobe keeps its colours.
"""
_SOFTNESS = {"wide": 0.0, "full": 0.0, "medium": 0.0010, "medium_close_up": 0.0024, "close_up": 0.0036}
_SHADOW_WIDTH = 128


class Ambience(NamedTuple):
    """The light of a plate: gains for blue, green and red, one for brightness,
    and the side the light comes from (-1 left, 1 right).
    """

    tint: tuple[float, float, float]
    level: float
    side: float


class Shadow(NamedTuple):
    """A shadow's darkness (0 to 255) and where the foot point lies in it;
    `per_width`: its pixels in one width of the cut-out.
    """

    dark: Picture
    foot_x: float
    foot_y: float
    per_width: float


def through_lens(plate: Picture, camera: Camera, width: int) -> Picture:
    """Soften the plate as a longer lens does, and let its lights glow. `width`: the frame's in plate pixels."""
    soft = _SOFTNESS[camera.size] * width
    seen = cv2.GaussianBlur(plate, (0, 0), soft) if soft > 0.4 else plate
    quarter = cv2.resize(seen, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    bright = cv2.convertScaleAbs(np.maximum(quarter, 150) - 150, alpha=2.2)
    halo = cv2.resize(cv2.GaussianBlur(bright, (0, 0), width * 0.006 + 0.8), (seen.shape[1], seen.shape[0]))
    return cv2.addWeighted(seen, 1.0, halo, GLOW, 0)


def ambience(seen: Picture) -> Ambience:
    """Read the light of the part of a plate that the camera sees."""
    small = cv2.resize(seen[:, :, :3], (32, 18), interpolation=cv2.INTER_AREA).astype(np.float64)
    mean = np.maximum(small.mean(axis=(0, 1)), 1.0)
    luma = float(mean @ (0.0722, 0.7152, 0.2126))
    blue, green, red = (float(v) for v in np.clip((mean / luma) ** TINT_POWER, 0.90, 1.10))
    halves = small[:, :16].mean(), small[:, 16:].mean()
    side = float(np.clip((halves[1] - halves[0]) / (halves[1] + halves[0] + 1) * 6, -1, 1))
    return Ambience((blue, green, red), float(np.clip((luma / 105) ** 0.14, 0.86, 1.04)), side)


def graded(cutout: Picture, light: Ambience) -> Picture:
    """The cut-out in that light: its tint, a lit side, and legs that fall off a little."""
    height, width = cutout.shape[:2]
    down, across = np.linspace(0, 1, height), np.linspace(-1, 1, width)
    falloff = 1.0 - 0.12 * np.clip((down - 0.45) / 0.55, 0, 1) ** 1.5
    lit = 1.0 + 0.07 * light.side * across
    shade = (light.level * np.outer(falloff, lit)).astype(np.float32)
    alpha = cutout[:, :, 3]
    channels = [np.minimum(cutout[:, :, c] * (shade * np.float32(light.tint[c])) + 0.5, alpha) for c in range(3)]
    return np.dstack([*(c.astype(np.uint8) for c in channels), alpha])


def shadow(cutout: Picture, light: Ambience, *, lies: bool) -> Shadow:
    """The shadow a cut-out throws: dark where it touches the floor, and its outline laid away from the light.

    `lies`: a thing rather than somebody who stands; it gets the touch alone.
    """
    height, width = cutout.shape[:2]
    per_width = _SHADOW_WIDTH / 2.6
    tall = per_width * height / width
    canvas_h = round(per_width * 0.9)
    foot_x, foot_y = _SHADOW_WIDTH / 2, canvas_h * 0.62
    dark: Picture = np.zeros((canvas_h, _SHADOW_WIDTH), np.float32)
    if not lies:
        dark = _laid_outline(cutout[:, :, 3], light, (per_width, tall), (foot_x, foot_y), dark)
    dark = np.maximum(dark, _touch(cutout[:, :, 3], per_width, (foot_x, foot_y), dark.shape, 0.42 if lies else 0.62))
    return Shadow((dark * 255).astype(np.uint8), foot_x, foot_y, per_width)


def vignette(width: int, height: int) -> Picture:
    """The factor of each pixel of a frame, over 255: 255 in the middle, darker toward the corners."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    radius = np.clip((np.sqrt((x**2 + y**2) / 2) - 0.42) / 0.58, 0, 1)
    fall: Picture = np.rint(255 * (1 - VIGNETTE * radius**2 * (3 - 2 * radius))).astype(np.uint8)
    return cv2.cvtColor(fall, cv2.COLOR_GRAY2BGR)


def turned(frame: Picture, degrees: float) -> Picture:
    """The frame with all its hues turned by `degrees` around grey, brightness kept (BT.709 weights)."""
    if degrees == 0:
        return frame
    angle = np.deg2rad(degrees)
    grey = np.array([0.0722, 0.7152, 0.2126])
    keep = np.tile(grey, (3, 1))
    across = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / np.sqrt(3)
    matrix = keep + np.cos(angle) * (np.eye(3) - keep) + np.sin(angle) * (across - keep @ across)
    return cv2.transform(frame, matrix)


def _laid_outline(
    alpha: Picture, light: Ambience, size: tuple[float, float], foot: tuple[float, float], canvas: Picture
) -> Picture:
    per_width, tall = size
    small = cv2.resize(alpha, (max(2, round(per_width)), max(2, round(tall))), interpolation=cv2.INTER_AREA)
    flat = 0.30 * per_width / tall
    away = -(0.30 if abs(light.side) < 0.12 else 0.55 * np.sign(light.side)) * per_width / tall
    turn = np.array([[1.0, -away, foot[0] - per_width / 2 + away * tall], [0.0, flat, foot[1] - flat * tall]])
    laid = cv2.warpAffine(small, turn, (canvas.shape[1], canvas.shape[0]))
    return cv2.GaussianBlur(laid, (0, 0), 2.2).astype(np.float32) * (0.34 / 255)


def _touch(
    alpha: Picture, per_width: float, foot: tuple[float, float], shape: tuple[int, ...], strength: float
) -> Picture:
    soles = np.flatnonzero(alpha[int(alpha.shape[0] * 0.94) :].max(axis=0) > 96)
    first, last = (soles[0], soles[-1]) if len(soles) else (0, alpha.shape[1] - 1)
    middle = foot[0] + ((first + last) / 2 / alpha.shape[1] - 0.5) * per_width
    reach = max(4.0, (last - first) / alpha.shape[1] * per_width * 0.56)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    away = ((x - middle) / reach) ** 2 + ((y - foot[1]) / (reach * 0.26 + 1.2)) ** 2
    return np.asarray(strength * np.exp(-1.1 * away), np.float32)
