"""How a run ended, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desk.cli.options import (
    money,
    retyped,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checks.colour_match import ColourMatch
    from flows.outcome import DraftWaiting, SceneOutcome


def facts(outcome: SceneOutcome) -> dict[str, object]:
    """The outcome for programs."""
    told = outcome.model_dump(mode="json", exclude={"settled_microusd", "held_microusd"})
    return {**told, **money("settled", outcome.settled_microusd), **money("held", outcome.held_microusd)}


def report(outcome: SceneOutcome) -> None:
    """The outcome for people: a sentence, where things lie, and what to type next."""
    from manifests.money import rounded_usd

    click.echo(f"\n{retyped(outcome.message)}")
    spent = f"spent ${rounded_usd(outcome.settled_microusd)}, held ${rounded_usd(outcome.held_microusd)}"
    click.echo(f"  {spent}; {_made(outcome)}")
    for label in ("film", "draft", "reel", "contact_sheet", "drift_chart", "timeline"):
        if path := getattr(outcome, label):
            click.echo(f"  {label.replace('_', ' '):<14}{path}")
    colours = colour_lines(outcome.colours)
    listed = (
        ("re-anchored", outcome.re_anchored),
        ("drift", outcome.drifted),
        ("colour", colours),
        ("left out", outcome.left_out),
    )
    for label, lines in listed:
        for line in lines:
            click.echo(f"  {label:<14}{line}")
    for draft in outcome.drafts_waiting:
        tell_draft(draft)
    click.echo("Next:" + "".join(f"\n  {command}" for command in outcome.next))


def _made(outcome: SceneOutcome) -> str:
    """How much this run made; and where that is nothing, whether anything is left to make."""
    if outcome.generated:
        return f"{outcome.generated} made in this run"
    waits = outcome.ending != "finished" and any(line.draft is None and line.status != "omit" for line in outcome.shots)
    return "nothing was made in this run" if waits else "nothing was made: everything is there already"


def tell_draft(draft: DraftWaiting) -> None:
    """The preview of a draft before it is bought: its price, its picture, its words."""
    from manifests.money import rounded_usd

    price = f"at most ${rounded_usd(draft.high_microusd)}"
    click.echo(f"  {draft.shot} draft {draft.resolution}, {draft.provider}, {price}")
    click.echo(f"    picture  {draft.picture or 'none: only words are sent'}")
    click.echo("    words    " + draft.prompt.replace("\n", "\n             "))


def colour_lines(colours: Sequence[ColourMatch]) -> tuple[str, ...]:
    """The cut's colour corrections of chained shots, in a line;
    and each shot that it leaves uncorrected although it is off.
    """
    matched = [match for match in colours if match.state == "matched"]
    lines = [
        f"{match.shot} keeps its own colours in the cut: {match.why}" for match in colours if match.state == "refused"
    ]
    if matched:
        before, after = (max(getattr(match, when) for match in matched) for when in ("before", "after"))
        to = ", ".join(sorted({match.to for match in matched}))
        count = f"{len(matched)} of {len(colours)} chained shot{'' if len(colours) == 1 else 's'}"
        lines.insert(0, f"{count} brought to {to} in the cut: delta-E at most {before:.1f} before, {after:.1f} after")
    return tuple(lines)
