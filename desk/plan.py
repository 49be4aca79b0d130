"""gate plan: what would run, what is there already, and what it would cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.options import film_option, json_option, money, open_film, prices_option, print_json

if TYPE_CHECKING:
    from wiring.planning import Plan

_ICONS = {"cached": "=", "run": "+", "collect": "⇣"}
_SPEND = 10


@click.command()
@click.argument("scene")
@film_option
@prices_option
@json_option
@click.option("--detailed-exitcode", is_flag=True, help="End with 10 when there is something to spend.")
def plan(scene: str, film: Path | None, prices: Path | None, as_json: bool, detailed_exitcode: bool) -> int:
    """Say what a run of SCENE would do. Nothing is spent."""
    from wiring.planning import plan_scene

    services = open_film(film, prices, scopes=[f"scene:{scene}"])
    made = plan_scene(services, services.scene(scene))
    balance = services.ledger.balance(f"scene:{scene}")
    cap = balance.cap if balance.cap is not None else services.folder.film.budget.scene_usd
    left = max(0, cap - balance.settled - balance.held)
    if as_json:
        print_json(_facts(made, cap, left))
    else:
        _tell(made, cap, left)
    return _SPEND if detailed_exitcode and made.total_microusd else 0


def _facts(made: Plan, cap: int, left: int) -> dict[str, object]:
    steps = [
        {"shot": s.shot, "stage": s.stage, "tier": s.tier, "does": s.does, "why": s.why, **money("likely", s.microusd)}
        for s in made.steps
    ]
    totals = {**money("draft", made.draft_microusd), **money("total", made.total_microusd)}
    return {"scene": made.scene, "steps": steps, **totals, **money("cap", cap), **money("left", left)}


def _tell(made: Plan, cap: int, left: int) -> None:
    from manifests.money import format_usd

    for step in made.steps:
        price = f"${format_usd(step.microusd)}" if step.does == "run" else ""
        what = f"{step.shot:<13}{step.stage:<10}{step.tier:<7}{step.does:<8}"
        click.echo(f"  {_ICONS[step.does]} {what}{price:>8}  {step.why}")
    fits, wanted = "it fits", format_usd(cap + made.total_microusd - left)
    if made.total_microusd > left:
        fits = f'it does not fit: gate cap scene:{made.scene} --usd {wanted} --why "..."'
    drafts, all_of_it = format_usd(made.draft_microusd), format_usd(made.total_microusd)
    to_make = sum(step.does == "run" for step in made.steps)
    click.echo(
        f"\n{to_make} to make. Drafts ${drafts}, all of it ${all_of_it}; "
        f"${format_usd(left)} left under the scene's cap: {fits}. Nothing has been spent."
    )
