"""The blocking guide: flat, labelled silhouettes on a dimmed plate, which a paid model gets as the geometry to keep."""

from __future__ import annotations

import colorsys

import cv2
import numpy as np

from manifests.bible import plate_name
from manifests.film import frame_size
from manifests.staging import placements, plate_window
from manifests.take import Request
from providers.errors import Invalid
from providers.previz import motion
from providers.previz.compose import PictureOf, blend, look, reduced, scaled_plate, sprite_name, where
from providers.previz.pictures import Picture

_DIMMED = 0.35
_OPACITY = 0.85
_HUE_STEP = 0.381966
"""The golden section of the colour circle: neighbours never look alike, however many there are."""


def blocking_guide(request: Request, picture_of: PictureOf) -> bytes:
    """Draw where everybody stands at `request.progress`, as PNG bytes. The same request gives the same bytes."""
    shot, size = request.staging, frame_size(request.resolution, request.aspect)
    plate = scaled_plate(picture_of(plate_name(shot.location)), shot, size[0])
    frame = cv2.convertScaleAbs(look(plate, plate_window(shot.camera, request.progress), size), alpha=_DIMMED)
    shown = placements(shot, request.progress)
    colours = {entity: _colour(rank) for rank, entity in enumerate(sorted({p.entity for p in shown}))}
    for placement in shown:
        name, mirrored = sprite_name(placement)
        cutout = reduced(picture_of(name), placement.scale * size[1])
        flat = _silhouette(cutout, colours[placement.entity])
        flat = cv2.flip(flat, 1) if mirrored else flat
        blend(frame, flat, where(flat, placement, motion.REST, size))
    for placement in shown:
        top = min(max(placement.y - placement.scale, 0.05), 0.95)
        _label(frame, placement.entity, (placement.x * size[0], top * size[1]))
    done, content = cv2.imencode(".png", frame)
    if not done:
        raise Invalid(f"{request.shot} blocking guide", "it does not encode as PNG", "Report this with the request.")
    return content.tobytes()


def _silhouette(cutout: Picture, colour: tuple[int, int, int]) -> Picture:
    alpha = cv2.convertScaleAbs(cutout[:, :, 3], alpha=_OPACITY)
    return cv2.merge([*(cv2.convertScaleAbs(alpha, alpha=part / 255) for part in colour), alpha])


def _colour(rank: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(rank * _HUE_STEP % 1, 0.55, 1.0)
    return round(blue * 255), round(green * 255), round(red * 255)


def _label(frame: Picture, words: str, at: tuple[float, float]) -> None:
    scale = frame.shape[0] / 900
    (width, height), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
    place = np.rint((at[0] - width / 2, at[1] + height * 1.6)).astype(int)
    corner = (int(place[0]), int(place[1]))
    cv2.putText(frame, words, corner, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), 5, cv2.LINE_AA)
    cv2.putText(frame, words, corner, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 2, cv2.LINE_AA)
