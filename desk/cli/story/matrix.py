"""gate matrix: every shot in one table, with its price and whether it may be generated."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, prices_option, print_json, read_film, retyped, typed
from desk.cli.output_file import Output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.matrix.model import MatrixScene

_WIDTH = 120
_LEAST = 72
_PAGE = Output("-o", "a shot matrix", ".html", begins="<!doctype html>\n<!-- check-the-gate: shot matrix -->")


@click.command()
@click.argument("scene", required=False)
@click.option("--csv", "form", flag_value="csv", help="As a list that Excel opens and changes nothing in.")
@click.option("--html", "form", flag_value="html", help="As one web page that stands by itself, for screen and print.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file. Default: the terminal.")
@film_option
@prices_option
@json_option
def matrix(
    scene: str | None, form: str | None, output: Path | None, film: Path | None, prices: Path | None, *, as_json: bool
) -> None:
    """Show the shot matrix of SCENE, or of all scenes: a row a shot. Spends nothing.

    Beat, place, cast with wardrobe, props, light, screen side, camera, length, provider, what is left to buy, and
    whether the readiness gate lets a run generate the shot, with each reason and its fix.
    """
    if output is not None:
        _refuse(form, output)
    from production.matrix.model import matrix_of

    services = read_film(film, prices, scopes=[f"scene:{scene}"] if scene else [])
    found = matrix_of(services, [scene] if scene else sorted(services.folder.scenes))
    if as_json:
        print_json({"scenes": [facts_of_matrix(each) for each in found]})
    elif form is not None:
        _write(found, services.folder.film.title, form, output)
    else:
        _tell(found)


def _refuse(form: str | None, output: Path) -> None:
    """A page of ours is written again; a list may hold what somebody changed in it."""
    if form is None:
        raise click.UsageError("say what to write: --csv or --html")
    if form == "html":
        _PAGE.check(output)
    elif output.exists():
        raise click.BadParameter(f"{output} is there already; name a new file", param_hint="-o")


def _write(found: Sequence[MatrixScene], title: str, form: str, output: Path | None) -> None:
    from production.matrix.writing import matrix_csv, matrix_page

    if output is None:
        click.echo(matrix_csv(found) if form == "csv" else matrix_page(found, title), nl=False)
        return
    if form == "csv":
        output.write_bytes(matrix_csv(found))
    else:
        _PAGE.write_text(output, matrix_page(found, title))
    click.echo(f"Wrote {output}")


def _tell(found: Sequence[MatrixScene]) -> None:
    from desk.cli.story.matrix_table import table
    from production.matrix.columns import why_of
    from production.matrix.writing import counted

    if not found:
        click.echo(f"The film has no scene yet. Next: {typed('gate import SCRIPT')} or {typed('gate new scene')}")
    width = max(_LEAST, shutil.get_terminal_size((_WIDTH, 24)).columns)
    for number, scene in enumerate(found):
        named = f"{scene.called} · {scene.scene}" if scene.called else scene.scene
        click.echo(("\n" if number else "") + f"{named}  {scene.title}")
        for line in table(scene.rows, width):
            click.echo(line)
        reasons: dict[str, list[str]] = {}
        for row in scene.rows:
            for why in why_of(row):
                reasons.setdefault(why.replace(row.shot, "…"), []).append(row.shot)
        for why, shots in reasons.items():
            click.echo(f"  ! {', '.join(shots)}: {retyped(why.replace('…', shots[0]))}")
        click.echo(counted(scene.rows))


def facts_of_matrix(scene: MatrixScene) -> dict[str, object]:
    """A scene's rows for programs."""
    rows = [
        asdict(row)
        | {
            "price": row.price,
            "ready": row.standing == "ready",
            "obstacles": [{"kind": o.kind, "why": o.why, "fix": o.cure} for o in row.obstacles],
        }
        for row in scene.rows
    ]
    return {"scene": scene.scene, "called": scene.called, "title": scene.title, "intent": scene.intent, "shots": rows}
