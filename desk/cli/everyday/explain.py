"""gate explain: in one line, why a shot would cost money or not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from desk.cli.options import film_option, json_option, prices_option, print_json, read_film
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.decision import Decision
    from manifests.spending.plan import PlanStep
    from manifests.take import Take
    from wiring.services import Services


_STATES = (("run", "will run"), ("blocked", "blocked"), ("collect", "in flight"))


class _TakeLine(TypedDict):
    """One take, for people and for programs."""

    take: str
    state: str
    changed: str
    flaws: list[str]
    asks: list[str]
    not_checked: list[dict[str, str]]


class _Explained(TypedDict):
    """A shot, for people and for programs."""

    shot: str
    state: str
    why: str
    waits_for: str
    takes: list[_TakeLine]
    steps: list[dict[str, str]]
    diagnosis: dict[str, object] | None


@click.command()
@click.argument("shot")
@film_option
@prices_option
@json_option
@click.option(
    "--all", "everything", is_flag=True, help="List every take too, with its verdict, and people's decisions."
)
def explain(shot: str, film: Path | None, prices: Path | None, as_json: bool, everything: bool) -> None:
    """Say in one line why SHOT is cached, would run, or waits for a person."""
    from desk.cli.shots.fix import tell
    from manifests.view_shot import BIBLE
    from production.journey.diagnosing import diagnosis_of

    if "_" not in shot:
        raise click.BadParameter(f"{shot} is not a shot ID; expected, for example, SC010_SH0040", param_hint="SHOT")
    scene = scene_of_shot(shot)
    services = read_film(film, prices, scopes=[f"shot:{shot}"])
    if scene == BIBLE:
        _explain_view(services, shot, as_json=as_json)
        return
    facts = explained(services, shot)
    if as_json:
        print_json(facts)
        return
    found, takes, line = diagnosis_of(services, shot), facts["takes"], facts["why"]
    waits_for = facts["waits_for"].partition("; diagnosis: ")[0]  # it follows, a line each
    click.echo(line + (f"; waits for you: {waits_for}" if waits_for else ""))
    if found:
        tell(found)
    for line in _by_people(services, shot) if everything else ():
        click.echo(f"  {line}")
    for take in takes if everything else ():
        click.echo(f"  {_take_line(take)}")
        for line in _not_checked(take):
            click.echo(f"      not checked: {line}")


def explained(services: Services, shot: str) -> _Explained:
    """Why a shot of a scene is cached, would run or waits, and every take of it."""
    from production.journey.diagnosing import diagnosis_of
    from production.planning.plan_scene import plan_scene

    scene = scene_of_shot(shot)
    steps = plan_scene(services, services.scene(scene)).of(shot)
    state, line = _line(shot, steps)
    drafted = any(s.stage == "clip" and s.tier == "draft" and s.does == "cached" for s in steps)
    waits = {note.scope.rpartition(":")[2]: note.text for note in services.ledger.escalations(scene)}
    found = diagnosis_of(services, shot)
    return {
        "shot": shot,
        "state": state,
        "why": line,
        "waits_for": "" if drafted else waits.get(shot, ""),
        "takes": [_take(services, take) for take in services.ledger.takes(shot=shot)],
        "steps": [{"stage": s.stage, "tier": s.tier, "does": s.does, "why": s.why} for s in steps],
        "diagnosis": found.model_dump(mode="json") if found else None,
    }


def _explain_view(services: Services, subject: str, *, as_json: bool) -> None:
    """A view of the bible: how it stands, and every take of it."""
    from desk.cli.shots.turnaround import facts_of, state_for
    from manifests.view_shot import BIBLE, ViewShot

    one = services.scene_or_bible(BIBLE).shot(subject)
    assert isinstance(one, ViewShot)
    state, takes = state_for(services, one), [_take(services, take) for take in services.ledger.takes(shot=subject)]
    if as_json:
        print_json({**facts_of(state, 0), "takes": takes})
        return
    cure = f". {state.cure}" if state.cure else ""
    click.echo(f"{subject}, {one.name}: {state.does}; {state.why}{cure}")
    for line in (*_by_people(services, subject), *(_take_line(take) for take in takes)):
        click.echo(f"  {line}")


def _not_checked(take: _TakeLine) -> list[str]:
    """The rules that were not checked, a line for each reason: "V102 ilse, V103 ilse:
    too little of ilse is in frame".
    """
    found: dict[str, list[str]] = {}
    for each in take["not_checked"]:
        found.setdefault(each["why"] or "it has nothing to say", []).append(f"{each['rule']} {each['subject']}")
    return [f"{', '.join(rules)}: {why}" for why, rules in found.items()]


def _take_line(take: _TakeLine) -> str:
    return (
        f"{take['take']:<22}{take['state']:<10}{take['changed']:<18}{', '.join(take['flaws'])}{'; '.join(take['asks'])}"
    )


def _line(shot: str, steps: tuple[PlanStep, ...]) -> tuple[str, str]:
    """The shot's state in a word, and the line that says why."""
    cached = [f"{s.tier} {s.stage}" for s in steps if s.does == "cached"]
    to_do = [f"{s.tier} {s.stage} {s.why}" for s in steps if s.does != "cached"]
    does = {s.does for s in steps}
    state = next((words for name, words in _STATES if name in does), "cached")
    same = f": {', '.join(cached)} made from the same words, pictures and model, and passed" if cached else ""
    return state, f"{shot}: {state}{same}" + (f"; {'; '.join(to_do)}" if to_do else "")


def _by_people(services: Services, shot: str) -> list[str]:
    """People's retakes, work by hand, and undone decisions; a line each."""
    every = {str(each.number): each.decision for each in services.ledger.decided(shot)}
    told = [d for d in every.values() if d.retake or d.hands or d.kind in {"undo", "hold", "omit"}]
    return [
        f"{d.made_at[:16].replace('T', ' ')}  {d.who}{' took back' if d.kind == 'undo' else ''}: {_about(d, every)}"
        + (f" ({d.why})" if d.why else "")
        for d in told
    ]


def _about(decision: Decision, every: Mapping[str, Decision]) -> str:
    """The subject of a decision; an undo has the subject of the decision that it takes back."""
    if decision.kind == "undo":
        return _about(every[decision.subject], every) if decision.subject in every else decision.subject
    return decision.subject or decision.kind.replace("_", " ")


def _take(services: Services, take: Take) -> _TakeLine:
    from production.journey.unsure import open_questions

    verdict = services.ledger.verdict(take.generation_key)
    name = f"{take.stage} {take.tier} v{take.version:03d}"
    flaws = sorted(verdict.flaws) if verdict else []
    asks = list(open_questions(verdict, services.ledger.decided(take.shot), take))
    left = [{"rule": s.rule, "subject": s.subject, "why": s.why} for s in verdict.not_checked] if verdict else []
    return {
        "take": name,
        "state": take.state,
        "changed": take.changed,
        "flaws": flaws,
        "asks": asks,
        "not_checked": left,
    }
