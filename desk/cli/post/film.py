"""gate film: join the film's scenes into one master, and make its deliverables."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, open_film, print_json, read_film, retyped, say
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.film import TierName
    from production.post.rendering import RenderedFilm
    from production.post.resolving import ResolvedFilm

_TELL_S = 2.0
_NOT_READY = 3


@click.command()
@click.option("--plan", "only_plan", is_flag=True, help="Show what the film would be made of, and render nothing.")
@click.option(
    "--tier", type=click.Choice(["draft", "final"]), default="final", help="Join finals (the default) or drafts."
)
@click.option(
    "--partial", is_flag=True, help="Let a shot's panel stand in for it, under a slate, where it is not made."
)
@film_option
@json_option
def film(only_plan: bool, tier: str, partial: bool, film: Path | None, as_json: bool) -> int:
    """Join every scene into the film, by assembly.yaml where there is one. Spends nothing.

    Pictures that nothing touches are copied; only what changed since the last time is encoded. Ends with exit code 3
    where the order names a shot that is not made.
    """
    from production.post.rendering import render_film
    from production.post.resolving import refuse_unready, resolve
    from wiring.scratch import sweep

    services = read_film(film) if only_plan else open_film(film)
    asked: TierName = "draft" if tier == "draft" else "final"
    found = resolve(services, asked, partial=partial)
    if only_plan:
        from production.post.record import changes_since, read_record

        changes = changes_since(read_record(services, asked), found.cut)
        print_json(_facts(found, changes)) if as_json else _tell(found, changes)
        return _NOT_READY if _waits(found) else 0
    sweep(services)
    if not partial:
        refuse_unready(found, services.folder.film.title)
    made = render_film(services, found, _Progress())
    if as_json:
        print_json(_facts(found, made.changes) | _made_facts(made))
    else:
        _tell(found, list(made.changes))
        _tell_made(made)
    return 0


def _waits(found: ResolvedFilm) -> bool:
    """Whether something is missing of a scene that is not left out."""
    return any(scene_of_shot(missing.subject) not in found.left_out for missing in found.missing)


class _Progress:
    """Says on standard error how far the work is, every two seconds. ffmpeg's own figure goes back a little at times,
    which is not repeated.
    """

    def __init__(self) -> None:
        self._told = time.monotonic()
        self._what, self._most = "", 0.0

    def __call__(self, what: str, part: float) -> None:
        self._most = max(part, self._most if what == self._what else 0.0)
        self._what = what
        if time.monotonic() - self._told >= _TELL_S:
            self._told = time.monotonic()
            say(f"  … {what} {self._most:4.0%}")


def _tell(found: ResolvedFilm, changes: list[str]) -> None:
    cut = found.cut
    shots = sum(shot.item is not None for shot in cut.shots)
    click.echo(f"{cut.title}: {shots} shots, {_clock(cut.frames, cut.fps)}, {cut.tier}, {cut.resolution} {cut.aspect}")
    for missing in found.missing:
        left = " (left out)" if scene_of_shot(missing.subject) in found.left_out else ""
        click.echo(f"  ! {missing}{left}. {retyped(f'Next: {missing.cure}')}")
    for line in found.synced:
        placed = f"{line.offset_s:+.3f} s, confidence {line.confidence:.2f}"
        click.echo(f"  ~ {line.shot} line {line.line} {line.file}: {placed if line.sure else f'not found ({placed})'}")
    for change in changes:
        click.echo(f"  Δ {change}")


def _tell_made(made: RenderedFilm) -> None:
    if made.stitched is None:
        click.echo("The film has not changed since the last time; nothing of it was encoded.")
    else:
        how = made.stitched
        click.echo(f"{how.copied} frames copied, {how.encoded} encoded, {how.kept} kept from before.")
    record = made.record
    click.echo(f"Sound: {record.integrated_lufs:.1f} LUFS, true peak {record.true_peak_dbtp:.1f} dBTP.")
    if record.silent:
        click.echo(f"  ! No sound came with {', '.join(record.silent)}.")
    for file in (made.film, *made.subtitles, *made.deliverables):
        click.echo(str(file))


def _facts(found: ResolvedFilm, changes: list[str] | tuple[str, ...]) -> dict[str, object]:
    cut = found.cut
    shots = [
        {
            "label": shot.label,
            "take": shot.item.take if shot.item and shot.item.clip else None,
            "start_frame": start,
            "frames": shot.frames,
            "first": shot.first,
            "overlap": shot.overlap,
        }
        for shot, start in zip(cut.shots, cut.starts(), strict=True)
    ]
    return {
        "film": cut.code,
        "tier": cut.tier,
        "frames": cut.frames,
        "seconds": cut.frames / cut.fps,
        "shots": shots,
        "missing": [{"subject": m.subject, "what": m.words, "fix": m.cure} for m in found.missing],
        "left_out": list(found.left_out),
        "synced": [
            {"shot": s.shot, "line": s.line, "file": s.file, "offset_s": s.offset_s, "confidence": s.confidence}
            for s in found.synced
        ],
        "changes": list(changes),
    }


def _made_facts(made: RenderedFilm) -> dict[str, object]:
    how = made.stitched
    return {
        "file": str(made.film),
        "copied_frames": how.copied if how else 0,
        "encoded_frames": how.encoded if how else 0,
        "kept_frames": how.kept if how else 0,
        "integrated_lufs": made.record.integrated_lufs,
        "true_peak_dbtp": made.record.true_peak_dbtp,
        "silent": list(made.record.silent),
        "subtitles": [str(file) for file in made.subtitles],
        "deliverables": [str(file) for file in made.deliverables],
    }


def _clock(frames: int, fps: int) -> str:
    seconds = frames / fps
    return f"{int(seconds // 60)}:{seconds % 60:05.2f}"
