"""gate run, gate resume: make a scene on the film's Prefect server, and say how it ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli import board
from desk.cli.making import make
from desk.cli.options import (
    F,
    dollars,
    film_option,
    json_option,
    open_film,
    prices_option,
    print_json,
    typed,
)
from desk.cli.outcome import facts, report
from production.planning.run_options import RunOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from manifests.reading.film_folder import FilmFolder
    from wiring.services import Services


def how_options(command: F) -> F:
    """The options of `run` and `resume` beside the scene: see `production.planning.run_options`."""
    for option in (
        click.option(
            "--plan",
            "plan_file",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Keep to the plan in FILE (gate plan -o FILE); refused where anything has changed since.",
        ),
        click.option("--night", is_flag=True, help="Make only drafts, under the scene's standing order (gate order)."),
        click.option(
            "--partial", is_flag=True, help="Begin a chain even where the provider's credit covers only part of it."
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("scene")
@film_option
@prices_option
@click.option("--cap", "cap_usd", metavar="USD", help="Lower the scene's cap to this, in US dollars; it stays lowered.")
@click.option(
    "--flaws", type=click.Path(path_type=Path, dir_okay=False), help="A script of flaws that previz draws on purpose."
)
@how_options
@json_option
def run(
    scene: str,
    film: Path | None,
    prices: Path | None,
    cap_usd: str | None,
    flaws: Path | None,
    plan_file: Path | None,
    night: bool,
    partial: bool,
    as_json: bool,
) -> int:
    """Make SCENE up to the point where it needs a person's approval: drafts, gates, drift checks, the draft cut.

    Ends with exit code 3 where the finals wait for approval. Finished work is neither made nor paid for again.
    """
    options = RunOptions(plan_file, night, partial)
    return _run(scene, film, prices, cap_usd, flaws, options, as_json=as_json)


@click.command()
@click.argument("scene")
@film_option
@prices_option
@click.option(
    "--flaws", type=click.Path(path_type=Path, dir_okay=False), help="A script of flaws that previz draws on purpose."
)
@how_options
@json_option
def resume(
    scene: str,
    film: Path | None,
    prices: Path | None,
    flaws: Path | None,
    plan_file: Path | None,
    night: bool,
    partial: bool,
    as_json: bool,
) -> int:
    """Continue SCENE where it was. Calls in flight are collected, not submitted again."""
    from manifests.view_shot import BIBLE

    services = open_film(film, prices, flaws, scopes=[f"scene:{scene}"], check=_is_plan_of(scene, plan_file))
    if scene == BIBLE:
        from desk.cli.shots.turnaround import begun, run_and_tell

        if not (looks := begun(services)):
            raise click.ClickException(
                "No reference view is under way. See which ones are missing: gate turnaround --dry-run"
            )
        return run_and_tell(services, looks, film, as_json=as_json)
    if not as_json:
        _say_first(services, scene)
    return _run(scene, film, prices, None, flaws, RunOptions(plan_file, night, partial), as_json=as_json)


def _run(
    scene: str,
    film: Path | None,
    prices: Path | None,
    cap_usd: str | None,
    flaws: Path | None,
    options: RunOptions,
    *,
    as_json: bool,
) -> int:
    from governor.prices.estimates import compare

    cap = None if cap_usd is None else dollars(cap_usd, "--cap")
    services = open_film(film, prices, flaws, scopes=[f"scene:{scene}"], check=_is_plan_of(scene, options.plan))
    if cap is not None:
        _lower_cap(services, scene, cap)
    services.telemetry.listen(board.show)
    outcome = make(services, scene, options, preflight=True)
    outcome = outcome.model_copy(update={"next": tuple(typed(command, film) for command in outcome.next)})
    print_json(facts(outcome)) if as_json else report(outcome)
    for estimate in compare(services.ledger.bills(scene)):
        if estimate.alarm:
            click.echo(f"ALARM: {estimate.alarm}", err=True)
    return outcome.exit_code


def _is_plan_of(scene: str, file: Path | None) -> Callable[[FilmFolder], object] | None:
    """Reads the plan that a run is to keep to, where it is to keep to one."""
    if file is None:
        return None
    from production.planning.plan_file import read

    return lambda folder: read(file, film=folder.film.code, scene=scene)


def _lower_cap(services: Services, scene: str, cap: int) -> None:
    budget = services.folder.film.budget
    services.ledger.declare_caps({f"scene:{scene}": budget.scene_usd})
    services.ledger.lower_cap(f"scene:{scene}", cap)


def _say_first(services: Services, scene: str) -> None:
    from manifests.spending.breakdown import in_words
    from production.planning.plan_scene import plan_scene

    plan = plan_scene(services, services.scene(scene))
    count = {does: sum(step.does == does for step in plan.steps) for does in ("cached", "collect", "run", "blocked")}
    blocked = f" · {count['blocked']} blocked: gate plan {scene}" if count["blocked"] else ""
    click.echo(
        f"{count['cached']} done (cached, $0) · {count['collect']} in flight: collect, not resubmit · "
        f"{count['run']} to make: {in_words(plan.cost)}{blocked}",
        err=True,
    )
