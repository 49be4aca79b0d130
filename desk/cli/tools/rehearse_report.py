"""The report of `gate rehearse`: the providers' true bill beside our ledger, each fault and how it ended,
and where to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desk.cli.options import cost_facts, money, typed

if TYPE_CHECKING:
    from flows.outcome import SceneOutcome
    from governor.other_tools.generation_log import LogLine
    from manifests.spending.breakdown import Breakdown
    from rehearsal.report import FaultLine, RehearsalReport


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A rehearsal that was played. `lines`: the calls in our ledger, oldest first. `copy`: the film it was played with.

    `cost`: what was left to buy before it began, None of the bible's views. `flaws`: what the gates found wrong with
    each take that they looked at, by its generation key.
    """

    outcome: SceneOutcome
    house: RehearsalReport
    lines: tuple[LogLine, ...]
    copy: Path
    script: Path | None
    makers: tuple[str, ...]
    flaws: Mapping[str, frozenset[str]]
    cost: Breakdown | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One provider's true bill beside our ledger, in micro-dollars.
    `assumed`: calls whose bill never came, booked as held.
    """

    provider: str
    calls: int
    jobs: int
    refused: int
    true: int
    booked: int
    held: int
    assumed: int

    @property
    def difference(self) -> int:
        """How much more our ledger has than the provider; below 0 where it has less."""
        return self.booked - self.true


def facts(rehearsed: Rehearsed) -> dict[str, Any]:
    """The rehearsal for programs."""
    from desk.cli.outcome import facts as outcome_facts

    bills = [
        {
            "provider": c.provider,
            "calls": c.calls,
            "jobs": c.jobs,
            "refused": c.refused,
            **money("true", c.true),
            "assumed": c.assumed,
            **money("booked", c.booked),
            **money("held", c.held),
            **money("difference", c.difference),
        }
        for c in compared(rehearsed)
    ]
    faults = [
        {
            "fault": line.fault,
            "name": line.name,
            "struck": line.struck,
            "calls": list(line.calls),
            "jobs": list(line.jobs),
            "ended": list(endings(line, rehearsed)),
        }
        for line in rehearsed.house.faults
    ]
    told = {"scene": rehearsed.outcome.scene, "makers": list(rehearsed.makers), "copy": str(rehearsed.copy)}
    found = {"leaks": list(rehearsed.house.leaks), "broken": list(rehearsed.house.broken)}
    cost = {"cost": cost_facts(rehearsed.cost)} if rehearsed.cost else {}
    return {**told, **cost, "providers": bills, "faults": faults, **found, "outcome": outcome_facts(rehearsed.outcome)}


def report(rehearsed: Rehearsed) -> None:
    """The rehearsal for people."""
    from manifests.money import format_usd
    from manifests.spending.breakdown import in_table

    rows = compared(rehearsed)
    total = sum(row.true for row in rows)
    who = " and ".join(rehearsed.makers)
    click.echo(
        f"\nRehearsed {rehearsed.outcome.scene} with {who}: up to here it would have cost "
        f"${format_usd(total)}; nothing was spent.\n"
    )
    if rehearsed.cost:
        click.echo("\n".join(("  before it began:", *in_table({"": rehearsed.cost}), "")))
    click.echo(
        f"  {'':<12}{'calls':>6}{'jobs':>6}{'refused':>9}"
        f"{'true bill':>12}{'our ledger':>12}{'difference':>12}{'held':>10}"
    )
    for row in rows:
        sums = "".join(f"{_signed(each):>12}" for each in (row.true, row.booked, row.difference))
        click.echo(f"  {row.provider:<12}{row.calls:>6}{row.jobs:>6}{row.refused:>9}{sums}{_signed(row.held):>10}")
    if assumed := sum(row.assumed for row in rows):
        bills = "a bill" if assumed == 1 else f"{assumed} bills"
        click.echo(f"  {bills} had not come when the night ended: the hold is booked until gate reconcile hears of it")
    _tell_faults(rehearsed)
    for leak in rehearsed.house.leaks:
        click.echo(f"ALARM: a key went to a file host, {leak}")
    for broken in rehearsed.house.broken:
        click.echo(f"ALARM: {broken}")
    click.echo(f"\nIt ended: {rehearsed.outcome.message}")
    for label in ("film", "draft", "reel", "contact_sheet"):
        if path := getattr(rehearsed.outcome, label):
            click.echo(f"  {label.replace('_', ' '):<14}{path}")
    click.echo(f"Look at it:\n  {typed(f'gate log {rehearsed.outcome.scene}', rehearsed.copy)}")
    click.echo(f"  {typed(f'gate cost {rehearsed.outcome.scene}', rehearsed.copy)}")


def compared(rehearsed: Rehearsed) -> tuple[Compared, ...]:
    """One row a provider that was called."""
    rows = []
    for bill in rehearsed.house.providers:
        ours = [line for line in rehearsed.lines if line.provider == bill.provider]
        booked, held = sum(line.spent or 0 for line in ours), sum(line.still_held for line in ours)
        assumed = sum(line.assumed for line in ours)
        counts = (bill.provider, bill.posts, bill.jobs, bill.refused, bill.bill_microusd)
        rows.append(Compared(*counts, booked, held, assumed))
    return tuple(rows)


def endings(fault: FaultLine, rehearsed: Rehearsed) -> Iterator[str]:
    """How each call that a fault struck ended in our ledger, in a few words."""
    by_job = {line.job_id: line for line in rehearsed.lines if line.job_id}
    for call, job, prompt in zip(fault.calls, fault.jobs_of_calls, fault.prompts, strict=True):
        # Our name for a job holds the provider's, and at some what else is needed to find it again.
        ours = next(
            (name for name in by_job if name == job), next((name for name in by_job if job and job in name), "")
        )
        made = by_job.get(ours)
        line = made or _asked(prompt, job, rehearsed.lines)
        if line is None:
            yield f"call {call}: nothing in our ledger"
        else:
            came = "" if job else "no job was made; "
            yield f"call {call}: {came}{_where(line)} {_stands(line)}{_judged(line, rehearsed.flaws)}"


def _tell_faults(rehearsed: Rehearsed) -> None:
    faults: Sequence[FaultLine] = rehearsed.house.faults
    if not faults:
        return
    click.echo(f"\n  What went wrong, by {rehearsed.script}:")
    for fault in faults:
        click.echo(f"  {fault.fault}")
        for ending in endings(fault, rehearsed):
            click.echo(f"      {ending}")
        if not fault.struck:
            click.echo("      never happened")


def _asked(prompt: str, job: str, lines: Iterable[LogLine]) -> LogLine | None:
    """The last call of ours with these words; of a job whose id never reached us, one without an id."""
    alike = [line for line in lines if line.prompt and (line.prompt in prompt or prompt in line.prompt)]
    nameless = [line for line in alike if line.job_id is None]
    chosen = nameless if job else alike
    return chosen[-1] if chosen else None


def _where(line: LogLine) -> str:
    return f"{line.shot or line.scene} {line.stage.replace('_', ' ')}"


def _stands(line: LogLine) -> str:
    from manifests.money import format_usd

    state = (line.state or line.outcome).replace("_", " ")
    if line.still_held:
        return f"is {state}, ${format_usd(line.still_held)} held"
    return f"is {state}" + (f" at ${format_usd(line.spent)}" if line.spent else "")


def _judged(line: LogLine, flaws: Mapping[str, frozenset[str]]) -> str:
    found = flaws.get(line.generation_key or "")
    return (
        ""
        if found is None
        else f"; refused by its gate: {', '.join(sorted(found))}"
        if found
        else "; it passed its gate"
    )


def _signed(microusd: int) -> str:
    from manifests.money import format_usd

    return f"{'-' if microusd < 0 else ''}${format_usd(abs(microusd))}"
