"""gate turnaround: make the locked views that a character lacks, from the approved front,
for a person to look at and lock.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import (
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
    from manifests.view_shot import ViewShot
    from production.bible.views import ViewState
    from wiring.services import Services
    from wiring.settings import Settings

_EVERYBODY, _EVERY_WARDROBE, _WAITS = "everybody", "every wardrobe", 3


@click.command()
@click.argument("character", default=_EVERYBODY)
@film_option
@prices_option
@click.option(
    "--wardrobe", metavar="NAME", default=_EVERY_WARDROBE, help="Only this wardrobe. Default: every wardrobe."
)
@click.option(
    "--views", "named", metavar="VIEW[,VIEW]", default="", help="Only these of three_quarter, side, back. Default: all."
)
@click.option(
    "--provider",
    metavar="NAME",
    default="",
    help="The provider that makes them. Default: the film's provider of panels. film.yaml stays as it is.",
)
@click.option(
    "--again", is_flag=True, help="Reject the views that are not approved yet, and make others (needs --why)."
)
@click.option("--why", default="", help="With --again: the reason; it is recorded with your name.")
@click.option(
    "--cap", "cap_usd", metavar="USD", help="Lower the cap of all views to this, in US dollars; it stays lowered."
)
@click.option(
    "--dry-run", is_flag=True, help="Only show the state of each view, and what it would cost. Spends nothing."
)
@click.option("--rehearse", is_flag=True, help="Rehearse it with the real adapter against a simulated provider, at $0.")
@click.option(
    "--script", type=click.Path(path_type=Path, dir_okay=False), help="With --rehearse: the faults to play, and when."
)
@decides
@json_option
def turnaround(
    character: str,
    film: Path | None,
    prices: Path | None,
    wardrobe: str,
    named: str,
    provider: str,
    why: str,
    cap_usd: str | None,
    script: Path | None,
    *,
    again: bool,
    dry_run: bool,
    rehearse: bool,
    as_json: bool,
) -> int:
    """Make the missing views of CHARACTER (or of everybody), each from the approved front,
    and put them into assets/ for approval.

    An approved view is never made again, and nothing is locked: look at the contact sheet, then run gate lock. Ends
    with exit code 3 while something waits for you.
    """
    views = _views(named)
    if script and not rehearse:
        raise click.UsageError("--script goes with --rehearse.")
    if again and not why.strip():
        raise click.UsageError("--again takes a reason: --why ...")
    if rehearse:
        return _rehearse(settings_for(film, prices), character, wardrobe, views, provider, script, as_json=as_json)
    from production.bible.views import wanted, wanted_of

    cap = None if cap_usd is None else dollars(cap_usd, "--cap")
    services = open_film(film, prices, check=lambda folder: wanted_of(folder, character, wardrobe, views, provider))
    view_shots = wanted(services, character, wardrobe, views, provider)
    if dry_run:
        return tell_states(services, view_shots, as_json=as_json)
    _prepare(services, view_shots, again=again, why=why, cap=cap)
    return run_and_tell(services, [view_shots], film, as_json=as_json)


def run_and_tell(services: Services, looks: Sequence[Sequence[ViewShot]], film: Path | None, *, as_json: bool) -> int:
    """Run the flow for each of these groups, one after the other, and say how each ended; the worst exit code."""
    from desk.cli import board
    from desk.cli.making import server_for
    from desk.cli.outcome import facts, report

    services.telemetry.listen(board.show)
    code = 0
    with server_for(services):
        for view_shots in looks:
            outcome = run_flow(services.settings, view_shots)
            outcome = outcome.model_copy(update={"next": tuple(typed(command, film) for command in outcome.next)})
            print_json(facts(outcome)) if as_json else report(outcome)
            code = outcome.exit_code if code in {0, _WAITS} and outcome.exit_code else code
    return code


def run_flow(settings: Settings, view_shots: Sequence[ViewShot]) -> SceneOutcome:
    """The flow in this process, for just these."""
    from flows.outcome import SceneUnfinished
    from flows.parameters import AS_THE_FILM_SAYS
    from flows.turnaround import make_turnaround

    people = {one.member.character for one in view_shots}
    looks = {one.member.wardrobe for one in view_shots}
    views = tuple(dict.fromkeys(one.view for one in view_shots))
    maker = view_shots[0].providers.get("panel", AS_THE_FILM_SAYS)
    character = people.pop() if len(people) == 1 else _EVERYBODY
    wardrobe = looks.pop() if len(looks) == 1 else _EVERY_WARDROBE
    try:
        film = str(settings.film)
        made = make_turnaround(character, wardrobe, film, views=views, provider=maker)  # type: ignore[arg-type]
        return asyncio.run(made)
    except SceneUnfinished as unfinished:
        return unfinished.outcome


def begun(services: Services) -> list[list[ViewShot]]:
    """The views that were begun and still wait for a person: those with takes in the ledger that nobody has locked."""
    from manifests.view_shot import BIBLE, ViewShot
    from production.bible.views import approved_views

    approved = approved_views(services)
    taken = {take.shot for take in services.ledger.takes(scene=BIBLE)}
    looks: dict[tuple[str, str], list[ViewShot]] = {}
    for one in services.scene_or_bible(BIBLE).shots:
        assert isinstance(one, ViewShot)
        if one.id in taken and one.name not in approved:
            looks.setdefault((one.member.character, one.member.wardrobe), []).append(one)
    return list(looks.values())


def tell_states(services: Services, view_shots: Sequence[ViewShot], *, as_json: bool) -> int:
    """Say how each view stands, and what it would cost."""
    from manifests.money import format_usd
    from production.bible.views import quote_of

    states = [state_for(services, one) for one in view_shots]
    quotes = [quote_of(services, state) for state in states]
    if as_json:
        print_json({"views": [facts_of(s, q.likely_microusd if q else 0) for s, q in zip(states, quotes, strict=True)]})
        return 0
    for state, quote in zip(states, quotes, strict=True):
        price = (
            f" ${format_usd(quote.likely_microusd)} at {services.provider('panel', state.view_shot).name}"
            if quote
            else ""
        )
        cure = f". {state.cure}" if state.cure else ""
        click.echo(f"  {state.view_shot.name:<42}{state.does:<10}{state.why}{price}{cure}")
    likely = sum(quote.likely_microusd for quote in quotes if quote)
    click.echo(f"{sum(s.does == 'make' for s in states)} to make, likely ${format_usd(likely)}. Nothing was spent.")
    return 0


def state_for(services: Services, one: ViewShot) -> ViewState:
    """Its state; a provider that cannot make it is reported like anything else that stops it."""
    from production.bible.views import ViewState, state_of
    from providers.errors import Invalid

    try:
        return state_of(services, one)
    except Invalid as error:
        return ViewState(one, "blocked", f"{error.thing}: {error.cause}", error.cure)


def facts_of(state: ViewState, likely: int) -> dict[str, object]:
    """How a view stands, for programs. `likely`: what it would cost, in micro-dollars."""
    one = state.view_shot
    named = {"view": one.name, "subject": one.id, "does": state.does, "why": state.why, "cure": state.cure}
    return {**named, **money("likely", likely)}


def _prepare(services: Services, view_shots: Sequence[ViewShot], *, again: bool, why: str, cap: int | None) -> None:
    """The decisions that a person makes before it begins; a provider that cannot make a view is refused here."""
    from manifests.view_shot import BIBLE
    from production.bible.laying import send_back
    from production.bible.views import state_of

    if again:
        door = confirm(f"Reject {len(view_shots)} views, and make others?")
        send_back(services, view_shots, why=why, who=services.settings.who, door=door)
    for one in view_shots:
        state_of(services, one)
    if cap is not None:
        services.ledger.declare_caps({f"scene:{BIBLE}": services.folder.film.budget.scene_usd})
        services.ledger.lower_cap(f"scene:{BIBLE}", cap)


def _views(named: str) -> tuple[View, ...]:
    from manifests.bible import VIEWS

    asked = [each.strip() for each in named.split(",") if each.strip()]
    if wrong := next((each for each in asked if each not in VIEWS), None):
        raise click.BadParameter(f"{wrong} is not a view; there are {', '.join(VIEWS[1:])}", param_hint="--views")
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
    from desk.cli.making import server_for
    from desk.cli.tools.rehearse import Piece, play_piece
    from desk.cli.tools.rehearse_report import facts, report
    from manifests.view_shot import BIBLE
    from production.bible.views import state_of, wanted

    def view_shots(services: Services) -> Sequence[ViewShot]:
        return wanted(services, character, wardrobe, views, provider)

    def ready(_: Settings, services: Services) -> None:
        for one in view_shots(services):
            state_of(services, one)

    def make(services: Services) -> SceneOutcome:
        with server_for(services):
            return run_flow(services.settings, view_shots(services))

    def makers(services: Services) -> set[str]:
        return {services.provider("panel", one).name for one in view_shots(services)}

    rehearsed = play_piece(settings, Piece(BIBLE, makers, ready, make, lays_pictures=True), (), script)
    print_json(facts(rehearsed)) if as_json else report(rehearsed)
    code = rehearsed.outcome.exit_code
    return 0 if code == _WAITS else code
