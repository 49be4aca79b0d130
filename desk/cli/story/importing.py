"""gate import: a script becomes scenes, people, places and proposed shots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, print_json, settings_for, typed

if TYPE_CHECKING:
    from production.story.importing import Import

_SHOWN_MAX = 40


@click.command("import")
@click.argument("script", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@film_option
@json_option
def import_(script: Path, film: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Import SCRIPT: Fountain (.fountain, .txt), Final Draft (.fdx), or a shot list (.csv, .tsv, .xlsx).

    A script becomes scenes, people, places, lines with times, sound and proposed shots; a shot list becomes its own
    shots, one a row. Import it again after it changed: what you edited stays, and what could not be placed is listed.
    """
    found = _read(script, settings_for(film).film)
    if not dry_run:
        found.write()
    report = found.report
    if as_json:
        parts = ("added", "changed", "removed", "unplaced", "notes")
        print_json({"dry_run": dry_run, **{name: getattr(report, name) for name in parts}})
        return
    for mark, lines in (("+", report.added), ("~", report.changed), ("-", report.removed), ("i", report.notes)):
        for line in lines[:_SHOWN_MAX]:
            click.echo(f"  {mark} {line}")
        if len(lines) > _SHOWN_MAX:
            click.echo(f"  {mark} and {len(lines) - _SHOWN_MAX} more (--json lists them)")
    for line in report.unplaced:
        click.echo(f"  ! {line}")
    click.echo(
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} taken out, "
        f"{len(report.unplaced)} not placed{'; nothing was written' if dry_run else ''}."
    )
    if report.added and not dry_run:
        click.echo(
            "Shots with proposed: true are suggestions; take the line away from those that you keep. "
            f"Next: {typed('gate lint')}"
        )


def _read(path: Path, root: Path) -> Import:
    from manifests.reading.film_folder import read_film
    from production.story.formats.source import LISTS, read_script
    from production.story.importing import import_script

    if path.suffix.lower() in LISTS:
        from production.story.formats.sheet import read_rows
        from production.story.import_list import import_list

        rows, notes = read_rows(path)
        return import_list(read_film(root), rows, path.name, notes)
    return import_script(read_film(root), read_script(path), path.name)
