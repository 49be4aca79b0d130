"""Clips and cards joined into one stream of pictures and one of sound, exact to the frame and to the sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import ffmpeg

from assembly.errors import UnfitClip
from assembly.ffmpeg import Stream, source
from assembly.probe import CLIP_FORM, ClipHead, facts
from manifests.film import RATIOS, Aspect

SAMPLE_RATE = 48_000

DISSOLVE = "fade"
"""How ffmpeg calls a dissolve."""

PARAMETER_SETS = 1
"""The number of the parameter sets of what is encoded here. Other encoders begin at 0, so both fit in one stream."""

_EDGE_SAMPLES = 480  # 10 ms: too short to hear as a fade, long enough that a cut in a waveform does not click.
_ASPECT_TOLERANCE = (
    0.03  # 864×496, which models make for 480p, is 2.1 % narrower than 16:9; a real change of aspect is 5 % at least.
)
_FROM_ZERO = "PTS-STARTPTS+0*{}"
"""Filled with the segment's number: else ffmpeg-python takes the same clip, used twice, for one stream."""
_PIXELS = frozenset({"yuv420p", "yuv422p", "yuv444p"})
_VIDEO_ENCODER: dict[str, str | int | float] = {
    "c:v": "libx264",
    "preset": "superfast",
    "crf": 20,
    "pix_fmt": "yuv420p",
    "colorspace": "bt709",
    "color_primaries": "bt709",
    "color_trc": "bt709",
    "color_range": "tv",
    "x264-params": f"sps-id={PARAMETER_SETS}:stitchable=1:open-gop=0",
}


@dataclass(frozen=True)
class Segment:
    """One shot to join: a clip with its facts, or a card (a PNG) without. `dissolve_out` frames overlap the next.

    `first`: the clip's frame that it begins with. `content`: the hash of `picture`. `effect`: how the pictures change
    over into the next segment's where they overlap, by ffmpeg's names for it. `grades`: plain names of .cube files in
    the working folder, the shot's own first. A card has none: it is words.
    """

    label: str
    picture: Path
    facts: ClipHead | None
    frames: int
    dissolve_out: int = 0
    grades: tuple[str, ...] = ()
    first: int = 0
    effect: str = DISSOLVE
    content: str = ""


@dataclass(frozen=True)
class Overlay:
    """A picture with alpha laid over frames `start` up to, not including, `end`, its corner at `x`, `y`. It comes and
    goes within `fade` frames. `content`: the hash of `picture`.
    """

    picture: Path
    x: int
    y: int
    start: int
    end: int
    fade: int = 0
    content: str = ""


@dataclass(frozen=True)
class FilmForm:
    """What a film is joined as: width and height in pixels, frames a second, and the shape that its clips have."""

    size: tuple[int, int]
    fps: int = 24
    made: Aspect = "16:9"

    @property
    def samples_a_frame(self) -> int:
        """Samples of sound to a frame: 48 kHz is a whole number of them at 24, 25 and 30."""
        return SAMPLE_RATE // self.fps


def streams(segments: Sequence[Segment], form: FilmForm, *, overlays: Sequence[Overlay] = ()) -> tuple[Stream, Stream]:
    """Build the pictures and the sound of `segments`, in order, in `form`."""
    return pictures(segments, form, overlays=overlays), sound(segments, form)


def pictures(segments: Sequence[Segment], form: FilmForm, *, overlays: Sequence[Overlay] = ()) -> Stream:
    """Build the pictures of `segments`, in order, in `form`. Overlays are words and lie above the grades."""

    def joined(before: Stream, after: Stream, frames_before: int, left: Segment) -> Stream:
        seconds, offset = left.dissolve_out / form.fps, (frames_before - left.dissolve_out) / form.fps
        return ffmpeg.filter(
            [before, after], "xfade", transition=left.effect, duration=f"{seconds:.6f}", offset=f"{offset:.6f}"
        )

    groups = _folded(segments, [_video(segment, index, form) for index, segment in enumerate(segments)], joined)
    video = ffmpeg.concat(*groups, v=1, a=0) if len(groups) > 1 else groups[0]
    for overlay in overlays:
        video = _laid_over(video, overlay, form.fps)
    return video.filter("fps", fps=form.fps).filter("format", "yuv420p")


