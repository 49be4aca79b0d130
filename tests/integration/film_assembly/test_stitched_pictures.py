"""Films of copied and encoded pictures: a copy is as it was, and what did not change is not made again."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from assembly import film, join
from assembly.stitch.pictures import Stitched, stitch
from manifests.film import Finish
from manifests.scene import Transition

SIZE, FRAMES, BAR = (320, 180), 24, 8
RED, GREEN, BLUE = (200, 40, 40), (40, 160, 60), (40, 60, 200)


def shown(path: Path) -> list[np.ndarray[Any, Any]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray() for frame in container.decode(video=0)]


@pytest.fixture
def parts(tmp_path: Path, draw_clip: Callable[..., Path]) -> list[Path]:
    """Clips of 24 frames with a key frame every eight."""
    return [draw_clip(tmp_path / f"{n}.mp4", rgb, gop=8) for n, rgb in enumerate((RED, GREEN, BLUE))]


@pytest.fixture
def stitched(tmp_path: Path, store: Any) -> Callable[..., Stitched]:
    def make(cut: Any) -> Stitched:
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        made = film.programme_of(cut, store, Finish(), SIZE, work, None)
        into, kept = tmp_path / "pictures.mp4", tmp_path / "kept"
        return stitch(made.pictures, made.overlays, made.form, into, work, kept, lambda _: None)

    return make


def test_copied_frames_are_the_clips_own_and_a_dissolve_is_exact(
    tmp_path: Path, store: Any, parts: list[Path], stitched: Callable[..., Stitched]
) -> None:
    cut = store.cut(
        store.item(1, parts[0], transition=Transition(kind="dissolve", seconds=0.25)),  # 6 frames
        store.item(2, parts[1]),
        store.item(3, parts[2]),
    )

    how = stitched(cut)
    frames, own = shown(tmp_path / "pictures.mp4"), [shown(part) for part in parts]

    assert (how.copied, how.encoded) == (18 + 16 + 24, 8)
    expected = {**{n: own[0][n] for n in range(18)}, **{18 + n: own[1][n] for n in range(8, 24)}}
    expected |= {42 + n: own[2][n] for n in range(24)}
    assert len(frames) == 66
    assert all((frames[n] == picture).all() for n, picture in expected.items()), "copied pictures are the same bits"
    half = frames[20][100:140, 300:].mean() - (own[0][20][100:140, 300:].mean() + own[1][2][100:140, 300:].mean()) / 2
    assert abs(half) < 12, "the middle of the dissolve"


def test_after_one_dissolve_changed_only_that_one_is_encoded_again(
    store: Any, parts: list[Path], stitched: Callable[..., Stitched]
) -> None:
    def cut(seconds: float) -> Any:
        first = Transition(kind="dissolve", seconds=0.25)
        return store.cut(
            store.item(1, parts[0], transition=first),
            store.item(2, parts[1], transition=Transition(kind="dissolve", seconds=seconds)),
            store.item(3, parts[2]),
        )

    first, again, changed = stitched(cut(0.25)), stitched(cut(0.25)), stitched(cut(0.125))

    assert (first.encoded, first.kept) == (16, 0)
    assert (again.encoded, again.kept) == (0, 16)
    assert (changed.encoded, changed.kept) == (8, 8)


def test_a_broken_piece_of_an_earlier_run_is_made_again(
    tmp_path: Path, store: Any, parts: list[Path], stitched: Callable[..., Stitched]
) -> None:
    cut = store.cut(
        store.item(1, parts[0], transition=Transition(kind="dissolve", seconds=0.25)), store.item(2, parts[1])
    )
    [piece] = stitched(cut).pieces
    (tmp_path / "kept" / f"{piece}.mp4").write_bytes(b"half a pie")

    assert stitched(cut).encoded == 8


def test_clips_of_another_encoder_than_most_are_encoded_into_the_film(
    tmp_path: Path, store: Any, parts: list[Path], draw_clip: Callable[..., Path], stitched: Callable[..., Stitched]
) -> None:
    odd = tmp_path / "odd.mp4"
    with av.open(str(odd), "w") as container:
        video = container.add_stream("libx264", rate=24, options={"preset": "slow", "crf": "12"})
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        context = video.codec_context
        context.colorspace, context.color_primaries, context.color_trc, context.color_range = 1, 1, 1, 1
        for _ in range(FRAMES):
            container.mux(
                video.encode(av.VideoFrame.from_ndarray(np.full((180, 320, 3), 90, np.uint8), format="rgb24"))
            )
        container.mux(video.encode())

    how = stitched(store.cut(store.item(1, parts[0]), store.item(2, odd), store.item(3, parts[2])))

    assert (how.copied, how.encoded) == (48, 24)
    frames = shown(tmp_path / "pictures.mp4")
    assert len(frames) == 72
    assert abs(frames[30][:180].mean() - frames[0][:180].mean()) > 5


def test_a_shot_from_the_middle_of_its_clip_opens_on_that_frame(tmp_path: Path, store: Any, parts: list[Path]) -> None:
    clip = store.item(1, parts[0])
    work = tmp_path / "work"
    work.mkdir()
    form = join.FilmForm(SIZE)
    head = join.inspect("SH", parts[0], 10, form)
    segment = join.Segment("SH", parts[0], head, 10, first=11, content=clip.clip.sha256, grades=())

    stitch((segment,), (), form, tmp_path / "out.mp4", work, tmp_path / "kept", lambda _: None)

    bars = [int(frame[90, :320].reshape(-1, BAR).mean(axis=1).argmax()) for frame in shown(tmp_path / "out.mp4")]
    assert bars == list(range(11, 21))


_PROGRAM = """
import sys
from pathlib import Path
from assembly import film
from manifests.cut import Cut
from manifests.film import Finish
cut, folder = Cut.from_stored(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
media = lambda sha: folder / f"{sha}.mp4"
film.render(cut, media, Finish(), (320, 180), folder / "film.mp4", folder / "work", kept=folder / "kept")
"""


def test_after_kill_9_the_next_start_goes_on_and_no_partial_film_has_its_name(
    tmp_path: Path, store: Any, draw_clip: Callable[..., Path]
) -> None:
    large = [draw_clip(tmp_path / f"{n}.mp4", (40 * n, 90, 90), size=(640, 360)) for n in range(5)]
    cut = store.cut(*[store.item(n, clip) for n, clip in enumerate(large, 1)])
    for sha, file in store.files.items():
        file.rename(tmp_path / f"{sha}.mp4")
    (tmp_path / "cut.json").write_text(cut.stored())
    words = [sys.executable, "-c", _PROGRAM, str(tmp_path / "cut.json"), str(tmp_path)]

    with subprocess.Popen(words, cwd=Path(__file__).parents[3]) as running:
        until = time.monotonic() + 60
        while not list((tmp_path / "kept").glob("*.mp4")) and running.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        running.kill()
    there = sorted((tmp_path / "kept").glob("*.mp4"))
    assert 0 < len(there) < 5
    assert not (tmp_path / "film.mp4").exists()
    before = {file: file.stat().st_ino for file in there}

    subprocess.run(words, cwd=Path(__file__).parents[3], check=True, timeout=60)

    assert {file: file.stat().st_ino for file in there} == before, "what was encoded is not encoded again"
    assert len(shown(tmp_path / "film.mp4")) == 5 * FRAMES
