"""gate demo: the whole journey on the harbour film, for nothing."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import json_option, money, open_film, print_json, typed
from desk.cli.shipped import shipped

if TYPE_CHECKING:
    from flows.outcome import SceneOutcome
    from wiring.services import Services

SCENE = "SC010"
_WAITS = 3


@click.command()
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="The film's folder.",
)
@click.option("--yes", is_flag=True, help="Pre-approve the finals, which cost $0.00.")
@json_option
def demo(into: Path, yes: bool, as_json: bool) -> int:
    """Make the harbour film: nine shots through the real pipeline, on the embedded provider, at $0.

    It stops before the finals for a person's approval: it asks on a terminal, or --yes gives it. Run again, it
    continues where it was, or finds everything done.
    """
    from desk.cli import board
    from desk.cli.making import run_flow, server_for

    lay_out(into)
    services = open_film(into, scopes=[f"scene:{SCENE}"])
    services.telemetry.listen(board.show)
    with server_for(services):
        outcome = run_flow(services.settings, SCENE)
        if outcome.ending == "waits for approval" and _approved(services, outcome, pre_approved=yes):
            outcome = run_flow(services.settings, SCENE)
    _tell(outcome, into, as_json=as_json)
    return outcome.exit_code


def lay_out(into: Path) -> None:
    """Copy the example into the folder `into`; an existing film there is continued."""
    if (into / "film.yaml").exists():
        return
    source = shipped("example")
    if not source.is_dir():
        raise click.ClickException(f"the example film is not at {source}; install the program again")
    if into.exists() and any(into.iterdir()):
        raise click.UsageError(f"{into} holds something else; name an empty folder: gate demo --into DIR")
    shutil.copytree(source, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".gate", "out", "__pycache__"))


def _approved(services: Services, outcome: SceneOutcome, *, pre_approved: bool) -> bool:
    """The approval is the user's own. True when it was given; the ledger then has it, with the door it came through."""
    from manifests.decision import Door
    from production.planning.bindings import bindings_now
    from production.review.approving import approve

    door: Door = "command line"
    if not pre_approved:
        if not sys.stdin.isatty():
            return False
        click.echo(
            f"\n{outcome.message}\n  draft         {outcome.draft}\n  contact sheet {outcome.contact_sheet}", err=True
        )
        if not click.confirm("Make the finals at 720p?", default=True, err=True):
            return False
        door = "terminal"
    bindings = bindings_now(services, services.scene(SCENE))
    approve(services, bindings.values(), who=services.settings.who, door=door, why="the demo", max_usd=None)
    return True


def _tell(outcome: SceneOutcome, into: Path, *, as_json: bool) -> None:
    from manifests.money import format_usd

    following = (
        [f"gate approve {SCENE}", f"gate resume {SCENE}"]
        if outcome.exit_code == _WAITS
        else [f"gate run {SCENE}", f"gate explain {SCENE}_SH0040", "gate up"]
    )
    following = [typed(command, into) for command in following]
    if as_json:
        told = outcome.model_dump(
            mode="json",
            include={"film", "draft", "contact_sheet", "timeline", "reel", "shots", "approvals", "generated", "ending"},
        )
        print_json({**told, **money("spent", outcome.settled_microusd), "next": following})
        return
    click.echo(f"\n{outcome.message}\n")
    for label, path in (
        ("film", outcome.film),
        ("draft", outcome.draft),
        ("dailies", outcome.reel),
        ("contact sheet", outcome.contact_sheet),
        ("timeline", outcome.timeline),
    ):
        if path:
            click.echo(f"  {label:<14}{path}")
    click.echo(f"  {'spent':<14}${format_usd(outcome.settled_microusd)}")
    for said in outcome.approvals[:1]:
        click.echo(f"  {'approved by':<14}{said} (and {len(outcome.approvals) - 1} more)")
    click.echo("\nNext:" + "".join(f"\n  {command}" for command in following))
