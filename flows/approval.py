"""A person's approval before the expensive step: one row in the ledger, however it was given, and asked for only
once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from prefect import runtime
from prefect.input import RunInput, keyset_from_paused_state
from prefect.input.actions import aread_flow_run_input
from prefect.states import Suspended
from pydantic import ConfigDict, Field

from flows.delivery import Delivery
from flows.scene_run import SceneRun
from flows.shot_state import ShotState
from flows.showing.publish import publish_turn
from flows.turn import suspend, words_of_turn
from governor.errors import ApprovalLapsed, Excluded, NotApproved
from manifests.decision import Binding, Decision
from manifests.keys import hash_json
from manifests.money import format_usd
from production.planning.bindings import binding_now
from production.purchasing.tell import tell_of_waiting
from production.review.approving import answered_before, approve
from wiring.services import Services
from wiring.up import read_up, room_of

ASKED, HEARD = "asked", "heard"
"""The kinds of note under which the ledger keeps which shots a form showed, and which forms' answers were taken."""


_NAMELESS = "an approval needs a name, and this one has none: ⋮ → Retry asks again; fill in Your name"


def _name_is_required(schema: dict[str, Any]) -> None:
    """Prefect's page marks every field "(Optional)" that its form does not require."""
    schema["required"] = sorted({*schema.get("required", []), "who"})


class FinalsApproval(RunInput):
    """The form in Prefect's page. Its answer is checked again after the run resumes: a form proves nothing about
    money. The page asks for a name; an answer that has none, as older forms allowed, buys nothing.
    """

    model_config = ConfigDict(json_schema_extra=_name_is_required)

    answer: Annotated[
        Literal["not yet", "make the finals", "answered elsewhere"],
        Field(
            title="Your answer",
            description="Make the finals: this buys them. Not yet: the run ends, and nothing is spent. Answered "
            "elsewhere: you approved them in the review room, or with gate approve.",
            json_schema_extra={"default": "not yet"},
        ),
    ]
    who: Annotated[
        str,
        Field(
            max_length=80,
            title="Your name",
            description="The ledger keeps it with your answer.",
        ),
    ] = ""
    max_usd: Annotated[
        str,
        Field(
            pattern=r"^([0-9]{1,7}(\.[0-9]{1,6})?)?$",
            title="The most that you allow, in US dollars",
            description="Leave it empty to allow exactly the sum above. A lower sum buys nothing.",
        ),
    ] = ""
    why: Annotated[str, Field(max_length=400, title="Your reason", description="Finals in 1080p need one.")] = ""


def _form(words: str, who: str | None) -> type[FinalsApproval]:
    """The form with what it shows. `who`: the name that it begins with."""
    form = FinalsApproval.with_initial_data(description=words)
    if who is not None:
        form.model_fields["who"].json_schema_extra = {"default": who}
        form.model_rebuild(force=True)
    return form


@dataclass(frozen=True, slots=True)
class Approval:
    """The approval given. `missing` and `lapsed` name the shots that still want a person, with what changed."""

    bindings: dict[str, Binding]
    missing: tuple[str, ...]
    lapsed: dict[str, tuple[str, ...]]
    decisions: tuple[Decision, ...]
    unfinished: tuple[str, ...]

    @property
    def given(self) -> dict[str, Binding]:
        """What may be bought: the bindings that an approval stands for."""
        return {shot: binding for shot, binding in self.bindings.items() if shot not in self.missing}


def bindings_of(services: Services, drafts: Mapping[str, ShotState]) -> dict[str, Binding]:
    """What would be bought for each shot that has a draft."""
    return {
        shot: binding_now(services, state.shot, state.panel, state.clip, state.end_panel)
        for shot, state in drafts.items()
        if state.panel is not None and state.clip is not None
    }


async def wait_for_approval(run: SceneRun, bindings: dict[str, Binding], delivery: Delivery) -> Approval:
    """Read the approval from the ledger; under a deployment, suspend until a person has answered the form.

    Without one the run simply ends here, and `gate approve` and `gate resume` go on. A retry finds the row and does not
    ask.
    """
    standing = read_approval(run, bindings)
    await tell_of_waiting(run, {shot: bindings[shot] for shot in standing.missing}, standing.lapsed)
    if not bindings or runtime.deployment.id is None:
        return standing
    if await _hear(run, bindings):
        standing = read_approval(run, bindings)  # what somebody else approved meanwhile counts as well
        await publish_turn(run.services, run.scene.id, len(standing.missing), answered=True)
        return standing
    if standing.missing:
        wanted = {shot: bindings[shot] for shot in standing.missing}
        settings = run.services.settings
        form = _form(_words(run, wanted, standing, delivery), settings.who if read_up(settings) else None)
        await publish_turn(run.services, run.scene.id, len(wanted), answered=False)
        words = words_of_turn(settings, run.scene.id, len(wanted))
        await suspend(form, _new_form(run, bindings, standing.missing), words)
    return standing


def _family(bindings: Mapping[str, Binding]) -> str:
    """What the keys of a run's forms about these bindings begin with.

    Of all of them, so that a run which was answered for some goes on with those, and does not ask for the rest again.
    """
    run = str(runtime.flow_run.id).replace("-", "")[:12]
    return f"finals-{hash_json([b.model_dump(mode='json') for b in bindings.values()])[:12]}-{run}"


def _new_form(run: SceneRun, bindings: Mapping[str, Binding], missing: tuple[str, ...]) -> str:
    """The key of another form, never one that was shown: Prefect forgets on a Retry that it asked, and keeps what it
    asked with.
    """
    key = f"{_family(bindings)}-{len(_shown(run, bindings)) + 1}"
    run.services.ledger.note(ASKED, _scope(run), f"{key} {' '.join(missing)}")
    return key


