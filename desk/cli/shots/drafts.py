"""gate drafts: decide at which resolution drafts are made.
Above 480p they cost more, so it takes a person and a reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, open_film

if TYPE_CHECKING:
    from manifests.film import Resolution


@click.command()
@click.argument("resolution", type=click.Choice(["480p", "720p", "1080p"]))
@film_option
@click.option("--why", required=True, help="The reason; it is recorded.")
@decides
def drafts(resolution: str, film: Path | None, why: str) -> None:
    """Decide that the film's drafts are made at RESOLUTION, and write it into film.yaml. Spends nothing."""
    from governor.decisions.approvals import check_reason
    from production.planning.draft_approval import decide_resolution

    services = open_film(film, check=lambda folder: check_reason("draft_resolution", f"film:{folder.film.code}", why))
    who = services.settings.who
    door = confirm(f"Make the drafts of {services.folder.film.code} at {resolution}?")
    decide_resolution(services, cast("Resolution", resolution), why=why, who=who, door=door)
    click.echo(f"film.yaml makes drafts at {resolution}. Decided by {who}: {why}")
