"""Cut a scene: the clips of a cut, in story order, become one finished film."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assembly import card, colour_match, grade, join, plan, probe, sound, srt
from assembly.errors import UnfitFilm
from assembly.ffmpeg import FfmpegOutput, Progress, put_in_place, run
from manifests.cut import Cut
from manifests.film import Finish, made_in

Media = Callable[[str], Path]
"""Finds the file of a content hash."""

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
_PICTURE_SHARE = 0.85  # Of the work, for progress.
_SOUND_ROUNDS_MAX = 3
_AAC_FRAME_S = 1024 / join.SAMPLE_RATE
_CURE = "Run it again; if it happens twice, keep the clips and report it"


def render(
    cut: Cut,
    media: Media,
    finish: Finish,
    size: tuple[int, int],
    into: Path,
    work: Path,
    progress: Progress | None = None,
    grades_in: Path | None = None,
) -> Path:
    """Make the film of `cut` at `size` (even pixels) and return `into`.

    H.264 yuv420p tagged Rec. 709 at the cut's rate and in its shape, AAC 48 kHz stereo at the film's loudness, index
    first. A shot without a clip is stood in for by its panel, or black, under a slate. Clips are checked before ffmpeg
    starts, and the film is decoded whole before it gets its name. `grades_in` is the folder that holds the .cube files.
    With `subtitles: srt` they are written beside the film. `work` is a scratch folder of the caller's.

    `progress` gets 0 to 1; what it raises cancels. Raises UnfitCut, UnfitClip, UnfitPicture, UnfitGrade,
    UnreadableText, EncodeFailed, EncodeTimedOut and UnfitFilm; then `into` is as it was.
    """
    work = work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    placed, form = plan.lay(cut), join.FilmForm(size, cut.fps, made_in(cut.aspect))
    graded = _grades(cut, finish, grades_in, work)
    reels = [(reel, [_segment(shot, media, form, work, graded) for shot in reel]) for reel in plan.batches(placed)]
    overlays = _subtitles(cut, size, work) if finish.subtitles == "burned" else ()
    total = plan.total_frames(placed)
    for number, (reel, segments) in enumerate(reels):
        first, end = reel[0].start, reel[-1].end
        share = _part(progress, first / total * _PICTURE_SHARE, end / total * _PICTURE_SHARE)
        _encode_reel(number, segments, (first, end), overlays, form, work, share)
    unchecked = into.with_name(f".{into.name}.unchecked")
    try:
        _finish_sound(len(reels), total, form.fps, finish, unchecked, work, _part(progress, _PICTURE_SHARE, 0.95))
        _check(unchecked, total, form, into)
        put_in_place(unchecked, into)
    finally:
        unchecked.unlink(missing_ok=True)
    if finish.subtitles == "srt":
        srt.render(cut, into.with_suffix(".srt"))
    if progress:
        progress(1.0)
    return into


def _segment(
    shot: plan.Placed, media: Media, form: join.FilmForm, work: Path, graded: Mapping[str, tuple[str, ...]]
) -> join.Segment:
    item = shot.item
    if item.clip is None:
        panel = media(item.panel.sha256) if item.panel else None
        picture = card.missing(item.shot, item.note, panel, form.size, work / f"missing_{item.shot}.png")
        return join.Segment(item.shot, picture, None, item.frames, shot.dissolve_out)
    clip = media(item.clip.sha256)
    return join.Segment(
        item.shot,
        clip,
        join.inspect(item.shot, clip, item.frames, form),
        item.frames,
        shot.dissolve_out,
        graded[item.shot],
    )


def _subtitles(cut: Cut, size: tuple[int, int], work: Path) -> tuple[join.Overlay, ...]:
    drawn = []
    for number, line in enumerate(srt.subtitles(cut)):
        picture, x, y = card.subtitle(line.text, size, work / f"subtitle_{number:04d}.png")
        drawn.append(join.Overlay(picture, x, y, line.start, line.end))
    return tuple(drawn)


def _grades(cut: Cut, finish: Finish, folder: Path | None, work: Path) -> dict[str, tuple[str, ...]]:
    """The LUTs of each shot, in the working folder: its shift of colour, its own grade, the show's."""
    wanted = {item.shot: tuple(name for name in (item.grade, finish.grade) if name) for item in cut.items}
    named = sorted({name for names in wanted.values() for name in names})
    brought = {
        name: grade.bring((folder or Path()) / name, work / f"grade_{number}.cube").name
        for number, name in enumerate(named)
    }
    matched = {
        item.shot: (colour_match.write(item.colour, work / f"colour_{number}.cube").name,)
        for number, item in enumerate(cut.items)
        if item.colour
    }
    return {shot: matched.get(shot, ()) + tuple(brought[name] for name in names) for shot, names in wanted.items()}


