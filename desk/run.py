"""gate run, gate resume: make a scene on the film's Prefect server, and say how it ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk import board
from desk.in_flight import collected_if_refused
from desk.options import (
    F,
    dollars,
    film_option,
    json_option,
    money,
    open_film,
    prices_option,
    print_json,
    retyped,
    say,
    typed,
)
from wiring.run_options import RunOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checks.colour_match import ColourMatch
    from flows.outcome import DraftWaiting, SceneOutcome
    from manifests.reading import FilmFolder
    from wiring.services import Services
    from wiring.settings import Settings


_AS_EVER = RunOptions()


def how_options(command: F) -> F:
    """What `run` and `resume` may be told beside the scene: see `wiring.run_options`."""
    for option in (
        click.option(
            "--plan", "plan_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
            help="Keep to a plan (gate plan -o FILE); refused where anything has moved since.",
        ),
        click.option("--night", is_flag=True, help="Only drafts, under the scene's standing order (gate order)."),
        click.option("--partial", is_flag=True, help="Begin a chain that the provider's credit covers in part."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("scene")
@film_option
@prices_option
@click.option("--cap", "cap_usd", metavar="USD", help="Lower the scene's cap to this, in dollars; it stays lowered.")
@click.option("--flaws", type=click.Path(path_type=Path, dir_okay=False), help="A script of flaws for previz to make.")
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
    """Make SCENE as far as it goes without a person's yes: drafts, gates, drift checks, the draft cut.

    Ends with exit 3 when the finals wait for a yes. What was made before is not made, nor paid for, again.
    """
    options = RunOptions(plan_file, night, partial)
    return _run(scene, film, prices, cap_usd, flaws, options, as_json=as_json)


@click.command()
@click.argument("scene")
@film_option
@prices_option
@click.option("--flaws", type=click.Path(path_type=Path, dir_okay=False), help="A script of flaws for previz to make.")
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
    """Go on with SCENE where it was. What is in flight is collected, not resubmitted."""
    from manifests.sitting import BIBLE

    services = open_film(film, prices, flaws, scopes=[f"scene:{scene}"], check=_is_plan_of(scene, plan_file))
    if scene == BIBLE:
        from desk.turnaround import begun, run_and_tell

        if not (looks := begun(services)):
            raise click.ClickException(
                "Nothing of the bible was begun that waits. See what it lacks: gate turnaround --dry-run"
            )
        return run_and_tell(services, looks, film, as_json=as_json)
    if not as_json:
        _say_first(services, scene)
    return _run(scene, film, prices, None, flaws, RunOptions(plan_file, night, partial), as_json=as_json)


def make(services: Services, scene: str, options: RunOptions = _AS_EVER, *, preflight: bool = False) -> SceneOutcome:
    """Run the flow once, on the server of `gate up` if one runs here, else on the one that the film's runs share.

    What would refuse its start is said before a server is started for it. Where nothing has changed since the last run ended,
    this run ends as that one did, and starts nothing. `preflight`: look also whether it can be paid and stored.
    """
    from flows.last_outcome import ground, recall, remember
    from wiring.notifying import deliver_due
    from wiring.planning_file import start
    from wiring.preflight import having_looked

    with collected_if_refused(services, [scene]):
        start(services, services.scene(scene), options)
    before = ground(services, scene, options)
    if before and (last := recall(services.settings, scene, before)):
        deliver_due(services)
        return last
    if preflight:
        with collected_if_refused(services, [scene]):
            _look_ahead(services, scene)
    with server_for(services), having_looked() if preflight else contextlib.nullcontext():
        outcome = run_flow(services.settings, scene, options)
    if before:
        remember(services.settings, before, outcome)
    return outcome


def _look_ahead(services: Services, scene: str) -> None:
    """Raise what would stop the run before it makes anything."""
    from wiring.planning_limits import plan_within_limits
    from wiring.preflight import refusal_before

    if refusal := refusal_before(services, plan_within_limits(services, services.scene(scene)).plan.steps):
        raise refusal


@contextlib.contextmanager
def server_for(services: Services) -> Iterator[None]:
    """Prefect's server for the length of the block; the heavy loading happens while it starts."""
    from wiring import film_server
    from wiring.scratch import sweep
    from wiring.settings import settle_environment
    from wiring.up import read_up

    settings = services.settings
    sweep(services)
    if up := read_up(settings):
        settle_environment(settings, up.api_url)
        yield
        return
    server = film_server.start(settings, tell=say)
    try:
        from prefect.context import refresh_global_settings_context

        import flows.scene  # noqa: F401

        services.warm_up()
        settle_environment(settings, server.wait())
        refresh_global_settings_context()
        yield
    finally:
        server.stop()


