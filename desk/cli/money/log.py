"""gate log: every call, with its request, provider, price and outcome. Export, and import of other tools' logs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from desk.cli.options import film_option, json_option, open_film, print_json, read_film
from desk.cli.output_file import Output

if TYPE_CHECKING:
    from governor.other_tools.generation_log import LogLine

F = TypeVar("F", bound=Callable[..., Any])
STAGES = ("panel", "end_panel", "clip", "judge", "write", "view", "other")
OUTCOMES = (
    "held",
    "sent",
    "in_flight",
    "in_doubt",
    "settled",
    "refused",
    "released",
    "written_off",
    "billed_late",
)
_NEWEST = 40
_CALLS = Output("-o", "a log of calls", ".jsonl", schema="gate/log/", layout="lines")
_SCOPE = re.compile(r"SC\d{3,4}(_SH\d{4})?|BIBLE(_[a-z0-9_.~]{1,18})?", re.ASCII)


class _ShowsByItself(click.Group):
    """`gate log SC010` is `gate log show SC010`: a word that is not a command's name says what to show."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ShowsByItself)
def log() -> None:
    """List every call, oldest first: gate log, gate log SC010, gate log SC010_SH0040.
    `gate log show --help` lists its filters.
    """


def _filters(command: F) -> F:
    """The filters of both the table and the export."""
    options = (
        click.argument("scope", required=False),
        film_option,
        click.option(
            "--since", metavar="DATE", help="Only calls from this day or ISO time on; UTC, unless it names a zone."
        ),
        click.option("--stage", type=click.Choice(STAGES), help="Only this stage."),
        click.option("--provider", metavar="NAME", help="Only calls of this provider."),
        click.option("--outcome", type=click.Choice(OUTCOMES), help="Only calls with this outcome."),
        click.option("--last", metavar="N", type=click.IntRange(min=1), help="Only the newest N of these."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@log.command()
@_filters
@json_option
def show(scope: str | None, film: Path | None, last: int | None, as_json: bool, **wanted: str | None) -> None:
    """Show the calls of the film, of a scene or of a shot:
    the newest 40, or with --json all, each with all that is known.
    """
    from desk.cli.money.log_lines import paragraph, totals, totals_in_words

    found = _found(film, scope, **wanted)
    if as_json:
        from governor.other_tools.log_facts import facts

        shown = found[-last:] if last else found
        print_json({"scope": scope, **totals(found), "calls": [facts(line) for line in shown]})
        return
    shown = found[-(last or _NEWEST) :]
    for line in shown:
        click.echo(paragraph(line))
    more = f"; these are the newest {len(shown)}, --last N shows more" if len(shown) < len(found) else ""
    click.echo(f"{totals_in_words(found)}{more}")


@log.command()
@_filters
@click.option("-o", "--output", metavar="FILE", default="-", help="A .jsonl file; - is standard output (the default).")
def export(scope: str | None, film: Path | None, last: int | None, output: str, **wanted: str | None) -> None:
    """Write the calls as JSON, one object per line (gate/log/1), without keys, tokens or signed addresses."""
    from governor.other_tools.log_facts import exported

    if output != "-":
        _CALLS.check(Path(output))
    found = _found(film, scope, **wanted)
    lines = [exported(line) for line in (found[-last:] if last else found)]
    if output == "-":
        for line in lines:
            click.echo(line)
        return
    _CALLS.write_text(Path(output), "".join(f"{line}\n" for line in lines))
    click.echo(f"Wrote {len(lines)} lines to {output}")


@log.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path),
    required=True,
    metavar="MAP.yaml",
    help="How their fields map to ours (docs/log.md, gate schema log_map).",
)
@click.option("--skip-bad", is_flag=True, help="Leave out the lines that cannot be counted, and import the rest.")
@click.option("--dry-run", is_flag=True, help="Only list the lines that would be imported.")
@film_option
@json_option
def import_(file: Path, map_file: Path, skip_bad: bool, dry_run: bool, film: Path | None, as_json: bool) -> None:
    """Import another tool's JSONL log. Its calls count in the reports, once each, and against no cap."""
    from desk.cli.money.log_import import import_log

    import_log(lambda: open_film(film), file, map_file, skip_bad=skip_bad, dry_run=dry_run, as_json=as_json)


def _found(
    film: Path | None,
    scope: str | None,
    *,
    since: str | None,
    stage: str | None,
    provider: str | None,
    outcome: str | None,
) -> list[LogLine]:
    """The calls that fit. A shot that was removed from the film keeps its calls;
    a name without calls must be the film's.
    """
    if scope is not None and not _SCOPE.fullmatch(scope):
        raise click.BadParameter(f"{scope} is neither a scene (SC010) nor a shot (SC010_SH0040)", param_hint="SCOPE")
    begins = _utc(since) if since else ""
    kind = "shot" if scope and "_" in scope else "scene"
    services = read_film(film)
    lines = services.ledger.log(scope)
    if scope and not lines:
        services.refuse_unknown(kind, scope)
    return [
        _unsaid(line) if services.folder.is_private(line.shot) else line
        for line in lines
        if line.opened_at >= begins
        and stage in {None, line.stage}
        and outcome in {None, line.outcome}
        and (provider is None or provider.lower() == line.provider.lower())
    ]


def _unsaid(line: LogLine) -> LogLine:
    """A call for a shot that is private by now; one from before that still has its words in the ledger."""
    from dataclasses import replace

    from manifests.privacy import PRIVATE

    return line if line.prompt == PRIVATE else replace(line, prompt=PRIVATE, raw=PRIVATE if line.raw else "")


def _utc(text: str) -> str:
    """A day or time as the ledger writes it."""
    try:
        when = datetime.fromisoformat(text)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return when.astimezone(UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{text!r} is not a date; expected, for example, 2026-11-21", param_hint="--since"
        ) from None
