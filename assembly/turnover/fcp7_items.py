"""What OpenTimelineIO's plug-in leaves out of Final Cut Pro 7 XML about single clips: levels, channels, and links.

Sound of two channels stands on two tracks, as Final Cut and Premiere write it: one for each channel, marked as one
stereo track. A file with one channel is heard on both; a track with only such files is a mono one, in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any
from xml.etree import ElementTree as ET

from assembly.turnover.reading import clips_of, facts_of, frames_of

GAIN_MAX_DB = 12.0
_SILENT = "0"
_MONO, _STEREO = 1, 2


def mend_item(item: ET.Element, clip: Any) -> None:
    """One rate, and the file's length, by which the places in it count."""
    item.remove(item.findall("rate")[1])
    found_in(item, "duration").text = str(frames_of(clip.media_reference.available_range.duration))


def mend_sound(audio: ET.Element, pictures: ET.Element, timeline: Any) -> None:
    """Mend the tracks of `audio`. The clips' own sound is linked with their pictures."""
    shots = {facts_of(clip).get("label"): item for item, clip in _pairs(pictures, timeline.video_tracks()[0])}
    for element, track in zip(audio.findall("track"), timeline.audio_tracks(), strict=True):
        pairs = _pairs(element, track)
        for item, clip in pairs:
            mend_item(item, clip)
            _set_level(item, clip)
        for effect in element.findall("transitionitem/effect"):
            _rename(effect)
        stereo = max((_channels(clip) for _, clip in pairs), default=_MONO) >= _STEREO
        tracks = [element, deepcopy(element)] if stereo else [element]
        for number, each in enumerate(tracks):
            explode = {"currentExplodedTrackIndex": str(number), "totalExplodedTrackCount": str(len(tracks))}
            each.attrib.update(explode, premiereTrackType="Stereo" if stereo else "Mono")
            for item, clip in _pairs(each, track):
                if number:
                    item.attrib["id"] += "-right"
                    found_in(item, "file")[:] = []  # it is described on the left
                source = ET.SubElement(item, "sourcetrack")
                add_words(source, {"mediatype": "audio", "trackindex": str(min(number + 1, _channels(clip)))})
            if stereo:
                add_words(each, {"outputchannelindex": str(number + 1)})
        if stereo:
            audio.insert(list(audio).index(element) + 1, tracks[1])
        _link(tracks, track, shots)


def _link(tracks: Sequence[ET.Element], track: Any, shots: dict[Any, ET.Element]) -> None:
    """Tie the channels of a clip together, and to its pictures."""
    own = facts_of(track).get("kind") == "clips"
    for items, clip in zip(
        zip(*(each.findall("clipitem") for each in tracks), strict=True), clips_of(track), strict=True
    ):
        picture = shots.get(facts_of(clip).get("shot")) if own else None
        tied = [(each, "audio") for each in items]
        tied = tied if picture is None else [(picture, "video"), *tied]
        for each, _ in tied if len(tied) > 1 else ():
            for other, kind in tied:
                add_words(ET.SubElement(each, "link"), {"linkclipref": other.attrib["id"], "mediatype": kind})


def _pairs(element: ET.Element, track: Any) -> list[tuple[ET.Element, Any]]:
    return list(zip(element.findall("clipitem"), clips_of(track), strict=True))


def _channels(clip: Any) -> int:
    return int(facts_of(clip.media_reference).get("channels") or _STEREO)


def _rename(effect: ET.Element) -> None:
    for tag, words in (("name", "Cross Fade (+3dB)"), ("effectid", "KGAudioTransCrossFade3dB"), ("mediatype", "audio")):
        found_in(effect, tag).text = words


def _set_level(item: ET.Element, clip: Any) -> None:
    """Gain and fades as one level with key frames, which count from the file's first frame."""
    facts = facts_of(clip)
    gain, fades = facts.get("gain_db", 0.0), (facts.get("fade_in_frames", 0), facts.get("fade_out_frames", 0))
    if not gain and not any(fades):
        return
    level = f"{10 ** (min(gain, GAIN_MAX_DB) / 20):.6f}"
    effect = ET.SubElement(ET.SubElement(item, "filter"), "effect")
    add_words(effect, {"name": "Audio Levels", "effectid": "audiolevels", "effectcategory": "audiolevels"})
    add_words(effect, {"effecttype": "audiolevels", "mediatype": "audio"})
    parameter = ET.SubElement(effect, "parameter")
    add_words(
        parameter, {"name": "Level", "parameterid": "level", "valuemin": "0", "valuemax": "3.98109", "value": level}
    )
    first = frames_of(clip.source_range.start_time)
    last = first + frames_of(clip.source_range.duration)
    keys = [(first, _SILENT), (first + fades[0], level)] if fades[0] else []
    keys += [(last - fades[1], level), (last, _SILENT)] if fades[1] else []
    for when, value in keys:
        add_words(ET.SubElement(parameter, "keyframe"), {"when": str(when), "value": value})


def add_words(parent: ET.Element, words: dict[str, str]) -> None:
    """Append an element with text for each."""
    for tag, text in words.items():
        ET.SubElement(parent, tag).text = text


def found_in(parent: ET.Element, path: str) -> ET.Element:
    """The element, which must be there."""
    found = parent.find(path)
    assert found is not None, path
    return found
