"""gate night: tonight's drafts, for every scene that has a standing order;
and the call sheet of it, before anything is bought.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.in_flight import collected_if_refused
from desk.cli.options import cost_facts, film_option, json_option, money, open_film, prices_option, print_json, typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.overnight import NightOutcome
    from production.planning.nights import Turn
    from wiring.services import Services


@click.command()
@click.argument("scenes", nargs=-1, metavar="[SCENES]...")
@film_option
@prices_option
@click.option("--sheet", is_flag=True, help="Only print the call sheet: each piece of work, in order, with its price.")
@click.option(
    "--no-stay", is_flag=True, help="Do not stay until the window ends; gate notify sends the morning's message."
)
@json_option
def night(
    scenes: tuple[str, ...], film: Path | None, prices: Path | None, sheet: bool, no_stay: bool, as_json: bool
) -> int:
    """Make the drafts of every scene with a standing order (gate order), or of SCENES:
    leftovers first, then by priority.

    Only drafts, only while each order's window is open, under the night's cap. A scene that fails does not end the
    night. At the end it writes the dailies, and sends one message where the film names somebody for it (docs/night.md).
    """
    from desk.cli import board
    from desk.cli.making import server_for
    from production.planning.nights import turns

    services = open_film(film, prices, scopes=[f"scene:{name}" for name in scenes])
    tonight = turns(services, scenes)
    if sheet:
        _call_sheet(services, tonight, film, as_json=as_json)
        return 0
    if not as_json:
        _call_sheet(services, tonight, film, as_json=False)
    services.telemetry.listen(board.show)
    with collected_if_refused(services, scenes):
        _refuse_start(services, tonight, scenes)
    with server_for(services):
        from flows.overnight import overnight_drafts

        outcome = asyncio.run(overnight_drafts(str(services.settings.film), scenes, stay=not no_stay))
    print_json(_facts(outcome)) if as_json else _report(outcome, film)
    return outcome.exit_code


def _refuse_start(services: Services, tonight: Sequence[Turn], scenes: Sequence[str]) -> None:
    """Refuse before a server is started, where nothing of the night could run. Raises NightOver, Stopped."""
    from flows.overnight import no_order
    from governor.errors import NightOver

    services.ledger.check_stop()
    if not tonight:
        raise no_order(scenes)
    refusals = []
    for turn in tonight:
        try:
            services.ledger.open_night(turn.scene, turn.order.plan)
        except NightOver as refusal:
            refusals.append(refusal)
    if len(refusals) == len(tonight):
        raise refusals[0]


def _call_sheet(services: Services, tonight: Sequence[Turn], film: Path | None, *, as_json: bool) -> None:
    """The night's work, in its order, with prices and windows."""
    from manifests.money import format_usd
    from manifests.spending.breakdown import breakdown_of, in_words
    from production.planning.plan_scene import plan_scene

    rows, now = [], services.ledger.now()
    for turn in tonight:
        planned = plan_scene(services, services.scene(turn.scene))
        drafts = [s for s in planned.steps if s.tier == "draft" and s.counts]
        rows.append((turn, sum(s.stage == "clip" for s in drafts), breakdown_of(drafts)))
    if as_json:
        print_json(
            [
                {
                    "scene": t.scene,
                    "order": t.number,
                    "window": t.order.words(),
                    "priority": t.order.priority,
                    "open": t.order.night_at(now) is not None,
                    "now": t.order.now_words(now),
                    "left_over": t.left_over,
                    "clips": clips,
                    "cost": cost_facts(cost),
                    **money("night_cap", t.order.night_usd),
                }
                for t, clips, cost in rows
            ]
        )
        return
    if not rows:
        click.echo("No scene has a standing order: nothing is made at night.", err=True)
        return
    click.echo(f"Night call sheet · {services.folder.film.title}", err=True)
    for place, (turn, clips, cost) in enumerate(rows, 1):
        left = " · left over from the last night" if turn.left_over else ""
        many = f"{clips} clip{'' if clips == 1 else 's'}"
        click.echo(
            f"  {place}. {turn.scene}  {many:>9}, {in_words(cost)}, of ${format_usd(turn.order.night_usd)}  "
            f"{turn.order.words()} ({turn.order.now_words(now)})  order #{turn.number}, priority "
            f"{turn.order.priority}{left}",
            err=True,
        )
    click.echo(f"  Nobody is called before the window ends. To stop it: {typed('gate stop', film)}", err=True)


def _report(outcome: NightOutcome, film: Path | None) -> None:
    for scene in outcome.scenes:
        counted = ", ".join(f"{number} {word}" for number, word in scene.counts())
        click.echo(f"\n{scene.scene}: {counted}. {scene.message}")
        if page := outcome.pages.get(scene.scene):
            click.echo(f"  dailies       {page}")
        for command in scene.next:
            click.echo(f"  next          {typed(command, film)}")
    for words in outcome.not_opened.values():
        click.echo(f"\nnot opened: {words}")


def _facts(outcome: NightOutcome) -> dict[str, object]:
    return outcome.model_dump(mode="json")
