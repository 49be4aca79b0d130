"""gate write: ask the film's writer, a text model, for better words; what it writes becomes a proposal for a person."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desk.cli.asking import confirm, decides, said_yes
from desk.cli.options import film_option, json_option, money, open_film, prices_option, print_json, typed
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.spending.price import Quote
    from manifests.story.proposal import Proposal
    from production.journey.asking import Asking
    from production.writing.buying import BoughtAnswer
    from production.writing.commission import Commission
    from wiring.services import Services


@click.command()
@click.argument("subject", metavar="SHOT|SCENE")
@film_option
@prices_option
@click.option("--fix", is_flag=True, help="A targeted fix for a shot that failed its gate, by its verdict.")
@click.option("--shots", is_flag=True, help="With a scene: propose shots, to stand after those that it has.")
@click.option("--again", is_flag=True, help="Ask the same once more, as a second call. Default: read the first answer.")
@click.option("--dry-run", is_flag=True, help="Only show the price, and what would be sent. Spends nothing.")
@decides
@json_option
def write(
    subject: str,
    film: Path | None,
    prices: Path | None,
    *,
    fix: bool,
    shots: bool,
    again: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Ask the film's writer for better words for SHOT, a fix for it (--fix), or more shots for SCENE (--shots).

    It shows the price, and buys the answer after you confirm. The answer changes no file: it waits in the inbox as a
    proposal, unless lint would find a new error with it. The same question is bought once. With --json and without
    --yes it only shows the price.
    """
    from production.writing.buying import next_asking, quote_of, writer_of

    _refuse_misuse(subject, fix=fix, shots=shots)
    services = open_film(film, prices, scopes=[f"scene:{subject}" if shots else f"shot:{subject}"])
    writer_of(services)
    commission = _commission(services, subject, fix=fix, shots=shots)
    attempt = next_asking(services, commission, again=again)
    quote = quote_of(services, attempt)
    facts = _question_facts(services, commission, attempt, quote)
    if dry_run or (as_json and not said_yes() and quote is not None):
        _tell_question(facts, as_json=as_json)
        return
    if not as_json:
        _tell_question(facts, as_json=False)
    if quote is not None and quote.high_microusd:
        confirm("Ask it?")
    _ask_and_tell(services, commission, attempt, facts, film, as_json=as_json)


def _refuse_misuse(subject: str, *, fix: bool, shots: bool) -> None:
    if fix and shots:
        raise click.UsageError("--fix is for a shot, and --shots for a scene.")
    if shots != (scene_of_shot(subject) == subject):
        raise click.UsageError("--shots goes with a scene; a shot goes without it, or with --fix.")


def _commission(services: Services, subject: str, *, fix: bool, shots: bool) -> Commission:
    from production.writing.buying import pictures_max, writer_of
    from production.writing.commission import fix_for, shots_for, words_for

    if shots:
        return shots_for(services, subject)
    return fix_for(services, subject, pictures_max(writer_of(services))) if fix else words_for(services, subject)


def _ask_and_tell(
    services: Services,
    commission: Commission,
    attempt: Asking,
    facts: dict[str, Any],
    film: Path | None,
    *,
    as_json: bool,
) -> None:
    from desk.cli import board
    from production.writing.buying import buy
    from production.writing.filing import file_proposal

    services.telemetry.listen(board.show)
    bought = asyncio.run(buy(services, commission, attempt))
    proposal = file_proposal(services, commission, bought)
    following = [typed(f'gate proposals {verb} {proposal.id[:12]} --why "..."', film) for verb in ("accept", "reject")]
    if as_json:
        print_json({**facts, **_answer_facts(bought), "proposal": proposal.id, "next": following})
        return
    _show(services, bought, proposal)
    click.echo("Next:" + "".join(f"\n  {command}" for command in following))


def _question_facts(services: Services, commission: Commission, attempt: Asking, quote: Quote | None) -> dict[str, Any]:
    from production.writing.buying import writer_of

    writer = writer_of(services)
    return {
        "subject": commission.subject,
        "job": commission.job,
        "writer": f"{writer.name} {writer.model('write')}",
        "attempt": attempt.number,
        "characters": len(commission.question.instruction),
        "pictures": len(commission.question.pictures),
        "left_out": list(commission.left_out),
        "bought": quote is None,
        **money("likely", quote.likely_microusd if quote else 0),
        **money("high", quote.high_microusd if quote else 0),
    }


def _tell_question(facts: dict[str, Any], *, as_json: bool) -> None:
    from manifests.money import format_usd

    if as_json:
        print_json(facts)
        return
    pictures = {0: "no picture", 1: "1 picture"}.get(facts["pictures"], f"{facts['pictures']} pictures")
    click.echo(f"{facts['subject']}: {facts['characters']} characters and {pictures} go to {facts['writer']}.")
    if facts["left_out"]:
        click.echo(f"Left out: {', '.join(facts['left_out'])}.")
    if facts["bought"]:
        click.echo("It has answered this before: reading the answer costs nothing.")
        return
    likely, high = (format_usd(facts[f"{name}_microusd"]) for name in ("likely", "high"))
    click.echo(f"Likely ${likely}, at most ${high}.")


def _answer_facts(bought: BoughtAnswer) -> dict[str, Any]:
    causes = [{"says": each.says, "quote": each.quote, "where": each.where} for each in bought.written.causes]
    return {
        "fresh": bought.fresh,
        **money("cost", bought.cost_microusd),
        "why": bought.written.why,
        "causes": [each | {"guess": not each["where"]} for each in causes],
        "changes": dict(bought.written.changes),
    }


def _show(services: Services, bought: BoughtAnswer, proposal: Proposal) -> None:
    from manifests.money import format_usd
    from production.proposals.inbox import find, look
    from wiring.settings import wants_colour

    paid = f"${format_usd(bought.cost_microusd)}" if bought.fresh else "nothing more: it was answered before"
    click.echo(f"  proposal    {proposal.id[:12]} by {proposal.who}, for {paid}")
    click.echo(f"  why         {bought.written.why}")
    for cause in bought.written.causes:
        click.echo(f"  cause       {cause.words}")
    click.echo()
    colours = {"+": "green", "-": "red"}
    for line in look(services, find(services, proposal.id)).diff:
        click.secho(line, fg=colours.get(line[:1]) if wants_colour() and sys.stdout.isatty() else None)
