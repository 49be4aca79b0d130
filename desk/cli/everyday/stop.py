"""gate stop, gate go: the brake."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, open_film, settings_for, typed

if TYPE_CHECKING:
    from manifests.decision import Door


@click.command()
@film_option
@click.option("--why", default="called from the command line", help="The reason; it is recorded.")
def stop(film: Path | None, why: str) -> None:
    """Refuse every further paid call of the film. Calls in flight are collected. Touching .gate/STOP does the same."""
    _decide("stop", film, why)
    click.echo("Stopped: nothing new is submitted. Next:\n  " + typed('gate go --why "..."'))


@click.command()
@film_option
@click.option("--why", required=True, help="The reason; it is recorded.")
@decides
def go(film: Path | None, why: str) -> None:
    """Lift the stop, and the breaker that a bill above its hold has opened. A person decides this, with a reason."""
    scenes = _decide("go", film, why, confirm("Lift the stop, so that paid calls go out again?"))
    click.echo("The stop is lifted. Next:" + "".join(f"\n  {typed(f'gate resume {scene}')}" for scene in scenes))


def _decide(kind: Literal["stop", "go"], film: Path | None, why: str, door: Door = "command line") -> list[str]:
    """Write it down; gives the film's scenes."""
    from desk.cli.deciding import decision_of
    from governor.decisions.approvals import check_reason
    from manifests.errors import GateError

    try:
        services = open_film(film, check=lambda folder: check_reason(kind, f"film:{folder.film.code}", why))
    except GateError:
        if kind == "stop":
            _by_file_alone(film)
        raise
    services.ledger.decide(decision_of(services, kind, f"film:{services.folder.film.code}", why, door=door))
    return sorted(services.folder.scenes)


def _by_file_alone(film: Path | None) -> None:
    """A film whose files are just being edited, or whose ledger cannot be reached, is stopped all the same:
    a run of it may be under way.
    """
    settings = settings_for(film)
    if settings.state.is_dir():
        settings.stop_file.touch()
        click.echo(
            f"Stopped by {settings.stop_file}: nothing new is submitted. It is not recorded in the ledger, because:",
            err=True,
        )
