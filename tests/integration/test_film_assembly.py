"""Films, reels and timelines made from real clips: small ones, drawn here."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import opentimelineio as otio
import pytest
from PIL import Image

from assembly import ffmpeg, film, join, probe, reel, sound, srt, timeline
from assembly.errors import EncodeFailed, EncodeTimedOut, UnfitClip, UnfitFilm, UnfitPicture, UnreadableText
from manifests.cut import Cut, CutItem
from manifests.film import Finish
from manifests.scene import Line, Transition
from manifests.take import Artefact

SIZE = (320, 180)
FRAMES = 24
BAR = 8
RED, GREEN, BLUE = (200, 40, 40), (40, 160, 60), (40, 60, 200)
COLOUR_TOLERANCE = 6  # Of 255: two lossy encodes of a flat colour.
LOUDNESS_TOLERANCE_LU = 1.0


def draw_clip(
    path: Path,
    colour: tuple[int, int, int],
    *,
    frames: int = FRAMES,
    size: tuple[int, int] = SIZE,
    fps: int = 24,
    tone_hz: float | None = 440.0,
    amplitude: float = 0.03,
    sample_rate: int = 48_000,
    tagged: bool = True,
) -> Path:
    """A flat colour with a white bar that moves BAR pixels a frame, so that a frame's number can be read off it."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=fps, options={"crf": "12", "preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        if tagged:
            context = video.codec_context
            context.colorspace, context.color_primaries, context.color_trc, context.color_range = 1, 1, 1, 1
        audio = container.add_stream("aac", rate=sample_rate) if tone_hz else None
        for number in range(frames):
            pixels = np.full((size[1], size[0], 3), colour, np.uint8)
            pixels[:, number * BAR : (number + 1) * BAR] = 255
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p", dst_colorspace=1)
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(video.encode(frame))
        container.mux(video.encode())
        if audio and tone_hz:
            times = np.arange(frames * sample_rate // fps) / sample_rate
            wave = (amplitude * np.sin(2 * np.pi * tone_hz * times)).astype(np.float32)
            samples = av.AudioFrame.from_ndarray(np.ascontiguousarray(np.stack([wave, wave])), "fltp", "stereo")
            samples.sample_rate, samples.pts = sample_rate, 0
            container.mux(audio.encode(samples))
            container.mux(audio.encode())
    return path


class Store:
    """Clips by their hash, as the vault gives them out."""

    def __init__(self) -> None:
        self.files: dict[str, Path] = {}

    def __call__(self, sha256: str) -> Path:
        return self.files[sha256]

    def item(self, number: int, clip: Path | None, **fields: Any) -> CutItem:
        fields = {"frames": FRAMES, "panel": None, "transition": Transition(), "take": "v001", **fields}
        return CutItem(shot=f"SC010_SH{number * 10:04d}", clip=self.put(clip) if clip else None, **fields)

    def put(self, file: Path, media_type: str = "video/mp4") -> Artefact:
        sha = hashlib.sha256(file.read_bytes()).hexdigest()
        self.files[sha] = file
        return Artefact.model_validate({"sha256": sha, "media_type": media_type, "frames": 1, "size_bytes": 9})


def cut_of(*items: CutItem) -> Cut:
    return Cut(scene="SC010", title="The lamp goes out", tier="draft", items=items)


def dissolve(seconds: float = 0.5) -> Transition:
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
    return sound.read(ffmpeg.run([ffmpeg.Output((heard,), None)], thing="test", seconds=1, timeout_s=60))


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def cutting(tmp_path: Path, store: Store) -> Callable[..., Path]:
    def render(cut: Cut, finish: Finish | None = None, **options: Any) -> Path:
        made = finish or Finish()
        return film.render(cut, store, made, SIZE, tmp_path / "film.mp4", tmp_path / "work", **options)

    return render


@pytest.fixture
def clips(tmp_path: Path) -> list[Path]:
    return [draw_clip(tmp_path / f"{name}.mp4", rgb) for name, rgb in (("r", RED), ("g", GREEN), ("b", BLUE))]


def test_every_frame_of_a_cut_stands_where_the_plan_says(
    store: Store, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    frames = pictures(cutting(cut_of(*[store.item(n, clip) for n, clip in enumerate(clips, start=1)])))

    assert [bar_at(frame) for frame in frames] == list(range(FRAMES)) * 3
    for number, rgb in enumerate((RED, GREEN, BLUE)):
        assert np.abs(colour_of(frames[number * FRAMES + 5]) - rgb).max() <= COLOUR_TOLERANCE


def test_dissolves_shorten_the_film_by_exactly_their_frames(
    store: Store, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    cut = cut_of(
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
    store: Store, clips: list[Path], cutting: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assembly.plan.BATCH_ITEMS_MAX", 2)
    line = Line(character="marit", text="Still here.", from_s=0.2, to_s=0.8)
    cut = cut_of(*[store.item(n, clips[n % 3], dialogue=(line,)) for n in range(1, 6)])

    frames = pictures(cutting(cut))

    assert [bar_at(frame) for frame in frames] == list(range(FRAMES)) * 5
    assert all(frames[n * FRAMES + 12][150:170].max(axis=2).min() < 40 for n in range(5)), "a subtitle has its outline"


def test_the_film_is_tagged_rec_709_at_24_frames_with_48_khz_sound(
    store: Store, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    made = cutting(cut_of(store.item(1, clips[0])))
    facts = probe.facts(made)

    assert facts.bt709
    assert (facts.fps, facts.pixel_format, facts.sample_rate) == (24, "yuv420p", 48_000)
    head = made.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat"), "the index comes first, so that it plays while it loads"


@pytest.mark.parametrize("amplitude", [0.004, 0.6], ids=["quiet", "loud"])
def test_loudness_is_within_one_lu_of_the_finish(
    store: Store, tmp_path: Path, cutting: Callable[..., Path], amplitude: float
) -> None:
    clip = draw_clip(tmp_path / "tone.mp4", RED, frames=36, amplitude=amplitude, tone_hz=1000)
    finish = Finish(loudness_lufs=-18)

    heard = loudness_of(cutting(cut_of(store.item(1, clip, frames=36), store.item(2, clip, frames=36)), finish))

    assert heard.integrated_lufs == pytest.approx(-18, abs=LOUDNESS_TOLERANCE_LU)
    assert heard.true_peak_dbtp <= finish.true_peak_dbtp


def test_the_peak_ceiling_is_kept_where_the_target_asks_for_more(
    store: Store, tmp_path: Path, cutting: Callable[..., Path]
) -> None:
    clip = draw_clip(tmp_path / "tone.mp4", RED, amplitude=0.2)
    heard = loudness_of(cutting(cut_of(store.item(1, clip)), Finish(loudness_lufs=-5, true_peak_dbtp=-6)))
    assert heard.true_peak_dbtp <= -6


def test_a_silent_clip_and_one_at_another_rate_join_without_a_gap(
    store: Store, tmp_path: Path, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    silent = draw_clip(tmp_path / "silent.mp4", GREEN, tone_hz=None)
    other = draw_clip(tmp_path / "other.mp4", BLUE, sample_rate=44_100)

    found = probe.decode(cutting(cut_of(store.item(1, clips[0]), store.item(2, silent), store.item(3, other))))

    assert found.frames == 3 * FRAMES
    assert found.sound_s == pytest.approx(3, abs=2 * 1024 / 48_000)


def test_a_film_without_any_sound_stays_silent(store: Store, tmp_path: Path, cutting: Callable[..., Path]) -> None:
    silent = draw_clip(tmp_path / "silent.mp4", GREEN, tone_hz=None)
    assert loudness_of(cutting(cut_of(store.item(1, silent)))).silent


def test_an_untagged_small_clip_keeps_its_colours(store: Store, tmp_path: Path, cutting: Callable[..., Path]) -> None:
    clip = draw_clip(tmp_path / "untagged.mp4", GREEN, tagged=False)
    frames = pictures(cutting(cut_of(store.item(1, clip))))
    assert np.abs(colour_of(frames[3]) - GREEN).max() <= COLOUR_TOLERANCE


@pytest.mark.parametrize(
    ("differs", "reason"),
    [
        ({"size": (256, 180)}, "256×180, of another aspect than 320×180"),
        ({"size": (160, 90), "frames": 12}, "12 frames of the 24"),
        ({"size": (160, 90)}, "160×90, smaller than 320×180"),
        ({"fps": 30}, "30 frames a second, not 24"),
    ],
    ids=["aspect", "length", "size", "rate"],
)
def test_a_mismatched_clip_is_refused_before_ffmpeg_starts(
    store: Store,
    clips: list[Path],
    tmp_path: Path,
    cutting: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    differs: dict[str, Any],
    reason: str,
) -> None:
    odd = draw_clip(tmp_path / "odd.mp4", GREEN, **differs)
    monkeypatch.setattr(film, "run", lambda *_, **__: pytest.fail("ffmpeg was started"))

    with pytest.raises(UnfitClip, match=reason) as refused:
        cutting(cut_of(store.item(1, clips[0]), store.item(2, odd)))
    assert refused.value.thing.startswith("SC010_SH0020")


def test_a_playlist_that_calls_itself_a_clip_opens_nothing(
    store: Store, tmp_path: Path, cutting: Callable[..., Path]
) -> None:
    playlist = tmp_path / "clip.mp4"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n")
    with pytest.raises(UnfitClip, match="cannot be read as an MP4"):
        cutting(cut_of(store.item(1, playlist)))


def test_a_larger_clip_is_scaled_down_and_a_longer_one_ends_with_its_shot(
    store: Store, tmp_path: Path, cutting: Callable[..., Path]
) -> None:
    hero = draw_clip(tmp_path / "hero.mp4", BLUE, size=(640, 360), frames=30)
    frames = pictures(cutting(cut_of(store.item(1, hero))))
    assert len(frames) == FRAMES
    assert frames[0].shape == (180, 320, 3)


def test_a_missing_shot_stands_as_its_panel_under_a_slate(
    store: Store, tmp_path: Path, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    Image.new("RGB", (640, 360), (0, 200, 0)).save(tmp_path / "panel.png")
    panel = store.put(tmp_path / "panel.png", "image/png")
    cut = cut_of(store.item(1, clips[0]), store.item(2, None, panel=panel, note="no credit"), store.item(3, None))

    frames = pictures(cutting(cut))

    assert len(frames) == 3 * FRAMES
    panel_colour, black = frames[FRAMES + 4][100:], frames[2 * FRAMES + 4][100:]
    assert panel_colour[..., 1].mean() == pytest.approx(110, abs=6), (
        "darkened to 55 %, so that nobody takes it for a take"
    )
    assert panel_colour[..., 0].mean() < 15
    assert black.max() < 15
    assert frames[FRAMES + 4][:16, 8:].max() > 150, "the slate's words"


def test_a_panel_that_is_no_picture_is_refused_by_name(
    store: Store, tmp_path: Path, cutting: Callable[..., Path]
) -> None:
    (tmp_path / "panel.png").write_bytes(b"<svg>not a picture</svg>")
    panel = store.put(tmp_path / "panel.png", "image/png")
    with pytest.raises(UnfitPicture, match=r"panel\.png: it cannot be read as a picture"):
        cutting(cut_of(store.item(1, None, panel=panel)))


def test_relative_paths_and_names_like_options_are_files_like_any_other(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clip = draw_clip(Path("./-y pipe:it's 100%.mp4"), RED)

    made = film.render(cut_of(store.item(1, clip)), store, Finish(), SIZE, Path("film.mp4"), Path("work"))

    assert probe.decode(made).frames == FRAMES


def test_a_subtitle_is_on_screen_for_exactly_its_frames(
    store: Store, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    line = Line(character="marit", text="Who lit the lamp?", from_s=0.25, to_s=0.75)
    frames = pictures(cutting(cut_of(store.item(1, clips[1]), store.item(2, clips[2], dialogue=(line,)))))

    outlined = [n for n, frame in enumerate(frames) if frame[150:172, 100:220].max(axis=2).min() < 45]

    assert outlined == list(range(FRAMES + 6, FRAMES + 18))


def test_letters_no_font_has_are_refused_before_they_become_boxes(
    store: Store, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    line = Line(character="marit", text="灯台 is dark", from_s=0.1, to_s=0.9)
    cut = cut_of(store.item(1, clips[0], dialogue=(line,)))

    with pytest.raises(UnreadableText, match="subtitles: srt"):
        cutting(cut)

    made = cutting(cut, Finish(subtitles="srt"))
    assert made.with_suffix(".srt").read_text(encoding="utf-8") == ("1\n00:00:00,083 --> 00:00:00,917\n灯台 is dark\n")


def test_the_grade_changes_pictures_but_neither_words_nor_cards(
    store: Store, tmp_path: Path, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    # Red and blue change places: index order is red fastest.
    folder = tmp_path / "it's a: film"
    folder.mkdir()
    rows = [f"{b} {g} {r}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    (folder / "show.cube").write_text("LUT_3D_SIZE 2\n" + "\n".join(rows) + "\n")

    frames = pictures(cutting(cut_of(store.item(1, clips[0])), Finish(grade="show.cube"), grades_in=folder))

    assert np.abs(colour_of(frames[3]) - RED[::-1]).max() <= COLOUR_TOLERANCE


def test_a_shots_own_grade_lies_below_the_shows_and_touches_no_other_shot(
    store: Store, tmp_path: Path, clips: list[Path], cutting: Callable[..., Path]
) -> None:
    rows = [f"{b} {g} {r}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    (tmp_path / "swap.cube").write_text("LUT_3D_SIZE 2\n" + "\n".join(rows) + "\n")
    graded = store.item(1, clips[0]).model_copy(update={"grade": "swap.cube"})

    frames = pictures(cutting(cut_of(graded, store.item(2, clips[0])), grades_in=tmp_path))
    assert np.abs(colour_of(frames[3]) - RED[::-1]).max() <= COLOUR_TOLERANCE
    assert np.abs(colour_of(frames[-3]) - RED).max() <= COLOUR_TOLERANCE

    # Swapped twice is as it was: the shot's own and then the show's.
    frames = pictures(cutting(cut_of(graded), Finish(grade="swap.cube"), grades_in=tmp_path))
    assert np.abs(colour_of(frames[3]) - RED).max() <= COLOUR_TOLERANCE


def test_a_cancel_comes_out_of_the_call_and_leaves_the_old_film(
    store: Store, clips: list[Path], cutting: Callable[..., Path], tmp_path: Path
) -> None:
    class Cancelled(Exception):
        pass

    def cancel(done: float) -> None:
        raise Cancelled

    (tmp_path / "film.mp4").write_bytes(b"the old film")
    with pytest.raises(Cancelled):
        cutting(cut_of(store.item(1, clips[0])), progress=cancel)

    assert (tmp_path / "film.mp4").read_bytes() == b"the old film"
    assert not list(tmp_path.rglob(".*"))


def test_progress_only_rises_and_ends_at_one(store: Store, clips: list[Path], cutting: Callable[..., Path]) -> None:
    told: list[float] = []
    cutting(cut_of(*[store.item(n, clips[0]) for n in range(1, 4)]), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_film_of_the_wrong_length_never_gets_its_name(
    store: Store, clips: list[Path], cutting: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assembly.plan.total_frames", lambda placed: 25)
    with pytest.raises(UnfitFilm, match="24 frames where the cut makes 25"):
        cutting(cut_of(store.item(1, clips[0])))
    assert not (tmp_path / "film.mp4").exists()


def test_ffmpegs_own_words_come_with_its_failure(tmp_path: Path) -> None:
    (tmp_path / "no.mp4").write_bytes(b"not a film")
    broken = ffmpeg.Output((ffmpeg.source(tmp_path / "no.mp4", "mov").video,), tmp_path / "out.mp4", {"f": "mp4"})
    with pytest.raises(EncodeFailed, match="moov atom not found") as failed:
        ffmpeg.run([broken], thing="shot", seconds=1, timeout_s=30)
    assert not failed.value.retry_helps
    assert [file.name for file in tmp_path.iterdir()] == ["no.mp4"]


def test_a_run_past_its_time_limit_is_killed_and_may_be_tried_again() -> None:
    endless = ffmpeg.Output((join.ffmpeg.input("testsrc=r=24", f="lavfi", re=None).video,), None)
    threads, children = threading.active_count(), children_of_ours()
    with pytest.raises(EncodeTimedOut) as late:
        ffmpeg.run([endless], thing="an endless shot", seconds=1, timeout_s=0.5)
    assert late.value.retry_helps
    assert threading.active_count() == threads
    assert children_of_ours() == children


def children_of_ours() -> set[str]:
    """The processes that this one started and that are not reaped yet."""
    found = [task.read_text().split() for task in Path("/proc/self/task").glob("*/children")]
    return {child for children in found for child in children}


def test_the_reel_has_a_slate_before_each_shot_in_story_order(store: Store, clips: list[Path], tmp_path: Path) -> None:
    slates = {"SC010_SH0010": reel.SlateInfo(take="v002", tier="draft", seed="81723", cost="$0.00", date="21 Nov 2026")}
    cut = cut_of(
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


def test_a_timeline_survives_being_written_and_read(store: Store, clips: list[Path], tmp_path: Path) -> None:
    cut = cut_of(store.item(1, clips[0], transition=dissolve()), store.item(2, clips[1]), store.item(3, None))
    notes = {"SC010_SH0020": "re-anchored to the locked masters"}

    saved = timeline.save(cut, store, tmp_path / "edit" / "SC010.otio", notes)
    read = otio.adapters.read_from_file(str(saved))

    assert read.is_equivalent_to(timeline.build(cut, store, notes, beside=saved.parent))
    first, _, second, _ = read.video_tracks()[0]
    assert first.media_reference.target_url == "../r.mp4"
    assert [marker.name for marker in second.markers] == ["re-anchored to the locked masters"]
    assert dict(second.metadata[timeline.METADATA])["sha256"] == cut.items[1].clip.sha256  # type: ignore[union-attr]


def test_a_subtitle_file_is_numbered_and_timed_on_the_cut(store: Store, clips: list[Path], tmp_path: Path) -> None:
    line = Line(character="marit", text="Who lit the lamp?", from_s=0.25, to_s=0.75)
    cut = cut_of(
        store.item(1, clips[0], transition=dissolve(), dialogue=(line,)), store.item(2, clips[1], dialogue=(line,))
    )

    assert srt.render(cut, tmp_path / "film.srt").read_text() == (
        "1\n00:00:00,250 --> 00:00:00,750\nWho lit the lamp?\n\n2\n00:00:00,750 --> 00:00:01,250\nWho lit the lamp?\n"
    )
