"""Cut a scene: the clips of a cut, in story order, become one finished film."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from assembly import card, colour_match, grade, join, plan, srt
from assembly.ffmpeg import Progress
from assembly.stitch.programme import FinishedFilm, Programme, make
from manifests.cut import Cut
from manifests.film import Finish, made_in
from manifests.keys import hash_file

Media = Callable[[str], Path]
"""Finds the file of a content hash."""


def render(
    cut: Cut,
    media: Media,
    finish: Finish,
    size: tuple[int, int],
    into: Path,
    work: Path,
    progress: Progress | None = None,
    grades_in: Path | None = None,
    kept: Path | None = None,
) -> Path:
    """Make the film of `cut` at `size` (even pixels) and return `into`.

    H.264 yuv420p tagged Rec. 709 at the cut's rate and in its shape, AAC 48 kHz stereo at the film's loudness, index
    first. Pictures that nothing touches are copied from their clips. A shot without a clip is stood in for by its
    panel, or black, under a slate. Clips are checked before ffmpeg starts, and the film before it gets its name.
    `grades_in` is the folder that holds the .cube files. With `subtitles: srt` they are written beside the film. `work`
    is a scratch folder of the caller's; `kept`: where encoded pieces stay for the next rendering.

    `progress` gets 0 to 1; what it raises cancels. Raises UnfitCut, UnfitClip, UnfitPicture, UnfitGrade,
    UnreadableText, EncodeFailed, EncodeTimedOut and UnfitFilm; then `into` is as it was.
    """
    work = work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    programme = programme_of(cut, media, finish, size, work, grades_in)
    make_film(programme, finish, into, work, kept, progress)
    if finish.subtitles == "srt":
        srt.render(cut, into.with_suffix(".srt"))
    return into


def make_film(
    programme: Programme, finish: Finish, into: Path, work: Path, kept: Path | None, progress: Progress | None
) -> FinishedFilm:
    """Make it, with its pieces in the scratch folder where nobody keeps them."""
    return make(programme, finish, into, work, kept or work / "pieces", progress)


def programme_of(
    cut: Cut, media: Media, finish: Finish, size: tuple[int, int], work: Path, grades_in: Path | None
) -> Programme:
    """The scene's cut as it is to be made. Cards and grades are written to `work`."""
    placed, form = plan.lay(cut), join.FilmForm(size, cut.fps, made_in(cut.aspect))
    graded = _grades(cut, finish, grades_in, work)
    segments = tuple(_segment(shot, media, form, work, graded) for shot in placed)
    overlays = _subtitles(cut, size, work) if finish.subtitles == "burned" else ()
    return Programme(form, plan.total_frames(placed), segments, segments, overlays)


def _segment(
    shot: plan.Placed, media: Media, form: join.FilmForm, work: Path, graded: Mapping[str, tuple[str, ...]]
) -> join.Segment:
    item = shot.item
    if item.clip is None:
        panel = media(item.panel.sha256) if item.panel else None
        picture = card.missing(item.shot, item.note, panel, form.size, work / f"missing_{item.shot}.png")
        return join.Segment(item.shot, picture, None, item.frames, shot.dissolve_out, content=hash_file(picture))
    clip = media(item.clip.sha256)
    return join.Segment(
        item.shot,
        clip,
        join.inspect(item.shot, clip, item.frames, form),
        item.frames,
        shot.dissolve_out,
        graded[item.shot],
        content=item.clip.sha256,
    )


def _subtitles(cut: Cut, size: tuple[int, int], work: Path) -> tuple[join.Overlay, ...]:
    drawn = []
    for number, line in enumerate(srt.subtitles(cut)):
        picture, x, y = card.subtitle(line.text, size, work / f"subtitle_{number:04d}.png")
        drawn.append(join.Overlay(picture, x, y, line.start, line.end, content=hash_file(picture)))
    return tuple(drawn)


def _grades(cut: Cut, finish: Finish, folder: Path | None, work: Path) -> dict[str, tuple[str, ...]]:
    """The LUTs of each shot, in the working folder: its shift of colour, its own grade, the show's."""
    wanted = {item.shot: tuple(name for name in (item.grade, finish.grade) if name) for item in cut.items}
    named = sorted({name for names in wanted.values() for name in names})
    brought = {name: grade.brought((folder or Path()) / name, work) for name in named}
    matched = {item.shot: (colour_match.written(item.colour, work),) for item in cut.items if item.colour}
    return {shot: matched.get(shot, ()) + tuple(brought[name] for name in names) for shot, names in wanted.items()}
