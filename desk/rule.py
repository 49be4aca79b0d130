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
@click.option("--asks", is_flag=True, help="Print a Markdown table of the rules that may ask a person.")
@json_option
def rule(code: str | None, table: bool, asks: bool, as_json: bool) -> None:
    """Print the page of rule CODE, such as V102; without one, list them all."""
    from checks import catalogue

    if table or asks:
        click.echo("\n".join(table_of(code or "") if table else table_of_asking()))
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
    low, high = _band(page)
    band = f"a person between {low:g} and {high:g}: a band of {page.ask_band:g} (ask_bands in film.yaml; 0: never)"
    return f"{band}. {page.ask_source}"


def table_of_asking() -> list[str]:
    """The rules that may ask, as the lines of a Markdown table; docs/qc.md holds it."""
    from checks import catalogue

    head = ["| rule | fails | asks a person | band | where the band comes from |", "|---|---|---|---|---|"]
    return head + [
        f"| **{page.code}** {page.name} | {'above' if page.direction == 'lower is better' else 'below'} {page.threshold:g} | "
        f"{'{:g} to {:g}'.format(*_band(page)) if page.ask_band else 'no'} | {page.ask_band:g} | {page.ask_source} |"
        for page in catalogue.pages()
        if page.ask_band is not None
    ]


def _band(page: RulePage) -> tuple[float, float]:
    """From where to where the rule asks by itself, the lower value first."""
    width = page.ask_band or 0.0
    edge = page.threshold + (-width if page.direction == "lower is better" else width)
    low, high = sorted((page.threshold, edge))
    return low, high


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
