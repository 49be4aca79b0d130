"""Whether a picture that a person saved fits the frame that is asked for,
and brings a larger one of its shape down to it.
"""

from __future__ import annotations

from PIL import Image

_ASPECT_OFF_MAX = 0.01


def misfit(size: tuple[int, int], frame: tuple[int, int]) -> str:
    """Why a picture of `size` cannot become the frame, in words that follow "it is"; "" where it can.
    Width and height in pixels.
    """
    found = f"{size[0]}×{size[1]}"
    if abs(size[0] * frame[1] / (size[1] * frame[0]) - 1) > _ASPECT_OFF_MAX:
        return f"{found}, which is another shape than the frame"
    if size[0] < frame[0] or size[1] < frame[1]:
        return f"{found}, smaller than the frame, and nothing is scaled up"
    return ""


def scaled_down(picture: Image.Image, frame: tuple[int, int]) -> Image.Image:
    """The picture in the frame's size; itself where it has that already."""
    return picture if picture.size == frame else picture.resize(frame, Image.Resampling.LANCZOS)
