"""gate fix: the one line of a shot that a diagnosis would change, shown as a diff; a person accepts it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides, said_yes
from desk.cli.options import film_option, json_option, open_film, print_json, typed
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.decision import Door
    from manifests.diagnosis import Diagnosis
    from production.review.fixing import LineFix
    from wiring.services import Services


@click.command()
@click.argument("shot")
@film_option
@click.option("--why", default="", help="The reason, recorded with your name. Default: the diagnosis.")
@decides
@json_option
def fix(shot: str, film: Path | None, why: str, as_json: bool) -> None:
    """Show the one-line change to SHOT's entry that would repair it, by its diagnosis, and write it after you confirm.

    Nothing is changed unless you confirm, and nothing is sent or spent. With --json and without --yes it only shows the
    change.
    """
    from production.journey.diagnosing import diagnosis_of
    from production.review.fixing import propose

    services = open_film(film, scopes=[f"shot:{shot}"])
    found = diagnosis_of(services, shot)
    proposal = propose(services, found) if found else None
    if found is None or proposal is None:
        _nothing(shot, found, as_json=as_json)
        return
    if not as_json:
        _show(found, proposal)
    if yes := said_yes() or not as_json:
        _write(services, found, proposal, why, confirm("Write this?"))
    scene = scene_of_shot(shot)
    after = [f"gate plan {scene}", f"gate resume {scene}"] if yes else [f"gate fix {shot} --yes"]
    following = [typed(command, film) for command in after]
    if as_json:
        told = {"shot": shot, "diagnosis": found.model_dump(mode="json"), "file": str(proposal.path)}
        who = services.settings.who if yes else None
        print_json({**told, "diff": list(proposal.diff), "accepted": yes, "who": who, "next": following})
        return
    click.echo(f"\nWritten. Decided by {services.settings.who}.")
    click.echo("Next:" + "".join(f"\n  {command}" for command in following))


def _write(services: Services, found: Diagnosis, proposal: LineFix, why: str, door: Door) -> None:
    from desk.cli.deciding import decision_of
    from production.review.fixing import accept

    said = ", ".join(change.words for change in found.changes)
    decision = decision_of(services, "fix", f"shot:{found.shot}", why or found.words, door=door, subject=said)
    accept(services, proposal, decision)


def _show(found: Diagnosis, proposal: LineFix) -> None:
    from wiring.settings import wants_colour

    tell(found)
    click.echo()
    colours = {"+": "green", "-": "red"}
    for line in proposal.diff:
        click.secho(line, fg=colours.get(line[:1]) if wants_colour() and sys.stdout.isatty() else None)


def tell(found: Diagnosis) -> None:
    """The diagnosis for people: the layer, the evidence a line each, and what would fix it."""
    click.echo(f"  diagnosis   {found.layer}, {found.confidence} evidence ({found.stage}: {found.flaw})")
    for line in found.because:
        click.echo(f"              · {line}")
    if found.fix:
        click.echo(f"  to fix it   {found.fix}")


def _nothing(shot: str, found: Diagnosis | None, *, as_json: bool) -> None:
    if as_json:
        told = found.model_dump(mode="json") if found else None
        print_json(
            {"shot": shot, "diagnosis": told, "file": None, "diff": [], "accepted": False, "who": None, "next": []}
        )
        return
    if found is None:
        click.echo(f"{shot} has no failure to fix.")
        return
    tell(found)
    click.echo("No one-line change to the scene's file would fix that.")
