"""Files that are made from the master: other sizes, shapes and codecs, with a slate or words burned in."""

from __future__ import annotations

import re
from pathlib import Path

import ffmpeg

from assembly import card, join, probe, typeface
from assembly.errors import UnfitFilm
from assembly.ffmpeg import FfmpegOutput, Progress, Stream, run, source
from manifests.assembly.parts import Deliverable
from manifests.film import RATIOS, Shown, frame_size
from manifests.reading.whole_file import put_in_place

SLATE_S = 2
"""As long as one needs to read it."""

_CODECS: dict[str, dict[str, str | int | float]] = {
    "h264": {"c:v": "libx264", "preset": "medium", "crf": 18, "pix_fmt": "yuv420p", "f": "mp4"},
    "hevc": {"c:v": "libx265", "preset": "medium", "crf": 20, "pix_fmt": "yuv420p", "tag:v": "hvc1", "f": "mp4"},
    "prores": {"c:v": "prores_ks", "profile:v": 3, "pix_fmt": "yuv422p10le", "f": "mov"},
}
_TAGS = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709", "color_range": "tv"}
_NOT_PLAIN = re.compile(r"[^\w .-]")  # drawtext would read a percent sign or a backslash as an order.
_START_HOUR = 1
_STRETCH_MAX = 1.02
"""A shape that differs by less is scaled to: models make nearly the film's."""


def suffix(order: Deliverable) -> str:
    """How the file's name ends."""
    return "mov" if order.codec == "prores" else "mp4"


def deliver(
    order: Deliverable,
    master: Path,
    shown: Shown,
    title: str,
    into: Path,
    work: Path,
    progress: Progress | None = None,
) -> Path:
    """Make one deliverable of `master`, which has the shape `shown`, and return `into`. Its frames are counted before
    it gets its name. Raises EncodeFailed, EncodeTimedOut, UnfitFilm.
    """
    work.mkdir(parents=True, exist_ok=True)
    head, shape = probe.facts(master), order.aspect or shown
    size, fps = frame_size(order.resolution, shape), int(head.fps)
    video = _shaped(source(master, probe.CLIP_FORM).video, order, shown, shape, size)
    video = _burned(video, order, title, size, fps, work)
    audio = source(master, probe.CLIP_FORM).audio
    before = SLATE_S * fps if order.slate else 0
    if order.slate:
        video, audio = _slated(video, audio, order, title, size, fps, work)
    rate = {"b:v": f"{order.bitrate_kbps}k"} if order.bitrate_kbps and order.codec != "prores" else {}
    codec = {k: v for k, v in _CODECS[order.codec].items() if not (rate and k == "crf")}
    heard = {"c:a": "pcm_s24le"} if order.codec == "prores" else {"c:a": "aac", "b:a": "192k", "movflags": "+faststart"}
    frames = head.frames + before
    made = work / f"{order.name}.{suffix(order)}"
    options = {**codec, **rate, **_TAGS, **heard, "ar": join.SAMPLE_RATE, "video_track_timescale": 1000 * fps}
    output = FfmpegOutput((video.filter("setsar", "1"), audio), made, options)
    seconds = frames / fps
    run([output], thing=order.name, seconds=seconds, timeout_s=600 + 40 * seconds, folder=work, progress=progress)
    found = probe.facts(made)
    if (found.frames, found.width, found.height) != (frames, *size):
        cause = (
            f"it came out as {found.width}×{found.height} with {found.frames} frames, not {size[0]}×{size[1]}, {frames}"
        )
        raise UnfitFilm(order.name, cause, "Run it again; if it happens twice, keep the master and report it")
    put_in_place(made, into)
    return into


def _shaped(video: Stream, order: Deliverable, shown: Shown, shape: Shown, size: tuple[int, int]) -> Stream:
    """Crop to the shape about the place that the order names, then scale."""
    ratio = RATIOS[shape] / RATIOS[shown]
    if ratio > _STRETCH_MAX:
        height = f"trunc(ih/{ratio:.8f}/2)*2"
        video = video.filter("crop", "iw", height, 0, f"max(0,min(ih-oh,ih*{order.crop_y:.6f}-oh/2))")
    elif ratio < 1 / _STRETCH_MAX:
        width = f"trunc(iw*{ratio:.8f}/2)*2"
        video = video.filter("crop", width, "ih", f"max(0,min(iw-ow,iw*{order.crop_x:.6f}-ow/2))", 0)
    return video.filter("scale", *size, flags="lanczos", out_color_matrix="bt709", out_range="tv")


def _burned(video: Stream, order: Deliverable, title: str, size: tuple[int, int], fps: int, work: Path) -> Stream:
    if not order.burn_in:
        return video
    typeface.write_font(work / "burn_in.ttf")
    lines = 480 * card.unit(size)
    looks = {
        "fontfile": "burn_in.ttf",
        "fontsize": round(lines / 26),
        "fontcolor": "white",
        "box": 1,
        "boxcolor": "0x15171a@0.7",
        "boxborderw": round(lines / 80),
        "y": f"h-{round(lines / 12)}",
    }
    edge = round(size[0] / 50)
    if "title" in order.burn_in:
        video = video.filter("drawtext", text=_NOT_PLAIN.sub("", title).strip(), x=edge, **looks)
    if "timecode" in order.burn_in:
        hours = f"%{{eif:{_START_HOUR}+n/{3600 * fps}:d:2}}"
        rest = f"%{{eif:mod(n/{60 * fps},60):d:2}}:%{{eif:mod(n/{fps},60):d:2}}:%{{eif:mod(n,{fps}):d:2}}"
        video = video.filter("drawtext", text=f"{hours}:{rest}", x=f"w-tw-{edge}", **looks)
    return video


def _slated(
    video: Stream, audio: Stream, order: Deliverable, title: str, size: tuple[int, int], fps: int, work: Path
) -> tuple[Stream, Stream]:
    """Put the slate, with silence, before the film."""
    facts = [
        ("deliverable", order.name),
        ("size", f"{size[0]}×{size[1]}"),
        ("rate", f"{fps} fps"),
        ("codec", order.codec),
    ]
    drawn = card.slate(title, order.name, facts, size, work / f"slate_{order.name}.png")
    still = source(drawn, "png_pipe").video.filter("loop", loop=SLATE_S * fps - 1, size=1)
    still = still.filter("scale", *size, out_color_matrix="bt709", out_range="tv")
    still = still.filter("format", "yuv420p").filter("settb", f"1/{fps}").filter("setpts", "N").filter("fps", fps=fps)
    silence = ffmpeg.input(f"anullsrc=r={join.SAMPLE_RATE}:cl=stereo", f="lavfi").audio.filter("atrim", end=SLATE_S)
    heard = audio.filter("aformat", sample_fmts="fltp", sample_rates=join.SAMPLE_RATE, channel_layouts="stereo")
    quiet = silence.filter("aformat", sample_fmts="fltp", sample_rates=join.SAMPLE_RATE, channel_layouts="stereo")
    film = video.filter("format", "yuv420p").filter("setsar", "1")
    joined = ffmpeg.concat(still.filter("setsar", "1"), quiet, film, heard, v=1, a=1).node
    return joined[0], joined[1]
