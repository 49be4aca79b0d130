"""The strict reader of edit decision lists: frames of each event, and an error with its line for each broken one."""

from __future__ import annotations

import pytest

from assembly.conform.edl import EdlEvent, read_edl
from assembly.errors import UnreadableEdit

GOOD = """\
TITLE: THE HARBOUR
FCM: NON-DROP FRAME

001  AB12CD34 V     C        00:00:00:00 00:00:04:00 01:00:00:00 01:00:04:00
* FROM CLIP NAME: SC010_SH0010_final_v003.mov
002  AB12CD34 V     C        00:00:04:00 00:00:04:00 01:00:04:00 01:00:04:00
002  EF56GH78 V     D    024 00:00:00:00 00:00:05:00 01:00:04:00 01:00:09:00
* FROM CLIP NAME: SC010_SH0010_final_v003.mov
* TO CLIP NAME: SC010_SH0020_final_v001.mov
>>> SOURCE REEL
003  AX       AA/V  C        00:00:01:00 00:00:03:00 01:00:09:00 01:00:10:00
M2   AX             048.0                00:00:01:00
* CLIP NAME: a b.mov
004  BL       V     C        00:00:00:00 00:00:01:00 01:00:10:00 01:00:11:00
005  AX       AA    C        00:00:00:00 00:00:01:00 01:00:10:00 01:00:11:00
"""
EVENT = "001  AX       V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"


def test_events_names_dissolves_and_speeds_are_read_to_the_frame() -> None:
    read = read_edl(GOOD.encode(), "a.edl", 24)
    assert (read.title, read.counting.name) == ("THE HARBOUR", "24")
    hour = 24 * 3600
    assert [(e.number, e.change, e.frames, e.source_in, *_record(e, hour)) for e in read.events] == [
        (1, "cut", 0, 0, 0, 96),
        (2, "cut", 0, 96, 96, 96),
        (2, "dissolve", 24, 0, 96, 216),
        (3, "cut", 0, 24, 216, 240),
        (4, "cut", 0, 0, 240, 264),
        (5, "cut", 0, 0, 240, 264),
    ]
    names = [event.name.partition("_final")[0] for event in read.events]
    assert names == ["SC010_SH0010", "SC010_SH0010", "SC010_SH0020", "a b.mov", "", ""]
    assert [float(event.speed) for event in read.events] == [1, 1, 1, 2, 1, 1]
    assert [event.pictures for event in read.events] == [True] * 5 + [False]
    assert read.events[4].black


def _record(event: EdlEvent, hour: int) -> tuple[int, int]:
    return event.record_in - hour, event.record_out - hour


@pytest.mark.parametrize(
    ("fcm", "name", "frames"),
    [("FCM: DROP FRAME\n", "29.97 drop-frame", 1800), ("FCM: NON-DROP FRAME\n", "30", 1802), ("", "30", 1802)],
)
def test_fcm_says_which_frame_a_timecode_names(fcm: str, name: str, frames: int) -> None:
    line = "001  AX  V  C  00:00:00:00 00:01:00:02 00:00:00:00 00:01:00:02\n"
    read = read_edl((fcm + line).encode(), "a.edl", 30)
    assert (read.counting.name, read.events[0].record_out) == (name, frames)


def test_without_fcm_a_semicolon_says_that_frames_drop() -> None:
    line = "001  AX  V  C  00:00:00;00 00:01:00;02 00:00:00;00 00:01:00;02\n"
    assert read_edl(line.encode(), "a.edl", 30).events[0].record_out == 1800


SECOND = EVENT.replace("01:00:01", "01:00:02").replace("01:00:00", "01:00:01")
BROKEN = {
    "no event": (b"TITLE: A\n", 0, "no events"),
    "latin-1": (b"TITLE: caf\xe9\n", 0, "byte 10 is not UTF-8"),
    "utf-16": (EVENT.encode("utf-16"), 0, "not UTF-8"),
    "binary": (b"\0\0\0\x18ftypmp42", 0, "zero bytes"),
    "a line of prose": (f"{EVENT}hello\n".encode(), 2, "'hello' is not a line of"),
    "cut short": (EVENT[:50].encode(), 1, "is not an event"),
    "unknown track": (EVENT.replace(" V ", " Q ").encode(), 1, "is not an event"),
    "a cut with a length": (EVENT.replace("C    ", "C 012").encode(), 1, "a cut has a length"),
    "a dissolve without one": (EVENT.replace("C    ", "D    ").encode(), 1, "no length in frames"),
    "a dissolve from nothing": (EVENT.replace("C    ", "D 012").encode(), 1, "begins with a dissolve from nothing"),
    "frame 24 of 24": (EVENT.replace("00:00:01:00", "00:00:00:24").encode(), 1, "no timecode 00:00:00:24 at 24"),
    "hour 25": (EVENT.replace("01:00:01:00", "25:00:01:00").encode(), 1, "no timecode 25:00:01:00"),
    "backwards": (EVENT.replace("01:00:01:00", "00:59:00:00").encode(), 1, "lies before its in-point"),
    "unequal": (EVENT.replace("01:00:01:00", "01:00:02:00").encode(), 1, "source lasts 24 frames and its record 48"),
    "over one another": ((EVENT + EVENT).encode(), 2, "begins before the event of line 1 ends"),
    "drop-frame at 24": (f"FCM: DROP FRAME\n{EVENT}".encode(), 1, "exists at 29.97 alone"),
    "an unknown FCM": (f"FCM: MAYBE\n{EVENT}".encode(), 1, "its FCM is 'MAYBE'"),
    "two FCM": (f"FCM: NON-DROP FRAME\n{EVENT}FCM: DROP FRAME\n".encode(), 3, "changes on the way"),
    "a semicolon": (EVENT.replace("01:00:00:00", "01:00:00;00").encode(), 1, "drop-frame timecode, and the list"),
    "M2 of another reel": (f"{EVENT}M2 BX 048.0 00:00:00:00\n".encode(), 2, "no event above has it"),
    "M2 without a speed": (f"{EVENT}M2 AX fast 00:00:00:00\n".encode(), 2, "is no M2"),
    "a long line": (b"* " + b"a" * 3000, 1, "has 3002 characters"),
    "a long dissolve": (
        (EVENT + SECOND.replace("C    ", "D 099")).encode(),
        2,
        "its dissolve lasts 99 frames, and the event 24",
    ),
    "100,000 events": (EVENT.encode() * 100_000, 5001, "more than 5000 events"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_list_gives_one_error_with_its_line_and_a_fix(name: str) -> None:
    content, line, cause = BROKEN[name]
    with pytest.raises(UnreadableEdit) as found:
        read_edl(content, "a.edl", 24)
    assert cause in found.value.cause
    assert found.value.line == line
    assert found.value.cure
