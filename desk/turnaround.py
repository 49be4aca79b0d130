"""gate turnaround: make the locked views that a character lacks, from the approved front, for a person to look at and lock."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.asking import confirm, decides
from desk.options import (
    dollars,
    film_option,
    json_option,
    money,
    open_film,
    prices_option,
    print_json,
    settings_for,
    typed,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.outcome import SceneOutcome
    from manifests.bible import View
    from manifests.sitting import Sitting
    from wiring.services import Services
    from wiring.settings import Settings
    from wiring.views import ViewState

_EVERYBODY, _EVERY_WARDROBE, _WAITS = "everybody", "every wardrobe", 3


@click.command()
@click.argument("character", default=_EVERYBODY)
@film_option
@prices_option
@click.option(
    "--wardrobe", metavar="NAME", default=_EVERY_WARDROBE, help="In what; every wardrobe where none is named."
)
@click.option("--views", "named", metavar="VIEW[,VIEW]", default="", help="Of three_quarter, side, back. Default: all.")
@click.option(
    "--provider", metavar="NAME", default="", help="Who draws them; else the film's maker of panels. film.yaml stays."
)
@click.option("--again", is_flag=True, help="Send back what lies there unapproved, and make another take (--why).")
@click.option("--why", default="", help="With --again: the reason; it is written down with your name.")
@click.option("--cap", "cap_usd", metavar="USD", help="Lower the cap of all views to this; it stays lowered.")
@click.option("--dry-run", is_flag=True, help="Only say how each view stands, and what it would cost. Spends nothing.")
@click.option("--rehearse", is_flag=True, help="Play it with the real adapter against a played provider, at $0.")
@click.option(
    "--script", type=click.Path(path_type=Path, dir_okay=False), help="With --rehearse: what goes wrong, and when."
)
@decides
@json_option
def turnaround(
    character: str, film: Path | None, prices: Path | None, wardrobe: str, named: str, provider: str, why: str, cap_usd: str | None,
    script: Path | None, *,
    again: bool, dry_run: bool, rehearse: bool, as_json: bool,
) -> int:  # fmt: skip
    """Make the views that CHARACTER lacks (or everybody), each from the approved front, and lay them into assets/ for your yes.

    What is approved is never made anew, and nothing is locked: look at the contact sheet, then gate lock. Ends with exit 3 while
    something waits for you.
    """
    views = _views(named)
    if script and not rehearse:
        raise click.UsageError("--script goes with --rehearse.")
    if again and not why.strip():
        raise click.UsageError("--again takes a reason: --why ...")
    if rehearse:
        return _rehearse(settings_for(film, prices), character, wardrobe, views, provider, script, as_json=as_json)
    from wiring.views import wanted, wanted_of

    cap = None if cap_usd is None else dollars(cap_usd, "--cap")
    services = open_film(film, prices, check=lambda folder: wanted_of(folder, character, wardrobe, views, provider))
    sittings = wanted(services, character, wardrobe, views, provider)
    if dry_run:
        return tell_states(services, sittings, as_json=as_json)
    _prepare(services, sittings, again=again, why=why, cap=cap)
    return run_and_tell(services, [sittings], film, as_json=as_json)


def run_and_tell(services: Services, looks: Sequence[Sequence[Sitting]], film: Path | None, *, as_json: bool) -> int:
    """Run the flow for each of these groups, one after the other, and say how each ended; the worst exit code."""
    from desk import board
    from desk.run import facts, report, server_for

    services.telemetry.listen(board.show)
    code = 0
    with server_for(services):
        for sittings in looks:
            outcome = run_flow(services.settings, sittings)
            outcome = outcome.model_copy(update={"next": tuple(typed(command, film) for command in outcome.next)})
            print_json(facts(outcome)) if as_json else report(outcome)
            code = outcome.exit_code if code in {0, _WAITS} and outcome.exit_code else code
    return code


def run_flow(settings: Settings, sittings: Sequence[Sitting]) -> SceneOutcome:
    """The flow in this process, for just these."""
    from flows.outcome import SceneUnfinished
    from flows.parameters import AS_THE_FILM_SAYS
    from flows.turnaround import make_turnaround

    people = {one.member.character for one in sittings}
    looks = {one.member.wardrobe for one in sittings}
    views = tuple(dict.fromkeys(one.view for one in sittings))
    maker = sittings[0].providers.get("panel", AS_THE_FILM_SAYS)
    character = people.pop() if len(people) == 1 else _EVERYBODY
    wardrobe = looks.pop() if len(looks) == 1 else _EVERY_WARDROBE
    try:
        return asyncio.run(make_turnaround(character, wardrobe, str(settings.film), views=views, provider=maker))  # type: ignore[arg-type]  # no fronts
    except SceneUnfinished as unfinished:
        return unfinished.outcome


def begun(services: Services) -> list[list[Sitting]]:
    """What was begun and is not settled by a person yet: the views of each look that the books have takes of, and nobody has locked."""
    from manifests.sitting import BIBLE, Sitting
    from wiring.views import approved_views

    approved = approved_views(services)
    taken = {take.shot for take in services.ledger.takes(scene=BIBLE)}
    looks: dict[tuple[str, str], list[Sitting]] = {}
    for one in services.scene_in_books(BIBLE).shots:
        assert isinstance(one, Sitting)
        if one.id in taken and one.name not in approved:
            looks.setdefault((one.member.character, one.member.wardrobe), []).append(one)
    return list(looks.values())


def tell_states(services: Services, sittings: Sequence[Sitting], *, as_json: bool) -> int:
    """Say how each view stands, and what it would cost."""
    from manifests.money import format_usd
    from wiring.views import quote_of

    states = [state_for(services, one) for one in sittings]
    quotes = [quote_of(services, state) for state in states]
    if as_json:
        print_json({"views": [facts_of(s, q.likely_microusd if q else 0) for s, q in zip(states, quotes, strict=True)]})
        return 0
    for state, quote in zip(states, quotes, strict=True):
        price = (
            f" ${format_usd(quote.likely_microusd)} at {services.provider('panel', state.sitting).name}"
            if quote
            else ""
        )
        cure = f". {state.cure}" if state.cure else ""
        click.echo(f"  {state.sitting.name:<42}{state.does:<10}{state.why}{price}{cure}")
    likely = sum(quote.likely_microusd for quote in quotes if quote)
    click.echo(f"{sum(s.does == 'make' for s in states)} to make, likely ${format_usd(likely)}. Nothing was spent.")
    return 0


def state_for(services: Services, one: Sitting) -> ViewState:
    """How it stands; who cannot make it is told of like anything else that stops it."""
    from providers.errors import Invalid
    from wiring.views import ViewState, state_of

    try:
        return state_of(services, one)
    except Invalid as error:
        return ViewState(one, "blocked", f"{error.thing}: {error.cause}", error.cure)


def facts_of(state: ViewState, likely: int) -> dict[str, object]:
    """How a view stands, for programs. `likely`: what it would cost, in micro-dollars."""
    one = state.sitting
    named = {"view": one.name, "subject": one.id, "does": state.does, "why": state.why, "cure": state.cure}
    return {**named, **money("likely", likely)}


def _prepare(services: Services, sittings: Sequence[Sitting], *, again: bool, why: str, cap: int | None) -> None:
    """What a person decides before it begins; who cannot make a view is refused here."""
    from manifests.sitting import BIBLE
    from wiring.laying import send_back
    from wiring.views import state_of

    if again:
        door = confirm(f"Send {len(sittings)} views back, and make others?")
        send_back(services, sittings, why=why, who=services.settings.who, door=door)
    for one in sittings:
        state_of(services, one)
    if cap is not None:
        services.ledger.declare_caps({f"scene:{BIBLE}": services.folder.film.budget.scene_usd})
        services.ledger.lower_cap(f"scene:{BIBLE}", cap)


def _views(named: str) -> tuple[View, ...]:
    from manifests.bible import VIEWS

    asked = [each.strip() for each in named.split(",") if each.strip()]
    if wrong := next((each for each in asked if each not in VIEWS), None):
        raise click.BadParameter(f"{wrong} is no view; there are {', '.join(VIEWS[1:])}", param_hint="--views")
    return tuple(view for view in VIEWS if view in asked)


def _rehearse(
    settings: Settings,
    character: str,
    wardrobe: str,
    views: tuple[View, ...],
    provider: str,
    script: Path | None,
    *,
    as_json: bool,
) -> int:
    from desk.rehearse import Piece, play_piece
    from desk.rehearse_report import facts, report
    from desk.run import server_for
    from manifests.sitting import BIBLE
    from wiring.views import state_of, wanted

    def sittings(services: Services) -> Sequence[Sitting]:
        return wanted(services, character, wardrobe, views, provider)

    def ready(_: Settings, services: Services) -> None:
        for one in sittings(services):
            state_of(services, one)

    def make(services: Services) -> SceneOutcome:
        with server_for(services):
            return run_flow(services.settings, sittings(services))

    def makers(services: Services) -> set[str]:
        return {services.provider("panel", one).name for one in sittings(services)}

    rehearsed = play_piece(settings, Piece(BIBLE, makers, ready, make, lays_pictures=True), (), script)
    print_json(facts(rehearsed)) if as_json else report(rehearsed)
    code = rehearsed.outcome.exit_code
    return 0 if code == _WAITS else code
