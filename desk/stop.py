"""gate stop, gate go: the brake."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from desk.options import film_option, open_film


@click.command()
@film_option
@click.option("--why", default="called from the command line", help="The reason; it is written down.")
def stop(film: Path | None, why: str) -> None:
    """Refuse every further paid call of the film. What is in flight is collected. Touching .gate/STOP does the same."""
    _decide("stop", film, why)
    click.echo('Stopped: nothing new is submitted. Next:\n  gate go --why "..."')


@click.command()
@film_option
@click.option("--why", default="called from the command line", help="The reason; it is written down.")
def go(film: Path | None, why: str) -> None:
    """Lift the stop."""
    _decide("go", film, why)
    click.echo("Going. Next:\n  gate resume SCENE")


def _decide(kind: Literal["stop", "go"], film: Path | None, why: str) -> None:
    from desk.deciding import decision_of

    services = open_film(film)
    services.ledger.decide(decision_of(services, kind, f"film:{services.folder.film.code}", why))
