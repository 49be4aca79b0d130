"""What becomes no film and why: clips and pictures that do not fit, and runs that are cancelled,
fail or take too long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assembly import ffmpeg, join
from assembly.errors import EncodeFailed, EncodeTimedOut, UnfitClip, UnfitFilm, UnfitPicture
from assembly.stitch import pictures as stitched

GREEN = (40, 160, 60)


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
    draw_clip: Callable[..., Path],
    store: Any,
    clips: list[Path],
    tmp_path: Path,
    cutting: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    differs: dict[str, Any],
    reason: str,
) -> None:
    odd = draw_clip(tmp_path / "odd.mp4", GREEN, **differs)
    monkeypatch.setattr(stitched, "run", lambda *_, **__: pytest.fail("ffmpeg was started"))

    with pytest.raises(UnfitClip, match=reason) as refused:
        cutting(store.cut(store.item(1, clips[0]), store.item(2, odd)))
    assert refused.value.thing.startswith("SC010_SH0020")


def test_a_playlist_that_calls_itself_a_clip_opens_nothing(
    store: Any, tmp_path: Path, cutting: Callable[..., Path]
) -> None:
    playlist = tmp_path / "clip.mp4"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n")
    with pytest.raises(UnfitClip, match="cannot be read as an MP4"):
        cutting(store.cut(store.item(1, playlist)))


def test_a_panel_that_is_no_picture_is_refused_by_name(
    store: Any, tmp_path: Path, cutting: Callable[..., Path]
) -> None:
    (tmp_path / "panel.png").write_bytes(b"<svg>not a picture</svg>")
    panel = store.put(tmp_path / "panel.png", "image/png")
    with pytest.raises(UnfitPicture, match=r"panel\.png: it cannot be read as a picture"):
        cutting(store.cut(store.item(1, None, panel=panel)))


def test_a_cancel_comes_out_of_the_call_and_leaves_the_old_film(
    store: Any, clips: list[Path], cutting: Callable[..., Path], tmp_path: Path
) -> None:
    class Cancelled(Exception):
        pass

    def cancel(done: float) -> None:
        raise Cancelled

    (tmp_path / "film.mp4").write_bytes(b"the old film")
    with pytest.raises(Cancelled):
        cutting(store.cut(store.item(1, clips[0])), progress=cancel)

    assert (tmp_path / "film.mp4").read_bytes() == b"the old film"
    assert not list(tmp_path.rglob(".*"))


def test_progress_only_rises_and_ends_at_one(store: Any, clips: list[Path], cutting: Callable[..., Path]) -> None:
    told: list[float] = []
    cutting(store.cut(*[store.item(n, clips[0]) for n in range(1, 4)]), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_film_of_the_wrong_length_never_gets_its_name(
    store: Any, clips: list[Path], cutting: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assembly.plan.total_frames", lambda placed: 25)
    with pytest.raises(UnfitFilm, match="24 frames where the cut makes 25"):
        cutting(store.cut(store.item(1, clips[0])))
    assert not (tmp_path / "film.mp4").exists()


def test_ffmpegs_own_words_come_with_its_failure(tmp_path: Path) -> None:
    (tmp_path / "no.mp4").write_bytes(b"not a film")
    broken = ffmpeg.FfmpegOutput((ffmpeg.source(tmp_path / "no.mp4", "mov").video,), tmp_path / "out.mp4", {"f": "mp4"})
    with pytest.raises(EncodeFailed, match="moov atom not found") as failed:
        ffmpeg.run([broken], thing="shot", seconds=1, timeout_s=30)
    assert not failed.value.retry_helps
    assert [file.name for file in tmp_path.iterdir()] == ["no.mp4"]


def test_a_run_past_its_time_limit_is_killed_and_may_be_tried_again() -> None:
    endless = ffmpeg.FfmpegOutput((join.ffmpeg.input("testsrc=r=24", f="lavfi", re=None).video,), None)
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
