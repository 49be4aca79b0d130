"""The timeline as Final Cut Pro 7 XML, which Premiere, Resolve and Avid read, by OpenTimelineIO's plug-in.

Mended: files by their absolute address, a sequence and files with size and rate, timecode that says whether it drops
frames, reels, no sound where a file has none, sound transitions that are called so, gain and fades as levels.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import opentimelineio as otio

from assembly.ffmpeg import put_in_place
from assembly.turnover.losses import Loss
from assembly.turnover.reading import (
    active,
    clips_of,
    counting_in,
    facts_of,
    frames_of,
    lost_alternates,
    lost_effects,
    lost_grades,
)
from assembly.turnover.timecode import Counting

_NAMESPACE = "fcp_xml"
_GAIN_MAX_DB = 12.0
_SILENT = "0"


def write_fcp7(timeline: Any, into: Path) -> tuple[Loss, ...]:
    """Write it. Its media are named by where they lie now; a program asks for a folder that was moved once, and finds
    the rest by name. Raises OSError.
    """
    counting, copy = counting_in(timeline), timeline.deepcopy()
    _prepare(copy, into.resolve().parent, counting)
    root = ET.fromstring(otio.adapters.write_to_string(copy, _NAMESPACE))  # noqa: S314  # it was written here
    _mend(root, copy, counting)
    ET.indent(root)
    part = into.with_name(f".{into.name}.part")
    text = ET.tostring(root, encoding="unicode")
    part.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{text}\n', encoding="utf-8")
    put_in_place(part, into)
    loud = [
        Loss(clip.name, f"its gain above {_GAIN_MAX_DB:g} dB", f"{_GAIN_MAX_DB:g} dB")
        for track in timeline.audio_tracks()
        for clip in clips_of(track)
        if facts_of(clip).get("gain_db", 0.0) > _GAIN_MAX_DB
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
    sequence = _found(root, "project/children/sequence")
    size = _size(timeline)
    form = _found(sequence, "media/video/format")
    form.append(_picture(size, counting))
    sound = ET.Element("format")
    _text(ET.SubElement(sound, "samplecharacteristics"), {"depth": "24", "samplerate": "48000"})
    _found(sequence, "media/audio").insert(0, sound)
    _mend_files(root, timeline, counting)
    for kind, tracks in (("video", timeline.video_tracks()), ("audio", timeline.audio_tracks())):
        for element, track in zip(sequence.findall(f"media/{kind}/track"), tracks, strict=True):
            for item, clip in zip(element.findall("clipitem"), clips_of(track), strict=True):
                item.remove(item.findall("rate")[1])
                length = clip.media_reference.available_range.duration
                _found(item, "duration").text = str(frames_of(length))
                if kind == "audio":
                    _set_level(item, clip)
            for effect in element.findall("transitionitem/effect") if kind == "audio" else ():
                _rename(effect)


def _mend_files(root: ET.Element, timeline: Any, counting: Counting) -> None:
    facts = {}
    for clip in (clip for track in timeline.tracks for clip in clips_of(track)):
        facts[clip.media_reference.target_url] = facts_of(clip.media_reference)
    for file in root.iter("file"):
        url = file.findtext("pathurl")
        if url is None:
            continue  # one that was described before
        media, known = _found(file, "media"), facts[url]
        video, audio = media.find("video"), media.find("audio")
        if video is not None:
            video.append(_picture((known["width"], known["height"]), counting))
        if audio is not None and not known["sound"]:
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
    _text(rate, {"timebase": str(counting.base), "ntsc": "TRUE" if counting.ntsc else "FALSE"})
    _text(made, {"width": str(size[0]), "height": str(size[1]), "anamorphic": "FALSE"})
    _text(made, {"pixelaspectratio": "square", "fielddominance": "none"})
    return made


def _rename(effect: ET.Element) -> None:
    for tag, words in (("name", "Cross Fade (+3dB)"), ("effectid", "KGAudioTransCrossFade3dB"), ("mediatype", "audio")):
        _found(effect, tag).text = words


def _set_level(item: ET.Element, clip: Any) -> None:
    """Gain and fades as one level with key frames, which count from the file's first frame."""
    facts = facts_of(clip)
    gain, fades = facts.get("gain_db", 0.0), (facts.get("fade_in_frames", 0), facts.get("fade_out_frames", 0))
    if not gain and not any(fades):
        return
    level = f"{10 ** (min(gain, _GAIN_MAX_DB) / 20):.6f}"
    effect = ET.SubElement(ET.SubElement(item, "filter"), "effect")
    _text(effect, {"name": "Audio Levels", "effectid": "audiolevels", "effectcategory": "audiolevels"})
    _text(effect, {"effecttype": "audiolevels", "mediatype": "audio"})
    parameter = ET.SubElement(effect, "parameter")
    _text(parameter, {"name": "Level", "parameterid": "level", "valuemin": "0", "valuemax": "3.98109", "value": level})
    first = frames_of(clip.source_range.start_time)
    last = first + frames_of(clip.source_range.duration)
    keys = [(first, _SILENT), (first + fades[0], level)] if fades[0] else []
    keys += [(last - fades[1], level), (last, _SILENT)] if fades[1] else []
    for when, value in keys:
        _text(ET.SubElement(parameter, "keyframe"), {"when": str(when), "value": value})


def _text(parent: ET.Element, words: dict[str, str]) -> None:
    for tag, text in words.items():
        ET.SubElement(parent, tag).text = text


def _found(parent: ET.Element, path: str) -> ET.Element:
    found = parent.find(path)
    assert found is not None, path
    return found
