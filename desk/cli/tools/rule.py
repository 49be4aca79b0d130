"""gate rule: a rule's measurement, its reason, and the source of its threshold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import json_option, print_json, read_film
from wiring.settings import wants_colour

if TYPE_CHECKING:
    from manifests.finding import RulePage
    from production.learning.film_limits import FilmLimits, Kind


@click.command()
@click.argument("code", required=False)
@click.option(
    "--table", is_flag=True, help="Print a Markdown table of the rules whose code begins with CODE, such as Q."
)
@click.option("--asks", is_flag=True, help="Print a Markdown table of the rules that may ask a person.")
@click.option(
    "--film",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Say too from which value on the rule fails this film's pictures.",
)
@json_option
def rule(code: str | None, table: bool, asks: bool, film: Path | None, as_json: bool) -> None:
    """Print the page of rule CODE, such as V102; without one, list them all."""
    from checks.rules import catalogue
    from desk.cli.tools.rule_of_words import prompt_facts

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
    page, words = catalogue.page(code), prompt_facts(code)
    here = None if film is None else _here(page, film)
    if as_json:
        known = {"prompt": words} if words else {}
        print_json(page.model_dump(mode="json") | known | ({} if here is None else {"here": here}))
        return
    click.secho(f"{page.code} {page.name}", bold=wants_colour())
    measured = () if words else ("unit", "range", "direction", "threshold")
    for label in ("what", "why", *measured, "source"):
        click.echo(f"  {label:<10} {getattr(page, label)}")
    for label, said in words.items():
        click.echo(f"  {label:<10} {said}")
    if words:
        return
    click.echo(f"  {'asks':<10} {asking_words(page)}")
    click.echo(f"  {'fails':<10} {failing_words(page)}")
    for line in here or ():
        click.echo(f"  {'here':<10} {line}")


def failing_words(page: RulePage) -> str:
    """Whether the rule may fail a picture by its threshold alone."""
    from checks.fail_limits import MIS_SEEN, RELATIVE, SHOTS_MIN

    if page.code not in RELATIVE:
        return "beyond its threshold"
    if page.code in MIS_SEEN:
        return "only of the embedded animatic, beyond its threshold; of other pictures it asks"
    return (
        f"only where all such rules together would fail at most 1 in 100 of the pictures that you approved, "
        f"{SHOTS_MIN} shots or more; else it asks. Of the embedded animatic: beyond its threshold"
    )


def _here(page: RulePage, film: Path) -> list[str]:
    """From which value on the rule fails the pictures of a film, a sentence for each kind and provider."""
    from checks.fail_limits import RELATIVE, SHOTS_MIN
    from production.learning.film_limits import film_limits

    services = read_film(film)
    if page.code not in RELATIVE:
        threshold = services.folder.film.thresholds.get(page.code, page.threshold)
        return [f"every picture: beyond {threshold:g}"]
    limits = film_limits(services)
    return [
        _limit_of(limits, page.code, whose) for whose in sorted(limits.approved) if page.code in limits.approved[whose]
    ] or [f"it only asks: no shot is approved yet, and it takes {SHOTS_MIN} of one provider"]


def _limit_of(limits: FilmLimits, code: str, whose: tuple[Kind, str]) -> str:
    from checks.fail_limits import SHOTS_MIN

    shots, limit = limits.approved[whose][code], limits.by_maker[whose].get(code)
    made = f"{whose[0]}s by {whose[1]}"
    if limit is not None:
        return f"{made}: it fails beyond {limit:g}, as your {shots} approved shots tell"
    if shots < SHOTS_MIN:
        return f"{made}: it only asks, with {shots} of {SHOTS_MIN} approved shots"
    return f"{made}: it only asks; your {shots} approved shots do not tell from where on it would fail at most 1 in 100"


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
    from checks.rules import catalogue

    head = ["| rule | fails | asks a person | band | where the band comes from |", "|---|---|---|---|---|"]
    return head + [
        f"| **{page.code}** {page.name} | {'above' if page.direction == 'lower is better' else 'below'} "
        f"{page.threshold:g} | "
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
    from checks.rules import catalogue
    from desk.cli.tools.rule_of_words import table_of_words

    if prefix.upper().startswith("P"):
        return table_of_words(prefix.upper())
    head = [
        "| rule | what holds | unit, and direction | default | where the default comes from |",
        "|---|---|---|---|---|",
    ]
    return head + [
        f"| **{page.code}** {page.name} | {page.what} | {page.unit}; {page.direction} | {page.threshold:g} | "
        f"{page.source} |"
        for page in catalogue.pages()
        if page.code.startswith(prefix.upper())
    ]
