"""What lies beside a film: its timeline, and its subtitles as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from assembly import srt, timeline
from assembly.errors import UnreadableText
from manifests.film import Finish
from manifests.scene import Line, Transition


def test_letters_no_font_has_are_refused_before_they_become_boxes(
    store: Any, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    line = Line(character="marit", text="灯台 is dark", from_s=0.1, to_s=0.9)
    cut = store.cut(store.item(1, clips[0], dialogue=(line,)))

    with pytest.raises(UnreadableText, match="subtitles: srt"):
        cutting(cut)

    made = cutting(cut, Finish(subtitles="srt"))
    assert made.with_suffix(".srt").read_text(encoding="utf-8") == ("1\n00:00:00,083 --> 00:00:00,917\n灯台 is dark\n")


def test_a_timeline_survives_being_written_and_read(store: Any, clips: list[Path], tmp_path: Path) -> None:
    cut = store.cut(
        store.item(1, clips[0], transition=Transition(kind="dissolve", seconds=0.5)),
        store.item(2, clips[1]),
        store.item(3, None),
    )
    notes = {"SC010_SH0020": "re-anchored to the locked masters"}

    saved = timeline.save(cut, store, tmp_path / "edit" / "SC010.otio", notes)
    read = otio.adapters.read_from_file(str(saved))

    assert read.is_equivalent_to(timeline.build(cut, store, notes, beside=saved.parent))
    first, _, second, _ = read.video_tracks()[0]
    assert first.media_reference.target_url == "../r.mp4"
    assert [marker.name for marker in second.markers] == ["re-anchored to the locked masters"]
    assert dict(second.metadata[timeline.METADATA])["sha256"] == cut.items[1].clip.sha256  # type: ignore[union-attr]


def test_a_subtitle_file_is_numbered_and_timed_on_the_cut(store: Any, clips: list[Path], tmp_path: Path) -> None:
    line = Line(character="marit", text="Who lit the lamp?", from_s=0.25, to_s=0.75)
    cut = store.cut(
        store.item(1, clips[0], transition=Transition(kind="dissolve", seconds=0.5), dialogue=(line,)),
        store.item(2, clips[1], dialogue=(line,)),
    )

    assert srt.render(cut, tmp_path / "film.srt").read_text() == (
        "1\n00:00:00,250 --> 00:00:00,750\nWho lit the lamp?\n\n2\n00:00:00,750 --> 00:00:01,250\nWho lit the lamp?\n"
    )
