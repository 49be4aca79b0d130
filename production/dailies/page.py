"""Writes the dailies as one HTML page: no script, no address outside its folder,
and nothing in it that is not escaped.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from manifests.money import format_usd, rounded_usd
from production.dailies.facts import Dailies, DailiesCheck, DailiesMoney, Standing
from production.dailies.words import brief

_HERE = Path(__file__).parent
_BAR = 1000
"""Width of the budget's bar in its own units."""

MARKS: dict[Standing, tuple[str, str]] = {
    "final": ("✓", "final"),
    "approved": ("✓", "circled"),
    "ready": ("○", "to judge"),
    "parked": ("‖", "parked"),
    "blocked": ("✕", "blocked"),
    "waits": ("…", "waits"),
    "to make": ("·", "to make"),
    "hold": ("‖", "on hold"),
    "omit": ("✕", "omitted from the film"),
}
"""Icon and word of each standing: neither colour nor icon says anything alone."""


def page(told: Dailies) -> str:
    """The page."""
    template = pages_in(_HERE).get_template("page.html")
    return template.render(told=told, **head(), marks=MARKS, day=_day(told.night), bar=_bar(told.money))


def head(more_style: str = "", script: str = "") -> dict[str, Markup | str]:
    """What the head of a page that plays from a disk needs: its style, its script, and the policy that lets nothing
    else in. `more_style`: follows the shared style. `script`: our own; none where it is empty.
    """
    style = (_HERE / "page.css").read_text(encoding="utf-8") + more_style
    policy = (
        f"default-src 'none'; img-src 'self' file:; media-src 'self' file:; style-src {_digest(style)}; "
        + (f"script-src {_digest(script)}; " if script else "")
        + "base-uri 'none'; form-action 'none'"
    )
    return {"style": Markup(style), "script": Markup(script), "policy": policy}  # noqa: S704  our own files


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def pages_in(folder: Path) -> Environment:
    """The templates of a folder, with the filters that all pages share. Nothing goes in that is not escaped."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "usd": format_usd,
        "about": rounded_usd,
        "clock": _clock,
        "limit": _limit,
        "signed": _signed,
        "short": _short,
        "brief": brief,
        "figure": _figure,
    }
    return made


def _day(night: str) -> str:
    """Sat 21 Nov 2026; the words themselves where they are not a date."""
    try:
        return f"{date.fromisoformat(night):%a %-d %b %Y}"
    except ValueError:
        return night


def _clock(seconds: float) -> str:
    """19.4 s, or 2:11 past a minute."""
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _figure(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}"


def _limit(check: DailiesCheck) -> str:
    if check.threshold is None:
        return ""
    return f"{'≤' if check.at_most else '≥'} {_figure(check.threshold)}"


def _signed(money: DailiesMoney) -> str:
    """The actual against the plan, in percent: −4 %."""
    if not money.planned:
        return ""
    percent = round(100 * (money.actual - money.planned) / money.planned)
    return f"{'+' if percent > 0 else '−' if percent < 0 else '±'}{abs(percent)} %"


def _short(shot: str) -> str:
    """SH0040: on the page of one scene its name need not stand before every shot."""
    return shot.partition("_")[2] or shot


def _bar(money: DailiesMoney) -> dict[str, int]:
    """How wide spent, held and promised stand in the bar, out of 1000;
    the promised amount is the price of the finals.
    """
    cap = max(1, money.actual + money.held + money.doubt + money.left)
    spent = min(_BAR, _BAR * money.actual // cap)
    held = min(_BAR - spent, _BAR * (money.held + money.doubt) // cap)
    return {"spent": spent, "held": held, "finals": min(_BAR - spent - held, _BAR * money.finals // cap)}
