"""The dailies reel: every shot in story order behind its slate, with its name, frame and time code in the picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assembly import card, join, typeface
from assembly.ffmpeg import FfmpegOutput, Progress, Stream, run
from manifests.cut import Cut, CutItem
from manifests.film import frame_size, made_in

Media = Callable[[str], Path]
"""Finds the file of a content hash."""

SLATE_FRAMES = 18
"""0.75 s: long enough to read a shot's name, short enough to watch forty."""

_BATCH_SHOTS = 8
_NOT_PLAIN = re.compile(r"[^\w .-]")  # drawtext would read a percent sign or a backslash as an order.
_FIRST_FRAME = 1001  # The visual-effects convention: room before the first frame for handles.


@dataclass(frozen=True)
class SlateInfo:
    """The text of one shot's slate. All are words for people; an empty one is left out. `date` is the caller's."""

    take: str = ""
    tier: str = ""
    model: str = ""
    seed: str = ""
    cost: str = ""
    date: str = ""
    status: str = ""
    changed: str = ""

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Label and value of all that is known, in reading order."""
        named = {
            "take": self.take,
            "tier": self.tier,
            "model": self.model,
            "seed": self.seed,
            "cost": self.cost,
            "date": self.date,
            "status": self.status,
            "changed": self.changed,
        }
        return [(label, value) for label, value in named.items() if value]


def render(
    cut: Cut,
    media: Media,
    into: Path,
    slates: Mapping[str, SlateInfo],
    work: Path,
    *,
    title: str,
    size: tuple[int, int] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Make the reel of `cut` and return `into`. `slates` is by shot; `title` is the film's.

    Takes are whole, cut hard and ungraded, with their own sound, so that one judges the take. A missing shot stands as
    its card, in its place and for its length. Raises UnfitClip, UnfitPicture, EncodeFailed and EncodeTimedOut.
    """
    form = join.FilmForm(size or frame_size("480p", cut.aspect), cut.fps, made_in(cut.aspect))
    work = work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    typeface.write_font(work / "burn_in.ttf")
    shots = [
        (item, _segments(item, slates.get(item.shot, SlateInfo()), media, title, form, work)) for item in cut.items
    ]
    batches = [shots[i : i + _BATCH_SHOTS] for i in range(0, len(shots), _BATCH_SHOTS)]
    total = sum(SLATE_FRAMES + item.frames for item in cut.items)
    done = 0
    for number, batch in enumerate(batches):
        frames = sum(SLATE_FRAMES + item.frames for item, _ in batch)
        _encode(number, batch, done, frames, total, form, work, progress)
        done += frames
    _put_end_to_end(len(batches), total / form.fps, work, into)
    if progress:
        progress(1.0)
    return into


def _segments(
    item: CutItem, info: SlateInfo, media: Media, title: str, form: join.FilmForm, work: Path
) -> tuple[join.Segment, join.Segment]:
    drawn = card.slate(title, item.shot, info.rows, form.size, work / f"slate_{item.shot}.png")
    slate = join.Segment(f"{item.shot} slate", drawn, None, SLATE_FRAMES)
    if item.clip is None:
        panel = media(item.panel.sha256) if item.panel else None
        stand_in = card.missing(item.shot, item.note, panel, form.size, work / f"missing_{item.shot}.png")
        return slate, join.Segment(item.shot, stand_in, None, item.frames)
    clip = media(item.clip.sha256)
    return slate, join.Segment(item.shot, clip, join.inspect(item.shot, clip, item.frames, form), item.frames)


def _encode(
    number: int,
    batch: Sequence[tuple[CutItem, tuple[join.Segment, join.Segment]]],
    before: int,
    frames: int,
    total: int,
    form: join.FilmForm,
    work: Path,
    progress: Progress | None,
) -> None:
    video, audio = join.streams([segment for _, pair in batch for segment in pair], form)
    at = 0
    for item, _ in batch:
        video = _burnt_in(video, item, at + SLATE_FRAMES, before + at + SLATE_FRAMES, form)
        at += SLATE_FRAMES + item.frames

    def tell(part: float) -> None:
        if progress:
            progress(0.98 * (before + frames * part) / total)

    run(
        [
            FfmpegOutput(
                (video,), work / f"dailies_{number:03d}.mp4", {**join.video_options(form.fps), "crf": 25, "f": "mp4"}
            ),
            FfmpegOutput((audio,), work / f"dailies_{number:03d}.wav", {"c:a": "pcm_s16le", "f": "wav"}),
        ],
        thing="the dailies reel",
        seconds=frames / form.fps,
        timeout_s=120 + 12 * frames / form.fps,
        folder=work,
        progress=tell,
    )


def _burnt_in(video: Stream, item: CutItem, first: int, reel_frame: int, form: join.FilmForm) -> Stream:
    """Write name and frame at the lower left, and the reel's time code at the lower right, over one shot's frames."""
    size, fps, lines = form.size, form.fps, 480 * card.unit(form.size)
    begin, end = (first - 0.5) / fps, (first + item.frames - 0.5) / fps
    looks = {
        "fontfile": "burn_in.ttf",
        "fontsize": round(lines / 30),
        "fontcolor": "white",
        "box": 1,
        "boxcolor": "0x15171a@0.7",
        "boxborderw": round(lines / 80),
        "y": f"h-{round(lines / 15)}",
        "enable": f"between(t,{begin:.5f},{end:.5f})",
    }
    name = _NOT_PLAIN.sub("", f"{item.shot} {item.take}").strip()
    video = video.filter(
        "drawtext", text=f"{name}   %{{eif:n-{first - _FIRST_FRAME}:d}}", x=round(size[0] / 50), **looks
    )
    frame = f"(n+{reel_frame - first})"
    clock = f"%{{eif:{frame}/{60 * fps}:d:2}}:%{{eif:mod({frame}/{fps},60):d:2}}:%{{eif:mod({frame},{fps}):d:2}}"
    return video.filter("drawtext", text=clock, x=f"w-tw-{round(size[0] / 50)}", **looks)


def _put_end_to_end(batches: int, seconds: float, work: Path, into: Path) -> None:
    whole = FfmpegOutput(
        (join.listed(work, "dailies", "mp4", batches).video, join.listed(work, "dailies", "wav", batches).audio),
        into,
        {
            "c:v": "copy",
            "c:a": "aac",
            "aac_coder": "fast",
            "b:a": "160k",
            "ar": join.SAMPLE_RATE,
            "movflags": "+faststart",
            "f": "mp4",
        },
    )
    run([whole], thing="the dailies reel", seconds=seconds, timeout_s=120 + seconds)
