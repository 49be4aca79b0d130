"""gate phase: what each phase of the film has produced, and what the next one needs."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, prices_option, print_json, read_film, retyped

if TYPE_CHECKING:
    from production.phases.phases import Phase

_WIDTH, _LEAST = 120, 60
_NEEDS_MAX = 12
_STATES = {"done": "✓ done", "under way": "◐ under way", "can begin": "○ can begin", "needs more": "· needs more"}
_HEAD = 34
"""The columns of number, name and state."""


@click.command()
@film_option
@prices_option
@json_option
def phase(film: Path | None, prices: Path | None, *, as_json: bool) -> None:
    """Show the film's phases: init, pitch, pre-production, matrix, generation, validation, post, wrap.

    For each, what it has produced; then what the next one needs before it begins, with the command for each missing
    thing. Reads only.
    """
    from production.phases.gather import facts_of
    from production.phases.phases import next_of, phases_of

    services = read_film(film, prices)
    phases = phases_of(facts_of(services))
    following = next_of(phases)
    if as_json:
        print_json({"phases": [asdict(each) for each in phases], "next": following.number if following else None})
        return
    width = max(_LEAST, shutil.get_terminal_size((_WIDTH, 24)).columns)
    for each in phases:
        for line in _lines(each, width):
            click.echo(line)
    if following is None:
        click.echo("\nEvery phase is done.")
        return
    click.echo(f"\nNext: {following.number} {following.name}.")
    for line in _needed(following, phases, width):
        click.echo(line)


def _lines(phase: Phase, width: int) -> list[str]:
    head = f"  {phase.number} {phase.name:<16}{_STATES[phase.state]:<14}"
    told = "; ".join(phase.produced) or "nothing yet"
    return textwrap.wrap(head.ljust(_HEAD) + told, width, subsequent_indent=" " * _HEAD, drop_whitespace=True) or [head]


def _needed(following: Phase, phases: tuple[Phase, ...], width: int) -> Iterator[str]:
    """What this phase needs before it begins; where it is under way or needs nothing, what the one after it needs."""
    for each in (p for p in phases if p.number >= following.number):
        if not each.needs:
            continue
        yield (
            f"Before {each.number} {each.name} begins:"
            if _hard(each)
            else f"{each.number} {each.name} can begin; still open:"
        )
        for need in each.needs[:_NEEDS_MAX]:
            words = f"{need.what}: {retyped(need.fix) if ': gate ' in need.fix else need.fix}"
            yield textwrap.fill(words, width, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False)
        if len(each.needs) > _NEEDS_MAX:
            yield f"  - and {len(each.needs) - _NEEDS_MAX} more (--json lists them)"
        if _hard(each):
            return


def _hard(phase: Phase) -> bool:
    return any(not need.optional for need in phase.needs)
