"""The elements of single clips: what is shown, with its own sound, its notes and its other takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree import ElementTree as ET

from assembly.turnover.final_cut.laying import TrackItem
from assembly.turnover.final_cut.resources import Resources, plain
from assembly.turnover.final_cut.times import seconds, tc_format
from assembly.turnover.losses import Loss
from assembly.turnover.reading import facts_of, frames_of
from assembly.turnover.references import UsedFile, alternates, called
from assembly.turnover.timecode import Counting

_ROLES = {"music": "music", "effects": "effects"}
"""Final Cut's roles, by our kinds of tracks. Others are dialogue, as the sound of clips is to Final Cut."""


# As Final Cut's own exports name it.
_TITLE = ("Basic Title", ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti")
_TITLE_LOOKS = {"font": "Helvetica", "fontSize": "63", "fontColor": "1 1 1 1", "alignment": "center"}


@dataclass(slots=True)
class Clips:
    """Makes elements. `size`: of the sequence's pictures; `auditions`: whether other takes are written; `above`: how
    many lanes have pictures above the storyline; `styles`: how many of titles were given out.
    """

    count: Counting
    resources: Resources
    size: tuple[int, int]
    auditions: bool
    above: int = 0
    styles: int = 0
    lost: list[Loss] = field(default_factory=list)

    def shown(
        self, placed: TrackItem, hung: Iterable[ET.Element], lane: int = 0, offset: int | None = None
    ) -> ET.Element:
        """A clip of the picture, or the gap in place of one. `hung`: what is connected to it. `offset`: its frame on
        the line that it stands on, its own where it is not said.
        """
        at = seconds(placed.at if offset is None else offset, self.count)
        place = {"offset": at, **({"lane": str(lane)} if lane else {})}
        self._lose_effects(placed.thing)
        if placed.file is None:
            return self._gap(placed, hung, place)
        takes = alternates(placed.thing) if self.auditions else []
        if not takes:
            return self._clip(placed, placed.file, place, hung)
        audition = ET.Element("audition", place)
        audition.append(self._clip(placed, placed.file, {}, hung))
        audition.extend(self._alternate(placed, placed.file, name, file) for name, file in takes)
        return audition

    def heard(self, placed: TrackItem, kind: str, lane: int, offset: int) -> ET.Element:
        """A sound of a track of this kind, connected to a clip at the frame `offset` of that clip's own time."""
        file = placed.file
        assert file is not None, "a gap is not heard"
        self._lose_effects(placed.thing)
        place = {
            **self._names(file, placed),
            "lane": str(lane),
            "offset": seconds(offset, self.count),
            "audioRole": _ROLES.get(kind, "dialogue"),
            **({"srcEnable": "audio"} if file.moving else {}),
        }
        clip = ET.Element("asset-clip", place)
        self._loud(clip, placed)
        self._mark(clip, placed)
        return clip

    def _clip(
        self, placed: TrackItem, file: UsedFile, place: dict[str, str], hung: Iterable[ET.Element] = ()
    ) -> ET.Element:
        clip = ET.Element("asset-clip", {**self._names(file, placed), **place, **self._split(placed, file)})
        if placed.sound is not None and file.sound:
            self._loud(clip, placed.sound)
        clip.extend((*hung, *self._titles(placed)))
        self._mark(clip, placed)
        ET.SubElement(clip, "keyword", {**self._span(placed), "value": _keywords(file)})
        known = {"reel": file.reel, "scene": file.shot, "shot": file.take}  # Final Cut keeps the take as "shot".
        if any(known.values()):
            metadata = ET.SubElement(clip, "metadata")
            for key, value in known.items():
                if value:
                    ET.SubElement(metadata, "md", key=f"com.apple.proapps.studio.{key}", value=plain(value))
        return clip

    def _alternate(self, placed: TrackItem, active: UsedFile, name: str, file: UsedFile) -> ET.Element:
        """Another take in the same place. It begins with the same frame, counted from its file's beginning."""
        into = placed.first - active.first
        first = file.first + (into if into < file.frames else 0)
        length = min(placed.frames, file.end - first)
        if length < placed.frames:
            shorter = f"{placed.frames - length} frames that the alternate {name} has too few of"
            self.lost.append(Loss(called(placed.thing), shorter, "choosing it makes the film shorter"))
        return self._clip(replace(placed, file=file, frames=length, first=first, thing=_Unmarked()), file, {})

    def _gap(self, placed: TrackItem, hung: Iterable[ET.Element], place: dict[str, str]) -> ET.Element:
        named = called(placed.thing) if placed.thing.schema_name() != "Gap" else placed.thing.name or "Gap"
        gap = ET.Element("gap", {"name": plain(named), **place, **self._span(placed)})
        if placed.thing.schema_name() != "Gap":
            waits = plain(str(facts_of(placed.thing).get("waits_for") or "no file"))
            ET.SubElement(gap, "note").text = waits
            self.lost.append(Loss(named, f"its picture ({waits})", "a gap with its name"))
        gap.extend((*hung, *self._titles(placed)))
        self._mark(gap, placed)
        return gap

    def _names(self, file: UsedFile, placed: TrackItem) -> dict[str, str]:
        """What every clip of a file says."""
        other = file.moving and (file.width, file.height) != self.size
        return {
            "ref": self.resources.asset(file),
            "name": plain(file.name),
            **self._span(placed),
            **({"format": self.resources.form(file.width, file.height)} if other else {}),
            **({"tcFormat": tc_format(self.count)} if file.moving else {}),
            **({} if getattr(placed.thing, "enabled", True) else {"enabled": "0"}),
        }

    def _span(self, placed: TrackItem) -> dict[str, str]:
        return {"start": seconds(placed.first, self.count), "duration": seconds(placed.frames, self.count)}

    def _split(self, placed: TrackItem, file: UsedFile) -> dict[str, str]:
        """Whether its sound is heard, and from where to where, if its pictures are not seen from there to there."""
        if not file.sound:
            return {}
        if placed.sound is None:
            return {"srcEnable": "video"}
        role = {"audioRole": "dialogue"}
        early = placed.at - placed.sound.at
        first, length = placed.first - early, placed.sound.frames
        if (early, length) == (0, placed.frames) or first < file.first or first + length > file.end:
            return role
        return {**role, "audioStart": seconds(first, self.count), "audioDuration": seconds(length, self.count)}

    def _loud(self, clip: ET.Element, heard: TrackItem) -> None:
        """Its gain and its fades."""
        known = facts_of(heard.thing)
        gain = float(known.get("gain_db") or 0.0)
        fades = {kind: min(int(known.get(key) or 0), heard.frames) for kind, key in _FADES.items()}
        if not gain and not any(fades.values()):
            return
        volume = ET.SubElement(clip, "adjust-volume", amount=f"{gain:g}dB")
        if any(fades.values()):
            amount = ET.SubElement(volume, "param", name="amount")
            for kind, length in fades.items():
                if length:
                    ET.SubElement(amount, kind, type="linear", duration=seconds(length, self.count))

    def _mark(self, clip: ET.Element, placed: TrackItem) -> None:
        """Notes and verdicts. Final Cut shows those within the clip."""
        for marker in _markers(placed, titles=False):
            start = frames_of(marker.marked_range.start_time)
            length = max(1, frames_of(marker.marked_range.duration))
            words, about = plain(marker.name) or "note", _about(marker)
            if not placed.first <= start < placed.first + placed.frames:
                subject = called(placed.thing)
                self.lost.append(Loss(subject, f"the marker “{words}” on a frame that the cut does not show"))
                continue
            told = {"value": words, **({"note": about} if about else {})}
            times = {"start": seconds(start, self.count), "duration": seconds(length, self.count)}
            ET.SubElement(clip, "marker", {**times, **told})

    def _titles(self, placed: TrackItem) -> Iterator[ET.Element]:
        """Titles over a clip, each in the first lane above the pictures in which it covers no other."""
        ends: list[int] = []
        for marker in _markers(placed, titles=True):
            start, length = frames_of(marker.marked_range.start_time), frames_of(marker.marked_range.duration)
            row = next((row for row, end in enumerate(ends) if end <= start), len(ends))
            ends[row : row + 1] = [start + length]
            words, self.styles = plain(marker.name), self.styles + 1
            place = {
                "ref": self.resources.effect(*_TITLE),
                "name": words,
                "lane": str(self.above + 1 + row),
                "offset": seconds(start, self.count),
                "duration": seconds(length, self.count),
            }
            title, style = ET.Element("title", place), f"ts{self.styles}"
            ET.SubElement(ET.SubElement(title, "text"), "text-style", ref=style).text = words
            ET.SubElement(ET.SubElement(title, "text-style-def", id=style), "text-style", _TITLE_LOOKS)
            lost = f"where the title “{words}” stands, its letters, and how it comes and goes"
            self.lost.append(Loss(called(placed.thing), lost, "Basic Title in the middle"))
            yield title

    def _lose_effects(self, thing: Any) -> None:
        self.lost.extend(
            Loss(called(thing), f"the effect {effect.effect_name or effect.schema_name()}")
            for effect in getattr(thing, "effects", ())
        )


_FADES = {"fadeIn": "fade_in_frames", "fadeOut": "fade_out_frames"}


class _Unmarked:
    """Stands for another take's clip: it has none of the notes on the take that the cut shows."""

    markers: tuple[()] = ()
    enabled = True


def _markers(placed: TrackItem, *, titles: bool) -> list[Any]:
    """The markers of a clip that are titles, or the others."""
    return [marker for marker in placed.thing.markers if (facts_of(marker).get("kind") == "title") == titles]


def _keywords(file: UsedFile) -> str:
    return plain(", ".join(each for each in (file.shot, file.tier, file.take) if each) or file.name)


def _about(marker: Any) -> str:
    """Who said it, what it is, and the rest of it."""
    known = facts_of(marker)
    by = ", ".join(str(known[key]) for key in ("who", "kind") if known.get(key))
    return plain("\n".join(part for part in (by, str(marker.comment or "")) if part))
