"""gate kitsu: check, push and pull, the same three commands for each review tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, json_option, open_film, print_json, read_film, say
from desk.cli.progress import counted_progress

if TYPE_CHECKING:
    from manifests.scene import Scene
    from production.review_tools.contract import ToolFacts
    from production.review_tools.gathering import Choice
    from production.review_tools.pulling import PullResult
    from production.review_tools.pushing import PushResult
    from wiring.services import Services

_STAGES = ("panel", "end_panel", "clip")


def tool_group(command: str, name: str) -> click.Group:
    """The group of commands of one review tool. `name`: for people."""

    @click.group(name=command, help=f"Hand takes to {name} for review, and import what people say there.")
    def group() -> None:
        """Its own help has the tool's name in it."""

    group.add_command(_check(command, name))
    group.add_command(_push(command, name))
    group.add_command(_pull(command, name))
    return group


def _check(command: str, name: str) -> click.Command:
    @click.command(help=f"Say whether the settings for {name} work: address, key, project. Sends nothing.")
    @film_option
    @json_option
    def check(film: Path | None, as_json: bool) -> None:
        from production.review_tools.opening import open_tool

        facts = open_tool(read_film(film), command).check()
        if as_json:
            print_json(
                {
                    "tool": facts.tool,
                    "address": facts.address,
                    "user": facts.user,
                    "project": facts.project,
                    "notes": list(facts.notes),
                }
            )
            return
        _tell_facts(facts)

    return check


def _push(command: str, name: str) -> click.Command:
    @click.command(
        help=f"Send SCENE, or every scene, to {name}: shots, and each take as a version with its picture or clip.\n\n"
        "A push skips what the tool has already, and goes on where an earlier one broke off. Private shots stay here."
    )
    @click.argument("scene", required=False)
    @click.option(
        "--stage",
        "stages",
        multiple=True,
        type=click.Choice(_STAGES),
        help="Send takes of this stage alone; repeatable.",
    )
    @click.option("--failed", is_flag=True, help="Send takes too that failed their gate.")
    @click.option("--private", is_flag=True, help="Send private shots too: their pictures, and none of their words.")
    @click.option("--again", is_flag=True, help="Send again what people deleted there.")
    @click.option("--plan", "only_plan", is_flag=True, help="Show what would be sent, and send nothing.")
    @film_option
    @json_option
    def push(
        scene: str | None,
        stages: tuple[str, ...],
        failed: bool,
        private: bool,
        again: bool,
        only_plan: bool,
        film: Path | None,
        as_json: bool,
    ) -> None:
        from production.review_tools import pushing
        from production.review_tools.opening import open_tool

        services = read_film(film, scopes=[f"scene:{scene}"] if scene else [])
        choice, scenes = _choice(stages, failed=failed, private=private), _scenes(services, scene)
        tool = open_tool(services, command)
        if only_plan:
            result = pushing.planned(services, tool, scenes, choice, again=again)
        else:
            result = pushing.push(services, tool, scenes, choice, _percent_sent(), again=again)
        _tell_push(name, result, planned=only_plan, as_json=as_json)

    return push


def _pull(command: str, name: str) -> click.Command:
    @click.command(
        help=f"Import what people said in {name} about the takes of SCENE, or of every scene, under their names: "
        "comments as notes, status words as verdicts.\n\nNothing that is imported spends: no status there approves a "
        "final. film.yaml says what each word means (docs/review_tools.md)."
    )
    @click.argument("scene", required=False)
    @click.option("--plan", "only_plan", is_flag=True, help="Show what would be imported, and record nothing.")
    @film_option
    @decides
    @json_option
    def pull(scene: str | None, only_plan: bool, film: Path | None, as_json: bool) -> None:
        from production.review_tools import pulling
        from production.review_tools.opening import open_tool

        scopes = [f"scene:{scene}"] if scene else []
        services = read_film(film, scopes=scopes)
        tool = open_tool(services, command)
        found = pulling.find_new(services, tool, _scenes(services, scene), counted_progress("scenes read"))
        written = 0
        if found.new and not only_plan:
            _show(found)
            confirm(f"Record {found.notes} notes and {found.verdicts} verdicts from {name}?")
            written = pulling.record(open_film(film, scopes=scopes), tool, found, services.settings.who)
        _tell_pull(name, found, written, planned=only_plan, as_json=as_json)

    return pull


