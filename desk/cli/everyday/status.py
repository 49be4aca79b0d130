"""gate status: where every shot stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import (
    film_option,
    json_option,
    money,
    prices_option,
    print_json,
    read_film,
    retyped,
    settings_for,
)
from desk.cli.services.status_up import tell_up
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from manifests.diagnosis import Diagnosis
    from manifests.scene import Scene
    from manifests.spending.plan import PlanStep
    from manifests.take import Take
    from production.planning.plan_scene import Plan
    from wiring.services import Services


@click.command()
@click.argument("scene", required=False)
@film_option
@prices_option
@json_option
def status(scene: str | None, film: Path | None, prices: Path | None, as_json: bool) -> None:
    """Show where each shot of SCENE stands, the calls in flight, and what the scene waits for;
    without SCENE, the parts of gate up that run.
    """
    from manifests.view_shot import BIBLE

    if scene is None:
        tell_up(settings_for(film, prices), as_json=as_json)
    elif scene == BIBLE:
        from desk.cli.shots.turnaround import tell_states
        from production.bible.views import EVERY_WARDROBE, EVERYBODY, wanted

        services = read_film(film, prices)
        tell_states(services, wanted(services, EVERYBODY, EVERY_WARDROBE), as_json=as_json)
    else:
        _tell_scene(scene, film, prices, as_json=as_json)


def _tell_scene(scene: str, film: Path | None, prices: Path | None, *, as_json: bool) -> None:
    from manifests.money import format_usd
    from production.media.media_lost import lost_of
    from production.planning.plan_scene import plan_scene

    services = read_film(film, prices, scopes=[f"scene:{scene}"])
    made = plan_scene(services, services.scene(scene))
    said = _approvals(services, services.scene(scene), made)
    waits = {note.scope.rpartition(":")[2]: note.text for note in services.ledger.escalations(scene)}
    rows = [_row(made.of(shot.id), shot.id, said, waits) for shot in services.scene(scene).shots]
    found = _diagnosed(services, [row["shot"] for row in rows if row["waits_for"] and row["shot"] in waits])
    in_flight = [_open_line(services, take) for take in services.ledger.marks_open(scene)]
    balance = services.ledger.balance(f"scene:{scene}")
    notices = lost_of(services, scene)
    if as_json:
        print_json(
            {
                "scene": scene,
                **notices,
                "shots": [row | {"diagnosis": _told(found.get(row["shot"]))} for row in rows],
                "in_flight": in_flight,
                **money("settled", balance.settled),
                **money("held", balance.held),
            }
        )
        return
    for words in filter(None, notices.values()):
        click.echo(f"{retyped(words)}\n")
    for line in _table(rows, found):
        click.echo(retyped(line))
    for line in in_flight:
        click.echo(f"  ⇣ {retyped(line)}")
    click.echo(f"spent ${format_usd(balance.settled)}, held ${format_usd(balance.held)}")


def _diagnosed(services: Services, shots: list[str]) -> dict[str, Diagnosis | None]:
    """The diagnosis of each shot that waits because it failed; where none does, the checks need not be loaded."""
    if not shots:
        return {}
    from production.journey.diagnosing import diagnosis_of

    return {shot: diagnosis_of(services, shot) for shot in shots}


def _table(rows: list[dict[str, str]], found: Mapping[str, Diagnosis | None]) -> list[str]:
    """A line a shot. Each column is as wide as its longest word."""
    cells = [
        (
            r["shot"],
            f"draft {r['draft']}",
            f"final {r['final']}",
            r["approved_by"],
            _short(r["waits_for"], found.get(r["shot"])),
        )
        for r in rows
    ]
    widths = [max((len(cell[place]) for cell in cells), default=0) for place in range(4)]
    return ["  " + "  ".join([*map(str.ljust, cell, widths), cell[4]]).rstrip() for cell in cells]


def _approvals(services: Services, scene: Scene, made: Plan) -> dict[str, str]:
    """By shot, the state of the approval for its next purchase:
    who gave it, or what changed since, so that it lapsed.
    """
    from governor.errors import PriceRefused
    from production.planning.bindings import bindings_of
    from production.planning.draft_approval import drafts_that_wait

    given = {d.binding.shot: d for d in services.ledger.approvals(scene.id) if d.binding and d.binding.tier != "draft"}
    said = {shot: f"approved by {decision.who}" for shot, decision in given.items()}
    try:
        now = bindings_of(services, scene, {shot: d for shot, d in made.drafts.items() if shot in given})
        drafts = drafts_that_wait(services, scene) if services.folder.film.tiers.draft.approve == "person" else {}
    except PriceRefused:
        return said  # gate plan names the price that is missing; without one nobody can say what the approval covers
    for shot, changed in services.ledger.lapsed(scene.id, now.values()):
        said[shot] = f"{given[shot].who}'s approval lapsed: {', '.join(changed)} changed"
    return said | dict.fromkeys(drafts, "draft waits for your approval")


def _short(waits_for: str, found: Diagnosis | None) -> str:
    """The failed stages, and the layer to blame; the evidence is for gate explain."""
    if found is None:
        return waits_for
    failed = waits_for.partition("; diagnosis: ")[0]
    return f"{failed}; to blame: {found.layer} ({found.confidence} evidence): gate explain {found.shot}"


def _told(found: Diagnosis | None) -> dict[str, object] | None:
    return found.model_dump(mode="json") if found else None


def _open_line(services: Services, take: Take) -> str:
    """The calls with a provider, each with its price and age, the obstacle to collecting it, and the next step."""
    from manifests.money import format_usd
    from production.purchasing import uncollected

    sent = services.ledger.was_sent_at(take.generation_key)
    since = f", sent {sent[:16].replace('T', ' ')}" if sent else ""
    state = take.state.replace("_", " ")
    doubt = f"; ask: gate reconcile {scene_of_shot(take.shot)}" if take.state == "in_doubt" else ""
    if take.state == "submitted" and (why := uncollected.why(services.ledger, take)):
        doubt = f"; {why}"
    return (
        f"{take.shot} {take.stage} {take.tier}: {state} at {take.provider}, ${format_usd(take.held_microusd)} "
        f"held{since}{doubt}"
    )


def _row(steps: tuple[PlanStep, ...], shot: str, said: dict[str, str], waits: dict[str, str]) -> dict[str, str]:
    words = {"cached": "done", "run": "to make", "collect": "in flight", "blocked": "blocked"}
    excluded = {"hold": "on hold", "omit": "cut"}
    clips = {
        ("draft" if s.tier == "draft" else "final"): excluded.get(s.block or "", words[s.does])
        for s in steps
        if s.stage == "clip"
    }
    done = clips.get("draft") == "done"
    who = said.get(shot) or ("waits for approval" if done else "")
    hands = next((s.why for s in steps if s.block in {"hands", "hold", "omit", "asked"}), "")
    return {"shot": shot, **clips, "approved_by": who, "waits_for": "" if done else hands or waits.get(shot, "")}
