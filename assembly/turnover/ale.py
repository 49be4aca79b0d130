"""Avid Log Exchange: the turnover's files as a bin of Avid's, with reels, timecode, takes and what people said.

OpenTimelineIO's plug-in writes a row per place in the cut and none for alternates, counts 29.97 as drop-frame in any
case, and lets a tab in a note shift the columns; a test has it read ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assembly.turnover.losses import Loss
from assembly.turnover.reading import counting_in, facts_of, one_line
from assembly.turnover.references import UsedFile, file_of, files
from assembly.turnover.timecode import Counting
from manifests.reading.whole_file import put_text

COLUMNS = (
    "Name",
    "Tape",
    "Start",
    "End",
    "Duration",
    "Tracks",
    "FPS",
    "Scene",
    "Take",
    "Tier",
    "Source File",
    "Image Size",
    "Comments",
)
_FORMATS = {(1920, 1080): "1080", (1280, 720): "720"}
"""Avid's project formats. Others are CUSTOM."""
_LINE_END = "\r\n"


def write_ale(timeline: Any, into: Path) -> tuple[Loss, ...]:
    """Write the log to `into`, whole or not at all, and return what it could not carry: a log has no cut. The timeline
    follows the conventions that `assembly.turnover.reading` names.
    """
    count = counting_in(timeline)
    used = list(files(timeline))
    said = _said(timeline)
    largest = max(((file.width, file.height) for file, _ in used), default=(0, 0))
    head = {
        "FIELD_DELIM": "TABS",
        "VIDEO_FORMAT": _FORMATS.get(largest, "CUSTOM"),
        "AUDIO_FORMAT": "48khz",
        "FPS": _fps(count),
    }
    lines = [
        "Heading",
        *(f"{key}\t{value}" for key, value in head.items()),
        *("", "Column", "\t".join(COLUMNS), "", "Data"),
        *("\t".join(map(one_line, _row(file, count, said.get(file.url, [])))) for file, _ in used),
    ]
    put_text(_LINE_END.join(lines) + _LINE_END, into)
    return tuple(_losses(timeline))


def _row(file: UsedFile, count: Counting, said: list[str]) -> tuple[str, ...]:
    tracks = ("V" if file.moving else "") + "".join(f"A{number}" for number in range(1, file.channels + 1))
    return (
        file.name,
        file.reel,
        count.timecode(file.first),
        count.timecode(file.end),
        count.timecode(file.frames),
        tracks,
        _fps(count),
        file.shot,
        file.take,
        file.tier,
        file.name,
        f"{file.width}x{file.height}" if file.moving else "",
        "; ".join(said),
    )


def _said(timeline: Any) -> dict[str, list[str]]:
    """By file, the words of the markers on the clips that show it."""
    said: dict[str, list[str]] = {}
    for clip in timeline.find_clips():
        file = file_of(clip.media_reference)
        for marker in clip.markers if file else ():
            who = facts_of(marker).get("who")
            words = f"{marker.name} ({who})" if who else marker.name
            if file and words not in said.setdefault(file.url, []):
                said[file.url].append(words)
    return said


def _losses(timeline: Any) -> Iterator[Loss]:
    yield Loss("the timeline", "the cut: a log lists files", "open the cut from another file of the turnover")
    if any(clip.markers for clip in timeline.find_clips()):
        yield Loss("the markers", "the frames that they stand on", "their words are comments on the files")


def _fps(count: Counting) -> str:
    return count.name.partition(" ")[0]