async def _hear(run: SceneRun, bindings: Mapping[str, Binding]) -> bool:
    """Take what was answered to the forms of this run, each answer once; False where there is none that is new."""
    ledger, new = run.services.ledger, False
    heard = {note.text for note in ledger.notes(kind=HEARD, scope=_scope(run))}
    for key, shown in _shown(run, bindings).items():
        if key not in heard and (answer := await _given(key)) is not None:
            _take(run, answer, [bindings[shot] for shot in shown])
            ledger.note(HEARD, _scope(run), key)
            new = True
    return new


def _take(run: SceneRun, answer: FinalsApproval, shown: list[Binding]) -> None:
    """Write down what a form said to what it showed, once however often the run starts from the top.

    An approval that cannot be one (it allows too little, or a reason is wanting) is said and changes nothing: another
    may be valid.
    """
    services, scene = run.services, run.scene.id
    said = [each.decision for each in services.ledger.decided(scene)]
    mine = [d.binding for d in said if (d.kind, d.door, d.who) == ("approve", "prefect form", answer.who)]
    new = [binding for binding in shown if binding not in mine]
    if answer.answer != "make the finals" or not new:
        return
    if not answer.who.strip():
        services.telemetry.say(scene, "approval", "blocked", _NAMELESS)
        return
    try:
        written = approve(
            services, new, who=answer.who, door="prefect form", why=answer.why, max_usd=answer.max_usd or None
        )
    except (NotApproved, Excluded) as refusal:
        services.telemetry.say(scene, "approval", "blocked", f"{answer.who}'s approval does not count: {refusal}")
        return
    for words in answered_before(services, written):
        services.telemetry.say(scene, "approval", "done", words)


def _scope(run: SceneRun) -> str:
    return f"scene:{run.scene.id}"


def _shown(run: SceneRun, bindings: Mapping[str, Binding]) -> dict[str, tuple[str, ...]]:
    """The forms of this run about these bindings, by key, each with the shots that it was about."""
    notes = run.services.ledger.notes(kind=ASKED, scope=_scope(run))
    return {
        note.text.split()[0]: tuple(note.text.split()[1:])
        for note in notes
        if note.text.startswith(f"{_family(bindings)}-")
    }


async def _given(key: str) -> FinalsApproval | None:
    """What a person has answered in the form of this key; None where nobody has."""
    said = await aread_flow_run_input(keyset_from_paused_state(Suspended(pause_key=key))["response"])
    return FinalsApproval.model_validate(said) if said else None


def read_approval(run: SceneRun, bindings: Mapping[str, Binding]) -> Approval:
    """What the ledger has for these bindings."""
    missing, lapsed, decisions = [], {}, []
    for shot, binding in bindings.items():
        try:
            decisions.append(run.services.ledger.approved(binding))
        except ApprovalLapsed:
            changed = run.services.ledger.lapsed(run.scene.id, [binding])
            lapsed[shot] = changed[0][1] if changed else ()
            missing.append(shot)
        except NotApproved:
            missing.append(shot)
    excluded = run.services.ledger.excluded(run.scene.id)
    unfinished = tuple(shot.id for shot in run.scene.shots if shot.id not in bindings and shot.id not in excluded)
    return Approval(dict(bindings), tuple(missing), lapsed, tuple(decisions), unfinished)


def _words(run: SceneRun, wanted: Mapping[str, Binding], standing: Approval, delivery: Delivery) -> str:
    """What the form shows, in the order in which a person decides: what it is about, the pictures, then what it
    costs.
    """
    total = sum(binding.price_microusd for binding in wanted.values())
    one = len(wanted) == 1
    finals = "1 final" if one else f"{len(wanted)} finals"
    costs = f"for at most ${format_usd(total)}" if total else f"which {'costs' if one else 'cost'} nothing"
    lines = [f"### {run.scene.id}: approve {finals}, {costs}", "", _where_to_look(run, delivery)]
    if delivery.contact_sheet_url:
        lines += ["", f"![contact sheet]({delivery.contact_sheet_url})"]
    rows = {shot: b for shot, b in wanted.items() if b.price_microusd or standing.lapsed.get(shot)}
    if rows:
        lines += ["", "| shot | tier | costs at most | changed since the last approval |", "|---|---|---|---|"]
    for shot, binding in rows.items():
        changed = ", ".join(standing.lapsed.get(shot, ())) or "–"
        lines.append(
            f"| {shot} | {binding.tier} {binding.resolution} | ${format_usd(binding.price_microusd)} | {changed} |"
        )
    if total:
        left = run.services.ledger.balance(f"scene:{run.scene.id}").left
        lines += [
            "",
            f"**${format_usd(total)} at most for all of them.** ${format_usd(left)} is left under the scene's cap.",
        ]
        lines += [f"{free} of these finals cost nothing."] if (free := len(wanted) - len(rows)) else []
    lines += ["", "Nothing is spent until you answer."]
    if excluded := run.services.ledger.excluded(run.scene.id):
        lines += ["", *(f"Left out: {each.words}." for each in excluded.values())]
    return "\n".join(lines)


def _where_to_look(run: SceneRun, delivery: Delivery) -> str:
    """The drafts are looked at elsewhere: Prefect's page shows stills, and no clip."""
    if room := room_of(run.services.settings):
        return f"Look at the drafts in the [review room]({room}/r/{run.scene.id}). You can approve them there, too."
    laid = f" The draft cut is {delivery.draft}, on the machine that made it." if delivery.draft else ""
    return f"Look at the drafts before you answer: `gate review {run.scene.id}`.{laid}"
