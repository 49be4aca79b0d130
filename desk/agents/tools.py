"""The tools that an agent may call. None approves, raises a cap, lifts a stop, locks a picture or writes a film's file.

Each docstring is the whole specification that a model reads: what the tool does, what it costs, what it never does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from desk.agents.commands import command
from desk.agents.errors import MissingScope
from desk.agents.reading import Facts
from manifests.noun import SceneId, ShotId
from manifests.story.proposal import SHORT, FieldChange
from production.proposals.proposing import Proposer, propose
from wiring.services import Services

TOOL = "propose_change"
_REHEARSE_S, _DRAFTS_S = 900.0, 6 * 3600.0

Base = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="The `base` that the resource gave for this file.")]
Reason = Annotated[str, Field(min_length=1, max_length=2000, description="Why, in a sentence for the person.")]
Changes = Annotated[list[FieldChange], Field(min_length=1, max_length=50)]
Names = Annotated[str, Field(pattern=r"^[a-z_]{0,40}(,[a-z_]{1,40}){0,3}$")]
File = Annotated[str, Field(max_length=120, description="scenes/SC010.yaml, bible/characters/ada.yaml, …")]


def lint(services: Services, _: Proposer, scene: SceneId | None = None) -> Facts:
    """List everything that is wrong with the film's files and pictures; of one scene, where `scene` is given.

    Costs nothing, sends nothing, writes nothing. It approves nothing.
    """
    from production.planning.film_lint import findings_of

    scenes = [services.scene(scene).id] if scene else sorted(services.folder.scenes)
    found = findings_of(services, scenes)
    errors = sum(each.severity == "error" for each in found)
    return {"errors": errors, "findings": [each.model_dump(mode="json") for each in found]}


def plan(
    services: Services, _: Proposer, scene: SceneId, tier: Literal["draft", "final", "hero", "all"] = "all"
) -> Facts:
    """List the steps that a run of `scene` would take, those done already, what blocks others, and the price of each.

    Costs nothing, sends nothing, buys nothing. It approves nothing.
    """
    from desk.cli.everyday.plan import facts_of_plan
    from production.planning.limits import plan_within_limits

    return facts_of_plan(services, plan_within_limits(services, services.scene(scene), tier))


def explain(services: Services, _: Proposer, shot: ShotId) -> Facts:
    """Say why `shot` is done, would run, or waits for a person; with each take, its flaws and the diagnosis.

    Costs nothing, sends nothing, writes nothing. It approves nothing.
    """
    from desk.cli.everyday.explain import explained

    services.shot(shot)
    return dict(explained(services, shot))


def coverage(services: Services, _: Proposer) -> Facts:
    """List what the film refers to and lacks, what is approved and unused, and paid takes that it never shows.

    Costs nothing, sends nothing, writes nothing. It approves nothing.
    """
    from desk.cli.story.coverage import facts_of_gaps
    from production.continuity.coverage import coverage as look

    return facts_of_gaps(look(services))


def rehearse(services: Services, _: Proposer, scene: SceneId, provider: Names = "") -> Facts:
    """Play a run of `scene` on a copy of the film, with providers that are simulated on this machine. Takes minutes.

    Costs $0: no provider is called, no money is held. The film, its ledger and its pictures stay as they are. It
    approves nothing in the film. `provider`: others than the film names, such as fal or bfl,fal.
    """
    services.scene(scene)
    others = ["--provider", provider] if provider else []
    return command(services, ["rehearse", scene, "--json", *others], timeout_s=_REHEARSE_S)


def run_drafts(services: Services, by: Proposer, scene: SceneId) -> Facts:
    """Make the missing drafts of `scene` under the standing order that a person left for it. Takes minutes to hours.

    Costs money, up to the night's cap of that order and never more, and only while the order's window is open. Without
    an order it is refused: you cannot leave one; ask the person (gate order). It makes drafts only: no final, no
    approval, no higher cap. Call it again after an interruption: it goes on where it was, and buys nothing twice. No
    argument of yours makes a second purchase.
    """
    services.scene(scene)
    if services.ledger.standing_order(scene) is None:
        cause = f"{by.who} has no scope drafts:{scene}: no standing order of a person stands for the scene"
        raise MissingScope(f"run_drafts {scene}", cause, "Ask a person to leave one: gate order")
    return command(services, ["night", scene, "--no-stay", "--json"], timeout_s=_DRAFTS_S)


def propose_change(services: Services, by: Proposer, file: File, base: Base, changes: Changes, why: Reason) -> Facts:
    """Propose changes of one file (a scene, or a file of the bible). A person accepts or rejects; you cannot.

    Costs nothing, changes no file, approves nothing. Each of `changes` has `at`, a place such as
    shots/SC010_SH0020/motion, shots/SC010_SH0020/cast/ada/wardrobe or shots/+ (a new last entry), and `value`; or
    `remove: true`. `base` binds the proposal to the file as you read it: where the file has changed, the refusal
    names the fields, and you read it again. The film must still read afterwards, and lint must find no new error.
    The same call twice is one proposal. film.yaml, lock.yaml and private shots cannot be changed so.
    """
    told: dict[str, JsonValue] = {
        "file": file,
        "base": base,
        "changes": [change.model_dump(mode="json") for change in changes],
        "why": why,
    }
    made = propose(services, file, changes, base=base, tool=TOOL, arguments=told, by=by, why=why)
    return {
        "id": made.id,
        "state": "open",
        "lapses_at": made.lapses_at,
        "next": f"A person decides: gate proposals show {made.id[:SHORT]}",
    }


Tool = Callable[..., dict[str, Any]]
TOOLS: tuple[Tool, ...] = (lint, plan, rehearse, explain, coverage, propose_change, run_drafts)
"""A new tool is a function above and its name here."""
