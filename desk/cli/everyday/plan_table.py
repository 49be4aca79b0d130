"""A plan as a table that fits a terminal of a hundred columns, and as one sentence for a director."""

from __future__ import annotations

import shlex
import textwrap
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import typed
from manifests.money import upper_usd
from manifests.spending.breakdown import breakdown_of, in_table, in_words

if TYPE_CHECKING:
    from manifests.spending.plan import Headroom, PlanStep, ScenePlan
    from production.planning.limits import Planned

_ICONS = {"cached": "=", "run": "+", "collect": "⇣", "blocked": "!"}
_WIDTH = 100
_WHY_MIN = 30
_CURES_MAX = 5
_CENT = 10_000


def tell(planned: Planned, *, out: Path | None, film: Path | None) -> None:
    """Print the steps, the totals, the caps, the sentence, and what to type next."""
    made = planned.plan
    click.echo(f"  {'shot':<13}{'step':<16}{'price':<12}{'low':>8}{'likely':>8}{'high':>8}  why")
    for step in made.steps:
        click.echo(_line(step))
    for reason in _in_full(made.steps):
        click.echo(reason)
    costs = in_table({"": breakdown_of(made.steps)}) if made.counting else ()
    for paragraph in (costs, _cap_lines(made), _to_read(made, film), [sentence(planned)]):
        if paragraph:
            click.echo("\n" + "\n".join(paragraph))
    for command in _cures(planned)[:_CURES_MAX]:
        click.echo(f"  {typed(command, film)}")
    if out is not None:
        click.echo(f"  {typed(f'gate run {made.scene} --plan {shlex.quote(str(out))}', film)}")


def _to_read(made: ScenePlan, film: Path | None) -> list[str]:
    """How to read the words of what would be bought, before they go out."""
    shots = sorted({step.shot for step in made.counting if step.high_microusd and step.stage != "judge"})
    return [f"  read the prompt of a shot: {typed(f'gate prompt {shots[0]}', film)}"] if shots else []


def sentence(planned: Planned) -> str:
    """The plan for somebody who reads one sentence."""
    made, refused = planned.plan, planned.first_refused
    running, counting = made.running, made.counting
    cost = breakdown_of(running)
    parts = [f"{len(running)} of {_counted(len(made.steps), 'step')} {'runs' if len(running) == 1 else 'run'}"]
    if all(step.does == "cached" for step in made.steps):
        parts[0] = f"Nothing to make: {_counted(len(made.steps), 'step')} of {len(made.steps)} are there"
    if running:
        parts[0] += f": {in_words(cost)}" if cost.total.worst_microusd else "; it costs nothing"
    # A judge waits for what it is to look at: it is not a final of its own.
    stopped = [step for step in made.steps if step.does == "blocked" and step.stage != "judge"]
    blocked = Counter(step.block for step in stopped if step.block != "approval")
    drafts = [step for step in stopped if step.block == "approval" and step.tier == "draft"]
    finals = [step for step in stopped if step.block == "approval" and step.tier != "draft"]
    excluded = {s.shot: s.why for s in made.steps if s.block in {"hold", "omit"}}
    for block in ("hold", "omit"):
        blocked.pop(block, None)
    if refused:
        parts.append(f"it does not fit: {refused.scope} is the first cap to refuse, at {refused.step.name}")
    elif counting:
        parts.append("a take of each fits under every cap" if _sum("high", counting) else "it fits under every cap")
    for waiting, what in ((drafts, "draft"), (finals, "final")):
        if waiting:
            cost = breakdown_of(waiting)
            waits = f"{_counted(len(waiting), what)} {'waits' if len(waiting) == 1 else 'wait'} for your approval"
            parts.append(waits + (f" ({in_words(cost)} more)" if cost.total.worst_microusd else ""))
    others = [f"{number} {_BLOCKED[block]}" for block, number in sorted(blocked.items(), key=str) if block]
    if others:
        parts.append(f"{', '.join(others)}")
    parts += [f"{shot} is left out: {why}" for shot, why in excluded.items()]
    return "; ".join(parts) + ". Nothing has been spent."


_BLOCKED = {
    "roster": "stopped by the roster",
    "stopped": "stopped",
    "cap": "stopped by a cap",
    "switch": "waiting for a decision about the provider",
    "doubt": "in doubt",
    "attempts": "out of attempts",
    "escalated": "waiting for a person",
    "asked": "waiting for your answer",
    "reference": "without their locked pictures",
    "words": "with words that fail lint",
    "continuity": "with open continuity",
    "proposed": "proposed only",
    "key": "without a key",
    "price": "without a price",
    "invalid": "impossible at the provider",
    "moderation": "refused by moderation",
    "upstream": "waiting for another step",
    "hands": "being made by hand",
    "resolution": "above the draft resolution that was decided",
}


