"""gate order: a person's standing order for the night, with a window, a cap and a reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import dollars, film_option, json_option, money, open_film, print_json, typed

if TYPE_CHECKING:
    from manifests.decision import Decision, DecisionKind
    from manifests.reading.film_folder import FilmFolder
    from manifests.spending.standing_order import StandingOrder
    from wiring.services import Services


@click.command()
@click.argument("scene")
@film_option
@click.option("--opens", metavar="HH:MM", help="When its window opens, by the clocks of --zone.")
@click.option("--closes", metavar="HH:MM", help="When it closes; may be past midnight.")
@click.option("--zone", metavar="NAME", default="UTC", show_default=True, help="A time zone, such as Europe/Amsterdam.")
@click.option("--usd", metavar="USD", help="The most that each night may cost, in US dollars.")
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Allow only the drafts of this plan (gate plan -o FILE).",
)
@click.option(
    "--priority",
    metavar="1-9",
    type=click.IntRange(1, 9),
    default=5,
    show_default=True,
    help="The scene's place in a night: 1 is made first.",
)
@click.option("--end", is_flag=True, help="End the current order.")
@click.option("--why", default="", help="The reason; it is recorded.")
@decides
@json_option
def order(
    scene: str,
    film: Path | None,
    opens: str | None,
    closes: str | None,
    zone: str,
    usd: str | None,
    plan_file: Path | None,
    priority: int,
    end: bool,
    why: str,
    as_json: bool,
) -> None:
    """Leave a standing order for SCENE: its drafts may be made at night, in the window, under the cap
    (gate run --night).

    Without a window: show the current order. Finals are never made under an order.
    """
    order = None
    if not end and (opens or closes or usd):
        if not (opens and closes and usd):
            raise click.UsageError("A standing order needs --opens, --closes and --usd.")
        order = _order(scene, (opens, closes, zone), usd, priority)
    services = open_film(film, scopes=[f"scene:{scene}"], check=lambda folder: _check(folder, order, why, plan_file))
    if end:
        _decide(services, scene, "end_order", why, None)
    elif order:
        _decide(services, scene, "standing_order", why, _with_plan(services, order, plan_file))
    _show(services, scene, film, as_json=as_json)


def _check(folder: FilmFolder, order: StandingOrder | None, why: str, plan_file: Path | None) -> None:
    """Refuse an order that no state of the ledger could allow. Raises NotApproved without a reason, PlanRefused."""
    from governor.decisions.approvals import check_reason
    from production.planning.plan_file import read

    if order:
        check_reason("standing_order", order.scene, why)
    if order and plan_file:
        read(plan_file, film=folder.film.code, scene=order.scene)


def _with_plan(services: Services, order: StandingOrder, plan_file: Path | None) -> StandingOrder:
    """The order, bound to the plan in the file where one is named; the plan is kept for its nights."""
    from production.planning.nights import kept_plan
    from production.planning.plan_file import keep, write

    plan = keep(services, services.scene(order.scene), plan_file)
    if plan is None:
        return order
    kept = kept_plan(services, plan.hash)
    kept.parent.mkdir(parents=True, exist_ok=True)
    write(plan, kept)
    return order.model_copy(update={"plan": plan.hash})


def _order(scene: str, window: tuple[str, str, str], usd: str, priority: int) -> StandingOrder:
    from pydantic import ValidationError

    from manifests.money import format_usd
    from manifests.spending.standing_order import StandingOrder

    opens, closes, zone = window
    try:
        return StandingOrder(
            scene=scene,
            opens=opens,
            closes=closes,
            zone=zone,
            plan=None,
            night_usd=format_usd(dollars(usd, "--usd")),
            priority=priority,
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the window"
        said = "is a time of day like 22:00" if first["type"] == "string_pattern_mismatch" else first["msg"]
        raise click.UsageError(f"--{field}: {said.removeprefix('Value error, ')}.") from error


def _decide(services: Services, scene: str, kind: DecisionKind, why: str, order: StandingOrder | None) -> None:
    from desk.cli.deciding import decision_of

    amount = order.night_usd if order else 0
    door = confirm(f"Leave the standing order for {scene}?" if order else f"End the standing order of {scene}?")
    services.ledger.decide(decision_of(services, kind, scene, why, door=door, amount_microusd=amount, order=order))


def _show(services: Services, scene: str, film: Path | None, *, as_json: bool) -> None:
    from manifests.money import format_usd
    from manifests.spending.standing_order import PRIORITY

    decision, now = services.ledger.standing_order(scene), datetime.now(UTC)
    if decision is None or decision.order is None:
        if as_json:
            print_json({"scene": scene, "order": None})
        else:
            click.echo(f"{scene} has no standing order: nothing is bought at night.")
        return
    order = decision.order
    if as_json:
        print_json(_facts(decision, order, now))
        return
    place = "" if order.priority == PRIORITY else f"; priority {order.priority}"
    bound = f"; bound to plan {order.plan[:12]}" if order.plan else ""
    click.echo(
        f"{scene}: drafts from {order.words()}, ${format_usd(order.night_usd)} a night{place}{bound}; "
        f"{order.now_words(now)}."
    )
    click.echo(f"Decided by {decision.who} on {decision.made_at[:10]}: {decision.why}")
    click.echo(f"Run it: {typed('gate night', film)} (every order of the night), or")
    click.echo(f"        {typed(f'gate run {scene} --night' + (' --plan FILE' if order.plan else ''), film)}")


def _facts(decision: Decision, order: StandingOrder, now: datetime) -> dict[str, object]:
    night = order.night_at(now)
    return {
        "scene": order.scene,
        "order": {
            **order.model_dump(mode="json", exclude={"night_usd"}),
            **money("night", order.night_usd),
            "who": decision.who,
            "made_at": decision.made_at,
            "why": decision.why,
            "open_until": night.closes.isoformat() if night else None,
            "opens_next": order.next_night(now).opens.isoformat(),
        },
    }
