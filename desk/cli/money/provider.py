"""gate provider: set two providers side by side for a scene, and decide to change to one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import cost_facts, film_option, json_option, money, open_film, prices_option, print_json, typed

if TYPE_CHECKING:
    from production.planning.switching import Comparison, StepChange, SwitchedStage
    from wiring.services import Services

_stage = click.option(
    "--stage",
    type=click.Choice(["clip", "panel"]),
    default="clip",
    help="The stage that the other provider would make.",
)
_to = click.option("--to", metavar="PROVIDER", required=True, help="The other provider, by its name.")


@click.group()
def provider() -> None:
    """Compare providers for a scene, and decide to change to one."""


@provider.command()
@click.argument("scene")
@_to
@_stage
@film_option
@prices_option
@json_option
def compare(scene: str, to: str, stage: SwitchedStage, film: Path | None, prices: Path | None, as_json: bool) -> None:
    """Show the cost of SCENE with another provider, the features that it loses, and the repeated purchases.
    Spends nothing.
    """
    from production.planning import switching
    from providers import registry

    registry.factory(to)  # raises for a name that nobody has
    services = open_film(film, prices, scopes=[f"scene:{scene}"])
    _differs(services, to, stage)
    compared = switching.compare(services, services.scene(scene), to, stage)
    print_json(_facts(compared)) if as_json else _tell(compared, film)


@provider.command()
@click.argument("scene")
@_to
@_stage
@click.option("--why", required=True, help="The reason; it is recorded.")
@film_option
@prices_option
@decides
def switch(scene: str, to: str, stage: SwitchedStage, why: str, film: Path | None, prices: Path | None) -> None:
    """Decide that SCENE continues with another provider, at the cost that this adds now, and name it in film.yaml."""
    from manifests.money import format_usd
    from production.planning import switching
    from providers import registry

    registry.factory(to)  # raises for a name that nobody has
    services = open_film(film, prices, scopes=[f"scene:{scene}"])
    _differs(services, to, stage)
    door = confirm(f"Continue {scene} with {to} for its {stage}s?")
    compared = switching.switch(services, services.scene(scene), to, stage, why, door=door)
    adds = format_usd(max(0, compared.delta_microusd))
    click.echo(f"film.yaml names {to} for {stage}s. {services.settings.who} decided that it may add ${adds}: {why}")
    click.echo("Next:\n  " + typed(f"gate plan {scene}", film))


def _differs(services: Services, to: str, stage: SwitchedStage) -> None:
    named = services.folder.film.providers
    if to == (named.clip if stage == "clip" else named.panel):
        raise click.BadParameter(f"film.yaml names {to} for {stage}s already", param_hint="--to")


def _facts(compared: Comparison) -> dict[str, object]:
    return {
        "scene": compared.scene,
        "stage": compared.stage,
        "now": compared.now,
        "to": compared.to,
        "steps": [_step(change) for change in compared.changes],
        "cost": {"now": cost_facts(compared.now_cost), "then": cost_facts(compared.then_cost)},
        **money("delta", compared.delta_microusd),
        **money("delta_coming", compared.coming_microusd),
        **money("delta_again", compared.again_microusd),
        **money("left", compared.left_microusd),
        "needs_decision": _needs_decision(compared),
        "again": sum(change.again for change in compared.changes),
        "lost": list(compared.lost),
        "errors": list(compared.errors),
    }


def _step(change: StepChange) -> dict[str, object]:
    return {
        "shot": change.shot,
        "stage": change.stage,
        "tier": change.tier,
        "again": change.again,
        **money("now", change.now_microusd),
        **money("then", change.then_microusd),
        **money("delta", change.delta_microusd),
        "refused": change.refused,
    }


def _tell(compared: Comparison, film: Path | None) -> None:
    from manifests.spending.breakdown import in_table

    click.echo(f"  {'shot':<14}{'step':<17}{compared.now[:11]:>12}{compared.to[:11]:>12}{'delta':>12}")
    for c in compared.changes:
        figures = "".join(f"{_usd(amount):>12}" for amount in (c.now_microusd, c.then_microusd))
        note = f"  {c.refused}" if c.refused else "  is made already, and is bought again" if c.again else ""
        name = f"{c.tier} {c.stage.replace('_', ' ')}"
        click.echo(f"  {c.shot:<14}{name:<17}{figures}{_signed(c.delta_microusd):>12}{note}")
    click.echo("")
    for line in in_table({compared.now: compared.now_cost, compared.to: compared.then_cost}):
        click.echo(line)
    click.echo("")
    for label, lines in (("loses", compared.lost), ("refuses", compared.errors)):
        for line in lines:
            click.echo(f"  {label:<9}{line}")
    coming, again = _signed(compared.coming_microusd), _signed(compared.again_microusd)
    total, left = _signed(compared.delta_microusd), _usd(compared.left_microusd)
    click.echo(
        f"{compared.to} instead of {compared.now}: {coming} for shots not made yet, {again} for repeated purchases, "
        f"{total} in all; {left} is left under the scene's cap. Nothing has been spent."
    )
    if _needs_decision(compared):
        click.echo("This adds much of the rest under the cap, so it needs your decision:")
    command = f'gate provider switch {compared.scene} --to {compared.to} --stage {compared.stage} --why "..."'
    click.echo(f"  {typed(command, film)}")


def _needs_decision(compared: Comparison) -> bool:
    from governor.policy import switch_allowed

    delta, left = compared.delta_microusd, compared.left_microusd
    return switch_allowed(delta, left, None, scene=compared.scene, stage=compared.stage, to=compared.to) is not None


def _signed(microusd: int) -> str:
    return f"+{_usd(microusd)}" if microusd > 0 else _usd(microusd)


def _usd(microusd: int) -> str:
    from manifests.money import format_usd

    return f"-${format_usd(-microusd)}" if microusd < 0 else f"${format_usd(microusd)}"
