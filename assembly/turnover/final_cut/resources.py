"""The resources of an FCPXML: the forms of pictures, the files, and the transitions, each once with an id."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

from assembly.turnover.final_cut.times import seconds
from assembly.turnover.references import UsedFile
from assembly.turnover.timecode import Counting

_COLOURS = "1-1-1 (Rec. 709)"
_NAMED_SIZES = {(1280, 720): "720p", (1920, 1080): "1080p", (3840, 2160): "3840x2160p"}
"""Final Cut's own names of picture forms begin with these. Other sizes have no name."""

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Source = Callable[[UsedFile], str]
"""Gives the address of a file, as the document names it."""


class Resources:
    """Gives out ids, and gathers the elements that they stand for. `source` says where a file lies."""

    def __init__(self, count: Counting, source: Source) -> None:
        self.element = ET.Element("resources")
        self._count = count
        self._source = source
        self._ids: dict[tuple[object, ...], str] = {}

    def form(self, width: int, height: int) -> str:
        """The id of a picture form."""
        named = _NAMED_SIZES.get((width, height))
        facts = {
            **({"name": f"FFVideoFormat{named}{_short(self._count)}"} if named else {}),
            "frameDuration": seconds(1, self._count),
            "width": str(width),
            "height": str(height),
            "colorSpace": _COLOURS,
        }
        return self._id("format", (width, height), facts)

    def asset(self, file: UsedFile) -> str:
        """The id of a file."""
        facts = {
            "name": plain(file.name),
            "start": seconds(file.first, self._count),
            "duration": seconds(file.frames, self._count),
        }
        if file.moving:
            facts |= {"hasVideo": "1", "format": self.form(file.width, file.height), "videoSources": "1"}
        if file.sound:
            facts |= {"hasAudio": "1", "audioSources": "1", "audioChannels": str(file.channels)}
        known = len(self.element)
        found = self._id("asset", (file.url,), facts)
        if len(self.element) > known:
            asset = self.element[-1]
            ET.SubElement(asset, "media-rep", kind="original-media", src=self._source(file))
            if file.sha256:
                # By this the film finds its take again, whatever an editor calls the clip.
                kept = {"key": "org.check-the-gate.sha256", "value": file.sha256, "type": "string"}
                ET.SubElement(ET.SubElement(asset, "metadata"), "md", kept)
        return found

    def effect(self, name: str, uid: str) -> str:
        """The id of a transition that Final Cut has."""
        return self._id("effect", (uid,), {"name": name, "uid": uid})

    def _id(self, kind: str, key: tuple[object, ...], facts: dict[str, str]) -> str:
        known = self._ids.get((kind, *key))
        if known is None:
            known = self._ids[kind, *key] = f"r{len(self._ids) + 1}"
            ET.SubElement(self.element, kind, {"id": known, **facts})
        return known


def plain(words: str) -> str:
    """Words without the signs that no XML may hold."""
    return _NOT_XML.sub("", words)


def _short(count: Counting) -> str:
    """The rate as Final Cut's names have it: 2398, 24, 2997."""
    return f"{float(count.rate):.2f}".replace(".", "") if count.ntsc else str(count.base)
