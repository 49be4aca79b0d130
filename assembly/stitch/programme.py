"""A film from its programme: pictures stitched, sound mixed once over the whole, the result checked."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assembly import join, probe, sound
from assembly.errors import UnfitFilm
from assembly.ffmpeg import FfmpegOutput, Progress, Stream, run, source
from assembly.stitch.mix import Added, Muted, is_heard, mix, parts_of
from assembly.stitch.pictures import Stitched, stitch, timeout_s
from assembly.stitch.pieces import starts_of
from manifests.film import Finish
from manifests.reading.whole_file import whole_file

_FILM_OPTIONS: dict[str, str | int | float] = {
    "c:v": "copy",
    "c:a": "aac",
    "aac_coder": "fast",
    "b:a": "192k",
    "ar": join.SAMPLE_RATE,
    "ac": 2,
    "movflags": "+faststart",
    "f": "mp4",
}
_BATCH_SEGMENTS_MAX = 16
"""Clips one ffmpeg run opens at most (more only where dissolves hold them together)."""
_PICTURE_SHARE, _SOUND_SHARE = 0.80, 0.95  # Of the work, for progress.
_JOINTS_MAX = 16
"""Pieces whose first picture is decoded in the finished film: their clips and pieces were decoded whole before."""
_SOUND_ROUNDS_MAX = 6
_AAC_FRAME_S = 1024 / join.SAMPLE_RATE
_PEAK_MARGIN_DB = 0.05
_CURE = "Run it again; if it happens twice, keep the clips and report it"


@dataclass(frozen=True)
class Programme:
    """All that a film shows and plays. `frames`: its length. `sounds`: the clips as they are heard, which differ from
    `pictures` where sound is cut earlier or later.
    """

    form: join.FilmForm
    frames: int
    pictures: tuple[join.Segment, ...]
    sounds: tuple[join.Segment, ...]
    overlays: tuple[join.Overlay, ...] = ()
    added: tuple[Added, ...] = ()
    muted: tuple[Muted, ...] = ()
    tags: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FinishedFilm:
    """How a film came out: its frames, its sound as measured in the finished file, and the shots whose clips have none
    to hear.
    """

    stitched: Stitched
    loudness: sound.Loudness
    silent: tuple[str, ...] = ()


def make(
    programme: Programme, finish: Finish, into: Path, work: Path, kept: Path, progress: Progress | None = None
) -> FinishedFilm:
    """Make the film at `into`, whole or not at all. `kept`: where encoded pieces stay (`stitch`); `work`: a scratch
    folder.

    Every picture is counted, those at joints decoded (a sample of many), and the sound decoded whole, before the film
    gets its name. Raises what `stitch` does, and UnfitFilm.
    """
    form = programme.form
    pictures = work / "pictures.mp4"
    stitched = stitch(
        programme.pictures, programme.overlays, form, pictures, work, kept, _part(progress, 0, _PICTURE_SHARE)
    )
    beds = _beds(programme.sounds, form, work)
    heard = mix(beds, programme.added, programme.muted, work / "mix.f32")
    with whole_file(into) as unchecked:
        share = _part(progress, _PICTURE_SHARE, _SOUND_SHARE)
        loudness = _finish_sound(pictures, heard, programme, finish, unchecked, share)
        looked_at = stitched.joints[:: -(-len(stitched.joints) // _JOINTS_MAX)]
        check(unchecked, programme.frames, form, looked_at, into.name)
    if progress:
        progress(1.0)
    return FinishedFilm(stitched, loudness, _silent(programme.sounds, form, beds))


def _beds(sounds: Sequence[join.Segment], form: join.FilmForm, work: Path) -> list[Path]:
    """The clips' own sound in runs between hard cuts, one file each: 32-bit floats, two channels."""
    runs: list[list[join.Segment]] = []
    for segment in sounds:
        if runs and (runs[-1][-1].dissolve_out or len(runs[-1]) < _BATCH_SEGMENTS_MAX):
            runs[-1].append(segment)
        else:
            runs.append([segment])
    beds = []
    for number, segments in enumerate(runs):
        bed = work / f"bed_{number:03d}.f32"
        seconds = sum(segment.frames - segment.dissolve_out for segment in segments) / form.fps
        output = FfmpegOutput((join.sound(segments, form),), bed, {"c:a": "pcm_f32le", "f": "f32le"})
        thing = f"the sound of {segments[0].label} to {segments[-1].label}"
        run([output], thing=thing, seconds=seconds, timeout_s=timeout_s(seconds), folder=work)
        beds.append(bed)
    return beds


