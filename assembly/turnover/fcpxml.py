"""FCPXML, which Final Cut Pro opens, with each shot's takes as an audition.

Version 1.10: Final Cut Pro 10.6 and newer read it, DaVinci Resolve from 18.5 on (which refuses newer ones), and the
converters for Premiere. It is the oldest in which a file is a `media-rep`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree as ET

from assembly.turnover.final_cut.clips import Clips
from assembly.turnover.final_cut.laying import lay
from assembly.turnover.final_cut.resources import Resources, Source, plain
from assembly.turnover.final_cut.story import Storyline
from assembly.turnover.final_cut.times import seconds, tc_format
from assembly.turnover.losses import Loss
from assembly.turnover.reading import counting_in, frames_of, lost_grades
from assembly.turnover.references import UsedFile
from manifests.reading.whole_file import put_text

VERSION = "1.10"

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n\n'
_ANY_SIZE = (1920, 1080)
"""Of a timeline without pictures."""


def write_fcpxml(
    timeline: Any, into: Path, *, folder: Path | None = None, relative: bool = True, auditions: bool = True
) -> tuple[Loss, ...]:
    """Write the timeline to `into`, whole or not at all, and return what it could not carry.

    The timeline follows the conventions of `assembly.turnover`. `folder`: where its addresses begin; the folder of
    `into` if it is not said. Files are named relative to `into`, so that the turnover can move: Final Cut Pro refuses a
    document whose file URLs lead nowhere. `relative=False` names them by file URL. `auditions=False` leaves other takes
    out, for programs that know no auditions.
    """
    lost: list[Loss] = []
    root = _document(
        timeline, _source(folder or into.parent, into.parent, relative=relative), lost, auditions=auditions
    )
    ET.indent(root, "    ")
    put_text(_HEAD + ET.tostring(root, encoding="unicode") + "\n", into)
    return tuple(dict.fromkeys(lost))


def _document(timeline: Any, source: Source, lost: list[Loss], *, auditions: bool) -> ET.Element:
    count = counting_in(timeline)
    start = frames_of(timeline.global_start_time)
    laid = lay(timeline, lost)
    lost.extend(lost_grades(timeline))
    sizes = [(each.file.width, each.file.height) for each in laid.story.placed if each.file and each.file.moving]
    size = max(sizes, default=_ANY_SIZE)
    resources = Resources(count, source)
    form = resources.form(*size)
    story = Storyline(laid, Clips(count, resources, size, auditions, len(laid.above), lost=lost), start)
    title = plain(timeline.name) or "Untitled"
    root = ET.Element("fcpxml", version=VERSION)
    root.append(resources.element)
    event = ET.SubElement(ET.SubElement(root, "library"), "event", name=title)
    facts = {
        "format": form,
        "duration": seconds(story.length, count),
        "tcStart": seconds(start, count),
        "tcFormat": tc_format(count),
        "audioLayout": "stereo",
        "audioRate": "48k",
    }
    ET.SubElement(ET.SubElement(event, "project", name=title), "sequence", facts).append(story.spine())
    return root


def _source(folder: Path, beside: Path, *, relative: bool) -> Source:
    """How the document names a file, whose address begins at `folder`; the document lies in `beside`."""

    def of(file: UsedFile) -> str:
        if urlsplit(file.url).scheme:
            return file.url
        path = folder / unquote(file.url)
        if not relative:
            return path.resolve().as_uri()
        return quote(Path(os.path.relpath(path, beside)).as_posix())

    return of
