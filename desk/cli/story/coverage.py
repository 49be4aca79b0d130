"""gate coverage: what is referred to and missing, approved and unused, or made and never shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, print_json, read_film

if TYPE_CHECKING:
    from production.continuity.coverage import Gap

_GAPS = 1
_SHOWN = 4


@click.command()
@film_option
@json_option
def coverage(film: Path | None, as_json: bool) -> int:
    """List what the film refers to and does not have, what is approved and no shot uses, and paid takes that the film
    never shows: of shots that it omits or no longer has, and of stages that a shot no longer has.

    Ends with exit code 1 where the list is not empty. Stores and spends nothing.
    """
    from production.continuity.coverage import coverage as look

    gaps = look(read_film(film))
    if as_json:
        print_json(facts_of_gaps(gaps))
    else:
        for gap in gaps:
            click.echo(_line(gap))
        told = ", ".join(f"{count} {_words(kind)}" for kind, count in _counts(gaps).items())
        click.echo(f"{told}. Nothing was sent, nothing was spent.")
    return _GAPS if gaps else 0


def facts_of_gaps(gaps: Sequence[Gap]) -> dict[str, object]:
    """The gaps for programs, and how many there are of each kind."""
    return {"gaps": [gap.model_dump(mode="json") for gap in gaps], **_counts(gaps)}


def _counts(gaps: Sequence[Gap]) -> dict[str, int]:
    return {kind: sum(gap.kind == kind for gap in gaps) for kind in ("missing", "unused", "never_shown")}


def _line(gap: Gap) -> str:
    from manifests.money import format_usd

    cost = ""
    if gap.takes:
        cost = f" ({gap.takes} take{'s' if gap.takes > 1 else ''}, ${format_usd(gap.cost_microusd)})"
    more = f" and {len(gap.where) - _SHOWN} more" if len(gap.where) > _SHOWN else ""
    where = f" in {', '.join(gap.where[:_SHOWN])}{more}" if gap.where else ""
    return f"  {_words(gap.kind)}: {gap.subject}{where}: {gap.why}{cost}. {gap.cure}"


def _words(kind: str) -> str:
    return kind.replace("_", " ")