def _percent_sent() -> Callable[[int, int], None]:
    tell = counted_progress("% sent")
    return lambda done, of: tell(100 * done // max(of, 1), 100)


def _scenes(services: Services, scene: str | None) -> Sequence[Scene]:
    return [services.scene(scene)] if scene else [services.scene(each) for each in sorted(services.folder.scenes)]


def _choice(stages: tuple[str, ...], *, failed: bool, private: bool) -> Choice:
    from production.review_tools.gathering import STAGES, Choice

    wanted = tuple(stage for stage in STAGES if not stages or stage in stages)
    return Choice(stages=wanted, failed=failed, private=private)


def _tell_facts(facts: ToolFacts) -> None:
    from desk.cli.ending import on_one_line
    from production.review_tools.errors import PUSH

    click.echo(f"{facts.tool} at {facts.address} takes the key: {on_one_line(facts.user) or 'no name is given'}.")
    if facts.project:
        click.echo(f"Its project is {on_one_line(facts.project)}.")
    else:
        click.echo(f"It shows this user no such project. If there is none yet, a push makes it: {PUSH[facts.tool]}")
    for note in facts.notes:
        click.echo(f"  {on_one_line(note)}")


def _tell_push(name: str, result: PushResult, *, planned: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "project": result.project,
                "planned": planned,
                "made": result.made,
                "updated": result.updated,
                "sent": result.sent,
                "there": result.there,
                "deleted_there": result.deleted,
                "broken_there": result.broken,
                "kept_back": result.kept_back,
            }
        )
        return
    from production.review_tools.errors import PUSH

    for each in result.sent:
        click.echo(f"  {'would send' if planned else 'sent'} {each}")
    click.echo(f"{name}: {len(result.sent)} versions {'to send' if planned else 'sent'}, {result.there} there already.")
    if result.made or result.updated:
        click.echo(f"  of the project: {result.made} entries made, {result.updated} updated")
    for each in result.broken:
        click.echo(f"  ! {name} has {each} and cannot show it: look at it there.")
    for each in result.deleted:
        click.echo(f"  {each} was deleted there, and stays so. To send it again: {PUSH[name]} --again")
    for each in result.kept_back:
        click.echo(f"  not sent: {each}")


def _show(found: PullResult) -> None:
    from desk.cli.ending import on_one_line

    for each in found.new:
        said = each.said
        words = f"{said.verdict} ({said.word})" if each.kind == "verdict" else said.text or "resolved"
        say(f"  {said.shot} {each.kind}, {on_one_line(said.who) or 'nobody is named'}: {on_one_line(words)[:120]}")


def _tell_pull(name: str, found: PullResult, written: int, *, planned: bool, as_json: bool) -> None:
    from desk.cli.ending import on_one_line

    if as_json:
        rows = [
            {
                "shot": each.said.shot,
                "kind": each.kind,
                "who": each.said.who,
                "text": each.said.text,
                "word": each.said.word,
                "verdict": each.said.verdict if each.kind == "verdict" else None,
                "take": each.take.generation_key if each.take else None,
                "frame": each.said.frame,
                "source": each.source,
            }
            for each in found.new
        ]
        told = {"planned": planned, "recorded": written, "known": found.known, "lost": found.lost}
        print_json({**told, "ignored": found.ignored, "new": rows})
        return
    if planned:
        _show(found)
    did = "would be recorded" if planned else "were recorded"
    click.echo(f"{name}: {found.notes} notes and {found.verdicts} verdicts {did}; {found.known} were there already.")
    for each in found.lost:
        click.echo(f"  not recorded: {on_one_line(each)}")
    for word, count in found.ignored.items():
        click.echo(f"  the status {on_one_line(word)} came {count} times, and film.yaml gives it no meaning")
