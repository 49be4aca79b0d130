"""Where shots and subtitles lie in a film, and what an editor is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembly import ffmpeg, plan, sound, srt, timeline
from assembly.errors import EncodeFailed, UnfitCut
from manifests.cut import Cut, CutItem
from manifests.film import Finish
from manifests.scene import Line, Transition
from manifests.take import Artefact

CUT, DISSOLVE = Transition(), Transition(kind="dissolve", seconds=0.5)


def item(
    number: int, frames: int = 48, transition: Transition = CUT, *, clip: bool = True, spoken: str = ""
) -> CutItem:
    sha = f"{number:064x}"
    return CutItem(
        shot=f"SC010_SH{number * 10:04d}",
        frames=frames,
        clip=Artefact(sha256=sha, media_type="video/mp4", frames=frames, size_bytes=9) if clip else None,
        panel=None,
        transition=transition,
        dialogue=(Line(character="marit", text=spoken, from_s=0.5, to_s=1.5),) if spoken else (),
        take="v002",
        note="" if clip else "same flaw twice",
    )


def cut_of(*items: CutItem) -> Cut:
    return Cut(scene="SC010", title="The lamp goes out", tier="draft", items=items)


def media(sha: str) -> Path:
    return Path("/films/harbour/media") / f"{sha[-2:]}.mp4"


def test_a_dissolve_overlaps_the_next_shot_and_shortens_the_film() -> None:
    placed = plan.lay(cut_of(item(1, transition=DISSOLVE), item(2), item(3)))

    assert [shot.start for shot in placed] == [0, 36, 84]
    assert [(shot.dissolve_in, shot.dissolve_out) for shot in placed] == [(0, 12), (12, 0), (0, 0)]
    assert plan.total_frames(placed) == 3 * 48 - 12


def test_a_dissolve_after_the_last_shot_is_no_dissolve() -> None:
    assert plan.total_frames(plan.lay(cut_of(item(1, transition=DISSOLVE)))) == 48


def test_a_shot_too_short_for_its_dissolves_is_refused_by_name() -> None:
    with pytest.raises(
        UnfitCut, match="SC010_SH0020: its 24 frames are too few for dissolves of 12 frames in and 12 out"
    ):
        plan.lay(cut_of(item(1, transition=DISSOLVE), item(2, 24, DISSOLVE), item(3)))


def test_half_a_second_of_dissolve_has_the_frames_of_the_films_rate() -> None:
    cut = cut_of(item(1, 90, transition=Transition(kind="dissolve", seconds=0.5)), item(2, 90))
    overlap = {fps: plan.lay(cut.model_copy(update={"fps": fps}))[0].dissolve_out for fps in (24, 25, 30)}
    assert overlap == {24: 12, 25: 12, 30: 15}


@given(st.lists(st.tuples(st.integers(13, 60), st.booleans()), min_size=1, max_size=60))
def test_batches_break_only_at_hard_cuts_and_lose_no_shot(shots: list[tuple[int, bool]]) -> None:
    placed = plan.lay(
        cut_of(*[item(n, 60 + f, DISSOLVE if soft else CUT) for n, (f, soft) in enumerate(shots, start=1)])
    )

    runs = plan.batches(placed)

    assert tuple(shot for run in runs for shot in run) == placed
    assert all(run[0].dissolve_in == 0 and run[-1].dissolve_out == 0 for run in runs)
    assert sum(run[-1].end - run[0].start for run in runs) == plan.total_frames(placed)


def test_subtitles_move_forward_by_the_dissolves_before_them() -> None:
    cut = cut_of(item(1, transition=DISSOLVE, spoken="Who lit  the lamp?"), item(2, spoken="Nobody."))

    assert srt.subtitles(cut) == (srt.Subtitle(12, 36, "Who lit the lamp?"), srt.Subtitle(48, 72, "Nobody."))


def test_a_line_ends_where_its_shot_ends() -> None:
    assert srt.subtitles(cut_of(item(1, 24, spoken="Late."), item(2)))[0].end == 24


def test_the_timeline_is_as_long_as_the_film_and_begins_at_one_hour() -> None:
    cut = cut_of(item(1, transition=DISSOLVE), item(2, transition=DISSOLVE), item(3), item(4, clip=False))

    built = timeline.build(cut, media)

    assert built.duration().to_frames() == plan.total_frames(plan.lay(cut)) == 168
    assert built.global_start_time.to_timecode() == "01:00:00:00"
    assert [track.kind for track in built.tracks] == ["Video", "Audio"]


def test_each_half_of_a_dissolve_has_its_handle_in_the_clips_beside_it() -> None:
    cut = cut_of(item(1, transition=Transition(kind="dissolve", seconds=0.55)), item(2))  # 13 frames: an odd number.
    first, dissolve, second = timeline.build(cut, media).video_tracks()[0]

    tail = first.available_range().duration - first.source_range.end_time_exclusive()
    assert dissolve.out_offset == tail
    assert dissolve.in_offset == second.source_range.start_time
    assert (dissolve.in_offset + dissolve.out_offset).to_frames() == 13


def test_a_shot_without_a_clip_is_a_missing_reference_with_its_reason() -> None:
    (clip,) = timeline.build(cut_of(item(1, clip=False)), media).video_tracks()[0]

    assert clip.media_reference.is_missing_reference
    assert clip.metadata[timeline.METADATA]["waits_for"] == "same flaw twice"


@pytest.mark.parametrize(
    ("integrated", "peak", "gain"), [(-25.5, -10.0, 9.5), (-10.0, -0.1, -6.0), (-70.0, float("-inf"), 0.0)]
)
def test_the_gain_is_what_lacks_to_the_target_and_silence_stays_silence(
    integrated: float, peak: float, gain: float
) -> None:
    assert sound.gain_db(sound.Loudness(integrated, peak), Finish()) == pytest.approx(gain)


def test_the_meters_last_reading_is_read() -> None:
    log = "  Integrated loudness:\n    I:         -25.4 LUFS\n  True peak:\n    Peak:      -23.1 dBFS\n"
    assert sound.read(log) == sound.Loudness(-25.4, -23.1)
    with pytest.raises(EncodeFailed, match="no reading"):
        sound.read("nothing here")


def test_a_long_log_is_shortened_to_its_last_lines() -> None:
    words = ffmpeg.shorten("\n".join(f"line {n}" for n in range(500)) + "\nInvalid data found\n")
    assert words.endswith("line 499 | Invalid data found")
    assert len(words) <= 1500
