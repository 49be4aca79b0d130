"""The files that a turnover's timeline refers to: takes, alternates and sounds, each with its timecode and its reel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import opentimelineio as otio

from assembly.turnover.reading import facts_of, frames_of


@dataclass(frozen=True, slots=True)
class UsedFile:
    """One file of the turnover. `url`: relative to its folder. `first`: the frame of its own start timecode;
    `frames`: its length. `channels`: of sound, 0 where it has none; `width`, `height`: in pixels, 0 without pictures.
    """

    url: str
    first: int
    frames: int
    channels: int
    width: int = 0
    height: int = 0
    reel: str = ""
    shot: str = ""
    take: str = ""
    tier: str = ""
    sha256: str = ""

    @property
    def name(self) -> str:
        """Its name with the extension, by which editing programs find it again."""
        return PurePosixPath(unquote(self.url)).name

    @property
    def sound(self) -> bool:
        """Whether it has any."""
        return self.channels > 0

    @property
    def moving(self) -> bool:
        """Whether it has pictures."""
        return self.width > 0

    @property
    def end(self) -> int:
        """The frame after its last, in its own timecode."""
        return self.first + self.frames


def called(thing: Any) -> str:
    """A clip's shot; the name of what has none."""
    known = facts_of(thing)
    return str(known.get("label") or known.get("shot") or thing.name or thing.schema_name())


def file_of(reference: Any) -> UsedFile | None:
    """The file that a reference names; None where it names none, as for a shot that is not made."""
    if not isinstance(reference, otio.schema.ExternalReference) or reference.available_range is None:
        return None
    known = facts_of(reference)
    width, height = int(known.get("width") or 0), int(known.get("height") or 0)
    return UsedFile(
        url=reference.target_url,
        first=frames_of(reference.available_range.start_time),
        frames=frames_of(reference.available_range.duration),
        channels=int(known.get("channels") or 0) if known.get("sound") else 0,
        width=width,
        height=height,
        **{name: str(known.get(name) or "") for name in ("reel", "shot", "take", "tier", "sha256")},
    )


def alternates(clip: Any) -> list[tuple[str, UsedFile]]:
    """The takes of a clip beside the one that the cut shows, in the order of their names."""
    others = sorted(clip.media_references().items())
    found = ((name, file_of(reference)) for name, reference in others)
    return [(name, file) for name, file in found if file and name != clip.active_media_reference_key]


def files(timeline: Any) -> Iterator[tuple[UsedFile, Any]]:
    """Every file once, with the first clip that has it, in the order of the cut; alternates follow their take."""
    seen: set[str] = set()
    for clip in timeline.find_clips():
        for file in (file_of(clip.media_reference), *(file for _, file in alternates(clip))):
            if file and file.url not in seen:
                seen.add(file.url)
                yield file, clip
