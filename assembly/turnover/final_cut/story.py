"""The storyline of an FCPXML: clips end to end, what is connected to them, and the transitions between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import opentimelineio as otio

from assembly.turnover.final_cut.clips import Clips
from assembly.turnover.final_cut.laying import CutOver, LaidTimeline, TrackItem
from assembly.turnover.final_cut.times import seconds
from assembly.turnover.losses import Loss
from assembly.turnover.references import called

# The ids are Final Cut's own, as its exports show them; it imports a transition without its effect as switched off.
_DISSOLVE = ("Cross Dissolve", "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265")
_THROUGH_COLOUR = ("Fade To Color", "FxPlug:F779C565-486D-4633-8035-0374B4DB8F5C")
_WIPE = ("Wipe", "FxPlug:857E2FBA-98DB-411B-A88C-CE6ABC1F65D8")
_CROSSFADE = ("Audio Crossfade", "FFAudioTransition")


@dataclass(frozen=True, slots=True)
class Storyline:
    """Makes the storyline of what was laid out. `start`: the timeline's first frame, of its timecode."""

    laid: LaidTimeline
    clips: Clips
    start: int

    def spine(self) -> ET.Element:
        """The storyline. Its places are counted in the timecode of the sequence."""
        spine = ET.Element("spine")
        hosts = self._hosts()
        hung = self._hung(hosts)
        changes = {change.cut: change for change in self.laid.story.changes}
        for index, host in enumerate(hosts):
            if host.at in changes:
                spine.append(self._transition(changes.pop(host.at), hosts[index - 1] if index else None, host))
            spine.append(self.clips.shown(host, hung[index], offset=self.start + host.at))
        for change in changes.values():
            spine.append(self._transition(change, hosts[-1] if hosts else None, None))
        return spine

    @property
    def length(self) -> int:
        """The frames of the sequence."""
        return max((placed.end for placed in (*self._hosts(), *self._connected())), default=0)

    def _hosts(self) -> list[TrackItem]:
        """The storyline, and a gap after it for sound that begins after its end."""
        hosts = [placed for placed in self.laid.story.placed if placed.frames]
        end = hosts[-1].end if hosts else 0
        last = max((placed.at for placed in self._connected()), default=-1)
        if last >= end:
            hosts.append(TrackItem(otio.schema.Gap(), None, end, last + 1 - end, 0))
        return hosts

    def _connected(self) -> Iterator[TrackItem]:
        for track in (*self.laid.above, *self.laid.sounds):
            yield from (placed for placed in track.placed if placed.file and placed.frames)

    def _hung(self, hosts: list[TrackItem]) -> list[list[ET.Element]]:
        """What is connected to each clip: pictures in lanes above it, sound in lanes below."""
        hung: list[list[ET.Element]] = [[] for _ in hosts]
        for lane, track in enumerate(self.laid.above, 1):
            for placed in track.placed:
                if placed.file and placed.frames:
                    index, offset = _under(hosts, placed)
                    hung[index].append(self.clips.shown(placed, (), lane, offset))
        for lane, track in enumerate(self.laid.sounds, 1):
            for placed in track.placed:
                if placed.file and placed.frames:
                    index, offset = _under(hosts, placed)
                    hung[index].append(self.clips.heard(placed, track.kind, -lane, offset))
        return hung

    def _transition(self, change: CutOver, before: TrackItem | None, after: TrackItem | None) -> ET.Element:
        count, resources = self.clips.count, self.clips.resources
        subject = next((called(each.thing) for each in (before, after) if each and each.file), "V1")
        self._check(subject, change, before, after)
        (name, uid), loss = _kind(subject, change)
        self.clips.lost.extend([loss] if loss else [])
        place = {
            "name": name,
            "offset": seconds(self.start + change.cut - change.before, count),
            "duration": seconds(change.before + change.after, count),
        }
        transition = ET.Element("transition", place)
        ET.SubElement(transition, "filter-video", ref=resources.effect(name, uid), name=name)
        if change in self.laid.crossed:
            ET.SubElement(transition, "filter-audio", ref=resources.effect(*_CROSSFADE), name=_CROSSFADE[0])
        return transition

    def _check(self, subject: str, change: CutOver, before: TrackItem | None, after: TrackItem | None) -> None:
        """Tell what Final Cut will not take as it is: it needs frames beyond the cut, and centres transitions on it."""
        missing = 0
        if before is not None and before.file is not None:
            missing += max(0, before.first + before.frames + change.after - before.file.end)
        if after is not None and after.file is not None:
            missing += max(0, after.file.first - (after.first - change.before))
        if missing:
            lost = f"{missing} frames beyond the cut, which its transition needs"
            self.clips.lost.append(Loss(subject, lost, "Final Cut Pro offers to make it shorter"))
        if before is not None and after is not None and abs(change.before - change.after) > 1:
            lost = f"that its transition has {change.before} frames before the cut and {change.after} after it"
            self.clips.lost.append(Loss(subject, lost, "Final Cut Pro centres it on the cut"))


def _under(hosts: list[TrackItem], placed: TrackItem) -> tuple[int, int]:
    """The clip of the storyline that another is connected to, and the place in that clip's own time."""
    index = next(index for index, host in enumerate(hosts) if host.at <= placed.at < host.end)
    return index, hosts[index].first + placed.at - hosts[index].at


def _kind(subject: str, change: CutOver) -> tuple[tuple[str, str], Loss | None]:
    """Which of Final Cut's transitions stands for one of ours, and what of ours it does not have."""
    effect = change.effect
    if effect in ("", "fade", "dissolve"):
        return _DISSOLVE, None
    if effect == "fadeblack":
        lost = "the black that its fade goes through"
        return _THROUGH_COLOUR, Loss(subject, lost, "Fade To Color: black in Final Cut Pro; check it in other programs")
    if effect.startswith("wipe"):
        lost = f"the direction of its wipe ({effect.removeprefix('wipe')})"
        return _WIPE, Loss(subject, lost, "Wipe in the program's own direction")
    return _DISSOLVE, Loss(subject, f"its transition {effect}", "a cross dissolve")
