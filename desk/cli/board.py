"""The progress board on standard error: one line per step, in the film's words."""

from __future__ import annotations

import sys

import click

from wiring.settings import wants_colour
from wiring.telemetry import StageChange

_ICONS = {"waits": "·", "works": "…", "done": "✓", "cached": "=", "retake": "↻", "blocked": "⛔", "escalated": "✋"}
_COLOURS = {"done": "green", "cached": "cyan", "retake": "yellow", "blocked": "red", "escalated": "magenta"}


def show(step: StageChange) -> None:
    """Print one step. Words and icons, never colour alone;
    plain when the output is not a terminal or NO_COLOR is set.
    """
    detail = f"  {step.detail}" if step.detail else ""
    line = f"  {_ICONS[step.state]} {step.subject + ' ':<13}{step.stage:<12}{step.state:<10}{detail}"
    colour = _COLOURS.get(step.state) if sys.stderr.isatty() and wants_colour() else None
    click.secho(line, fg=colour, err=True)
