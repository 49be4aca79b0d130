"""gate reconcile: ask the providers about calls in doubt, or close them by a person's decision."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides
from desk.cli.money.giving_up import tell_uncollected
from desk.cli.options import (
    dollars,
    film_option,
    json_option,
    money,
    open_film,
    prices_option,
    print_json,
    retyped,
    settings_for,
    typed,
)
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.decision import DecisionKind
    from manifests.take import Take
    from production.purchasing.in_flight import CheckedCall
    from wiring.services import Services


@click.command()
@click.argument("scene", required=False)
@film_option
@prices_option
@click.option(
    "--write-off",
    "given_up",
    metavar="SHOT",
    help="Close the open calls of SHOT that cannot be collected: their holds count as spent.",
)
@click.option("--usd", metavar="USD", help="With --write-off: the amount of the provider's bill, instead of the hold.")
@click.option("--release", "released", metavar="SHOT", help="You saw that SHOT was not billed: release its holds.")
@click.option("--reason", default="", help="The reason; it is recorded.")
@decides
@json_option
def reconcile(
    scene: str | None,
    film: Path | None,
    prices: Path | None,
    given_up: str | None,
    usd: str | None,
    released: str | None,
    reason: str,
    as_json: bool,
) -> int:
    """Ask every provider about the open calls of SCENE (or of the whole film), and about bills that came late.

    It buys nothing. It collects the outputs that providers have, and releases the holds of calls that provably never
    arrived; calls whose outcome nobody knows stay held, and a person decides. Ends with exit code 1 while something is
    in doubt or cannot be collected.
    """
    if given_up and released:
        raise click.UsageError("Use either --write-off or --release.")
    if usd and not given_up:
        raise click.UsageError("--usd goes with --write-off.")
    shot = given_up or released
    bill = dollars(usd, "--usd") if usd else None
    services = _open(film, prices, shot, scene)
    if shot:
        _decide(services, shot, reason, bill, writes_off=bool(given_up))
        found: list[CheckedCall] = []
    else:
        from production.purchasing.reconcile import reconcile as ask

        found = asyncio.run(ask(services, scene))
    doubts = [take for take in services.ledger.marks_open(scene) if take.state == "in_doubt"]
    stuck = [each for each in found if each.kind == "stuck" and each.now.state in {"held", "submitted"}]
    if as_json:
        told = {"in_doubt": [_doubt(take) for take in doubts], "uncollected": [_doubt(each.now) for each in stuck]}
        print_json({"asked": [_facts(each) for each in found], **told})
    else:
        _tell(services, found, doubts)
        tell_uncollected(services, stuck)
    return 1 if doubts or stuck else 0


def _open(film: Path | None, prices: Path | None, shot: str | None, scene: str | None) -> Services:
    """The film. An open call in its ledger may belong to a shot or a scene that people have removed since.
    Raises NotAFilm.
    """
    from wiring.errors import NotAFilm

    try:
        return open_film(film, prices, scopes=[f"shot:{shot}"] if shot else [f"scene:{scene}"] if scene else [])
    except NotAFilm:
        ledger = settings_for(film, prices).ledger
        if not (shot or scene) or (isinstance(ledger, Path) and not ledger.exists()):
            raise  # and nothing is made on disk
        services = open_film(film, prices)
        if not any(shot in {None, take.shot} for take in services.ledger.marks_open(scene)):
            raise
        return services


def _decide(services: Services, shot: str, reason: str, bill: int | None, *, writes_off: bool) -> None:
    from desk.cli.deciding import decision_of
    from desk.cli.money.giving_up import to_decide
    from governor.decisions.approvals import check
    from governor.purchase import Proof

    doubts = to_decide(services, shot)
    what = "Write off" if writes_off else "Release, as not billed,"
    door = confirm(f"{what} the open calls of {shot} ({len(doubts)})?")
    for take in doubts:
        amount = {"amount_microusd": take.held_microusd if bill is None else bill}
        kind: DecisionKind = "write_off" if writes_off else "release"
        said = decision_of(services, kind, f"shot:{shot}", reason, door=door, **amount)
        check(said)  # without a reason nothing moves
        if take.state != "in_doubt":
            services.ledger.doubt(take.generation_key, f"it cannot be collected: {reason}")
        if not writes_off:
            services.ledger.release(take.generation_key, Proof.decided(said))
            continue
        services.ledger.write_off(take.generation_key, said)
        if bill is not None:
            services.ledger.adjust(take.generation_key, bill, f"by {services.settings.who}: {reason}")


def _tell(services: Services, found: list[CheckedCall], doubts: list[Take]) -> None:
    from manifests.money import format_usd

    for each in found:
        name, scene = f"{each.was.shot} {each.was.tier} {each.was.stage}", scene_of_shot(each.was.shot)
        later = f"; collect it later: {typed('gate resume', scene=scene)}" if each.kind == "made" else ""
        words = retyped(each.words, scene=scene)
        click.echo(
            f"  {name:<28}{each.was.state.replace('_', ' '):>11} → {each.now.state.replace('_', ' '):<12}{words}{later}"
        )
    if not doubts:
        click.echo("Nothing is in doubt." if found else "Nothing was open, and nothing is in doubt.")
        return
    held = format_usd(sum(take.held_microusd for take in doubts))
    click.echo(
        f"\nIn doubt: {len(doubts)}, ${held} held. Whether these were bought is unknown; look at the "
        f"provider's own list:"
    )
    for take in doubts:
        said = services.ledger.was_sent_at(take.generation_key) or "an unknown time"
        click.echo(f"  {take.shot} {take.stage} at {take.provider}, ${format_usd(take.held_microusd)}, sent {said}")
        click.echo(f"    marker {take.generation_key[:16]}…")
    shot = doubts[0].shot
    spent, given_back = (typed(f'gate reconcile --{how} {shot} --reason "..."') for how in ("write-off", "release"))
    click.echo(
        f"Then decide. If it may have been billed, count its hold as spent:\n  {spent}\nIf you saw that it was "
        f"not billed:\n  {given_back}"
    )


def _facts(each: CheckedCall) -> dict[str, object]:
    named = {"shot": each.was.shot, "stage": each.was.stage, "tier": each.was.tier, "key": each.was.generation_key}
    return {**named, "was": each.was.state, "now": each.now.state, "words": each.words}


def _doubt(take: Take) -> dict[str, object]:
    named = {"shot": take.shot, "stage": take.stage, "tier": take.tier, "provider": take.provider}
    return {**named, "key": take.generation_key, **money("held", take.held_microusd)}
