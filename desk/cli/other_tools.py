"""Other tools' spending on a scene, as a line and as facts for the cost report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desk.cli.options import money

if TYPE_CHECKING:
    from governor.ledger import Ledger


def other_tools_line(ledger: Ledger, scene: str | None) -> str:
    """The line "other tools"; empty where none was imported. No cap counts it."""
    from manifests.money import format_usd

    spent = ledger.foreign_cost(scene)
    if not spent.calls:
        return ""
    unpriced = f", {spent.unpriced} without a price" if spent.unpriced else ""
    return (
        f"other tools ({', '.join(spent.sources)}): calls {spent.calls}, ${format_usd(spent.cost_microusd)}{unpriced}"
    )


def other_tools_facts(ledger: Ledger, scene: str | None) -> dict[str, Any]:
    """The same for programs: {"sources", "calls", "unpriced", "cost_usd", "cost_microusd"}."""
    spent = ledger.foreign_cost(scene)
    counts = {"sources": list(spent.sources), "calls": spent.calls, "unpriced": spent.unpriced}
    return {**counts, **money("cost", spent.cost_microusd)}
