"""A finding of continuity, with the two values and the line that accepts it."""

from __future__ import annotations

from dataclasses import dataclass

from checks.continuity.story import Told
from checks.contract import Rule
from manifests.finding import Finding
from manifests.story.continuity import Change
from manifests.story.states import ContinuityFinding


@dataclass(frozen=True, slots=True)
class Kind:
    """A rule, and the word by which a waiver names its changes."""

    rule: Rule
    change: Change


def found(
    kind: Kind, now: Told, last: Told, values: tuple[str, str], cure: str, of: tuple[str, ...]
) -> ContinuityFinding:
    """`values`: before and now, as words that stand after the shot's name. `of`: whom or what it is about."""
    before, here = values
    waive = waiver_line(kind.change, of)
    finding = Finding(
        rule=kind.rule.code,
        severity=kind.rule.severity,
        subject=now.shot.id,
        flaw=":".join((kind.rule.page.name, *of)),
        message=f"{before} in {last.shot.id}, and {here} here",
        cure=f"{cure}, or accept it: {waive}",
        evidence={"against": last.shot.id, "before": before, "now": here},
    )
    return ContinuityFinding(
        finding=finding,
        change=kind.change,
        shot=now.shot.id,
        against=last.shot.id,
        before=before,
        now=here,
        of=of,
        waive=waive,
    )


def waiver_line(change: Change, of: tuple[str, ...]) -> str:
    """The line of the shot's file that accepts a change."""
    whose = f", of: {of[0]}" if of else ""
    return f'continuity: {{change: {change}{whose}, why: "..."}}'
