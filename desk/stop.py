"""gate stop, gate go: the brake."""

from __future__ import annotations

from datetime import UTC, datetime
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
    from manifests.decision import Decision

    services = open_film(film)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    scope = f"film:{services.folder.film.code}"
    services.ledger.decide(
        Decision(kind=kind, scope=scope, who=services.settings.who, made_at=now, door="command line", why=why)
    )