def _line(step: PlanStep) -> str:
    priced = step.does != "cached" and step.price is not None
    amounts = (step.low_microusd, step.likely_microusd, step.high_microusd)
    figures = "".join(f"{_cents(amount) if priced else '':>8}" for amount in amounts)
    name = f"{step.tier} {step.stage.replace('_', ' ')}"
    head = (
        f"{_ICONS[step.does]} "
        f"{step.shot:<13}{name:<16}{step.unit_price if any(amounts) else 'free' if priced else '':<12}{figures}  "
    )
    return head + _cut(_why(step), max(_WHY_MIN, _WIDTH - len(head)))


def _why(step: PlanStep) -> str:
    """Why it is so; before it, how long a clip is bought that plays shorter."""
    if step.bought_ms <= step.plays_ms:
        return step.why
    return f"{step.plays_ms / 1000:g} s as {step.bought_ms / 1000:g} s; {step.why}"


def _in_full(steps: tuple[PlanStep, ...]) -> list[str]:
    """Why steps are blocked, a paragraph for each reason that the table had to cut, with the steps that it blocks."""
    cut: dict[str, list[str]] = {}
    for step in steps:
        if step.does == "blocked" and _line(step).endswith("…"):
            cut.setdefault(step.why, []).append(step.name)
    return [
        textwrap.fill(
            f"{', '.join(names)}: {why}",
            _WIDTH,
            initial_indent="\n  ! ",
            subsequent_indent="    ",
            break_on_hyphens=False,
            break_long_words=False,
        )
        for why, names in cut.items()
    ]


def _cap_lines(made: ScenePlan) -> list[str]:
    """Every cap but the shots', and of those the tightest."""
    shots = [cap for cap in made.caps if cap.scope.startswith("shot:")]
    shown = [cap for cap in made.caps if not cap.scope.startswith("shot:")]
    missed = [cap for cap in shots if not cap.fits]
    shown += missed[:_CURES_MAX] or sorted(shots, key=lambda cap: cap.left_microusd - cap.high_microusd)[:1]
    lines = [f"  {'cap':<20}{'of':>10}{'left':>10}{'at most':>10}{'after':>10}"] if shown else []
    lines += [_cap_line(cap) for cap in shown]
    if len(missed) > _CURES_MAX:
        lines.append(f"  and {len(missed) - _CURES_MAX} more shots whose caps are too low")
    return lines


def _cap_line(cap: Headroom) -> str:
    after = cap.left_microusd - cap.high_microusd
    words = (
        "" if cap.fits else ("  does not fit" if cap.cap_microusd is not None else "  no cap is set, so nothing fits")
    )
    if not cap.fits and cap.likely_microusd <= cap.left_microusd:
        words = "  fits at the likely price, not at the highest"
    of = "none" if cap.cap_microusd is None else _usd(cap.cap_microusd)
    # What is needed is rounded up, what is left down: a table never says that something fits which does not.
    figures = "".join(f"{amount:>10}" for amount in (_down(cap.left_microusd), _up(cap.high_microusd), _down(after)))
    return f"  {cap.scope:<20}{of:>10}{figures}{words}"


def _cures(planned: Planned) -> list[str]:
    """The commands that lift the caps which do not hold, the first one to refuse first."""
    first = planned.first_refused.scope if planned.first_refused else ""
    cures = []
    for cap in sorted((c for c in planned.plan.caps if not c.fits), key=lambda c: c.scope != first):
        wanted = -(-(cap.settled_microusd + cap.held_microusd + cap.high_microusd) // _CENT) * _CENT
        if cap.scope.startswith("run:"):
            cures.append(f"in film.yaml: budget: run_usd: {_usd(wanted)[1:]!r}".replace("'", '"'))
        else:
            cures.append(f'gate cap {cap.scope} --usd {_usd(wanted)[1:]} --why "..."')
    return cures


def _sum(name: str, steps: tuple[PlanStep, ...] | list[PlanStep]) -> int:
    return sum(int(getattr(step, f"{name}_microusd")) for step in steps)


def _cents(microusd: int) -> str:
    """For a table: a dash for nothing."""
    return upper_usd(microusd) if microusd else "–"


def _up(microusd: int) -> str:
    return _usd(-(-microusd // _CENT) * _CENT)


def _down(microusd: int) -> str:
    return _usd(microusd // _CENT * _CENT)


def _usd(microusd: int) -> str:
    from manifests.money import format_usd

    return f"-${format_usd(-microusd)}" if microusd < 0 else f"${format_usd(microusd)}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _cut(words: str, width: int) -> str:
    return words if len(words) <= width else f"{words[: width - 1]}…"
