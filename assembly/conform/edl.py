"""Reads CMX 3600 edit decision lists, strictly: each event is checked against the others, each error names its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal, NoReturn

from assembly.conform.bounds import CLIPS_MAX, LINE_MAX, text_of
from assembly.errors import UnreadableEdit
from assembly.turnover.timecode import RATES, Counting

Change = Literal["cut", "dissolve", "wipe", "key"]

_TC = r"(\d\d:\d\d:\d\d[:;]\d\d)"
_EVENT = re.compile(
    rf"(\d{{1,6}})\s+(\S{{1,128}})\s+(\S+)\s+(C|D|W\d{{3}}|K[BO]?)\s+(?:(\d{{1,4}})\s+)?{_TC}\s+{_TC}\s+{_TC}\s+{_TC}",
    re.ASCII,
)
_TRACK = re.compile(r"V\d*|B|NONE|A\d*|AA|A\d*/V|AA/V", re.ASCII)
_SPEED = re.compile(rf"M2\s+(\S+)\s+(-?\d{{1,4}}(?:\.\d{{1,6}})?)\s+{_TC}", re.ASCII)
_NOTE = re.compile(r"\*\s*([A-Z][A-Z _]*?)\s*:\s*(.*)", re.ASCII)
_PASSED_OVER = (">>>", "SPLIT:", "AUD ", "EFFECTS NAME IS", "FINAL CUT PRO REEL:", "GPI", "BLEND", "DLEDL", "TITLE:")
_REMARKS_MAX = 20
_CHANGES: dict[str, Change] = {"C": "cut", "D": "dissolve", "W": "wipe", "K": "key"}


@dataclass(frozen=True, slots=True)
class EdlEvent:
    """One line of an event. All times in frames: `source_in`, `source_out` of the reel's timecode, `record_in`,
    `record_out` of the film's, each counted from 00:00:00:00. `change`: how it begins, over `frames` frames; `wipe`:
    the wipe's number. `speed`: frames of the reel for each frame of the film, 1 where nothing is said. `name`, `file`:
    of the clip, as the comments below have it. `remarks`: other comments that change the picture.
    """

    line: int
    number: int
    reel: str
    track: str
    change: Change
    frames: int
    wipe: int
    source_in: int
    source_out: int
    record_in: int
    record_out: int
    speed: Fraction = Fraction(1)
    name: str = ""
    file: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def pictures(self) -> bool:
        """Whether it has pictures on the first picture track."""
        return self.track in {"V", "V1", "B"} or self.track.endswith("/V")

    @property
    def black(self) -> bool:
        """Whether it shows black: the reel BL."""
        return self.reel == "BL"


@dataclass(frozen=True, slots=True)
class EditList:
    """An edit decision list in the order of its lines."""

    title: str
    counting: Counting
    events: tuple[EdlEvent, ...]


def read_edl(content: bytes, file: str, fps: int, *, rate: Fraction | None = None) -> EditList:
    """Read a list that counts `fps` frames a second; FCM says whether they drop, at 29.97. `rate`: the true rate, such
    as 24000/1001, where the caller knows it; the list itself does not say. Raises UnreadableEdit.
    """
    lines = text_of(content, file).splitlines()
    counting = _counting(lines, file, fps, rate)
    reader = _EventLines(file, counting)
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_MAX:
            raise UnreadableEdit(file, f"its line has {len(line)} characters", "Export the EDL again", number)
        reader.take(number, line.strip())
    if not reader.events:
        raise UnreadableEdit(file, "it has no events", "Export the timeline as CMX 3600 EDL")
    events = tuple(reader.events)
    _check_record(events, file)
    return EditList(reader.title, counting, events)


def _counting(lines: list[str], file: str, fps: int, rate: Fraction | None) -> Counting:
    """By the FCM lines, else by how the first timecode is written."""
    said: bool | None = None
    for number, line in enumerate(lines, start=1):
        words = line.strip()
        if not words.startswith("FCM:"):
            continue
        mode = " ".join(words[4:].split()).upper()
        if mode not in {"DROP FRAME", "NON-DROP FRAME"}:
            cause, cure = f"its FCM is {mode[:40]!r}", "Write FCM: NON-DROP FRAME, or DROP FRAME at 29.97"
            raise UnreadableEdit(file, cause, cure, number)
        if said is not None and said != (mode == "DROP FRAME"):
            cause = "its FCM changes on the way, so the same timecode means two frames"
            raise UnreadableEdit(file, cause, "Export the whole timeline in one frame code mode", number)
        said = mode == "DROP FRAME"
        if said and fps != 30:
            cause = f"it says DROP FRAME, which exists at 29.97 alone, and the film has {fps}"
            raise UnreadableEdit(file, cause, "Export it as NON-DROP FRAME", number)
    if said is None:
        event = next((found for line in lines if (found := _EVENT.match(line.strip()))), None)
        said = fps == 30 and event is not None and ";" in event[8]
    return Counting(RATES["29.97"] if said else rate or Fraction(fps), said)


class _EventLines:
    """The events so far; comments and speeds go to the event above them."""

    def __init__(self, file: str, counting: Counting) -> None:
        self.file, self.counting = file, counting
        self.title = ""
        self.events: list[EdlEvent] = []

    def take(self, line: int, words: str) -> None:
        if not words or words.startswith("FCM:"):
            return
        if words[0].isdigit():
            self._event(line, words)
        elif words.startswith("*"):
            self._comment(words)
        elif words.startswith("M2"):
            self._speed(line, words)
        elif words.startswith("TITLE:"):
            self.title = words[6:].strip()
        elif not words.startswith(_PASSED_OVER):
            cure = "It should be an event, TITLE:, FCM:, M2 or a comment that begins with *"
            self._refuse(line, f"{words[:40]!r} is not a line of a CMX 3600 list", cure)

    def _event(self, line: int, words: str) -> None:
        found = _EVENT.fullmatch(words)
        if found is None or _TRACK.fullmatch(found[3]) is None:
            cure = "Write: number reel track C|D nnn|Wnnn nnn source-in source-out record-in record-out"
            self._refuse(line, f"{words[:60]!r} is not an event", cure)
        kind, length = found[4], found[5]
        if (kind == "C") == (length is not None) and not kind.startswith("K"):
            cause = "a cut has a length" if length else f"its {kind} has no length in frames"
            self._refuse(line, cause, "A dissolve is written D 024, a wipe W001 024, a cut C alone")
        if len(self.events) >= CLIPS_MAX:
            self._refuse(line, f"it has more than {CLIPS_MAX} events", "Split it, and import one part")
        times = [self._frame(line, found[group]) for group in (6, 7, 8, 9)]
        event = EdlEvent(
            line=line,
            number=int(found[1]),
            reel=found[2],
            track=found[3],
            change=_CHANGES[kind[0]],
            frames=int(length or 0),
            wipe=int(kind[1:]) if kind[0] == "W" else 0,
            source_in=times[0],
            source_out=times[1],
            record_in=times[2],
            record_out=times[3],
        )
        if event.record_out < event.record_in or event.source_out < event.source_in:
            self._refuse(line, "an out-point lies before its in-point", "Export the EDL again")
        self.events.append(event)

    def _frame(self, line: int, written: str) -> int:
        drops = self.counting.drop_frame
        if ";" in written and not drops:
            cure = "Write FCM: DROP FRAME above it, or : in its timecodes"
            self._refuse(line, f"{written} is drop-frame timecode, and the list is not", cure)
        try:
            return self.counting.frame(f"{written[:8]}{';' if drops else ':'}{written[9:]}")
        except ValueError as error:
            self._refuse(line, str(error), "Export the EDL at the film's rate")

    def _comment(self, words: str) -> None:
        if not self.events:
            return
        found, last = _NOTE.fullmatch(words), self.events[-1]
        below = len(self.events) > 1 and last.change != "cut" and self.events[-2].number == last.number
        what, said = (found[1], found[2].strip()) if found else ("", "")
        at = len(self.events) - 1
        if what in {"FROM CLIP NAME", "FROM CLIP", "SOURCE FILE", "FROM FILE"} and below:
            at -= 1
        if what in {"FROM CLIP NAME", "TO CLIP NAME", "CLIP NAME"}:
            self.events[at] = replace(self.events[at], name=said)
        elif what in {"FROM CLIP", "TO CLIP", "SOURCE FILE", "TO SOURCE FILE", "FROM FILE", "TO FILE"}:
            self.events[at] = replace(self.events[at], file=said)
        elif what.startswith("KEY CLIP") or words[1:].strip().startswith(("FREEZE", "REPEATED")):
            remarks = (*self.events[at].remarks[: _REMARKS_MAX - 1], words[1:].strip()[:120])
            self.events[at] = replace(self.events[at], remarks=remarks)

    def _speed(self, line: int, words: str) -> None:
        found = _SPEED.fullmatch(words)
        if found is None:
            self._refuse(line, f"{words[:60]!r} is no M2", "Write: M2 reel frames-a-second source-in")
        number = self.events[-1].number if self.events else -1
        mine = [at for at, e in enumerate(self.events[-2:], len(self.events[-2:]) * -1) if e.number == number]
        at = next((each for each in reversed(mine) if self.events[each].reel == found[1]), None)
        if at is None:
            self._refuse(line, f"M2 names the reel {found[1]!r}, and no event above has it", "Write it below its event")
        speed = Fraction(found[2]) / self.counting.base
        self.events[at] = replace(self.events[at], speed=speed)

    def _refuse(self, line: int, cause: str, cure: str) -> NoReturn:
        raise UnreadableEdit(self.file, cause, cure, line)


def _check_record(events: tuple[EdlEvent, ...], file: str) -> None:
    """Refuse pictures that lie over one another, lengths that differ, and changes that have nothing to begin from."""
    shown = [event for event in events if event.pictures]
    for event in shown:
        lasts, runs = event.record_out - event.record_in, event.source_out - event.source_in
        if lasts != runs and event.speed == 1 and not event.black and not event.remarks:
            cause = f"its source lasts {runs} frames and its record {lasts}"
            raise UnreadableEdit(file, cause, "Make both as long, or write its M2 below it", event.line)
        if event.frames > lasts and event.change != "key":
            cause = f"its {event.change} lasts {event.frames} frames, and the event {lasts}"
            raise UnreadableEdit(file, cause, "Shorten it in the editor", event.line)
        if lasts == 0 and event.change != "cut":
            raise UnreadableEdit(file, "its event has no length", "Export the EDL again", event.line)
    if shown and shown[0].change != "cut":
        cause = f"it begins with a {shown[0].change} from nothing"
        raise UnreadableEdit(file, cause, "Begin with an event: 001 BL V C, for black", shown[0].line)
    for before, event in pairwise(shown):
        if event.record_in < before.record_out:
            cause = f"it begins before the event of line {before.line} ends"
            raise UnreadableEdit(file, cause, "Sort the EDL by record time, one picture track alone", event.line)
        if event.change != "cut" and event.record_in != before.record_out:
            cause = f"its {event.change} has no picture right before it"
            raise UnreadableEdit(file, cause, "Close the gap before it, or begin it from black (BL)", event.line)
