"""Our FCPXML, read strictly: by its grammar, and every place in frames of the sequence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from lxml import etree

from assembly.turnover.fcpxml import write_fcpxml
from assembly.turnover.timecode import Counting

GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).with_name("fcpxml_as_written.rng")))
# Apple's text is not ours to ship: where somebody has it, GATE_FCPXML_DTD names it, and it has to agree.
DTDS = [etree.DTD(path) for path in (os.environ.get("GATE_FCPXML_DTD"),) if path]

TIMES = ("offset", "start", "duration", "tcStart", "audioStart", "audioDuration", "frameDuration")


def written(timeline: Any, folder: Path, **options: Any) -> tuple[Any, tuple[Any, ...]]:
    """The document's root, and what was lost."""
    into = folder / "cut.fcpxml"
    lost = write_fcpxml(timeline, into, **options)
    assert into.read_text(encoding="utf-8").startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n')
    read = etree.parse(into)
    for rule in (GRAMMAR, *DTDS):
        assert rule.validate(read), rule.error_log
    return read.getroot(), lost


def frames(time: str, count: Counting) -> Fraction:
    return Fraction(time.removesuffix("s")) * count.rate


def line_of(root: Any) -> list[Any]:
    """The clips and gaps of the storyline: of an audition, the one that is shown."""
    spine = root.find(".//sequence/spine")
    return [each[0] if each.tag == "audition" else each for each in spine if each.tag != "transition"]


def place(clip: Any, count: Counting) -> Fraction:
    """The frame of the sequence that a clip begins with."""
    outer = clip.getparent() if clip.getparent().tag == "audition" else clip
    offset = frames(outer.get("offset"), count)
    if outer.get("lane") is None:
        return offset
    host = outer.getparent()
    return place(host, count) + offset - frames(host.get("start"), count)


def heard(root: Any, count: Counting) -> Iterator[tuple[str, Fraction, Fraction, Fraction]]:
    """Each sound: its file, where it begins in the sequence and in its file, and for how long."""
    for clip in root.iter("asset-clip"):
        alternate = clip.getparent().tag == "audition" and clip.getparent()[0] is not clip
        asset = root.find(f".//asset[@id='{clip.get('ref')}']")
        if alternate or clip.get("srcEnable") == "video" or asset.get("hasAudio") is None:
            continue
        start = frames(clip.get("start"), count)
        first = frames(clip.get("audioStart", clip.get("start")), count)
        length = frames(clip.get("audioDuration", clip.get("duration")), count)
        yield clip.get("name"), place(clip, count) + first - start, first, length
