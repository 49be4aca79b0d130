"""Avid Log Exchange, read back by OpenTimelineIO's plug-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from otio_ale_adapter import ale as otio_ale

from assembly.turnover import references
from assembly.turnover.ale import COLUMNS, write_ale
from assembly.turnover.timecode import Counting
from tests.integration.turnover_formats.timelines import COUNTS, Said, Sound, Take, timeline_of, timelines


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("turnover") / "bin.ale"


def read(log: Path) -> Any:
    """The log as a collection. Keep it while its clips are looked at: they die with it."""
    return otio_ale.read_from_string(log.read_bytes().decode("utf-8"))


@settings(max_examples=60, deadline=None)
@given(timelines())
def test_the_plug_in_reads_every_file_once_with_its_timecode_and_reel(log: Path, timeline: Any) -> None:
    write_ale(timeline, log)
    used = [file for file, _ in references.files(timeline)]
    logged = read(log)
    found = [
        (clip.name, clip.source_range.start_time.value, clip.source_range.duration.value, clip.metadata["ALE"]["Tape"])
        for clip in logged
    ]
    assert found == [(file.name, file.first, file.frames, file.reel) for file in used]
    assert len({file.url for file in used}) == len(used)


@pytest.mark.parametrize("count", COUNTS, ids=lambda count: count.name)
def test_the_heading_names_rate_and_form(log: Path, count: Counting) -> None:
    write_ale(timeline_of([Take()], count=count), log)
    logged = read(log)
    assert dict(logged.metadata["ALE"]["header"]) == {
        "FIELD_DELIM": "TABS",
        "VIDEO_FORMAT": "720",
        "AUDIO_FORMAT": "48khz",
        "FPS": count.name.removesuffix(" drop-frame"),
    }
    assert list(logged.metadata["ALE"]["columns"]) == list(COLUMNS)
    assert (b";" in log.read_bytes()) == count.drop_frame


def test_alternates_and_sounds_have_rows_and_notes_are_comments(log: Path) -> None:
    notes = (Said("more\tlight\r\non the left", 3), Said("circled", kind="verdict", who=""))
    lost = write_ale(
        timeline_of([Take(alternates=(100,), notes=notes), Take("SC010_SH0020", heard=False)], [Sound()]), log
    )
    logged = read(log)
    rows = [
        (clip.metadata["ALE"]["Scene"], clip.metadata["ALE"]["Take"], clip.metadata["ALE"]["Tracks"]) for clip in logged
    ]
    assert rows == [
        ("SC010_SH0010", "v002", "VA1A2"),
        ("SC010_SH0010", "v001", "VA1A2"),
        ("SC010_SH0020", "v001", "V"),
        ("", "", "A1"),
    ]
    assert logged[0].metadata["ALE"]["Comments"] == "more light on the left (mara); circled"
    assert [loss.subject for loss in lost] == ["the timeline", "the markers"]
