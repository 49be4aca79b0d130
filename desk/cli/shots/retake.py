"""gate retake: a take goes back, and the one thing that changes is written down. The next run makes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, json_option, money, open_film, prices_option, print_json, typed
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.decision import Decision
    from manifests.film import Stage
    from manifests.handwork import Change
    from manifests.spending.plan import PlanStep
    from wiring.services import Services

CHANGES = ("prompt", "seed", "reference", "mode", "provider")


@click.command()
@click.argument("shot")
@click.option("--change", type=click.Choice(CHANGES), help="The one thing to change in the next take.")
@click.option("--flaw", metavar="CODE", help="The flaw of this take, as a code: wrong_hand, wardrobe:ilse.")
@click.option(
    "--stage",
    type=click.Choice(["panel", "end_panel", "clip"]),
    help="Which picture to make again. Default: the first that the change affects.",
)
@click.option("--why", default="", help="The reason; it is recorded with your name.")
@film_option
@prices_option
@decides
@json_option
def retake(
    shot: str,
    change: str | None,
    flaw: str | None,
    stage: str | None,
    why: str,
    film: Path | None,
    prices: Path | None,
    as_json: bool,
) -> None:
    """Reject SHOT's newest draft take. Spends nothing: the command shows what the next run will spend.

    For another prompt, reference, mode or provider, edit the film's files first; another seed needs no edit. A retake
    is refused where nothing of that kind changed, where more than one thing did, and where the same flaw came twice
    with the same words.
    """
    if change is None:
        raise click.UsageError(f"name the one thing that changes: --change {'|'.join(CHANGES)}")
    if flaw is not None:
        _refuse_other_words(flaw)
    if not why.strip():
        raise click.BadParameter("give a reason; it is recorded", param_hint="--why")
    from production.journey.retaking import retake as send_back

    services = open_film(film, prices, scopes=[f"shot:{shot}"])
    door = confirm(f"Reject the newest draft take of {shot}, and change its {change}?")
    decision = send_back(
        services,
        shot,
        change=cast("Change", change),
        flaw=flaw,
        why=why,
        stage=cast("Stage | None", stage),
        who=services.settings.who,
        door=door,
    )
    _tell(services, shot, decision, film, as_json=as_json)


def steps_of(services: Services, shot: str) -> tuple[PlanStep, ...]:
    """The next run's steps for a shot's draft, where it buys or makes anything."""
    from production.planning.plan_scene import plan_scene

    steps = plan_scene(services, services.scene(scene_of_shot(shot))).of(shot)
    return tuple(step for step in steps if step.tier == "draft" and step.does == "run")


def say_price(steps: tuple[PlanStep, ...], runs: str = "The next run is") -> None:
    """A line for each step, with its price, and that nothing is spent yet."""
    from manifests.money import rounded_usd

    for step in steps:
        likely, high = rounded_usd(step.likely_microusd), rounded_usd(step.high_microusd)
        click.echo(f"  {step.name:<34}{step.provider:<12}likely ${likely}, at most ${high}   {step.why}")
    click.echo(f"{total_words(steps, runs)}. Nothing is spent yet.")


def total_words(steps: tuple[PlanStep, ...], runs: str = "The next run is") -> str:
    """The sum of the steps. `runs`: which runs spend it, where a person decides something between them."""
    from manifests.money import rounded_usd

    return f"{runs} likely to spend ${rounded_usd(sum(step.likely_microusd for step in steps))} on it"


TWO_RUNS = "The next runs are"
"""A polish is made by the next run; the clip by the one after a person has said which counts."""


def price_facts(steps: tuple[PlanStep, ...]) -> dict[str, object]:
    """The same for programs."""
    told = [
        {"stage": s.stage, "provider": s.provider, "why": s.why, **money("likely", s.likely_microusd)} for s in steps
    ]
    return {"steps": told, **money("likely", sum(s.likely_microusd for s in steps))}


def _tell(services: Services, shot: str, decision: Decision, film: Path | None, *, as_json: bool) -> None:
    steps, following = steps_of(services, shot), typed(f"gate resume {scene_of_shot(shot)}", film)
    assert decision.retake is not None
    if as_json:
        told = decision.retake.model_dump(mode="json")
        print_json(
            {
                "shot": shot,
                "retake": told,
                "who": decision.who,
                "why": decision.why,
                **price_facts(steps),
                "next": following,
            }
        )
        return
    click.echo(f"{shot}: take rejected, {decision.subject}. {decision.who}: {decision.why}")
    say_price(steps)
    click.echo(f"Next:\n  {following}\nOr take it back:\n  {typed(f'gate undo {shot}', film)}")


def _refuse_other_words(flaw: str) -> None:
    """Raises BadParameter for what is not a flaw code, with the usual codes."""
    from pydantic import TypeAdapter, ValidationError

    from manifests.handwork import FLAWS, FlawCode

    try:
        TypeAdapter(FlawCode).validate_python(flaw)
    except ValidationError:
        said = (
            f"{flaw!r} is not a flaw code; the usual ones are {', '.join(FLAWS)}, or a gate's own, such as "
            f"wardrobe:ilse"
        )
        raise click.BadParameter(said, param_hint="--flaw") from None


FrameName = Literal["panel", "end_panel"]


def frame_of(*, end: bool) -> FrameName:
    """The frame that --end names."""
    return "end_panel" if end else "panel"
