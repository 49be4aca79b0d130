"""gate export: the film as a script, a shot list or a storyboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, settings_for
from desk.cli.options import read_film as open_to_read

if TYPE_CHECKING:
    from manifests.reading.film_folder import FilmFolder


@click.command()
@click.argument("scenes", nargs=-1)
@click.option("--fountain", "form", flag_value="fountain", help="The script, in Fountain: always the whole film.")
@click.option("--csv", "form", flag_value="csv", help="The shots, as a list that Excel opens and changes nothing in.")
@click.option(
    "--storyboard",
    "form",
    flag_value="storyboard",
    help="Every shot with its picture, or a sketch: a web page and a PDF for print, in the folder -o.",
)
@click.option(
    "--encoding",
    type=click.Choice(["utf-8", "cp1252"]),
    default="utf-8",
    show_default=True,
    help="Of the list; cp1252 for programs that read nothing else.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A new file, or folder. Default: the terminal.")
@film_option
def export(scenes: tuple[str, ...], form: str | None, encoding: str, output: Path | None, film: Path | None) -> None:
    """Write the film, or SCENES of it, for people and other programs.

    A script or a list that comes back by gate import changes only what somebody changed in it.
    """
    if form is None:
        raise click.UsageError("say what to write: --fountain, --csv or --storyboard")
    if form == "storyboard":
        _storyboard(film, scenes, output or Path("storyboard"))
        return
    if output is not None and output.exists():
        raise click.BadParameter(f"{output} is there already; name a new file", param_hint="-o")
    from manifests.reading.film_folder import read_film
    from wiring.film_files import refuse_unknown

    folder = read_film(settings_for(film).film)
    for name in scenes:
        refuse_unknown(folder, "scene", name)
    content = _content(folder, scenes or sorted(folder.scenes), form, encoding)
    if output is None:
        click.echo(content, nl=False)
    else:
        output.write_bytes(content)
        click.echo(f"Wrote {output}.")


def _storyboard(film: Path | None, scenes: tuple[str, ...], into: Path) -> None:
    from production.story.board.board import write_board

    if into.exists() and any(into.iterdir()):
        raise click.UsageError(f"{into} holds something; name a new folder: -o FOLDER")
    services = open_to_read(film, scopes=[f"scene:{name}" for name in scenes])
    for path in write_board(services, scenes or sorted(services.folder.scenes), into):
        click.echo(f"Wrote {path}")


def _content(folder: FilmFolder, scenes: tuple[str, ...] | list[str], form: str, encoding: str) -> bytes:
    if form == "csv":
        from production.story.listing import write_list

        return write_list([folder.scenes[name] for name in scenes], encoding)
    from production.story.exporting import export_script
    from production.story.formats.write_fountain import write_fountain

    return write_fountain(export_script(folder)).encode()
