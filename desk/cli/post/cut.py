"""gate cut: the film's cut as a list; another take of a shot; its in- and out-point; an edit from another program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, open_film, print_json, read_film

if TYPE_CHECKING:
    from production.post.conform.importing import ImportedCut
    from production.post.listing import CutLine


place_option = click.option(
    "--place", type=click.IntRange(min=1), help="Which of the times that the film shows SHOT, from 1."
)


@click.group()
def cut() -> None:
    """Show and change the film's cut (assembly.yaml). Spends nothing."""


@cut.command("list")
@click.option(
    "--tier", type=click.Choice(["draft", "final"]), default="final", help="Of finals (the default) or drafts."
)
@film_option
@json_option
def list_(tier: str, film: Path | None, as_json: bool) -> None:
    """List the film's shots and cards in order: where each begins, its take, its alternates, and how it ends."""
    from production.post.listing import lines_of

    lines = lines_of(read_film(film), "draft" if tier == "draft" else "final")
    if as_json:
        print_json({"shots": [line.facts() for line in lines]})
        return
    for line in lines:
        click.echo(_row(line))


@cut.command()
@click.argument("shot")
@click.argument("take")
@place_option
@film_option
@json_option
def take(shot: str, take: str, place: int | None, film: Path | None, as_json: bool) -> None:
    """Let the film show TAKE (v002) of SHOT; "standing" returns to the take that a run keeps."""
    from production.post.editing import swap_take

    services = open_film(film, scopes=[f"shot:{shot}"])
    chosen = None if take == "standing" else take
    _wrote(swap_take(services, shot, chosen, place), {"shot": shot, "take": chosen}, as_json=as_json)


@cut.command()
@click.argument("shot")
@click.option("--from", "from_s", type=click.FloatRange(min=0), help="The in-point, in seconds of the clip.")
@click.option(
    "--to", "to_s", type=click.FloatRange(min=0, min_open=True), help="The out-point, in seconds of the clip."
)
@place_option
@film_option
@json_option
def trim(
    shot: str, from_s: float | None, to_s: float | None, place: int | None, film: Path | None, as_json: bool
) -> None:
    """Trim SHOT in the film; its take and its scene stay as they are."""
    from production.post.editing import trim as set_points

    if from_s is None and to_s is None:
        raise click.UsageError("say what to trim: --from, --to or both")
    services = open_film(film, scopes=[f"shot:{shot}"])
    wrote = set_points(services, shot, from_s, to_s, place)
    _wrote(wrote, {"shot": shot, "from_s": from_s, "to_s": to_s}, as_json=as_json)


@cut.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--scene", metavar="SCENE", help="The edit is of this scene alone; the rest of the film stays.")
@click.option("--plan", "only_plan", is_flag=True, help="Show what would change, and write nothing.")
@film_option
@json_option
def import_(files: tuple[Path, ...], scene: str | None, only_plan: bool, film: Path | None, as_json: bool) -> int:
    """Take the cut of FILE over: an edit from another program, as .otio, .otioz, .edl, .fcpxml, .fcpxmld or .xml (Final
    Cut 7).

    Each clip is matched to a take by content or by name; order, trims, takes and transitions go to assembly.yaml. What
    the film cannot show of the edit is listed, and the command then ends with exit code 1. Several files are parts of
    one edit, in order, such as EDLs of 999 events each.
    """
    from desk.cli.progress import counted_progress
    from production.post.conform.importing import plan_import, write_import

    scopes = [f"scene:{scene}"] if scene else []
    services = read_film(film, scopes=scopes) if only_plan else open_film(film, scopes=scopes)
    planned = plan_import(services, files, scene, counted_progress("scenes"))
    written = None if only_plan else write_import(services, planned)
    if as_json:
        print_json(_import_facts(planned, written))
    else:
        _tell_import(planned, written)
    return 1 if planned.rest else 0


def _import_facts(planned: ImportedCut, written: Path | None) -> dict[str, object]:
    return {
        "file": str(planned.file),
        "changed": planned.before != planned.after,
        "written": written is not None,
        "frames": planned.frames,
        "diff": planned.diff,
        "matched": [{"place": p, "shot": s, "take": t or None, "by": by} for p, s, t, by in planned.found],
        "rest": [{"subject": loss.subject, "lost": loss.lost, "instead": loss.instead} for loss in planned.rest],
    }


def _tell_import(planned: ImportedCut, written: Path | None) -> None:
    by_content = sum(by == "content" for *_, by in planned.found)
    named = len(planned.found) - by_content
    click.echo(f"{len(planned.found)} clips matched: {by_content} by content, {named} by name.")
    for loss in planned.rest:
        click.echo(f"  ! {loss.subject}: {loss.lost}" + (f" → {loss.instead}" if loss.instead else ""))
    if planned.before == planned.after:
        click.echo("Nothing to change: the film shows this cut already.")
        return
    click.echo(planned.diff, nl=False)
    if written is not None:
        click.echo(f"Wrote {written}. See it: gate film --plan")


def _wrote(file: Path, facts: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(file), **facts})
    else:
        click.echo(f"Wrote {file}. See it: gate cut list")


def _row(line: CutLine) -> str:
    others = f"  also {', '.join(line.alternates)}" if line.alternates else ""
    why = f"  ! {line.why}" if line.why else ""
    return f"{line.timecode}  {line.frames:>5}  {line.label:<16} {line.take or '–':<6}{line.ends}{others}{why}"
