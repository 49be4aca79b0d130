"""The report of gate lint for people: errors, then warnings, then notes; a prompt's words underlined."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from desk.cli.options import typed

if TYPE_CHECKING:
    from manifests.finding import Finding
    from production.planning.prompt_fixes import FixedFile

_ORDER = {"error": 0, "ask": 1, "warning": 2, "info": 3}


def report(findings: Sequence[Finding], copied: Mapping[str, str], scenes: Sequence[str]) -> None:
    """Print all findings, the weightiest first, and their numbers."""
    for finding in sorted(findings, key=lambda each: _ORDER[each.severity]):
        for line in told(finding):
            click.echo(line)
    for name, words in copied.items():
        click.echo(f"  I {name}: {words}")
    errors, notes = (sum(f.severity == kind for f in findings) for kind in ("error", "info"))
    noted = f", {notes} notes" if notes else ""
    fixable = sum(f.evidence.get("fix") == "safe" for f in findings)
    if fixable:
        click.echo(f"{fixable} of them can be fixed safely: {typed('gate lint --fix')}")
    click.echo(
        f"{errors} errors, {len(findings) - errors - notes} warnings{noted} in {len(scenes)} scenes. Nothing was sent, "
        f"nothing was spent."
    )


def told(finding: Finding) -> list[str]:
    """One finding as lines: the place, the words with a line under them, and what to do."""
    letter, seen = finding.severity[0].upper(), finding.evidence
    if "file" not in seen:
        return [f"  {letter} {finding.rule} {finding.subject}: {finding.message}. {finding.cure}"]
    place = f"{seen['file']}:{seen['line']:g}:{seen['column']:g}"
    lines = [f"  {letter} {finding.rule} {place} {finding.subject} {finding.message}"]
    if "text" in seen:
        shown = str(seen["text"])
        length = max(1, min(len(str(seen["words"])), len(shown) - int(float(seen["at"]))))
        lines += [f"      {shown}", f"      {' ' * int(float(seen['at']))}{'─' * length}"]
    safe = " (gate lint --fix writes it)" if seen.get("fix") == "safe" else ""
    lines.append(f"      try: {finding.cure}{safe}")
    if source := seen.get("source"):
        lines.append(f"      why: {source}; gate rule {finding.rule}")
    return lines


def show_diff(files: Iterable[FixedFile]) -> None:
    """Print what the fixes would change."""
    from wiring.settings import wants_colour

    colours = {"+": "green", "-": "red"} if wants_colour() and sys.stdout.isatty() else {}
    lines = [line for file in files for line in file.diff]
    for line in lines or ["No finding has a safe fix."]:
        click.secho(line, fg=colours.get(line[:1]))
