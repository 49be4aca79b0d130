"""The cut of an FCPXML file, version 1.8 or later, as Final Cut Pro and Resolve write it."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from xml.etree.ElementTree import Element

from assembly.conform.bounds import FRAMES_MAX
from assembly.conform.edited import EditedChange, EditedClip, EditedCut, EditedTrack, Named, named_change
from assembly.conform.names import name_of
from assembly.conform.open_xml import open_xml
from assembly.errors import UnreadableEdit
from assembly.turnover.timecode import RATES, Counting

_TIME = re.compile(r"(-?\d{1,18})(?:/(\d{1,12}))?s", re.ASCII)
_VERSION = re.compile(r"1\.(\d{1,2})", re.ASCII)
_VERSION_MIN = 8
_AGAIN = "Export it again from the editing program"
_FILES_MAX = 4
_STORY = {"asset-clip", "clip", "video", "gap", "audition", "ref-clip", "sync-clip", "mc-clip", "title", "audio"}
_SOUND_ROLES = ("dialogue", "music", "effects")
_PICTURE_CHANGES = {
    "adjust-crop",
    "adjust-corners",
    "adjust-transform",
    "adjust-blend",
    "adjust-stabilization",
    "adjust-rollingShutter",
    "adjust-360-transform",
    "adjust-reorient",
    "adjust-orientation",
    "adjust-cinematic",
    "adjust-stereo-3D",
    "filter-video",
    "filter-video-mask",
}


def cut_of_fcpxml(content: bytes, file: str, fps: int) -> EditedCut:
    """Read the one project of the file. Its times are exact. Raises UnreadableEdit."""
    root = open_xml(content, file)
    version = _VERSION.fullmatch(root.get("version", ""))
    if root.tag != "fcpxml" or version is None or int(version[1]) < _VERSION_MIN:
        cause = f"it is <{root.tag[:40]}> version {root.get('version', 'none')[:20]!r}"
        raise UnreadableEdit(file, cause, f"Export it as FCPXML 1.{_VERSION_MIN} or later")
    sequences = [found for project in root.iter("project") if (found := project.find("sequence")) is not None]
    if len(sequences) != 1:
        cause = f"it has {len(sequences)} projects with a sequence"
        raise UnreadableEdit(file, cause, "Export one project alone")
    return _Storyline(root, sequences[0], file, fps).read()


class _Storyline:
    """Goes through the sequence's primary storyline."""

    def __init__(self, root: Element, sequence: Element, file: str, fps: int) -> None:
        self.file, self.sequence = file, sequence
        self.formats = {node.get("id", ""): node for node in root.iterfind("resources/format")}
        self.assets = {node.get("id", ""): node for node in root.iterfind("resources/asset")}
        self.effects = {node.get("id", ""): node.get("name", "") for node in root.iterfind("resources/effect")}
        self.sources: dict[str, Named] = {}
        self.frame_s = self._frame_s(sequence, fps)
        drops = sequence.get("tcFormat") == "DF" and 1 / self.frame_s == RATES["29.97"]
        self.track = EditedTrack(file, Counting(1 / self.frame_s, drops))

    def read(self) -> EditedCut:
        spine = self.sequence.find("spine")
        if spine is None:
            raise UnreadableEdit(self.file, "its sequence has no spine", _AGAIN)
        at = self._time(self.sequence, "tcStart", Fraction(0))
        nodes = [node for node in spine if node.tag in _STORY or node.tag == "transition"]
        for number, node in enumerate(nodes, start=1):
            place = f"{node.tag} {number} {node.get('name', '')[:80]!r}"
            offset = self._time(node, "offset", at)
            if node.tag == "transition":
                lasts = self._time(node, "duration")
                before, after = self._frames(at - offset, place), self._frames(offset + lasts - at, place)
                if before < 0 or after < 0:
                    raise UnreadableEdit(self.file, f"{place} does not lie at an edit", _AGAIN)
                self.track.add(self._transition(node, place, before, after))
                continue
            if offset != at:
                cause = f"{place} begins at {float(offset):g} s, and what stands before it ends at {float(at):g} s"
                raise UnreadableEdit(self.file, cause, "Fill the place with a gap, and export it again")
            at += self._clip(node, place)
        return self.track.joined()

    def _transition(self, node: Element, place: str, before: int, after: int) -> EditedChange:
        video = node.find("filter-video")
        effect = self.effects.get(video.get("ref", ""), "") if video is not None else ""
        return named_change(place, effect or node.get("name", ""), before, after, self.track)

    def _clip(self, node: Element, place: str) -> Fraction:
        """Add a clip of the storyline; gives how long it lasts."""
        if node.tag == "audition":
            inner = next((each for each in node if each.tag in _STORY), None)
            if inner is None:
                raise UnreadableEdit(self.file, f"{place} is empty", _AGAIN)
            return self._clip(inner, place)
        asset = self._asset_of(node)
        lasts = self._time(node, "duration", self._time(asset, "duration", None) if asset is not None else None)
        frames = self._frames(lasts, place)
        self._lose_changes(node, place)
        self._lose_connected(node, place)
        if asset is None or node.get("enabled") == "0":
            if node.tag != "gap":
                what = "a clip that is switched off" if asset is not None else f"a {node.tag}"
                self.track.lose(place, what, "black")
            self.track.add(EditedClip(place, frames))
            return lasts
        begins, start = self._time(asset, "start", Fraction(0)), self._source(node, asset)
        first = self._frames(start - begins, place, also=self._frame_of(asset))
        if first < 0:
            self.track.lose(place, f"its in-point, {-first} frames before its file begins", "the file's first frame")
        self.track.add(EditedClip(place, frames, self._named(node, asset), max(0, first)))
        return lasts

    def _asset_of(self, node: Element) -> Element | None:
        """The file behind a clip; None for gaps, titles and compounds."""
        if node.tag in {"asset-clip", "video"}:
            return self.assets.get(node.get("ref", ""))
        video = node.find("video") if node.tag == "clip" else None
        return self.assets.get(video.get("ref", "")) if video is not None else None

    def _source(self, node: Element, asset: Element) -> Fraction:
        """The time of its file with which a clip begins."""
        begins = self._time(asset, "start", Fraction(0))
        if node.tag != "clip":
            return self._time(node, "start", begins)
        video = node.find("video")
        assert video is not None  # its asset is known
        inner = self._time(node, "start", Fraction(0)) - self._time(video, "offset", Fraction(0))
        return inner + self._time(video, "start", begins)

    def _lose_changes(self, node: Element, place: str) -> None:
        for child in node:
            if child.tag == "timeMap":
                self.track.lose(place, "its retiming", "100 %")
            elif child.tag in _PICTURE_CHANGES:
                name = self.effects.get(child.get("ref", "")) or child.get("name") or child.tag
                keyed = " with keyframes" if child.find(".//keyframe") is not None else ""
                self.track.lose(place, f"the effect {name[:60]!r}{keyed}")

    def _lose_connected(self, node: Element, place: str) -> None:
        """Pictures that lie over the storyline. Sound is not read: assembly.yaml places it."""
        connected = [child for child in node if child.get("lane") is not None and child.tag in {*_STORY, "spine"}]
        for child in connected:
            asset = self._asset_of(child)
            sound = child.tag == "audio" or (asset is not None and asset.get("hasVideo") != "1")
            if child.tag == "title":
                self.track.add_title(place, child.get("name", ""))
            elif not sound and not child.get("lane", "").startswith("-"):
                self.track.lose(
                    place, f"{child.get('name') or child.tag!r} above it, connected".replace("\n", " ")[:120]
                )

    def _named(self, node: Element, asset: Element) -> Named:
        """The file behind a clip, under the clip's name too. Assets are looked at once: many clips may show one."""
        name, key = node.get("name", ""), asset.get("id", "")
        if key not in self.sources:
            self.sources[key] = _source_of(asset)
        source = self.sources[key]
        names = (*source.names, name) if name and name not in source.names else source.names
        return replace(source, names=names, reel=source.reel or _reel_of(node))

    def _frame_s(self, sequence: Element, fps: int) -> Fraction:
        form = self.formats.get(sequence.get("format", ""))
        if form is None:
            raise UnreadableEdit(self.file, "its sequence names a format that it does not have", _AGAIN)
        lasts = self._time(form, "frameDuration")
        if lasts <= 0 or 1 / lasts not in RATES.values() or Counting(1 / lasts).base != fps:
            rate = f"{float(1 / lasts):.5g}" if lasts > 0 else "no"
            names = " or ".join(name for name, each in RATES.items() if Counting(each).base == fps)
            cause = f"it runs at {rate} frames a second, and the film at {fps}"
            raise UnreadableEdit(self.file, cause, f"Set the project to {names}, and export it again")
        return lasts

    def _frame_of(self, asset: Element) -> Fraction | None:
        form = self.formats.get(asset.get("format", ""))
        found = self._time(form, "frameDuration", None) if form is not None and form.get("frameDuration") else None
        return found if found and 1 / found in RATES.values() else None

    def _time(self, node: Element, name: str, default: Fraction | None = None) -> Fraction:
        """A time as FCPXML writes it: 3600s, 1001/24000s."""
        written = node.get(name)
        if written is None and default is not None:
            return default
        found = _TIME.fullmatch(written or "")
        if found is None or (found[2] is not None and not int(found[2])):
            cause = f"the {name} of its <{node.tag}> is {(written or 'missing')[:40]!r}"
            raise UnreadableEdit(self.file, cause, "Times are written as 48s or 1001/24000s; export it again")
        return Fraction(int(found[1]), int(found[2] or 1))

    def _frames(self, time: Fraction, place: str, also: Fraction | None = None) -> int:
        """A time in frames of the sequence, or of its own file at 1000/1001 of that."""
        counts = [time / self.frame_s, *([time / also] if also else [])]
        exact = next((count for count in counts if count.denominator == 1), None)
        frames = round(counts[0]) if exact is None else exact.numerator
        if abs(frames) > FRAMES_MAX:
            raise UnreadableEdit(self.file, f"{place} has a time beyond 24 hours", _AGAIN)
        if exact is None:
            self.track.lose(place, f"its time {float(counts[0]):.3f}, between two frames", f"frame {frames}")
        return frames


def _source_of(asset: Element) -> Named:
    """What the file behind an asset is called."""
    files = [asset.get("src", ""), *(each.get("src", "") for each in asset.iterfind("media-rep"))][:_FILES_MAX]
    written = tuple(dict.fromkeys(file for file in files if file))
    names = (*(name_of(file) for file in written), asset.get("name", ""))
    return Named(tuple(dict.fromkeys(name for name in names if name)), written, _reel_of(asset))


def _reel_of(node: Element) -> str:
    return next((each.get("value", "") for each in node.iter("md") if each.get("key", "").endswith(".reel")), "")