def sound(segments: Sequence[Segment], form: FilmForm) -> Stream:
    """Build the sound of `segments`, in order, in `form`. Where they overlap it crosses at equal power: room tones do
    not add up like a tone.
    """

    def joined(before: Stream, after: Stream, _: int, left: Segment) -> Stream:
        samples = left.dissolve_out * form.samples_a_frame
        return ffmpeg.filter([before, after], "acrossfade", ns=samples, c1="qsin", c2="qsin")

    hard = [True, *(segment.dissolve_out == 0 for segment in segments)]
    heard = [_audio(one, index, form, hard[index], hard[index + 1]) for index, one in enumerate(segments)]
    groups = _folded(segments, heard, joined)
    return ffmpeg.concat(*groups, v=0, a=1) if len(groups) > 1 else groups[0]


def _folded(
    segments: Sequence[Segment], parts: Sequence[Stream], join: Callable[[Stream, Stream, int, Segment], Stream]
) -> list[Stream]:
    """The parts in runs between hard cuts. `join` overlaps a run, of so many frames, with the part that follows it."""
    groups: list[Stream] = []
    frames = 0
    for index, (segment, part) in enumerate(zip(segments, parts, strict=True)):
        left = segments[index - 1] if index else None
        if left is None or not left.dissolve_out:
            groups.append(part)
            frames = segment.frames
        else:
            groups[-1] = join(groups[-1], part, frames, left)
            frames += segment.frames - left.dissolve_out
    return groups


def video_options(fps: int) -> dict[str, str | int | float]:
    """Options of the one picture encoder: H.264, 8-bit 4:2:0, constant quality 20, tagged Rec. 709.

    "superfast" at 20 keeps as much as "veryfast" at 18 to 20 (SSIM against its source, 10 s of grainy 720p: 0.992
    against 0.993 and 0.991) in two thirds of the time; its file is 1.4 to 2 times as large, some 4 Mbit/s at 720p.

    One encoder for every part, so that parts can be put end to end without encoding twice.
    """
    return {**_VIDEO_ENCODER, "g": 2 * fps, "video_track_timescale": 1000 * fps}


def listed(folder: Path, stem: str, suffix: str, count: int) -> Stream:
    """Open `stem`_000 to `count` in `folder`, all of one kind, as one input. The names are ours and need no quoting."""
    names = folder / f"{stem}_{suffix}.txt"
    names.write_text("".join(f"file {stem}_{number:03d}.{suffix}\n" for number in range(count)), encoding="ascii")
    return source(names, "concat")


def inspect(label: str, clip: Path, frames: int, form: FilmForm) -> ClipHead:
    """Read the clip of a shot and refuse it, before anything is started, where joining would spoil it silently.

    It must be 8-bit 4:2:x at exactly the form's rate, have at least `frames` frames (the rest are handles), have the
    shape that clips are made in, and be as wide as the form or wider. Any sound will do, or none. Raises UnfitClip.
    """
    known, size = facts(clip), form.size
    cropped = size[0] / size[1] > RATIOS[form.made] * (1 + _ASPECT_TOLERANCE)
    shape = form.made if cropped else f"{size[0]}×{size[1]}"
    same_size = (known.width, known.height) == size
    aspect_error = abs((known.width / known.height) / RATIOS[form.made] - 1)
    faults = [
        (known.fps != Fraction(form.fps), f"it runs at {float(known.fps):.5g} frames a second, not {form.fps}"),
        (known.frames < frames, f"it has {known.frames} frames of the {frames} its shot needs"),
        (known.pixel_format not in _PIXELS, f"its pixels are {known.pixel_format or 'unknown'}, not 8-bit yuv420p"),
        (
            aspect_error > _ASPECT_TOLERANCE,
            f"it is {known.width}×{known.height}, of another aspect than {shape}",
        ),
        (
            not same_size and known.width < size[0],
            f"it is {known.width}×{known.height}, smaller than {size[0]}×{size[1]}",
        ),
    ]
    if fault := next((words for wrong, words in faults if wrong), None):
        raise UnfitClip(f"{label} ({clip.name[:16]})", fault, "Make the clip again at this tier, or cut at a lower one")
    return known


