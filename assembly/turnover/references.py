"""What a turnover's timeline says, for the writers of every format: its frames, its files, its facts.

The timeline's conventions, which production/turnover follows when it builds one:

- `global_start_time` is the start timecode; its rate is the timeline's rate (24000/1001 and 30000/1001 exactly), and
  every time in it has this rate. `metadata["check_the_gate"]["drop_frame"]` says how its timecode is written.
- Video track `V1` holds clips, gaps and transitions; audio tracks follow. Transitions are SMPTE_Dissolve;
  `metadata["check_the_gate"]["effect"]` names another one (`fadeblack`, `wipeleft`, …).
- A clip's name is its file's name with the extension. `label` is its shot's. Its media references are
  alternates by key, as
  `draft v002`; the active one is the take of the cut. Each is an ExternalReference whose `target_url` is relative to
  the turnover's folder (`media/SC010_SH0010_final_v003.mp4`), and whose `available_range` begins at the file's own
  start timecode. A reference's `metadata["check_the_gate"]` has `reel` (8 characters, A-Z and 0-9, unique per file),
  `sha256`, `shot`, `take`, `tier`, `width`, `height`, `sound` (whether the file has any).
- A clip of a sound track has `kind` (clip, dialogue, music, effect), `gain_db`, `fade_in_frames`, `fade_out_frames`,
  `duck_db` and `own_db`. What is in step with a clip of V1, and of the same file, is that clip's own sound.
- Markers on clips are notes, verdicts and titles; `metadata["check_the_gate"]` has `who` and `kind`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import opentimelineio as otio

from assembly.timeline import METADATA
from assembly.turnover.timecode import Counting

_DENOMINATOR_MAX = 1001
"""Of a video rate: 24000/1001."""


@dataclass(frozen=True, slots=True)
class UsedFile:
    """One file of the turnover. `url`: relative to its folder. `first`: the frame of its own start timecode;
    `frames`: its length. `width`, `height`: in pixels, 0 where it has no pictures.
    """

    url: str
    first: int
    frames: int
    sound: bool
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
    def moving(self) -> bool:
        """Whether it has pictures."""
        return self.width > 0

    @property
    def end(self) -> int:
        """The frame after its last, in its own timecode."""
        return self.first + self.frames


def counting(timeline: Any) -> Counting:
    """How the timeline counts its frames."""
    return Counting(exact(timeline.global_start_time.rate), bool(facts(timeline).get("drop_frame")))


def exact(rate: float) -> Fraction:
    """The rate as a fraction: 24000/1001 for 23.976."""
    return Fraction(rate).limit_denominator(_DENOMINATOR_MAX)


def frames(time: Any, count: Counting) -> int:
    """A time in frames of the timeline, to the nearest."""
    return round(Fraction(time.value) * count.rate / exact(time.rate))


def facts(thing: Any) -> dict[str, Any]:
    """Our own facts about a timeline, a clip, a reference or a marker."""
    return dict(thing.metadata.get(METADATA, {}))


def called(thing: Any) -> str:
    """A clip's shot; the name of what has none."""
    known = facts(thing)
    return str(known.get("label") or known.get("shot") or thing.name or thing.schema_name())


def file_of(reference: Any, count: Counting) -> UsedFile | None:
    """The file that a reference names; None where it names none, as for a shot that is not made."""
    if not isinstance(reference, otio.schema.ExternalReference) or reference.available_range is None:
        return None
    known = facts(reference)
    width, height = int(known.get("width") or 0), int(known.get("height") or 0)
    return UsedFile(
        url=reference.target_url,
        first=frames(reference.available_range.start_time, count),
        frames=frames(reference.available_range.duration, count),
        sound=bool(known.get("sound", not width)),
        width=width,
        height=height,
        **{name: str(known.get(name) or "") for name in ("reel", "shot", "take", "tier", "sha256")},
    )


def alternates(clip: Any, count: Counting) -> list[tuple[str, UsedFile]]:
    """The takes of a clip beside the one that the cut shows, in the order of their names."""
    others = sorted(clip.media_references().items())
    found = ((name, file_of(reference, count)) for name, reference in others)
    return [(name, file) for name, file in found if file and name != clip.active_media_reference_key]


def files(timeline: Any, count: Counting) -> Iterator[tuple[UsedFile, Any]]:
    """Every file once, with the first clip that has it, in the order of the cut; alternates follow their take."""
    seen: set[str] = set()
    for clip in timeline.find_clips():
        for file in (file_of(clip.media_reference, count), *(file for _, file in alternates(clip, count))):
            if file and file.url not in seen:
                seen.add(file.url)
                yield file, clip
