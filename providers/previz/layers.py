"""The layers of a frame, each as large as the frame:
the empty plate, and everybody and everything in pose, on their marks.
"""

from __future__ import annotations

import cv2
import numpy as np

from manifests.bible import plate_name
from manifests.film import frame_size
from manifests.staging import placements, plate_window
from manifests.take import Request
from providers.errors import Invalid
from providers.previz import light, motion
from providers.previz.compose import PictureOf, look, reduced, scaled_plate, sprite_name, where
from providers.previz.pictures import Picture


def layers(
    request: Request, picture_of: PictureOf, size: tuple[int, int] | None = None
) -> tuple[tuple[str, bytes], ...]:
    """The plate and the cut-outs at `request.progress` as PNG bytes, the farthest first, each with a name.

    The plate is opaque; a cut-out can be seen through where it is not, and stands in the place's light, mirrored where
    its mark says so. `size`: width and height in pixels, else those of the request's resolution. Raises Invalid.
    """
    shot, size = request.staging, size or frame_size(request.resolution, request.aspect)
    plate = look(
        scaled_plate(picture_of(plate_name(shot.location)), shot, size[0]),
        plate_window(shot.camera, request.progress),
        size,
    )
    around = light.ambience(plate)
    found = [(f"plate_{shot.location}", _png(plate, request))]
    for placement in placements(shot, request.progress):
        name, mirrored = sprite_name(placement)
        cutout = reduced(picture_of(name), placement.scale * size[1] * 1.01)
        cutout = light.graded(cv2.flip(cutout, 1) if mirrored else cutout, around)
        turn = where(cutout, placement, motion.REST, size)
        laid = _straight(cv2.warpAffine(cutout, turn, size))
        said = f"{name.partition('/')[2].replace('/', '_')}{'_mirrored' if mirrored else ''}"
        found.append((said, _png(laid, request)))
    return tuple(found)


def _straight(premultiplied: Picture) -> Picture:
    """Colours as they are, not multiplied by alpha: what every paint program opens."""
    alpha = premultiplied[:, :, 3:].astype(np.float32)
    colour = premultiplied[:, :, :3].astype(np.float32) * 255 / np.maximum(alpha, 1)
    return np.dstack([np.clip(np.rint(colour), 0, 255).astype(np.uint8), premultiplied[:, :, 3]])


def _png(picture: Picture, request: Request) -> bytes:
    done, content = cv2.imencode(".png", picture)
    if not done:
        raise Invalid(f"{request.shot} layers", "a layer does not encode as PNG", "Report this with the request.")
    return content.tobytes()
