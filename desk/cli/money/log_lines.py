"""How calls of the generation log read for people: two lines each, and their sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from desk.cli.options import money

if TYPE_CHECKING:
    from governor.other_tools.generation_log import LogLine

WIDTH = 110
_TOLD = {"refused", "in_doubt", "released", "written_off", "billed_late"}
"""Outcomes whose own words are shown."""


def paragraph(line: LogLine) -> str:
    """One call for people: who, what and how much; below it what was asked; below that, of a failure, its own words."""
    from governor.other_tools.generation_log import OWN
    from manifests.money import format_usd
    from manifests.redaction import redacted

    take = "" if line.take is None else f"v{line.take:03d}"
    cost = "-" if line.spent is None else f"{'~' if line.assumed else ''}${format_usd(line.spent)}"
    made_by = _short(f"{line.provider} {line.model}", 25)
    first = (
        f"{line.opened_at[:19].replace('T', ' ')} {line.shot or line.scene:<13} {line.stage:<9} {line.tier:<5} "
        f"{take:<4} "
        f"{made_by:<25} {cost:>9}  {line.outcome.replace('_', ' ')}"
    )
    said = [] if line.source == OWN else [f"from {line.source}"]
    told = [first.rstrip(), _below(" · ".join(part for part in (*said, *_asked(line), line.prompt) if part))]
    if line.raw and line.outcome in _TOLD:
        told.append(_below(f"said: {redacted(line.raw)}"))
    return "\n".join(part for part in told if part.strip())


def totals(lines: Sequence[LogLine]) -> dict[str, Any]:
    """The sum of the calls: ours, and beside it other tools'."""
    from governor.other_tools.generation_log import OWN

    ours = [line for line in lines if line.source == OWN]
    theirs = [line for line in lines if line.source != OWN]
    return {
        "own_calls": len(ours),
        **money("spent", _sum(ours)),
        **money("assumed", _sum([line for line in ours if line.assumed])),
        **money("held", sum(line.still_held for line in ours)),
        "other_calls": len(theirs),
        **money("other_spent", _sum(theirs)),
        "other_unpriced": sum(line.spent is None for line in theirs),
    }


def totals_in_words(lines: Sequence[LogLine]) -> str:
    """The same in a line."""
    from manifests.money import format_usd

    if not lines:
        return "No call matches."
    said = totals(lines)
    assumed = f" (~${format_usd(said['assumed_microusd'])} of it assumed)" if said["assumed_microusd"] else ""
    held = f", ${format_usd(said['held_microusd'])} held"
    words = f"{_counted(said['own_calls'])}, ${format_usd(said['spent_microusd'])} spent{assumed}{held}"
    if said["other_calls"]:
        unpriced = f", {said['other_unpriced']} without a price" if said["other_unpriced"] else ""
        words += (
            f"; other tools: {_counted(said['other_calls'])}, ${format_usd(said['other_spent_microusd'])}{unpriced}"
        )
    return words


def _counted(calls: int) -> str:
    return f"{calls} call{'' if calls == 1 else 's'}"


def _asked(line: LogLine) -> list[str]:
    from manifests.money import format_usd

    said = []
    if line.likely is not None and line.held is not None:
        said.append(f"likely ${format_usd(line.likely)}, held ${format_usd(line.held)}")
    if line.resolution:
        count = len(line.references)
        said += [f"{count} reference{'' if count == 1 else 's'}", line.resolution]
    if line.operation == "clip" and line.frames and line.fps:
        said.append(f"{line.frames / line.fps:.3g} s ({line.frames} frames)")
    if line.seed is not None:
        said.append(f"seed {line.seed}")
    return said


def _below(words: str) -> str:
    return f"    {_short(words, WIDTH - 4)}"


def _short(words: str, most: int) -> str:
    """On one line, without what moves a terminal's cursor, and cut to `most` characters."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def _sum(lines: Sequence[LogLine]) -> int:
    return sum(line.spent or 0 for line in lines)
