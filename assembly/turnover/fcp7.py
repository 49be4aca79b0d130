"""The timeline as Final Cut Pro 7 XML, which Premiere, Resolve and Avid read, by OpenTimelineIO's plug-in.

Mended: files by their absolute address, a sequence and files with size and rate, timecode that says whether it drops
frames, reels, no sound where a file has none; and single clips, as `fcp7_items` says.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import opentimelineio as otio

from assembly.turnover.fcp7_items import GAIN_MAX_DB, add_words, found_in, mend_item, mend_sound
from assembly.turnover.losses import Loss
from assembly.turnover.reading import (
    active,
    clips_of,
    counting_in,
    facts_of,
    lost_alternates,
    lost_effects,
    lost_grades,
)
from assembly.turnover.timecode import Counting
from manifests.reading.whole_file import put_text

_NAMESPACE = "fcp_xml"


def write_fcp7(timeline: Any, into: Path) -> tuple[Loss, ...]:
    """Write it. Its media are named by where they lie now; a program asks for a folder that was moved once, and finds
    the rest by name. Raises OSError.
    """
    counting, copy = counting_in(timeline), timeline.deepcopy()
    _prepare(copy, into.resolve().parent, counting)
    root = ET.fromstring(otio.adapters.write_to_string(copy, _NAMESPACE))  # noqa: S314  # it was written here
    _mend(root, copy, counting)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    put_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{text}\n', into)
    loud = [
        Loss(clip.name, f"its gain above {GAIN_MAX_DB:g} dB", f"{GAIN_MAX_DB:g} dB")
        for track in timeline.audio_tracks()
        for clip in clips_of(track)
        if facts_of(clip).get("gain_db", 0.0) > GAIN_MAX_DB
    ]
    return (*lost_alternates(timeline), *lost_effects(timeline), *lost_grades(timeline), *loud)


def _prepare(timeline: Any, folder: Path, counting: Counting) -> None:
    """Give the plug-in what it writes from its own metadata."""
    shown = {"displayformat": "DF" if counting.drop_frame else "NDF"}
    timeline.metadata[_NAMESPACE] = {"timecode": shown}
    number = 0
    for track in timeline.tracks:
        for each in track:
            if isinstance(each, otio.schema.Transition):
                each.name = "Cross Dissolve"
            elif isinstance(each, otio.schema.Clip):
                number += 1  # the plug-in takes equal clips for one, and leaves out where the second stands
                key, media = active(each)
                media = media.deepcopy()  # OpenTimelineIO frees the one that is replaced
                each.metadata["number"] = number
                media.target_url = (folder / media.target_url).as_uri()
                media.metadata[_NAMESPACE] = {"timecode": {**shown, "reel": {"name": facts_of(media)["reel"]}}}
                each.set_media_references({key: media}, key)
                for marker in each.markers:
                    if who := facts_of(marker).get("who"):
                        marker.metadata[_NAMESPACE] = {"comment": who}


def _mend(root: ET.Element, timeline: Any, counting: Counting) -> None:
    sequence = found_in(root, "project/children/sequence")
    size = _size(timeline)
    form = found_in(sequence, "media/video/format")
    form.append(_picture(size, counting))
    sound = ET.Element("format")
    add_words(ET.SubElement(sound, "samplecharacteristics"), {"depth": "24", "samplerate": "48000"})
    found_in(sequence, "media/audio").insert(0, sound)
    _mend_files(root, timeline, counting)
    video = sequence.findall("media/video/track")
    for element, track in zip(video, timeline.video_tracks(), strict=True):
        for item, clip in zip(element.findall("clipitem"), clips_of(track), strict=True):
            mend_item(item, clip)
    mend_sound(found_in(sequence, "media/audio"), video[0], timeline)


def _mend_files(root: ET.Element, timeline: Any, counting: Counting) -> None:
    facts = {}
    for clip in (clip for track in timeline.tracks for clip in clips_of(track)):
        facts[clip.media_reference.target_url] = facts_of(clip.media_reference)
    for file in root.iter("file"):
        url = file.findtext("pathurl")
        if url is None:
            continue  # one that was described before
        media, known = found_in(file, "media"), facts[url]
        video, audio = media.find("video"), media.find("audio")
        if video is not None:
            video.append(_picture((known["width"], known["height"]), counting))
        if audio is not None and known["sound"]:
            add_words(audio, {"channelcount": str(known.get("channels") or 2)})
        elif audio is not None:
            media.remove(audio)


def _size(timeline: Any) -> tuple[int, int]:
    """That of the largest picture."""
    sizes = [
        (facts_of(clip.media_reference)["width"], facts_of(clip.media_reference)["height"])
        for track in timeline.video_tracks()
        for clip in clips_of(track)
    ]
    return max(sizes)


def _picture(size: tuple[int, int], counting: Counting) -> ET.Element:
    made = ET.Element("samplecharacteristics")
    rate = ET.SubElement(made, "rate")
    add_words(rate, {"timebase": str(counting.base), "ntsc": "TRUE" if counting.ntsc else "FALSE"})
    add_words(made, {"width": str(size[0]), "height": str(size[1]), "anamorphic": "FALSE"})
    add_words(made, {"pixelaspectratio": "square", "fielddominance": "none"})
    return made