def run_flow(settings: Settings, scene: str, options: RunOptions = _AS_EVER) -> SceneOutcome:
    """The flow in this process."""
    from flows.finals import render_finals
    from flows.outcome import SceneUnfinished
    from flows.parameters import UpTo
    from flows.scene import render_scene

    film, plan = str(settings.film), str(options.plan.resolve()) if options.plan else ""
    try:
        if options.approved_only:
            return asyncio.run(render_finals(scene, film))
        tier: UpTo = "draft" if options.drafts_only else "final"
        return asyncio.run(render_scene(scene, film, plan, tier=tier, night=options.night, partial=options.partial))
    except SceneUnfinished as unfinished:
        return unfinished.outcome


def facts(outcome: SceneOutcome) -> dict[str, object]:
    """The outcome for programs."""
    told = outcome.model_dump(mode="json", exclude={"settled_microusd", "held_microusd"})
    return {**told, **money("settled", outcome.settled_microusd), **money("held", outcome.held_microusd)}


def report(outcome: SceneOutcome) -> None:
    """The outcome for people: a sentence, where things lie, and what to type next."""
    from manifests.money import rounded_usd

    click.echo(f"\n{retyped(outcome.message)}")
    spent = f"spent ${rounded_usd(outcome.settled_microusd)}, held ${rounded_usd(outcome.held_microusd)}"
    click.echo(f"  {spent}; {_made(outcome)}")
    for label in ("film", "draft", "reel", "contact_sheet", "drift_chart", "timeline"):
        if path := getattr(outcome, label):
            click.echo(f"  {label.replace('_', ' '):<14}{path}")
    colours = colour_lines(outcome.colours)
    listed = (
        ("re-anchored", outcome.re_anchored), ("drift", outcome.drifted), ("colour", colours), ("left out", outcome.left_out)
    )  # fmt: skip
    for label, lines in listed:
        for line in lines:
            click.echo(f"  {label:<14}{line}")
    for draft in outcome.drafts_waiting:
        tell_draft(draft)
    click.echo("Next:" + "".join(f"\n  {command}" for command in outcome.next))


def _made(outcome: SceneOutcome) -> str:
    """How much this run made; and where that is nothing, whether anything is left to make."""
    if outcome.generated:
        return f"{outcome.generated} made in this run"
    waits = outcome.ending != "finished" and any(line.draft is None and line.status != "omit" for line in outcome.shots)
    return "nothing was made in this run" if waits else "nothing was made: everything is there already"


def tell_draft(draft: DraftWaiting) -> None:
    """What a person sees before a draft is bought: its price, its picture, its words."""
    from manifests.money import rounded_usd

    price = f"at most ${rounded_usd(draft.high_microusd)}"
    click.echo(f"  {draft.shot} draft {draft.resolution}, {draft.provider}, {price}")
    click.echo(f"    picture  {draft.picture or 'none: words alone are sent'}")
    click.echo("    words    " + draft.prompt.replace("\n", "\n             "))


def colour_lines(colours: Sequence[ColourMatch]) -> tuple[str, ...]:
    """What the cut does to the colours of chained shots, in a line; and each that it leaves as it is although it is off."""
    matched = [match for match in colours if match.state == "matched"]
    lines = [f"{match.shot} is cut as it is: {match.why}" for match in colours if match.state == "refused"]
    if matched:
        before, after = (max(getattr(match, when) for match in matched) for when in ("before", "after"))
        to = ", ".join(sorted({match.to for match in matched}))
        count = f"{len(matched)} of {len(colours)} chained shot{'' if len(colours) == 1 else 's'}"
        lines.insert(0, f"{count} brought to {to} in the cut: delta-E at most {before:.1f} before, {after:.1f} after")
    return tuple(lines)


def _run(
    scene: str, film: Path | None, prices: Path | None, cap_usd: str | None, flaws: Path | None,
    options: RunOptions, *, as_json: bool,
) -> int:  # fmt: skip
    from governor.estimates import compare

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
    from wiring.planning_file import read

    return lambda folder: read(file, film=folder.film.code, scene=scene)


def _lower_cap(services: Services, scene: str, cap: int) -> None:
    budget = services.folder.film.budget
    services.ledger.declare_caps({f"scene:{scene}": budget.scene_usd})
    services.ledger.lower_cap(f"scene:{scene}", cap)


def _say_first(services: Services, scene: str) -> None:
    from manifests.breakdown import in_words
    from wiring.planning import plan_scene

    plan = plan_scene(services, services.scene(scene))
    count = {does: sum(step.does == does for step in plan.steps) for does in ("cached", "collect", "run", "blocked")}
    blocked = f" · {count['blocked']} blocked: gate plan {scene}" if count["blocked"] else ""
    click.echo(
        f"{count['cached']} done (cached, $0) · {count['collect']} in flight: collect, not resubmit · "
        f"{count['run']} to make: {in_words(plan.cost)}{blocked}",
        err=True,
    )
