"""gate audit: a scene's panels or clips as a table: each shot's characters, clothes and place,
and whether it continues the shot before.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, print_json, read_film
from desk.cli.output_file import Output

if TYPE_CHECKING:
    from assembly.ink import Mark
    from production.learning.auditing import Audited, Cell, Row
    from wiring.services import Services

_ICONS = {"ok": "✓", "look": "!", "no": "✗", "n/a": "–"}
_MARKS: dict[str, Mark] = {"ok": "pass", "look": "look", "no": "fail", "n/a": "none"}
_STATUS: dict[bool | None, tuple[str, Mark]] = {
    True: ("passed", "pass"),
    False: ("failed", "fail"),
    None: ("not judged", "none"),
}
_FAILED = 1
_SHEET = Output("--sheet", "a contact sheet", ".png")


@click.command()
@click.argument("scene")
@click.option(
    "--stage", type=click.Choice(["panel", "clip"]), default="panel", help="Which pictures to show.", show_default=True
)
@click.option("--again", is_flag=True, help="Measure again by today's rules instead of reading the stored results.")
@click.option(
    "--sheet",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a contact sheet too, .png or .jpg.",
)
@film_option
@json_option
def audit(scene: str, stage: Audited, again: bool, sheet: Path | None, film: Path | None, as_json: bool) -> int:
    """Show what the gates found in each shot of SCENE: identity, wardrobe, location, continuity,
    each with its threshold.

    Ends with exit code 1 where a picture fails. Stores and spends nothing.
    """
    from production.learning.auditing import audit as look

    if sheet is not None and sheet.suffix.lower() not in {".png", ".jpg", ".jpeg"}:
        raise click.BadParameter("name a .png or a .jpg", param_hint="--sheet")
    if sheet is not None:
        _SHEET.check(sheet)
    services = read_film(film, scopes=[f"scene:{scene}"])
    rows = look(services, services.scene(scene), stage, again=again, tell=_progress if again else lambda _: None)
    if sheet is not None:
        _SHEET.draw(sheet, lambda into: _draw(services, scene, rows, stage, into))
    if as_json:
        told = {"scene": scene, "stage": stage, "rows": [_facts(row) for row in rows], **_counts(rows)}
        print_json(told | {"sheet": str(sheet) if sheet else None})
    else:
        _tell(rows)
        if sheet is not None:
            click.echo(f"sheet: {sheet}")
    return _FAILED if any(row.passed is False for row in rows) else 0


def _progress(shot: str) -> None:
    click.echo(f"  … {shot}", err=True)


def _counts(rows: tuple[Row, ...]) -> dict[str, int]:
    return {
        "passed": sum(row.passed is True for row in rows),
        "failed": sum(row.passed is False for row in rows),
        "not_judged": sum(row.passed is None for row in rows),
    }


def _facts(row: Row) -> dict[str, object]:
    return row.model_dump(mode="json")


def _tell(rows: tuple[Row, ...]) -> None:
    """The table as Markdown, which a terminal shows as well as a page does."""
    from production.learning.auditing import AXES

    head = ["shot", "picture", "pass", *AXES]
    lines = [
        [row.shot, row.take or "none yet", _verdict(row), *(_said(row.axes[a]) if row.axes else "–" for a in AXES)]
        for row in rows
    ]
    widths = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]
    for line in [head, ["-" * width for width in widths], *lines]:
        click.echo("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |")
    counts = _counts(rows)
    click.echo(
        f"\n{counts['passed']} passed, {counts['failed']} failed, {counts['not_judged']} not judged yet. "
        "✓ within its threshold, ! look at it, ✗ outside, – n/a: nobody, or no earlier shot of the place that passed. "
        "What a rule measures: gate rule V102"
    )
    for row in rows:
        if row.flaws:
            click.echo(f"  ✗ {row.shot} failed: {', '.join(row.flaws)}; why: gate explain {row.shot}")


def _verdict(row: Row) -> str:
    if row.passed is None:
        return "– not judged"
    return "✓ pass" if row.passed else "✗ fail"


def _said(cell: Cell) -> str:
    if cell.state == "n/a":
        return "– n/a"
    who = f" {cell.subject}" if cell.subject else ""
    against = f" with {cell.against.rpartition('_')[2]}" if cell.against else ""
    return f"{_ICONS[cell.state]} {cell.state} {cell.words}{who}{against}"


def _figure(cell: Cell) -> str:
    """Whom it is about, and the number with its threshold; nothing where nothing applies."""
    return "" if cell.state == "n/a" else f"{cell.subject}  {cell.words}"


def _draw(services: Services, scene: str, rows: tuple[Row, ...], stage: Audited, into: Path) -> None:
    from assembly import contact_sheet
    from production.learning.auditing import AXES

    items = []
    for row in rows:
        shot = services.shot(row.shot)
        checks = tuple((axis, _figure(row.axes[axis]), _MARKS[row.axes[axis].state]) for axis in AXES if row.axes)
        flaws = f"fails {', '.join(row.flaws)}" if row.flaws else ""
        people = ", ".join(f"{m.character} in {m.wardrobe}" for m in shot.cast) or "nobody"
        items.append(
            contact_sheet.SheetItem(
                shot=row.shot,
                title=flaws or f"{shot.location}: {people}",
                take=row.take,
                checks=checks,
                cost="",
                status=_STATUS[row.passed][0],
                mark=_STATUS[row.passed][1],
                moving=stage == "clip",
                picture=services.vault.path(row.asset) if row.asset else None,
            )
        )
    counts = _counts(rows)
    contact_sheet.render(
        items,
        into,
        title=services.folder.film.title,
        subtitle=f"{scene} · audit of its {stage}s",
        abreast=1,
        summary=((f"{counts['passed']} of {len(rows)}", "passed"), (str(counts["failed"]), "failed")),
        shown=services.folder.film.aspect,
    )
