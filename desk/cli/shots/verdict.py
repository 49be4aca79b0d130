"""gate verdict: a person's verdict on a take, right or wrong; gate calibrate learns thresholds from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, json_option, open_film, print_json
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.take import Take
    from wiring.services import Services


@click.command()
@click.argument("shot")
@click.argument("word", type=click.Choice(["pass", "fail"]), metavar="pass|fail")
@click.option(
    "--stage",
    type=click.Choice(["panel", "end_panel", "clip"]),
    help="The stage of the take. Default: the newest take's.",
)
@click.option(
    "--take",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="The take's version, 2 for v002. Default: the newest.",
)
@click.option(
    "--tier", type=click.Choice(["draft", "final", "hero"]), help="The tier of the take. Default: the newest take's."
)
@click.option(
    "--rule", "rules", multiple=True, metavar="CODE", help="The rule that it is about, such as V102; repeatable."
)
@click.option("--why", default="", help="In your own words.")
@film_option
@decides
@json_option
def verdict(
    shot: str,
    word: str,
    stage: str | None,
    number: int | None,
    tier: str | None,
    rules: tuple[str, ...],
    why: str,
    film: Path | None,
    as_json: bool,
) -> None:
    """Pass or fail a take of SHOT yourself, whatever its gate said.

    The verdict is recorded under your name. Where the gate is not sure of a take and asks, a pass answers it, and the
    next run continues with the take; otherwise a verdict changes no certificate. A pass counts for every rule, unless
    rules are named; a fail counts only for the rules that are named.
    """
    from checks.rules import catalogue
    from desk.cli.deciding import decision_of
    from manifests.decision import Label

    codes = tuple(dict.fromkeys(catalogue.page(code.upper()).code for code in rules))
    services = open_film(film, scopes=[f"shot:{shot}"])
    take = _chosen(services, shot, stage, number, tier)
    assert take.asset is not None
    label = Label(take=take.generation_key, asset=take.asset.sha256, good=word == "pass", rules=codes)
    named = f"{take.stage} {take.tier} v{take.version:03d}"
    asked = _open(services, take)
    for question in asked:
        click.echo(f"{named}: {question}", err=True)
    door = confirm(f"Record the verdict {word} for {shot} {named}?")
    services.ledger.decide(
        decision_of(services, "verdict", f"shot:{shot}", why, door=door, subject=f"{named}: {word}", label=label)
    )
    still = _open(services, take)
    if as_json:
        told = {"shot": shot, "take": named, "verdict": word, "rules": list(codes), "who": services.settings.who}
        print_json(
            told | {"key": label.take, "asset": label.asset, "answered": len(asked) - len(still), "open": list(still)}
        )
        return
    about = f" by {', '.join(codes)}" if codes else ""
    click.echo(f"{services.settings.who} says {word} to {shot} {named}{about}.")
    _tell_next(shot, good=label.good, asked=bool(asked), still=still, ruled=bool(codes))


def _tell_next(shot: str, *, good: bool, asked: bool, still: tuple[str, ...], ruled: bool) -> None:
    """The consequence. `asked`: the take's gate had questions; `still`: those that stay open;
    `ruled`: rules were named.
    """
    if good and asked:
        answered = f"That answers the gate's question. Next:\n  gate resume {scene_of_shot(shot)}"
        click.echo(f"The gate's question stays open: {'; '.join(still)}" if still else answered)
    if good:
        return
    if asked:
        click.echo(f"The take stays. To get another one: gate retake {shot} --change seed")
    if not ruled:
        click.echo(
            f"No rule learns from it until you name one: gate verdict {shot} fail --rule V102 (gate rule lists them)"
        )


def _open(services: Services, take: Take) -> tuple[str, ...]:
    """The questions of the take's gate that nobody has answered yet."""
    from governor.decisions.undoing import set_aside
    from production.journey.unsure import open_questions

    decided = services.ledger.decided(take.shot)
    if take.generation_key in set_aside(decided):
        return ()
    return open_questions(services.ledger.verdict(take.generation_key), decided, take)


def _chosen(services: Services, shot: str, stage: str | None, number: int | None, tier: str | None) -> Take:
    """The take that is meant: without its number the newest whose gate asks, else the newest.
    Raises UsageError where there is none.
    """
    found = services.ledger.takes(shot=shot, stage=stage, tier=tier)
    made = [take for take in found if take.asset is not None and take.pictures is not None]
    last = {(take.stage, take.tier): take for take in made}.values()
    asking = [take for take in last if number is None and _open(services, take)]
    newest = (asking or made)[-1] if made else None
    fitting = [
        take
        for take in made
        if newest and (take.stage, take.tier) == (newest.stage, newest.tier) and number in {None, take.version}
    ]
    if not fitting:
        raise click.UsageError(f"{shot} has no such take; see them: gate explain {shot} --all")
    return fitting[-1]
