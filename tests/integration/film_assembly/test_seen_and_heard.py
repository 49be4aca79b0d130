"""What is seen and heard in films and reels that are made from real clips:
each frame where the plan says, in its colours.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from assembly import ffmpeg, film, probe, reel, sound
from assembly.feature.deliver import deliver
from manifests.assembly.parts import Deliverable
from manifests.film import Finish
from manifests.scene import Line, Transition

SIZE = (320, 180)
FRAMES = 24
BAR = 8
RED, GREEN, BLUE = (200, 40, 40), (40, 160, 60), (40, 60, 200)
COLOUR_TOLERANCE = 6  # Of 255: two lossy encodes of a flat colour.
LOUDNESS_TOLERANCE_LU = 1.0


def dissolve(seconds: float) -> Transition:
    return Transition(kind="dissolve", seconds=seconds)


def pictures(path: Path) -> list[np.ndarray[Any, Any]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def bar_at(picture: np.ndarray[Any, Any]) -> int:
    """Which frame of its clip a picture is, by its bar."""
    return int(picture[90].astype(int).min(axis=1).reshape(-1, BAR).mean(axis=1).argmax())


def colour_of(picture: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The colour on the right, where no bar comes."""
    return picture[60:120, 260:].reshape(-1, 3).mean(axis=0)


def loudness_of(path: Path) -> sound.Loudness:
    heard = sound.meter(ffmpeg.source(path, "mov").audio)
    return sound.read(ffmpeg.run([ffmpeg.FfmpegOutput((heard,), None)], thing="test", seconds=1, timeout_s=60))


