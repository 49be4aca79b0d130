"""The rest to buy of a scene: drafts, finals and both together; likely, and at worst.

Every command that says what a scene will cost says this. *Likely*: the first take of each step passes, at the listed
price. *Worst*: each step needs every take that the film still allows, each at the most that is held for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manifests.money import upper_usd

if TYPE_CHECKING:
    from manifests.spending.plan import PlanStep


@dataclass(frozen=True, slots=True)
class CostPart:
    """One part of it, in micro-dollars. `steps`: how many stages of shots are bought."""

    steps: int
    likely_microusd: int
    worst_microusd: int

    def __add__(self, other: CostPart) -> CostPart:
        return CostPart(
            self.steps + other.steps,
            self.likely_microusd + other.likely_microusd,
            self.worst_microusd + other.worst_microusd,
        )


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The rest to buy. `drafts`: all steps before a person's approval of the finals:
    panels, draft clips, the judge's looks at them.

    `longer_shots`: how many shots are bought longer than they play; `lengths`: as what, in seconds (played, bought),
    shortest first; `longer_microusd`: what that is likely to cost. It is part of the likely total.
    """

    drafts: CostPart
    finals: CostPart
    longer_shots: int = 0
    lengths: tuple[tuple[float, float], ...] = ()
    longer_microusd: int = 0

    @property
    def total(self) -> CostPart:
        """Drafts and finals."""
        return self.drafts + self.finals

    @property
    def parts(self) -> dict[str, CostPart]:
        """Each part by its name, the total last."""
        return {"drafts": self.drafts, "finals": self.finals, "total": self.total}

    @property
    def longer(self) -> str:
        """Which shots are bought longer than they play, in a line; "" where none is."""
        if not self.longer_shots:
            return ""
        shots = "1 shot is" if self.longer_shots == 1 else f"{self.longer_shots} shots are"
        they = "it plays" if self.longer_shots == 1 else "they play"
        lengths = ", ".join(f"{plays:g} s as {bought:g} s" for plays, bought in self.lengths)
        return f"{shots} bought longer than {they}: {lengths}, {upper_usd(self.longer_microusd)}"


def breakdown_of(steps: Iterable[PlanStep]) -> Breakdown:
    """Add up the steps that are bought when all goes on; those that wait for a person's decision are among them."""
    counting = [step for step in steps if step.counts]
    longer = [step for step in counting if step.bought_ms > step.plays_ms]
    return Breakdown(
        drafts=_part(step for step in counting if step.tier == "draft"),
        finals=_part(step for step in counting if step.tier != "draft"),
        longer_shots=len({step.shot for step in longer}),
        lengths=tuple(sorted({(step.plays_ms / 1000, step.bought_ms / 1000) for step in longer})),
        longer_microusd=sum(step.longer_microusd for step in longer),
    )


def in_table(named: Mapping[str, Breakdown]) -> tuple[str, ...]:
    """The breakdown as lines of a table; several side by side, each under its name. One alone may have the name ""."""
    each = tuple(named.values())
    heads = [f"{name[:22]:>24}" for name in named if name]
    columns = f"  {'left to buy':<14}" + f"{'likely':>12}{'worst':>12}" * len(each)
    lines = [f"{'':<16}{''.join(heads)}", columns] if heads else [columns]
    for label in ("drafts", "finals", "total"):
        parts = [breakdown.parts[label] for breakdown in each]
        figures = "".join(f"{upper_usd(p.likely_microusd):>12}{upper_usd(p.worst_microusd):>12}" for p in parts)
        lines.append(f"  {label:<14}{figures}")
    for name, breakdown in named.items():
        if breakdown.longer:
            lines.append(f"  {name}: {breakdown.longer}" if name else f"  {breakdown.longer}")
    return tuple(lines)


def in_words(breakdown: Breakdown) -> str:
    """The breakdown in a line: "likely $0.98, worst $1.92 (drafts $0.38, worst $1.32; finals $0.60, worst $0.60)"."""

    def words(part: CostPart, likely: str = "") -> str:
        return f"{likely}{upper_usd(part.likely_microusd)}, worst {upper_usd(part.worst_microusd)}"

    total = words(breakdown.total, "likely ")
    parts = [f"{name} {words(part)}" for name, part in breakdown.parts.items() if name != "total" and part.steps]
    return f"{total} ({'; '.join(parts)})" if len(parts) > 1 else total


def _part(steps: Iterable[PlanStep]) -> CostPart:
    every = tuple(steps)
    return CostPart(len(every), sum(s.likely_microusd for s in every), sum(s.worst_microusd for s in every))
