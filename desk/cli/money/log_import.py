"""Counts another tool's log in the film's reports, and tells line by line what could not be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import money, print_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from governor.other_tools.foreign import Imported
    from governor.other_tools.foreign_lines import BadLine, ForeignLine
    from manifests.spending.log_map import LogMap
    from wiring.services import Services

_TOLD = 20
"""How many bad lines are told one by one: a wrong map makes all of them bad, for one reason."""


def import_log(
    opened: Callable[[], Services], file: Path, map_file: Path, *, skip_bad: bool, dry_run: bool, as_json: bool
) -> None:
    """Import the good lines of `file`; where one is bad, none, unless `skip_bad`. The film is opened once both files
    are read. Raises ManifestError, ForeignLogRefused.
    """
    from governor.errors import ForeignLogRefused
    from governor.other_tools.foreign_lines import read_lines

    log_map = _read_map(map_file)
    good, unread = read_lines(file, log_map)
    services = opened()
    good = _without_words(services, good)
    stays_out = bool(unread) and not skip_bad
    done = services.ledger.import_calls(good, skip_bad=skip_bad, dry_run=dry_run or stays_out)
    bad = sorted([*unread, *done.bad], key=lambda line: line.number)
    refused = bool(bad) and not skip_bad
    imported = not (refused or dry_run)
    if as_json:
        told = [{"line": line.number, "reason": line.reason} for line in bad]
        counts = {"new": done.added, "known": done.known, **money("cost", done.cost_microusd)}
        print_json({"source": log_map.source, "imported": imported, **counts, "bad": told})
    else:
        _tell(bad)
    if refused:
        cause = f"{len(bad)} of its {len(good) + len(unread)} lines cannot be counted, and nothing was imported"
        raise ForeignLogRefused(str(file), cause, "Correct them or the map; --skip-bad imports the rest.")
    if not as_json:
        click.echo(_in_words(done, log_map.source, left_out=len(bad), dry_run=dry_run))
        _tell_scenes(services, good)


def _without_words(services: Services, lines: list[ForeignLine]) -> list[ForeignLine]:
    """Keep out of the ledger what another tool was told of a shot that is private here, and what it answered."""
    from dataclasses import replace

    from manifests.privacy import PRIVATE

    private, unsaid = services.folder.private, {"prompt": PRIVATE, "raw": ""}
    return [
        replace(line, call=line.call.model_copy(update=unsaid)) if line.call.shot in private else line for line in lines
    ]


def _read_map(path: Path) -> LogMap:
    """The map, strictly. Raises ManifestError with file, line, column, and where maps are told of."""
    from manifests.errors import ManifestError
    from manifests.reading.film_folder import read
    from manifests.spending.log_map import LogMap

    try:
        return read(path, LogMap)
    except ManifestError as error:
        near = error.cure.partition("?")[0] + "? " if error.cure.startswith("Did you mean") else ""
        cure = f"{near}docs/log.md shows two maps, and this prints what one may hold: gate schema log_map"
        raise ManifestError(error.file, error.line, error.column, error.field, error.cause, cure) from None


def _tell(bad: Sequence[BadLine]) -> None:
    for line in bad[:_TOLD]:
        click.echo(f"  line {line.number}: {line.reason}", err=True)
    if len(bad) > _TOLD:
        click.echo(f"  and {len(bad) - _TOLD} more (--json tells all)", err=True)


def _in_words(done: Imported, source: str, *, left_out: int, dry_run: bool) -> str:
    from manifests.money import format_usd

    verb = "Would import" if dry_run else "Imported"
    known = f"; counted before: {done.known}" if done.known else ""
    rest = f"; bad lines left out: {left_out}" if left_out else ""
    return (
        f"{verb} from {source}: new calls {done.added}, ${format_usd(done.cost_microusd)}{known}{rest}. No cap "
        f"counts them."
    )


def _tell_scenes(services: Services, good: Sequence[ForeignLine]) -> None:
    """A scene that was spelled wrong in the map would count nowhere that anybody looks."""
    strange = sorted({line.call.scene for line in good} - services.folder.scenes.keys())
    if strange:
        click.echo(f"This film has no scene {', '.join(strange[:_TOLD])}: see the map, if it should.", err=True)