def test_every_frame_of_a_cut_stands_where_the_plan_says(
    store: Any, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    frames = pictures(cutting(store.cut(*[store.item(n, clip) for n, clip in enumerate(clips, start=1)])))

    assert [bar_at(frame) for frame in frames] == list(range(FRAMES)) * 3
    for number, rgb in enumerate((RED, GREEN, BLUE)):
        assert np.abs(colour_of(frames[number * FRAMES + 5]) - rgb).max() <= COLOUR_TOLERANCE


def test_dissolves_shorten_the_film_by_exactly_their_frames(
    store: Any, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    cut = store.cut(
        store.item(1, clips[0], transition=dissolve(0.3)),  # 7 frames
        store.item(2, clips[1], transition=dissolve(0.5)),  # 12 frames
        store.item(3, clips[2]),
        store.item(4, clips[0]),
    )

    made = cutting(cut)
    found, frames = probe.decode(made), pictures(made)

    assert found.frames == 4 * FRAMES - 7 - 12
    assert found.sound_s == pytest.approx(found.frames / 24, abs=2 * 1024 / 48_000)
    assert np.abs(colour_of(frames[FRAMES - 8]) - RED).max() <= COLOUR_TOLERANCE
    assert np.abs(colour_of(frames[FRAMES - 4]) - np.add(RED, GREEN) / 2).max() <= 3 * COLOUR_TOLERANCE
    assert np.abs(colour_of(frames[FRAMES]) - GREEN).max() <= COLOUR_TOLERANCE


def test_a_long_cut_made_in_batches_loses_no_frame(
    store: Any, clips: list[Path], cutting: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assembly.plan.BATCH_ITEMS_MAX", 2)
    line = Line(character="marit", text="Still here.", from_s=0.2, to_s=0.8)
    cut = store.cut(*[store.item(n, clips[n % 3], dialogue=(line,)) for n in range(1, 6)])

    frames = pictures(cutting(cut))

    assert [bar_at(frame) for frame in frames] == list(range(FRAMES)) * 5
    assert all(frames[n * FRAMES + 12][150:170].max(axis=2).min() < 40 for n in range(5)), "a subtitle has its outline"


def test_the_film_is_tagged_rec_709_at_24_frames_with_48_khz_sound(
    store: Any, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    made = cutting(store.cut(store.item(1, clips[0])))
    facts = probe.facts(made)

    assert facts.bt709
    assert (facts.fps, facts.pixel_format, facts.sample_rate) == (24, "yuv420p", 48_000)
    head = made.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat"), "the index comes first, so that it plays while it loads"


@pytest.mark.parametrize("amplitude", [0.004, 0.6], ids=["quiet", "loud"])
def test_loudness_is_within_one_lu_of_the_finish(
    draw_clip: Callable[..., Path], store: Any, tmp_path: Path, cutting: Callable[..., Path], amplitude: float
) -> None:
    clip = draw_clip(tmp_path / "tone.mp4", RED, frames=36, amplitude=amplitude, tone_hz=1000)
    finish = Finish(loudness_lufs=-18)

    heard = loudness_of(cutting(store.cut(store.item(1, clip, frames=36), store.item(2, clip, frames=36)), finish))

    assert heard.integrated_lufs == pytest.approx(-18, abs=LOUDNESS_TOLERANCE_LU)
    assert heard.true_peak_dbtp <= finish.true_peak_dbtp


def test_the_peak_ceiling_is_kept_where_the_target_asks_for_more(
    draw_clip: Callable[..., Path], store: Any, tmp_path: Path, cutting: Callable[..., Path]
) -> None:
    clip = draw_clip(tmp_path / "tone.mp4", RED, amplitude=0.2)
    heard = loudness_of(cutting(store.cut(store.item(1, clip)), Finish(loudness_lufs=-5, true_peak_dbtp=-6)))
    assert heard.true_peak_dbtp <= -6


def test_a_silent_clip_and_one_at_another_rate_join_without_a_gap(
    draw_clip: Callable[..., Path], store: Any, tmp_path: Path, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    silent = draw_clip(tmp_path / "silent.mp4", GREEN, tone_hz=None)
    other = draw_clip(tmp_path / "other.mp4", BLUE, sample_rate=44_100)

    found = probe.decode(cutting(store.cut(store.item(1, clips[0]), store.item(2, silent), store.item(3, other))))

    assert found.frames == 3 * FRAMES
    assert found.sound_s == pytest.approx(3, abs=2 * 1024 / 48_000)


def test_a_film_without_any_sound_stays_silent(
    draw_clip: Callable[..., Path], store: Any, tmp_path: Path, cutting: Callable[..., Path]
) -> None:
    silent = draw_clip(tmp_path / "silent.mp4", GREEN, tone_hz=None)
    assert loudness_of(cutting(store.cut(store.item(1, silent)))).silent


def test_an_untagged_small_clip_keeps_its_colours(
    draw_clip: Callable[..., Path], store: Any, tmp_path: Path, cutting: Callable[..., Path]
) -> None:
    clip = draw_clip(tmp_path / "untagged.mp4", GREEN, tagged=False)
    frames = pictures(cutting(store.cut(store.item(1, clip))))
    assert np.abs(colour_of(frames[3]) - GREEN).max() <= COLOUR_TOLERANCE


def test_a_larger_clip_is_scaled_down_and_a_longer_one_ends_with_its_shot(
    draw_clip: Callable[..., Path], store: Any, tmp_path: Path, cutting: Callable[..., Path]
) -> None:
    hero = draw_clip(tmp_path / "hero.mp4", BLUE, size=(640, 360), frames=30)
    frames = pictures(cutting(store.cut(store.item(1, hero))))
    assert len(frames) == FRAMES
    assert frames[0].shape == (180, 320, 3)


def test_a_missing_shot_stands_as_its_panel_under_a_slate(
    store: Any, tmp_path: Path, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    Image.new("RGB", (640, 360), (0, 200, 0)).save(tmp_path / "panel.png")
    panel = store.put(tmp_path / "panel.png", "image/png")
    cut = store.cut(store.item(1, clips[0]), store.item(2, None, panel=panel, note="no credit"), store.item(3, None))

    frames = pictures(cutting(cut))

    assert len(frames) == 3 * FRAMES
    panel_colour, black = frames[FRAMES + 4][100:], frames[2 * FRAMES + 4][100:]
    assert panel_colour[..., 1].mean() == pytest.approx(110, abs=6), (
        "darkened to 55 %, so that nobody takes it for a take"
    )
    assert panel_colour[..., 0].mean() < 15
    assert black.max() < 15
    assert frames[FRAMES + 4][:16, 8:].max() > 150, "the slate's words"


def test_relative_paths_and_names_like_options_are_files_like_any_other(
    draw_clip: Callable[..., Path], store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clip = draw_clip(Path("./-y pipe:it's 100%.mp4"), RED)

    made = film.render(store.cut(store.item(1, clip)), store, Finish(), SIZE, Path("film.mp4"), Path("work"))

    assert probe.decode(made).frames == FRAMES


def test_a_subtitle_is_on_screen_for_exactly_its_frames(
    store: Any, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    line = Line(character="marit", text="Who lit the lamp?", from_s=0.25, to_s=0.75)
    frames = pictures(cutting(store.cut(store.item(1, clips[1]), store.item(2, clips[2], dialogue=(line,)))))

    outlined = [n for n, frame in enumerate(frames) if frame[150:172, 100:220].max(axis=2).min() < 45]

    assert outlined == list(range(FRAMES + 6, FRAMES + 18))


def test_the_grade_changes_pictures_but_neither_words_nor_cards(
    store: Any, tmp_path: Path, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    # Red and blue change places: index order is red fastest.
    folder = tmp_path / "it's a: film"
    folder.mkdir()
    rows = [f"{b} {g} {r}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    (folder / "show.cube").write_text("LUT_3D_SIZE 2\n" + "\n".join(rows) + "\n")

    frames = pictures(cutting(store.cut(store.item(1, clips[0])), Finish(grade="show.cube"), grades_in=folder))

    assert np.abs(colour_of(frames[3]) - RED[::-1]).max() <= COLOUR_TOLERANCE


def test_a_shots_own_grade_lies_below_the_shows_and_touches_no_other_shot(
    store: Any, tmp_path: Path, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    rows = [f"{b} {g} {r}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    (tmp_path / "swap.cube").write_text("LUT_3D_SIZE 2\n" + "\n".join(rows) + "\n")
    graded = store.item(1, clips[0]).model_copy(update={"grade": "swap.cube"})

    frames = pictures(cutting(store.cut(graded, store.item(2, clips[0])), grades_in=tmp_path))
    assert np.abs(colour_of(frames[3]) - RED[::-1]).max() <= COLOUR_TOLERANCE
    assert np.abs(colour_of(frames[-3]) - RED).max() <= COLOUR_TOLERANCE

    # Swapped twice is as it was: the shot's own and then the show's.
    frames = pictures(cutting(store.cut(graded), Finish(grade="swap.cube"), grades_in=tmp_path))
    assert np.abs(colour_of(frames[3]) - RED).max() <= COLOUR_TOLERANCE


def test_the_reel_has_a_slate_before_each_shot_in_story_order(store: Any, clips: list[Path], tmp_path: Path) -> None:
    slates = {"SC010_SH0010": reel.SlateInfo(take="v002", tier="draft", seed="81723", cost="$0.00", date="21 Nov 2026")}
    cut = store.cut(
        store.item(1, clips[0]), store.item(2, None, note="no credit"), store.item(3, clips[2], take="100% v\\:1")
    )

    made = reel.render(
        cut, store, tmp_path / "reel.mp4", slates, tmp_path / "work", title="The Harbour Light", size=SIZE
    )
    frames = pictures(made)

    block = reel.SLATE_FRAMES + FRAMES
    assert len(frames) == 3 * block
    assert frames[3][4, 4].max() < 40, "the slate's dark ground"
    assert np.abs(colour_of(frames[reel.SLATE_FRAMES]) - RED).max() <= COLOUR_TOLERANCE
    assert bar_at(frames[block - 1]) == FRAMES - 1
    assert np.abs(colour_of(frames[3 * block - 1]) - BLUE).max() <= COLOUR_TOLERANCE


@pytest.mark.parametrize(
    ("codec", "suffix", "picture", "heard"),
    [("h264", ".mp4", "h264", "aac"), ("hevc", ".mp4", "hevc", "aac"), ("prores", ".mov", "prores", "pcm_s24le")],
)
def test_a_deliverable_has_its_codec_its_shape_and_every_frame_of_the_master(
    store: Any,
    clips: list[Path],
    cutting: Callable[..., Path],
    tmp_path: Path,
    codec: Any,
    suffix: str,
    picture: str,
    heard: str,
) -> None:
    master = cutting(store.cut(store.item(1, clips[0])))
    order = Deliverable(name="copy", resolution="480p", aspect="1:1", codec=codec)
    made = deliver(order, master, "16:9", "A film", tmp_path / f"copy{suffix}", tmp_path / "work")

    with av.open(str(made)) as container:
        shown, sounding = container.streams.video[0], container.streams.audio[0]
        assert (shown.codec_context.name, sounding.codec_context.name) == (picture, heard)
        assert (shown.width, shown.height, shown.average_rate) == (480, 480, 24)
    frames = pictures(made)
    assert len(frames) == FRAMES
    assert np.abs(frames[0][100:200, 400:460].reshape(-1, 3).mean(axis=0) - RED).max() <= COLOUR_TOLERANCE