def _encode_reel(
    number: int,
    segments: Sequence[join.Segment],
    span: tuple[int, int],
    overlays: Sequence[join.Overlay],
    form: join.FilmForm,
    work: Path,
    progress: Progress,
) -> None:
    """Encode one run of shots, pictures and sound apart: pictures are then done, sound is not."""
    start, end = span
    inside = [
        join.Overlay(o.picture, o.x, o.y, max(o.start, start) - start, min(o.end, end) - start)
        for o in overlays
        if o.start < end and o.end > start
    ]
    video, audio = join.streams(segments, form, overlays=inside)
    frames = end - start
    run(
        [
            FfmpegOutput((video,), work / f"reel_{number:03d}.mp4", {**join.video_options(form.fps), "f": "mp4"}),
            FfmpegOutput((audio,), work / f"reel_{number:03d}.wav", {"c:a": "pcm_f32le", "f": "wav"}),
        ],
        thing=f"shots {segments[0].label} to {segments[-1].label}",
        seconds=frames / form.fps,
        timeout_s=_timeout_s(frames / form.fps),
        folder=work,
        progress=progress,
    )


def _finish_sound(
    reels: int, frames: int, fps: int, finish: Finish, into: Path, work: Path, progress: Progress
) -> None:
    """Put the reels end to end and set the loudness of the whole; again where the limiter took too much away."""
    pictures, sounds = join.listed(work, "reel", "mp4", reels), join.listed(work, "reel", "wav", reels)
    limited = functools.partial(run, seconds=frames / fps, timeout_s=_timeout_s(frames / fps))
    log = limited([FfmpegOutput((sound.meter(sounds.audio),), None)], thing="the film's loudness")
    measured = sound.read(log)
    gain = sound.gain_db(measured, finish)
    for _ in range(_SOUND_ROUNDS_MAX):
        heard = sound.levelled(sounds.audio, gain, measured, finish).asplit()
        outputs = [
            FfmpegOutput(
                (pictures.video, heard[0]),
                into,
                {**_FILM_OPTIONS, "video_track_timescale": 1000 * fps},
            ),
            FfmpegOutput((sound.meter(heard[1]),), None),
        ]
        finished = sound.read(limited(outputs, thing="the film's sound", progress=progress))
        short = sound.gain_db(finished, finish)
        if abs(short) <= sound.TOLERANCE_LU:
            return
        gain += short


def _check(film: Path, frames: int, form: join.FilmForm, into: Path) -> None:
    size = form.size
    found = probe.decode(film)
    known = found.facts
    sound_error_s = abs(found.sound_s - frames / form.fps)
    faults = [
        (found.frames != frames, f"it has {found.frames} frames where the cut makes {frames}"),
        ((known.width, known.height) != size, f"it is {known.width}×{known.height}, not {size[0]}×{size[1]}"),
        (known.fps != form.fps, f"it runs at {known.fps} frames a second"),
        (known.pixel_format != "yuv420p" or not known.bt709, "its colours are not tagged Rec. 709 yuv420p"),
        (known.sample_rate != join.SAMPLE_RATE, f"its sound is at {known.sample_rate} Hz"),
        (sound_error_s > 2 * _AAC_FRAME_S, f"its sound is {found.sound_s:.3f} s long"),
    ]
    if fault := next((words for wrong, words in faults if wrong), None):
        raise UnfitFilm(into.name, fault, _CURE)


def _timeout_s(seconds: float) -> float:
    """Two minutes, and twelve times the film's length: a graded 1080p film on one busy core takes about four times."""
    return 120 + 12 * seconds


def _part(progress: Progress | None, begin: float, end: float) -> Progress:
    return lambda done: progress(begin + (end - begin) * done) if progress else None
