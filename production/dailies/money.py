"""The money of the dailies: the night against its plan, what is open, and what the gates have saved."""

from __future__ import annotations

from governor.other_tools.generation_log import LogLine
from production.dailies.facts import DailiesMoney
from production.dailies.source import Source

_PANELS = {"panel", "end_panel"}


def money_of(source: Source, night: str) -> DailiesMoney:
    """Sums over the night's calls; by day over all since the dailies before."""
    lines, ledger, scene = source.tonight, source.services.ledger, source.scene.id
    refused = [line for line in lines if line.outcome == "refused"]
    doubt = [line for line in source.lines if line.state == "in_doubt"]
    held = sum(line.still_held for line in source.lines if line.state != "in_doubt")
    bad = [line for line in lines if _is_bad_panel(source, line)]
    purse = ledger.balance(f"night:{night}") if source.report else ledger.balance(f"scene:{scene}")
    of_scene = ledger.balance(f"scene:{scene}")
    cap = of_scene.cap if of_scene.cap is not None else source.services.folder.film.budget.scene_usd
    planned = source.report.foreseen_microusd if source.report else sum(line.likely or 0 for line in lines)
    return DailiesMoney(
        planned=planned,
        actual=_spent(lines),
        cap=purse.cap if purse.cap is not None else cap,
        capped="the night's cap" if source.report else "the scene's cap",
        refused_calls=len(refused),
        refused=_spent(refused),
        held=held,
        doubt_calls=len(doubt),
        doubt=sum(line.still_held for line in doubt),
        bad_panels=len(bad),
        bad=_spent(bad),
        saved=sum(_clip_price(source, line.shot) for line in bad),
        finals_shots=len(source.bindings),
        finals=sum(binding.price_microusd for binding in source.bindings.values()),
        left=max(0, cap - of_scene.settled - of_scene.held),
    )


def _is_bad_panel(source: Source, line: LogLine) -> bool:
    verdict = source.verdicts.get(line.generation_key or "")
    return line.stage in _PANELS and verdict is not None and verdict.failed


def _clip_price(source: Source, shot: str | None) -> int:
    """The likely price of a draft clip of the shot: by its newest call, else by the plan."""
    asked = [
        line.likely
        for line in source.lines
        if (line.shot, line.stage, line.tier) == (shot, "clip", "draft") and line.likely
    ]
    if asked:
        return asked[-1]
    steps = (s for s in source.plan.steps if (s.shot, s.stage, s.tier) == (shot, "clip", "draft"))
    return sum(step.likely_microusd for step in steps)


def _spent(lines: list[LogLine] | tuple[LogLine, ...]) -> int:
    return sum(line.spent or 0 for line in lines)
