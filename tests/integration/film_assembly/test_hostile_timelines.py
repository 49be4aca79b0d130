"""Broken and hostile timelines: each gives one clear error with a fix, quickly, and nothing that it names is opened."""

from __future__ import annotations

import io
import json
import os
import resource
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assembly.conform.bounds import BYTES_MAX
from assembly.conform.reading import read_cut
from assembly.errors import UnreadableEdit
from production.post.conform.table import read_table

CPU_MAX_S = 20
"""Far above what the slowest takes (2 s), far below what an endless one would."""

EVENT = "001  AX  V  C  00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
CLIP = '<asset-clip ref="a0" name="x" offset="0s" duration="1s"/>'


def fcpxml(
    inside: str = CLIP, *, head: str = "<!DOCTYPE fcpxml>", frame: str = "1/24s", version: str = "1.10"
) -> bytes:
    return (
        f'<?xml version="1.0"?>{head}<fcpxml version="{version}"><resources><format id="r1" frameDuration="{frame}"/>'
        '<asset id="a0" name="SC010_SH0010" src="a.mov" start="0s" duration="4s" hasVideo="1"/></resources>'
        f'<project><sequence format="r1"><spine>{inside}</spine></sequence></project></fcpxml>'
    ).encode()


def xmeml(inside: str = "", *, head: str = "<!DOCTYPE xmeml>", timebase: str = "24", end: str = "24") -> bytes:
    rate = f"<rate><timebase>{timebase}</timebase><ntsc>FALSE</ntsc></rate>"
    clip = inside or (
        f"<clipitem><name>SC010_SH0010</name>{rate}<start>0</start><end>{end}</end><in>0</in><out>24</out>"
        f"<file id='f1'><name>a</name><pathurl>a.mov</pathurl>{rate}<duration>96</duration></file></clipitem>"
    )
    return (
        f'<?xml version="1.0"?>{head}<xmeml version="5"><sequence id="s"><name>x</name>{rate}<media><video><track>'
        f"{clip}</track></video></media></sequence></xmeml>"
    ).encode()


def otio_file(change: Callable[[dict[str, Any]], Any] = lambda _: None) -> bytes:
    def span(start: int, frames: int) -> Any:
        return otio.opentime.TimeRange(otio.opentime.RationalTime(start, 24), otio.opentime.RationalTime(frames, 24))

    made = otio.schema.Timeline("x", global_start_time=otio.opentime.RationalTime(0, 24))
    track = otio.schema.Track("V1", kind="Video")
    reference = otio.schema.ExternalReference("a.mov", span(0, 96))
    track.append(otio.schema.Clip("SC010_SH0010", reference, span(0, 24)))
    made.tracks.append(track)
    told = json.loads(otio.adapters.write_to_string(made, "otio_json"))
    change(told)
    return json.dumps(told).encode()


