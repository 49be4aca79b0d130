"""gate plan: the steps that would run, those done already, the obstacles, the cost, and the rest under every cap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import cost_facts, film_option, json_option, money, prices_option, print_json, read_film, retyped
from desk.cli.output_file import Output
from wiring.errors import CannotPay, RosterBlocked

if TYPE_CHECKING:
    from manifests.spending.plan import Headroom, PlanStep, PlanTier
    from production.planning.limits import Planned
    from wiring.services import Services

_SPEND = 10
_PLAN = Output("-o", "a plan", ".json", schema="gate/plan/")


@click.command()
@click.argument("scene")
@film_option
@prices_option
@click.option(
    "--tier",
    type=click.Choice(["draft", "final", "hero", "all"]),
    default="all",
    help="Plan only the steps of this tier.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the plan to FILE, for: gate run SCENE --plan FILE",
)
@json_option
@click.option("--detailed-exitcode", is_flag=True, help="End with exit code 10 where the plan has something to spend.")
def plan(
    scene: str,
    film: Path | None,
    prices: Path | None,
    tier: PlanTier,
    out: Path | None,
    as_json: bool,
    detailed_exitcode: bool,
) -> int:
    """Show what a run of SCENE would do. Spends nothing.

    + runs, = is there already, ⇣ is in flight and will be collected, ! is blocked, with the reason.

    Ends with exit code 5 where a provider that the run would pay has no key or no credit, and with 7 where the roster
    check would stop the run.
    """
    from desk.cli.ending import exit_code
    from desk.cli.everyday.plan_table import tell
    from production.media.media_lost import lost_of
    from production.planning.limits import plan_within_limits
    from production.planning.plan_file import text_of
    from production.planning.preflight import refusal_before
    from production.planning.roster import roster_refusal, roster_verdict

    if out is not None:
        _PLAN.check(out)
    services = read_film(film, prices, scopes=[f"scene:{scene}"])
    planned = plan_within_limits(services, services.scene(scene), tier)
    notices = lost_of(services, scene)
    if out is not None:
        _PLAN.write_text(out, text_of(planned.plan))
    stop = roster_refusal(roster_verdict(services), scene) or refusal_before(services, planned.plan.steps)
    if as_json:
        told = {**notices, "would_stop": str(stop) if stop else None}
        print_json({**facts_of_plan(services, planned, out), **told})
    else:
        for words in filter(None, (*notices.values(), _cropped(services.folder.film.aspect))):
            click.echo(f"{retyped(words)}\n")
        tell(planned, out=out, film=film)
        if stop:
            click.echo(f"A run would stop before it makes anything. {retyped(str(stop))}")
    if isinstance(stop, (CannotPay, RosterBlocked)):
        return exit_code(stop)
    return _SPEND if detailed_exitcode and any(step.likely_microusd for step in planned.plan.counting) else 0


def _cropped(aspect: str) -> str:
    """What a film that is not made in its own shape buys."""
    return "It buys pictures and clips in 16:9; the cut crops them to 2.39:1 (docs/formats.md)." * (aspect == "2.39:1")


def facts_of_plan(services: Services, planned: Planned, out: Path | None = None) -> dict[str, object]:
    """The plan for programs: its steps, its cost, and the rest under every cap."""
    from desk.cli.everyday.plan_table import sentence
    from manifests.spending.breakdown import breakdown_of

    made, refused = planned.plan, planned.first_refused
    scene_cap = next((cap for cap in made.caps if cap.scope == f"scene:{made.scene}"), None)
    return {
        "film": made.film,
        "scene": made.scene,
        "tier": made.tier,
        "made_at": made.made_at,
        "version": made.version,
        "hash": made.hash,
        "prices": list(made.prices),
        "file": str(out) if out else None,
        "steps": [_step(services, step) for step in made.steps],
        "runs": len(made.running),
        "of": len(made.steps),
        "cost": cost_facts(breakdown_of(made.steps)),
        **(money("cap", scene_cap.cap_microusd or 0) if scene_cap else {}),
        **(money("left", scene_cap.left_microusd) if scene_cap else {}),
        "caps": [_cap(cap) for cap in made.caps],
        "fits": refused is None,
        "first_refused": {"scope": refused.scope, "step": refused.step.name, "why": str(refused.refusal)}
        if refused
        else None,
        "sentence": sentence(planned),
    }


def _step(services: Services, step: PlanStep) -> dict[str, object]:
    from production.prompts.following import guide_at

    told = step.model_dump(mode="json", include={"shot", "stage", "tier", "does", "block", "why", "provider", "key"})
    return {
        **told,
        "model": step.made_from.model,
        "guide": guide_at(services, step.provider, step.made_from.model, step.stage) or None,
        "unit_price": step.unit_price,
        "price": step.price,
        **{
            k: v
            for name in ("low", "likely", "high", "worst")
            for k, v in money(name, getattr(step, f"{name}_microusd")).items()
        },
        "plays_s": step.plays_ms / 1000,
        "bought_s": step.bought_ms / 1000,
        **money("longer", step.longer_microusd),
    }


def _cap(cap: Headroom) -> dict[str, object]:
    limit = money("cap", cap.cap_microusd) if cap.cap_microusd is not None else {"cap_usd": None, "cap_microusd": None}
    return {
        "scope": cap.scope,
        **limit,
        **money("settled", cap.settled_microusd),
        **money("held", cap.held_microusd),
        **money("left", cap.left_microusd),
        **money("likely", cap.likely_microusd),
        **money("high", cap.high_microusd),
        "fits": cap.fits,
    }
