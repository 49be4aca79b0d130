"""gate rule: what a rule measures, why, and where its threshold comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desk.options import json_option, print_json
from wiring.settings import wants_colour

if TYPE_CHECKING:
    from manifests.finding import RulePage


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
    click.echo(f"  {'asks':<10} {asking_words(page)}")


def asking_words(page: RulePage) -> str:
    """Where the rule asks a person, and where that number comes from."""
    if page.ask_band is None:
        return "never: it passes or fails"
    if not page.ask_band:
        return f"nobody, unless the film gives it a band (ask_bands in film.yaml). {page.ask_source}"
    edge = page.threshold + (-page.ask_band if page.direction == "lower is better" else page.ask_band)
    low, high = sorted((page.threshold, edge))
    band = f"a person between {low:g} and {high:g}: a band of {page.ask_band:g} (ask_bands in film.yaml; 0: never)"
    return f"{band}. {page.ask_source}"


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
