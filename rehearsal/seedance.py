"""Seedance's own frames and tokens, which are the same at every seller:
its 480p is not 854 × 480, and its bill counts one frame more than it shows.
"""

from __future__ import annotations

from rehearsal.refusal import PlayedRefusal

ASPECTS = ("16:9", "4:3", "1:1", "3:4", "9:16", "21:9")
FRAMES: dict[str, tuple[tuple[int, int], ...]] = {
    "480p": ((864, 496), (752, 560), (640, 640), (560, 752), (496, 864), (992, 432)),
    "720p": ((1280, 720), (1112, 834), (960, 960), (834, 1112), (720, 1280), (1470, 630)),
    "1080p": ((1920, 1080), (1664, 1248), (1440, 1440), (1248, 1664), (1080, 1920), (2206, 946)),
    "4K": ((3840, 2160), (3326, 2494), (2880, 2880), (2494, 3326), (2160, 3840), (4398, 1886)),
}
"""Width and height by resolution, in the order of `ASPECTS`: Seedance 2.0 and 1.5."""

_SEEDANCE_1: dict[str, tuple[int, int]] = {"480p": (864, 480), "720p": (1248, 704), "1080p": (1920, 1088)}
_SEEDANCE_25_480P = (854, 480)


def frame_size(model: str, resolution: str, aspect: str) -> tuple[int, int]:
    """The frame that Seedance really makes, in pixels. `adaptive` and `auto` are 16:9 here. Raises PlayedRefusal."""
    resolution = "4K" if resolution.lower() == "4k" else resolution
    aspect = "16:9" if aspect in {"adaptive", "auto", ""} else aspect
    if resolution not in FRAMES:
        raise PlayedRefusal(
            "invalid", f"the resolution {resolution!r} is none of {', '.join(FRAMES)}", field="resolution"
        )
    if aspect == "9:21":
        width, height = frame_size(model, resolution, "21:9")
        return height, width
    if aspect not in ASPECTS:
        raise PlayedRefusal("invalid", f"the aspect {aspect!r} is none of {', '.join(ASPECTS)}", field="aspect_ratio")
    if "seedance-1-0" in model or "seedance-1-pro" in model or "seedance-1-lite" in model:
        width, height = _SEEDANCE_1.get(resolution, FRAMES[resolution][0])
        return (width, height) if aspect == "16:9" else FRAMES[resolution][ASPECTS.index(aspect)]
    if "2.5" in model or "2-5" in model:
        wide = _SEEDANCE_25_480P if resolution == "480p" else FRAMES[resolution][0]
        turned = wide[::-1] if aspect == "9:16" else None
        return wide if aspect == "16:9" else turned or FRAMES[resolution][ASPECTS.index(aspect)]
    return FRAMES[resolution][ASPECTS.index(aspect)]


def tokens(width: int, height: int, seconds: int) -> int:
    """The tokens of a clip: 24 frames a second and one more, a token for 1024 pixels, parts of a token dropped."""
    return width * height * (24 * seconds + 1) // 1024
