"""Writes the wrap report as one HTML page: no script, no address outside its folder, and nothing in it that is not
escaped.
"""

from __future__ import annotations

from pathlib import Path

from production.dailies.page import head, pages_in
from production.wrap.facts import ShotCost, Wrap

_HERE = Path(__file__).parent
_BAR = 1000
"""Width of the dearest shot's bar in its own units."""

STANDING = {
    "final": ("✓", "final"),
    "draft": ("○", "draft only"),
    "open": ("·", "not made"),
    "hold": ("‖", "on hold"),
    "omit": ("✕", "omitted"),
}
"""Icon and word of each: neither colour nor icon says anything alone."""


def page(report: Wrap) -> str:
    """The page."""
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    dearest = max((shot.microusd for shot in report.shots), default=0)
    template = pages_in(_HERE).get_template("page.html")
    return template.render(
        told=report,
        **head(style),
        marks=STANDING,
        bars={shot.shot: _bar(shot, dearest) for shot in report.shots},
        words=[each for each in report.reworded if each.gone or each.came],
        megabytes=_megabytes,
        percent=_percent,
    )


def _bar(shot: ShotCost, dearest: int) -> list[tuple[str, int, int]]:
    """The parts of a shot's bar: kind, left edge and width, out of 1000 for the dearest shot."""
    parts, left = [], 0
    sums = (
        ("panel", shot.panel_microusd),
        ("draft", shot.draft_microusd),
        ("final", shot.final_microusd),
        ("other", shot.other_microusd),
    )
    for kind, microusd in sums:
        wide = _BAR * microusd // dearest if dearest else 0
        parts.append((f"part-{kind}", left, wide))
        left += wide
    return [part for part in parts if part[2]]


def _megabytes(count: int) -> str:
    """2.4 MB; kB below a tenth of one."""
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.0f} kB"


def _percent(billed: int, expected: int) -> str:
    """The bill against what was expected: +4 %; a dash where nothing was expected."""
    if not expected:
        return "–"
    percent = round(100 * (billed - expected) / expected)
    return f"{'+' if percent > 0 else '−' if percent < 0 else '±'}{abs(percent)} %"