def _silent(sounds: Sequence[join.Segment], form: join.FilmForm, beds: Sequence[Path]) -> tuple[str, ...]:
    """The shots whose clips have no sound, or digital silence, where none of a neighbour's crosses into them."""
    own, found, before = parts_of(beds), [], 0
    for segment, start in zip(sounds, starts_of(sounds), strict=True):
        begin, end = start + before, start + segment.frames - segment.dissolve_out
        if segment.facts and not is_heard(own, begin * form.samples_a_frame, end * form.samples_a_frame):
            found.append(segment.label)
        before = segment.dissolve_out
    return tuple(found)


def _finish_sound(
    pictures: Path, heard: Path, programme: Programme, finish: Finish, into: Path, progress: Progress
) -> sound.Loudness:
    """Set the loudness of the whole, and measure it in the encoded film; again where the limiter took too much away, or
    the encoder moved a peak past the ceiling.
    """
    seconds = programme.frames / programme.form.fps
    limited = functools.partial(run, seconds=seconds, timeout_s=timeout_s(seconds))
    measured = sound.read(limited([_meter(_raw(heard))], thing="the film's loudness"))
    gain, ceiling = sound.gain_db(measured, finish), finish.true_peak_dbtp
    for _ in range(_SOUND_ROUNDS_MAX):
        levelled = sound.levelled(_raw(heard), gain, measured, ceiling)
        options = {**_FILM_OPTIONS, "video_track_timescale": 1000 * programme.form.fps, **programme.tags}
        streams = (source(pictures, probe.CLIP_FORM).video, levelled)
        limited([FfmpegOutput(streams, into, options)], thing="the film's sound", progress=progress)
        finished = sound.read(limited([_meter(source(into, probe.CLIP_FORM).audio)], thing="the film's loudness"))
        short, over = sound.gain_db(finished, finish), finished.true_peak_dbtp - finish.true_peak_dbtp
        if over <= 0 and abs(short) <= sound.TOLERANCE_LU / 2:
            break
        ceiling -= over + _PEAK_MARGIN_DB if over > 0 else 0.0
        gain += short
    return finished


def _raw(heard: Path) -> Stream:
    return source(heard, "f32le", ar=join.SAMPLE_RATE, ac=2).audio


def _meter(heard: Stream) -> FfmpegOutput:
    return FfmpegOutput((sound.meter(heard),), None)


def check(film: Path, frames: int, form: join.FilmForm, joints: Sequence[int], name: str) -> None:
    """Count the film's pictures, decode the first of each piece, and compare all else with what was ordered. Raises
    UnfitFilm.
    """
    known, size = probe.facts(film), form.size
    counted = probe.counted(film, joints)
    sound_error_s = abs(counted.sound_s - frames / form.fps)
    faults = [
        (counted.frames != frames, f"it has {counted.frames} frames where the cut makes {frames}"),
        (not counted.steady, "its frames are not all shown for as long"),
        (counted.broken is not None, f"its frame {counted.broken} does not decode"),
        ((known.width, known.height) != size, f"it is {known.width}×{known.height}, not {size[0]}×{size[1]}"),
        (known.fps != form.fps, f"it runs at {known.fps} frames a second"),
        (known.pixel_format != "yuv420p" or not known.bt709, "its colours are not tagged Rec. 709 yuv420p"),
        (known.sample_rate != join.SAMPLE_RATE, f"its sound is at {known.sample_rate} Hz"),
        (sound_error_s > 2 * _AAC_FRAME_S, f"its sound is {counted.sound_s:.3f} s long"),
    ]
    if fault := next((words for wrong, words in faults if wrong), None):
        raise UnfitFilm(name, fault, _CURE)


def _part(progress: Progress | None, begin: float, end: float) -> Progress:
    return lambda done: progress(begin + (end - begin) * done) if progress else None