def _video(segment: Segment, index: int, form: FilmForm) -> Stream:
    size, fps = form.size, form.fps
    itself = _FROM_ZERO.format(index)
    if segment.facts is None:
        stream = (
            source(segment.picture, "png_pipe")
            .video.filter("setpts", itself)
            .filter("loop", loop=segment.frames - 1, size=1)
        )
        stream = stream.filter("scale", w=size[0], h=size[1], out_color_matrix="bt709", out_range="tv")
    else:
        stream = _opened(segment.picture, segment.first, fps).video.filter("setpts", itself)
        stream = stream.filter("trim", end_frame=segment.frames)
        if not segment.facts.colour_tagged:
            # Every tool takes an untagged HD picture for Rec. 709; ffmpeg takes a small one for Rec. 601, and greens
            # shift.
            stream = _tagged(stream)
        if not segment.facts.bt709 or (segment.facts.width, segment.facts.height) != size:
            # Models make frames of nearly the film's aspect (864×496): what is over is cut off, and nobody grows
            # thinner.
            stream = stream.filter(
                "scale",
                w=size[0],
                h=size[1],
                force_original_aspect_ratio="increase",
                flags="lanczos",
                out_color_matrix="bt709",
                out_range="tv",
            ).filter("crop", size[0], size[1])
        for grade in segment.grades:
            stream = stream.filter("lut3d", file=grade, interp="tetrahedral")
            stream = stream.filter("scale", out_color_matrix="bt709", out_range="tv")
    stream = stream.filter("settb", f"1/{fps}").filter("setpts", "N").filter("fps", fps=fps)
    return _tagged(stream.filter("format", "yuv420p").filter("setsar", "1"))


def _opened(clip: Path, first: int = 0, fps: int = 24) -> Stream:
    # One decoding thread a clip: the clips of a cut take turns, and each thread more keeps another dozen pictures
    # alive. Half a frame early: times are rounded.
    return source(clip, CLIP_FORM, threads=1, **({"ss": f"{(first - 0.5) / fps:.6f}"} if first else {}))


def _tagged(stream: Stream) -> Stream:
    return stream.filter("setparams", range="tv", color_primaries="bt709", color_trc="bt709", colorspace="bt709")


def _audio(
    segment: Segment,
    index: int,
    form: FilmForm,
    opens_hard: bool,  # noqa: FBT001  facts of a cut
    ends_hard: bool,  # noqa: FBT001
) -> Stream:
    samples, itself = segment.frames * form.samples_a_frame, _FROM_ZERO.format(index)
    if segment.facts and segment.facts.sample_rate:
        stream = _opened(segment.picture).audio.filter("asetpts", itself).filter("aresample", SAMPLE_RATE)
        if segment.first:
            stream = stream.filter("atrim", start_sample=segment.first * form.samples_a_frame)
            stream = stream.filter("asetpts", "PTS-STARTPTS")
    else:
        stream = ffmpeg.input(f"anullsrc=r={SAMPLE_RATE}:cl=stereo", f="lavfi").audio.filter("asetpts", itself)
    stream = stream.filter("aformat", sample_fmts="fltp", sample_rates=SAMPLE_RATE, channel_layouts="stereo")
    stream = stream.filter("apad", whole_len=samples).filter("atrim", end_sample=samples)
    if opens_hard:
        stream = stream.filter("afade", t="in", ss=0, ns=_EDGE_SAMPLES)
    if ends_hard:
        stream = stream.filter("afade", t="out", ss=samples - _EDGE_SAMPLES, ns=_EDGE_SAMPLES)
    return stream


def _laid_over(video: Stream, overlay: Overlay, fps: int) -> Stream:
    first, last = (overlay.start - 0.5) / fps, (overlay.end - 0.5) / fps  # Half a frame early: times are rounded.
    picture = source(overlay.picture, "png_pipe").video
    if overlay.fade:
        frames = overlay.end - overlay.start
        picture = picture.filter("format", "rgba").filter("loop", loop=frames - 1, size=1)
        picture = picture.filter("settb", f"1/{fps}").filter("setpts", f"N+{overlay.start}")
        gone = overlay.end - overlay.fade
        picture = picture.filter("fade", t="in", alpha=1, st=overlay.start / fps, d=overlay.fade / fps)
        picture = picture.filter("fade", t="out", alpha=1, st=gone / fps, d=overlay.fade / fps)
    return ffmpeg.overlay(video, picture, x=overlay.x, y=overlay.y, enable=f"between(t,{first:.5f},{last:.5f})")
