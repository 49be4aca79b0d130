"""The programme of a whole film: its cut with pictures, words, grades and sounds as files at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from assembly import card, colour_match, grade, join
from assembly.feature import grades, words
from assembly.feature.subtitles import spoken_in
from assembly.ffmpeg import FfmpegOutput, run, source
from assembly.probe import CLIP_FORM, SOUND_FORMS
from assembly.srt import Subtitle
from assembly.stitch.mix import Added, Muted
from assembly.stitch.programme import Programme
from manifests.assembly.film_cut import FilmCut, FilmShot, FilmSound
from manifests.film import made_in
from manifests.keys import hash_file

Media = Callable[[str], Path]
"""Finds the file of a content hash."""

_DUCKED_BY_KIND = frozenset({"music", "effect"})


def programme_of(cut: FilmCut, media: Media, size: tuple[int, int], work: Path, root: Path) -> Programme:
    """The film as it is to be made. Cards, grades and sounds are written to `work`; the film's own files lie below
    `root`. Raises UnfitClip, UnfitPicture, UnfitGrade, UnreadableText, EncodeFailed.
    """
    work.mkdir(parents=True, exist_ok=True)
    form = join.FilmForm(size, cut.fps, made_in(cut.aspect))
    pictures = tuple(_segment(shot, media, form, work, root) for shot in cut.shots)
    spoken = spoken_in(cut)
    return Programme(
        form=form,
        frames=cut.frames,
        pictures=pictures,
        sounds=moved_sounds(pictures, [shot.sound_frames for shot in cut.shots]),
        overlays=(*_titles(cut, size, work), *(_lines(spoken, size, work) if cut.subtitles.burned else ())),
        added=tuple(_added(sound, cut, spoken, work, root) for sound in cut.sounds),
        muted=_muted(cut, form),
    )


def moved_sounds(pictures: Sequence[join.Segment], ends: Sequence[int]) -> tuple[join.Segment, ...]:
    """The segments as they are heard: each ends `ends` frames later than its pictures, and the next begins there."""
    heard = list(pictures)
    for index, frames in enumerate(ends[:-1]):
        if frames:
            left, right = heard[index], heard[index + 1]
            heard[index] = replace(left, frames=left.frames + frames)
            first = right.first + frames if right.facts else 0
            heard[index + 1] = replace(right, first=first, frames=right.frames - frames)
    return tuple(heard)


def _segment(shot: FilmShot, media: Media, form: join.FilmForm, work: Path, root: Path) -> join.Segment:
    item, how = shot.item, {"dissolve_out": shot.overlap, "effect": shot.effect}
    if item is None or item.clip is None:
        name = "".join(c if c.isalnum() else "_" for c in shot.label)
        picture = work / f"card_{name}.png"
        if item is None:
            words.card(shot.card or "", form.size, picture)
        else:
            card.missing(item.shot, item.note, media(item.panel.sha256) if item.panel else None, form.size, picture)
        return join.Segment(shot.label, picture, None, shot.frames, content=hash_file(picture), **how)  # type: ignore[arg-type]
    clip = media(item.clip.sha256)
    head = join.inspect(item.shot, clip, shot.first + shot.frames, form)
    return join.Segment(
        item.shot,
        clip,
        head,
        shot.frames,
        grades=luts_of(shot, root, work),
        first=shot.first,
        content=item.clip.sha256,
        **how,  # type: ignore[arg-type]
    )


def luts_of(shot: FilmShot, root: Path, work: Path) -> tuple[str, ...]:
    """Write what a shot is graded with into `work`, as .cube files in the order in which they apply; gives their names.
    The film's own files lie below `root`. Raises UnfitGrade.
    """
    item = shot.item
    luts = [colour_match.written(item.colour, work)] if item and item.colour else []
    luts += [grade.brought(root / item.grade, work)] if item and item.grade else []
    return (*luts, *(grades.written(each, root, work) for each in shot.grades))


def _titles(cut: FilmCut, size: tuple[int, int], work: Path) -> list[join.Overlay]:
    drawn = []
    for number, one in enumerate(cut.titles):
        picture, x, y = words.title(one.title.text, one.title.where, size, work / f"title_{number:04d}.png")
        fade = min(round(one.title.fade_s * cut.fps), (one.end - one.start) // 2)
        drawn.append(join.Overlay(picture, x, y, one.start, one.end, fade, hash_file(picture)))
    return drawn


def _lines(spoken: Sequence[Subtitle], size: tuple[int, int], work: Path) -> list[join.Overlay]:
    drawn = []
    for number, line in enumerate(spoken):
        picture, x, y = card.subtitle(line.text, size, work / f"subtitle_{number:04d}.png")
        drawn.append(join.Overlay(picture, x, y, line.start, line.end, content=hash_file(picture)))
    return drawn


def _added(sound: FilmSound, cut: FilmCut, spoken: Sequence[Subtitle], work: Path, root: Path) -> Added:
    """The sound with its samples. It ducks below every line of dialogue, recorded or the clip's own."""
    rate = join.SAMPLE_RATE
    spans = [(line.start * rate // cut.fps, line.end * rate // cut.fps) for line in spoken]
    spans += [
        (round(one.start_s * rate), round((one.start_s + one.seconds) * rate))
        for one in cut.sounds
        if one.kind == "dialogue"
    ]
    ducks = sound.kind in _DUCKED_BY_KIND and sound.duck_db > 0
    return Added(
        label=sound.file,
        file=bring(root / sound.file, work / f"sound_{sound.sha256[:32]}.f32"),
        start=round(sound.start_s * rate),
        first=round(sound.from_s * rate),
        length=round(sound.seconds * rate),
        gain_db=sound.gain_db,
        fade_in=round(sound.fade_in_s * rate),
        fade_out=round(sound.fade_out_s * rate),
        ducks=tuple(sorted(spans)) if ducks else (),
        duck_db=sound.duck_db,
        duck_ramp=round(sound.duck_within_s * rate),
    )


def _muted(cut: FilmCut, form: join.FilmForm) -> tuple[Muted, ...]:
    """Where the clips' own sound goes down: below a recorded line, and in shots that say so."""
    rate, a_frame = join.SAMPLE_RATE, form.samples_a_frame
    below = [
        Muted(round(one.start_s * rate), round((one.start_s + one.seconds) * rate), one.own_db)
        for one in cut.sounds
        if one.own_db
    ]
    lower = [
        Muted(start * a_frame, (start + shot.frames) * a_frame, shot.sound_db)
        for shot, start in zip(cut.shots, cut.starts(), strict=True)
        if shot.sound_db
    ]
    return (*below, *lower)


def bring(file: Path, into: Path) -> Path:
    """Decode a sound file to 32-bit floats, two channels, 48 kHz; once for each content. Raises EncodeFailed."""
    return _decoded(file, SOUND_FORMS[file.suffix[1:].lower()], into)


def bring_clip(clip: Path, into: Path) -> Path:
    """The same of a clip's sound. Raises EncodeFailed, where it has none too."""
    return _decoded(clip, CLIP_FORM, into)


def _decoded(file: Path, form: str, into: Path) -> Path:
    if not into.exists():
        heard = source(file, form).audio.filter("aresample", join.SAMPLE_RATE)
        heard = heard.filter("aformat", sample_fmts="flt", sample_rates=join.SAMPLE_RATE, channel_layouts="stereo")
        output = FfmpegOutput((heard,), into, {"c:a": "pcm_f32le", "f": "f32le"})
        run([output], thing=file.name, seconds=0, timeout_s=600)
    return into
