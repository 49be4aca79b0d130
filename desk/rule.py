"""gate rule: what a rule measures, why, and where its threshold comes from."""

from __future__ import annotations

import click

from desk.options import json_option, print_json
from wiring.settings import wants_colour


@click.command()
@click.argument("code", required=False)
@click.option(
    "--table", is_flag=True, help="Print a Markdown table of the rules whose code begins with CODE, such as Q."
)
@json_option
def rule(code: str | None, table: bool, as_json: bool) -> None:
    """Print the page of rule CODE, such as V102; without one, list them all."""
    from checks import catalogue

    if table:
        click.echo("\n".join(table_of(code or "")))
        return
    if code is None:
        pages = catalogue.pages()
        if as_json:
            print_json([page.model_dump(mode="json") for page in pages])
        for page in () if as_json else pages:
            click.echo(f"  {page.code}  {page.name:<28}{page.what}")
        return
    page = catalogue.page(code)
    if as_json:
        print_json(page.model_dump(mode="json"))
        return
    click.secho(f"{page.code} {page.name}", bold=wants_colour())
    for label in ("what", "why", "unit", "range", "direction", "threshold", "source"):
        click.echo(f"  {label:<10} {getattr(page, label)}")


def table_of(prefix: str) -> list[str]:
    """The rules whose code begins with `prefix`, as the lines of a Markdown table; docs/qc.md holds that of Q."""
    from checks import catalogue

    head = [
        "| rule | what holds | unit, and direction | default | where the default comes from |",
        "|---|---|---|---|---|",
    ]
    return head + [
        f"| **{page.code}** {page.name} | {page.what} | {page.unit}; {page.direction} | {page.threshold:g} | {page.source} |"
        for page in catalogue.pages()
        if page.code.startswith(prefix.upper())
    ]
