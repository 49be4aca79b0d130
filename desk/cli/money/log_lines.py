"""How a call of the generation log reads: as two lines for people, and as facts for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from desk.cli.options import money, usd

if TYPE_CHECKING:
    from governor.other_tools.generation_log import LogLine

SCHEMA = "gate/log/1"
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


def facts(line: LogLine) -> dict[str, Any]:
    """All that is known of one call, in an order that stays.
    Amounts stand there as dollars and as whole micro-dollars.
    """
    from manifests.redaction import redacted

    amounts = {"likely": line.likely, "held": line.held, "cost": line.cost, "late": line.late, "spent": line.spent}
    return {
        "schema": SCHEMA,
        "call": line.call,
        "source": line.source,
        "opened_at": line.opened_at,
        "sent_at": line.sent_at,
        "moved_at": line.moved_at,
        "scene": line.scene,
        "shot": line.shot,
        "stage": line.stage,
        "tier": line.tier,
        "take": line.take,
        "attempt": line.attempt,
        "provider": line.provider,
        "model": line.model,
        "outcome": line.outcome,
        "state": line.state,
        "sent": line.sent,
        "proof": line.proof,
        **_request_facts(line),
        "job_id": line.job_id,
        "epoch": line.epoch,
        "run": line.run,
        "scopes": list(line.scopes),
        "price": line.price,
        **{name: value for each, amount in amounts.items() for name, value in _amount(each, amount).items()},
        "assumed": line.assumed,
        "asset": line.asset,
        "raw": redacted(line.raw),
    }


def _request_facts(line: LogLine) -> dict[str, Any]:
    """The request to the provider."""
    return {
        "prompt": line.prompt,
        "references": [{"role": r.role, "name": r.name, "sha256": r.sha256} for r in line.references],
        "operation": line.operation,
        "mode": line.mode,
        "resolution": line.resolution,
        "frames": line.frames,
        "fps": line.fps,
        "seed": line.seed,
        "staging": line.staging,
        "changed": line.changed,
        "parent": line.parent,
        "generation_key": line.generation_key,
        "recipe": line.recipe,
    }


def exported(line: LogLine) -> str:
    """The facts as one line of JSON."""
    return json.dumps(facts(line), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


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


def _amount(name: str, microusd: int | None) -> dict[str, float | int | None]:
    return {f"{name}_usd": None if microusd is None else usd(microusd), f"{name}_microusd": microusd}


def _sum(lines: Sequence[LogLine]) -> int:
    return sum(line.spent or 0 for line in lines)