def clip_of(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told["tracks"]["children"][0]["children"][0]
    return found


def at_time(**fields: Any) -> bytes:
    return otio_file(lambda told: clip_of(told)["source_range"]["start_time"].update(fields))


def many_clips(told: dict[str, Any]) -> None:
    told["tracks"]["children"][0]["children"] *= 20_000


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE fcpxml [<!ENTITY l0 "ha">{LAUGHS}]>'
OUTSIDE = '<!DOCTYPE fcpxml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LOOP = "<clipitem><name>a</name><start>0</start><end>24</end><in>0</in><out>24</out><sequence id='s'/></clipitem>"


def doubling() -> bytes:
    """Thirty sequences, each of which holds the next twice: 2**30 clips for who copies them out."""
    item = "<clipitem><name>a</name><start>0</start><end>24</end><in>0</in><out>24</out><sequence id='s{}'/></clipitem>"
    rate = "<rate><timebase>24</timebase><ntsc>FALSE</ntsc></rate>"
    parts = "".join(
        f"<sequence id='s{n}'><name>s</name>{rate}<media><video><track>{item.format(n + 1) * 2}</track></video></media>"
        "</sequence>"
        for n in range(30)
    )
    return f"<!DOCTYPE xmeml><xmeml version='5'>{parts}</xmeml>".encode()


HOSTILE: dict[str, tuple[bytes, str]] = {
    # no format, or not what it says
    "nothing": (b"", "it is empty"),
    "spaces": (b" \n\n ", "it is empty"),
    "a film": (b"\0\0\0\x18ftypmp42" + bytes(64), "it is not OpenTimelineIO, EDL"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), "it is not OpenTimelineIO, EDL"),
    "prose": (b"Dear editor, please find attached", "it is not OpenTimelineIO, EDL"),
    "JSON in UTF-16": (otio_file().decode().encode("utf-16"), "it is not OpenTimelineIO, EDL"),
    "an EDL in UTF-16": (EVENT.encode("utf-16"), "it is not OpenTimelineIO, EDL"),
    "an EDL in Latin-1": (f"{EVENT}* FROM CLIP NAME: caf\xe9\n".encode("latin-1"), "is not UTF-8"),
    "an EDL with zero bytes": (EVENT.encode() + b"* \0\n", "zero bytes"),
    "HTML": (b"<html><body>Not found</body></html>", "it is <html> version 'none'"),
    "33 MB": (b"{" + b" " * BYTES_MAX + b"}", "more than 32 MB"),
    # EDL
    "an EDL of 100,000 events": (EVENT.encode() * 100_000, "more than 5000 events"),
    "an EDL that is cut off": (EVENT[:40].encode(), "is not an event"),
    "an EDL without pictures": (EVENT.replace(" V ", " A ").encode(), "it shows no clip"),
    "an EDL of black": (EVENT.replace("AX", "BL").encode(), "it shows no clip"),
    # XML
    "a bomb of entities": (fcpxml(head=BOMB), "defines what no timeline needs"),
    "a file from outside": (fcpxml(head=OUTSIDE), "defines what no timeline needs"),
    "a bomb in FCP7": (xmeml(head=BOMB.replace("fcpxml", "xmeml")), "defines what no timeline needs"),
    "a file from outside in FCP7": (xmeml(head=OUTSIDE.replace("fcpxml", "xmeml")), "defines what no timeline needs"),
    "a parameter entity": (fcpxml(head='<!DOCTYPE fcpxml [<!ENTITY % p "x">]>'), "defines what no timeline needs"),
    "XML that is cut off": (fcpxml()[:-40], "it is not XML"),
    "deep XML": (fcpxml("<clip>" * 100_000), "nests more than 200 levels deep"),
    "a million elements": (fcpxml("<note/>" * 600_000), "has too many elements"),
    "XML of an unknown encoding": (
        fcpxml().replace(b'version="1.0"', b'version="1.0" encoding="x-none"'),
        "it is not XML",
    ),
    # FCPXML
    "an old version": (fcpxml(version="1.5"), "version '1.5'"),
    "no version": (fcpxml(version="one"), "version 'one'"),
    "two projects": (fcpxml().replace(b"</fcpxml>", b"<project><sequence/></project></fcpxml>"), "2 projects"),
    "no frame": (fcpxml(frame="0/24s"), "runs at no frames a second"),
    "frames that never end": (fcpxml(frame="1/0s"), "frameDuration of its <format> is '1/0s'"),
    "a negative frame": (fcpxml(frame="-1/24s"), "runs at no frames a second"),
    "another rate": (fcpxml(frame="1/60s"), "runs at 60 frames a second"),
    "not a number": (fcpxml(CLIP.replace('"1s"', '"NaNs"')), "duration of its <asset-clip> is 'NaNs'"),
    "a decimal time": (fcpxml(CLIP.replace('"1s"', '"1.5s"')), "duration of its <asset-clip> is '1.5s'"),
    "a clip of minus a second": (fcpxml(CLIP.replace('"1s"', '"-1s"')), "has a negative time"),
    "a clip of a million years": (fcpxml(CLIP.replace('"1s"', f'"{10**14}s"')), "beyond 24 hours"),
    "a time of a thousand digits": (fcpxml(CLIP.replace('"1s"', f'"{"9" * 1000}s"')), "of its <asset-clip> is '999"),
    "a hole": (fcpxml(CLIP.replace('"0s"', '"9s"')), "begins at 9 s, and what stands before it ends at 0 s"),
    "an empty spine": (fcpxml(""), "it shows no clip"),
    "an empty audition": (fcpxml("<audition/>"), "is empty"),
    "a spine of 20,000": (fcpxml("<gap duration='0s'/>" * 20_000), "more than 5000 clips"),
    "auditions in auditions": (fcpxml("<audition>" * 150 + "</audition>" * 150), "is empty"),
    # FCP7
    "a sequence that holds itself": (xmeml(LOOP), "holds itself"),
    "2**30 clips": (doubling(), "stand for one another too often"),
    "a track that stands for 5,000 tracks": (
        xmeml(
            "<clipitem/>" * 500
            + "</track><track id='t'>"
            + "<clipitem/>" * 5000
            + "</track>"
            + "<track id='t'/>" * 900
            + "<track>"
        ),
        "stand for one another too often",
    ),
    "20,000 clips in FCP7": (xmeml("<clipitem/>" * 20_000), "or 5000 on one track"),
    "a timebase of 0": (xmeml(timebase="0"), "runs at 0 frames a second"),
    "a timebase of words": (xmeml(timebase="many"), "it is not Final Cut Pro 7 XML"),
    "a negative length": (xmeml(end="-30"), ""),
    "a huge end": (xmeml(end="9" * 30), ""),
    "a clip of nothing": (xmeml("<clipitem/>"), "it is not Final Cut Pro 7 XML"),
    # OTIO
    "JSON": (b'{"a": 1}', "it is JSON, but not an OpenTimelineIO file"),
    "JSON that is cut off": (otio_file()[:-30], "it is not an OpenTimelineIO file"),
    "deep JSON": (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nests 100001 levels deep"),
    "a clip alone": (json.dumps(clip_of(json.loads(otio_file()))).encode(), "it holds no timeline"),
    "NaN": (at_time(value=float("nan")), "has the time nan at 24"),
    "infinity": (at_time(value=float("inf")), "has the time inf at 24"),
    "a rate of 0": (at_time(rate=0), "at 0 a second"),
    "a negative rate": (at_time(rate=-24), "at -24 a second"),
    "a huge time": (at_time(value=1e300), "beyond 24 hours"),
    "words for a time": (at_time(value="soon"), "has the time 'soon' at 24"),
    "another rate in OTIO": (otio_file(lambda t: t["global_start_time"].update(rate=50)), "runs at 50 frames a second"),
    "20,000 clips": (otio_file(many_clips), "more than 5000 clips"),
    "tracks that are none": (otio_file(lambda t: t.update(tracks={"OTIO_SCHEMA": "Clip.2"})), ""),
    "tracks without a name": (otio_file(lambda t: t["tracks"].pop("OTIO_SCHEMA")), "no picture track"),
    "tracks of words": (otio_file(lambda t: t.update(tracks="V1")), "no picture track"),
    "a range of words": (otio_file(lambda t: clip_of(t).update(source_range="all")), "has no length"),
    "no tracks": (otio_file(lambda t: t["tracks"].update(children=[])), "no picture track"),
    "a cycle": (
        otio_file(lambda t: t.update(tracks={"OTIO_SCHEMA": "SerializableObjectRef.1", "id": "Timeline-1"})),
        "no picture track",
    ),
    # ZIP
    "a ZIP of something": (zipped("a.txt", b"a"), "without a readable content.otio"),
    "a ZIP that is cut off": (zipped("content.otio", otio_file())[:80], "without a readable content.otio"),
    "a bomb of zeros": (zipped("content.otio", bytes(BYTES_MAX + 9)), "content.otio has more than 32 MB"),
    "a path out of the ZIP": (zipped("../content.otio", otio_file()), "without a readable content.otio"),
}


@pytest.fixture(autouse=True)
def limited() -> Iterator[None]:
    began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - began < CPU_MAX_S


@pytest.mark.parametrize("name", HOSTILE)
def test_each_hostile_file_gives_one_error_with_a_fix(tmp_path: Path, name: str) -> None:
    content, cause = HOSTILE[name]
    file = tmp_path / "edit.otio"
    file.write_bytes(content)
    with pytest.raises(UnreadableEdit) as found:
        read_cut(file, 24)
    assert cause in str(found.value)
    assert found.value.cure
    assert len(str(found.value)) < 600
    assert [each.name for each in tmp_path.iterdir()] == ["edit.otio"]


def test_what_is_no_ordinary_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.edl")
    (tmp_path / "loop.edl").symlink_to(tmp_path / "loop.edl")
    with (tmp_path / "huge.edl").open("wb") as huge:
        huge.truncate(1 << 40)
    for name, cause in {
        "pipe.edl": "not an ordinary file",
        "loop.edl": "cannot be read",
        "huge.edl": "more than 32 MB",
        "gone.edl": "does not exist",
        ".": "not an ordinary file",
    }.items():
        with pytest.raises(UnreadableEdit, match=cause):
            read_cut(tmp_path / name, 24)


HEAVY = {
    "100,000 effects": fcpxml(
        CLIP.replace("/>", ">") + "".join(f"<filter-video name='{n}'/>" for n in range(100_000)) + "</asset-clip>"
    ),
    "100,000 titles": fcpxml(
        CLIP.replace("/>", ">") + "".join(f"<title lane='1' name='{n}'/>" for n in range(100_000)) + "</asset-clip>"
    ),
    "a file of many names, often": fcpxml("".join(CLIP.replace('"0s"', f'"{n}s"') for n in range(4_000))).replace(
        b'hasVideo="1"/>', b'hasVideo="1">' + b"<media-rep src='x'/>" * 100_000 + b"</asset>"
    ),
    "a remark 100,000 times": (EVENT.replace("AX", "SC010_SH0010") + "* FREEZE FRAME\n" * 100_000).encode(),
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_file_is_read_in_time_and_told_in_few_lines(tmp_path: Path, name: str) -> None:
    file = tmp_path / "edit"
    file.write_bytes(HEAVY[name])
    cut = read_cut(file, 24)
    assert cut.clips[0].frames == 24
    assert len(cut.losses) + len(cut.titles) <= 1_001


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "it is empty"),
        (b"reel,file\n\xff\xfe", "is not UTF-8"),
        (b"reel,file\n" * 200_000, "more than 100000 rows"),
    ],
)
def test_a_broken_table_of_a_turnover_is_named(tmp_path: Path, content: bytes, cause: str) -> None:
    (tmp_path / "media.csv").write_bytes(content)
    with pytest.raises(UnreadableEdit, match=cause) as found:
        read_table(tmp_path)
    assert "media.csv" in str(found.value)


GOOD = {"edl": EVENT.encode() * 1, "fcpxml": fcpxml(), "xmeml": xmeml(), "otio": otio_file()}


@pytest.mark.parametrize("name", GOOD)
@given(
    spots=st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from(["drop", "flip", "digit", "copy"]), st.integers(0, 255)),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_any_bytes_changed_is_read_or_refused_by_our_error(
    tmp_path: Path, name: str, spots: list[tuple[float, str, int]]
) -> None:
    content = bytearray(GOOD[name])
    for place, how, number in spots:
        at = round(place * (len(content) - 1))
        match how:
            case "drop":
                del content[at : at + 1 + number % 8]
            case "flip":
                content[at] = number
            case "digit":
                content[at] = ord(str(number % 10))
            case "copy":
                content[at:at] = content[at : at + number]
    file = tmp_path / "edit"
    file.write_bytes(bytes(content) or b" ")
    try:
        cut = read_cut(file, 24)
    except UnreadableEdit as refused:
        assert refused.cure  # noqa: PT017  # both are good outcomes, any other error is not
    else:
        assert cut.frames > 0
