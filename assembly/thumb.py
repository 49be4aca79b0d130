"""A small still of a shot, for lists: the middle frame of its clip, or its panel."""

from __future__ import annotations

from pathlib import Path

from assembly import ink, probe
from manifests.reading.whole_file import whole_file

SIZE = (480, 270)


def render(picture: Path, into: Path, *, moving: bool, whole: bool = False) -> Path:
    """Write the JPEG of 480×270 pixels and return `into`. `moving`: it is a clip. `whole`: nothing of it is cut off.
    Raises UnfitClip, UnfitPicture.
    """
    lay = ink.whole if whole else ink.cover
    image = lay(probe.middle_frame(picture) if moving else probe.still(picture), SIZE)
    with whole_file(into) as part:
        image.save(part, format="JPEG", quality=82, optimize=True)
    return into
