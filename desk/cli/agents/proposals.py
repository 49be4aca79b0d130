"""gate proposals: the inbox of changes that agents and writers propose; a person accepts or rejects each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides
from desk.cli.ending import on_one_line
from desk.cli.options import film_option, json_option, open_film, print_json, read_film, typed

if TYPE_CHECKING:
    from production.proposals.inbox import Waiting
    from wiring.services import Services

_WHY = click.option("--why", default="", help="The reason, in your own words; it is recorded.")
_BY = click.option("--by", "by", default="", metavar="NAME", help="Who decides. Default: GATE_WHO, or the login name.")


def _decision(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command by which a person decides on one proposal."""
    for option in (json_option, decides, _WHY, _BY, film_option, click.argument("proposal")):
        command = option(command)
    return command


@click.group(invoke_without_command=True)
@film_option
@json_option
@click.pass_context
def proposals(context: click.Context, film: Path | None, as_json: bool) -> None:
    """List, show, accept or reject the changes of the film's files that agents and writers propose.

    Without a further word it lists those that wait. A proposal changes nothing until a person accepts it.
    """
    if context.invoked_subcommand is None:
        _list(film, everything=False, as_json=as_json)


@proposals.command("list")
@film_option
@click.option("--all", "everything", is_flag=True, help="Those too that were decided, or have lapsed.")
@json_option
def list_(film: Path | None, everything: bool, as_json: bool) -> None:
    """List the proposals that wait for a person."""
    _list(film, everything=everything, as_json=as_json)


@proposals.command()
@click.argument("proposal")
@film_option
@json_option
def show(proposal: str, film: Path | None, as_json: bool) -> None:
    """Show PROPOSAL: who asked for what with which tool and arguments, and what would change in the file."""
    from production.proposals.inbox import facts, find, look

    services = read_film(film)
    found = look(services, find(services, proposal))
    print_json(facts(found)) if as_json else _show(found)


@proposals.command()
@_decision
def accept(proposal: str, film: Path | None, by: str, why: str, as_json: bool) -> None:
    """Accept PROPOSAL: change the file, if it is still the one that the proposal was made on.

    The film must still read afterwards, and lint must find no new error; otherwise nothing is written.
    """
    from production.proposals import deciding
    from production.proposals.inbox import facts, find, look

    services, found, who = _asked(film, proposal, by)
    if not as_json:
        _show(found)
    door = confirm("Write this change?")
    done, path = deciding.accept(services, found.proposal.id, who=who, door=door, why=why)
    after = look(services, find(services, done.proposal.id))
    following = [typed(command, film) for command in _next(done, path)]
    if as_json:
        print_json({**facts(after), "file": str(path), "next": following})
        return
    did = "is in place, and not locked yet" if done.proposal.is_picture else "is changed"
    click.echo(f"\n{path.name} {did}. Accepted by {who}.")
    click.echo("Next:" + "".join(f"\n  {command}" for command in following))


@proposals.command()
@_decision
def reject(proposal: str, film: Path | None, by: str, why: str, as_json: bool) -> None:
    """Reject PROPOSAL. The same change of the same file cannot be proposed again."""
    from production.proposals import deciding
    from production.proposals.inbox import facts, short

    services, found, who = _asked(film, proposal, by)
    door = confirm(f"Reject proposal {short(found.proposal)}?")
    done = deciding.reject(services, found.proposal.id, who=who, door=door, why=why)
    if as_json:
        print_json(facts(done))
    else:
        click.echo(f"Proposal {short(done.proposal)} is rejected by {who}: {on_one_line(why)}")


def _asked(film: Path | None, proposal: str, by: str) -> tuple[Services, Waiting, str]:
    """What a person is to decide on, as it stands now, and who decides."""
    from production.proposals.inbox import find, look

    services = open_film(film)
    return services, look(services, find(services, proposal)), by or services.settings.who


def _list(film: Path | None, *, everything: bool, as_json: bool) -> None:
    from production.proposals.inbox import facts, inbox, short

    found = inbox(read_film(film), everything=everything)
    if as_json:
        print_json([facts(each) for each in found])
        return
    if not found:
        click.echo("No proposal is waiting.")
        return
    for each in found:
        one = each.proposal
        places = ", ".join(change.at for change in one.changes)
        state = each.state if not each.lapsed else f"lapsed, {each.lapsed}"
        click.echo(f"  {short(one)}  {state}  {one.file}  {places}")
        click.echo(on_one_line(f"                {one.who}, {one.made_at[:16].replace('T', ' ')}: {one.why}"))
    click.echo(f"Look at one: {typed(f'gate proposals show {short(found[0].proposal)}', film)}")


def _show(found: Waiting) -> None:
    """A proposal's own words are data: no character of theirs moves the terminal's cursor."""
    one = found.proposal
    rows = {
        "proposal": one.id,
        "state": found.state + (f" ({found.lapsed})" if found.lapsed else ""),
        "file": one.file,
        "made by": one.who + (f", an agent (key {one.key})" if one.key else ""),
        "made at": f"{one.made_at[:16].replace('T', ' ')}, lapses {one.lapses_at[:10]}",
        "tool": one.tool,
        "arguments": one.arguments,
        "reason given": one.why,
    }
    if found.closed is not None:
        rows["decided"] = f"{found.closed.who}, {found.closed.made_at[:16].replace('T', ' ')}: {found.closed.why}"
    for name, words in rows.items():
        click.echo(on_one_line(f"  {name:<13} {words}"))
    click.echo()
    for line in found.diff:
        click.echo(on_one_line(line))


def _next(done: Waiting, path: Path) -> tuple[str, ...]:
    if done.proposal.is_picture:
        return ("gate lock",)
    return ("gate lint", f"gate plan {path.stem}") if path.parent.name == "scenes" else ("gate lint",)
