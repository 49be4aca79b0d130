"""Why the governor refuses a purchase: one pure function per reason. Each returns its refusal, or None."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import get_args

from governor.errors import (
    AlreadyBought,
    AttemptsSpent,
    BudgetRefused,
    CapRaise,
    DraftsNotDecided,
    Fenced,
    ModelRetired,
    NightOver,
    NotAPerson,
    ProviderBusy,
    RefusedBefore,
    StillOpen,
    Stopped,
    SwitchNotDecided,
    UncertifiedInput,
)
from governor.purchase import Balance, Epoch
from manifests.decision import REVIEW_TOOL, Decision
from manifests.film import Resolution
from manifests.money import MICROUSD_PER_USD, format_usd
from manifests.names import scene_of_shot
from manifests.spending.standing_order import Night, StandingOrder

_CENT = MICROUSD_PER_USD // 100
PERSONS_ONLY = frozenset(
    {
        "approve",
        "raise_cap",
        "write_off",
        "release",
        "go",
        "standing_order",
        "switch_provider",
        "fix",
        "verdict",
        "set_threshold",
        "retake",
        "hands",
        "circle",
        "edit_layer",
        "composite",
        "post_fix",
        "hold",
        "omit",
        "undo",
        "draft_resolution",
        "accept_proposal",
        "reject_proposal",
    }
)
FROM_REVIEW_TOOLS = frozenset({"note", "verdict"})
SWITCH_PERCENT = 15
"""A switch of provider that adds more than this part of what is left under the scene's cap is a person's to decide."""


def fits_cap(balance: Balance, need: int, foreseen: int = 0) -> BudgetRefused | None:
    """Whether `need` micro-dollars still fit. The advice makes room for `foreseen` too, rounded up to a cent."""
    if balance.settled + balance.held + need <= (balance.cap or 0) or need == 0:
        return None
    kind, _, name = balance.scope.partition(":")
    cap = "it has no cap yet" if balance.cap is None else f"its cap of ${format_usd(balance.cap)} has"
    left = "" if balance.cap is None else f" ${format_usd(balance.left)} left"
    wanted = balance.settled + balance.held + max(need, foreseen)
    advised = format_usd(-(-wanted // _CENT) * _CENT)
    return BudgetRefused(
        f"the {kind} {name}",
        f"{cap}{left} and this needs ${format_usd(need)}",
        f'Raise it: gate cap {balance.scope} --usd {advised} --why "..."',
    )


def keeps_cap(scope: str, cap: int, wanted: int) -> CapRaise:
    """The refusal of a cap that would rise from `cap` to `wanted` without a decision."""
    return CapRaise(
        scope,
        f"its cap would rise from ${format_usd(cap)} to ${format_usd(wanted)}, and only a person raises a cap",
        f'Say so: gate cap {scope} --usd {format_usd(wanted)} --why "..."',
    )


def not_moderated(shot: str, provider: str, raw: str | None) -> RefusedBefore | None:
    """Whether the provider may be asked at all. `raw`: its answer where its moderation refused just this before."""
    if raw is None:
        return None
    return RefusedBefore(
        shot,
        f"{provider} refused just these words and pictures before ({raw[:200]})",
        f"Change one thing; what there is to choose from: gate offers {shot}",
    )


def not_bought(shot: str, state: str | None) -> AlreadyBought | StillOpen | None:
    """Whether the generation key is free. `state`: of its live attempt, None where there is none."""
    scene = scene_of_shot(shot)
    if state == "settled":
        return AlreadyBought(
            shot, "this very generation was bought before", f"See its takes: gate explain {shot} --all"
        )
    if state == "written_off":
        return AlreadyBought(
            shot,
            "this very generation was written off, and its money may have been billed",
            f"Change one thing of the shot, then go on: gate resume {scene}",
        )
    if state == "in_doubt":
        return StillOpen(
            shot,
            "nobody knows whether the provider took this very generation, so it is not sent again",
            f"Ask the provider again: gate resume {scene}",
        )
    if state:
        return StillOpen(shot, f"this very generation is {state}", f"Collect it: gate resume {scene}")
    return None


def one_video(shot: str, state: str | None) -> StillOpen | None:
    """One video in flight a shot. `state`: of the clip of this shot that is open, None where there is none."""
    if state is None:
        return None
    return StillOpen(
        shot,
        f"another video of it is {state.replace('_', ' ')}",
        f"Bring that one home first: gate resume {scene_of_shot(shot)}",
    )


def within_attempts(shot: str, stage: str, attempt: int, takes: int, allowed: int) -> AttemptsSpent | None:
    """Whether a stage may have this attempt (counted from 1), `takes` of its recipe having been made."""
    if attempt <= allowed and takes < allowed:
        return None
    return AttemptsSpent(
        f"{shot} {stage}",
        f"it has had its {allowed} {'attempt' if allowed == 1 else 'attempts'}",
        f"Look at them, then change one thing: gate explain {shot}",
    )


def within_the_night(
    scene: str, order: StandingOrder | None, night: str, plan: str | None, now: datetime, takes_s: float
) -> NightOver | None:
    """Whether a call may begin under a standing order. `night`: the one it is to count against; `takes_s`: how long
    such calls take, 95 of 100 of them.
    """
    if order is None:
        cure = f'Leave one: gate order {scene} --opens 22:00 --closes 07:00 --zone Europe/Amsterdam --usd 5 --why "..."'
        return NightOver(scene, "no standing order stands for it", cure)
    if order.plan is not None and order.plan != plan:
        cause = "its standing order is bound to a plan, and this run does not keep to that one"
        return NightOver(
            scene, cause, f"Name the plan file: gate run {scene} --night --plan FILE; or leave a new order."
        )
    open_now = order.night_at(now)
    if open_now is None or open_now.name != night:
        opens = order.next_night(now).opens
        cause = f"the window of its standing order is closed ({order.words()})"
        return NightOver(scene, cause, f"It opens again at {opens:%Y-%m-%d %H:%M} UTC; by day: gate resume {scene}")
    return _done_in_time(scene, open_now, now, takes_s)


def _done_in_time(scene: str, night: Night, now: datetime, takes_s: float) -> NightOver | None:
    if now + timedelta(seconds=takes_s) < night.closes:
        return None
    left_s = (night.closes - now).total_seconds()
    cause = f"the window closes in {left_s:.0f} s, and such a call may take {takes_s:.0f} s"
    if (night.closes - night.opens).total_seconds() <= takes_s:
        return NightOver(
            scene,
            cause,
            f"The whole window is too short. Leave an order with a longer one: gate order {scene} --opens ...",
        )
    return NightOver(scene, cause, f"It goes on in the next window; by day: gate resume {scene}")


def lane_free(provider: str, scene: str, in_flight: int, allowed: int) -> ProviderBusy | None:
    """Whether the provider may be given one call more."""
    if in_flight < allowed:
        return None
    calls = "one call" if in_flight == 1 else f"{in_flight} calls"
    return ProviderBusy(
        f"the provider {provider}",
        f"{calls} are with it already, and the film allows {allowed}",
        f"Wait for one, or raise limits.in_flight in film.yaml; see them: gate status {scene}",
    )


def not_retired(model: str, retires_on: date | None, today: date) -> ModelRetired | None:
    """Whether the model can still be called. `retires_on`: its last day, None where none is announced."""
    if retires_on is None or today <= retires_on:
        return None
    return ModelRetired(
        model,
        f"its provider ended it on {retires_on}, and this machine's clock says {today}",
        "Choose another provider or model in film.yaml: gate prices",
    )


def not_stopped(flags: Collection[tuple[str, str]], file: str | None) -> Stopped | None:
    """Whether money may move. `flags`: name and reason of each that is on; `file`: the STOP file, if it is there."""
    reasons = dict(flags)
    if "breaker" in reasons:
        return Stopped(
            "the governor", f"the breaker is open: {reasons['breaker']}", 'Look at the bill, then: gate go --why "..."'
        )
    if "stop" in reasons:
        return Stopped(
            "the governor", f"somebody called stop: {reasons['stop']}", 'When it is over: gate go --why "..."'
        )
    if file:
        return Stopped("the governor", f"the stop file is there ({file})", 'Look why, then: gate go --why "..."')
    return None


def not_fenced(epoch: Epoch, current: Epoch | None) -> Fenced | None:
    """Whether this run still owns its scene."""
    return None if current == epoch else fenced(epoch.scene, current)


def fenced(scene: str, current: Epoch | None) -> Fenced:
    """The refusal of a run that does not own its scene."""
    owner = "another run has taken the scene over, and goes on with it" if current else "no run has claimed the scene"
    return Fenced(scene, owner, f"This run bought nothing more. See where the other one is: gate status {scene}")


def certified_inputs(shot: str, missing: Collection[str]) -> UncertifiedInput | None:
    """Whether every certificate the call rests on is on file."""
    if not missing:
        return None
    return UncertifiedInput(
        shot,
        f"it would be made from something no gate has passed (certificate {min(missing)[:12]} is not on file)",
        f"Run what it is made from through its gate: gate run {scene_of_shot(shot)}",
    )


def switch_allowed(
    delta: int, left: int, decided: int | None, *, scene: str, stage: str, to: str
) -> SwitchNotDecided | None:
    """Whether a scene may go on with another provider, which adds `delta` micro-dollars while `left` is left.

    `decided`: the delta that a person approved, None where nobody did. One that saves needs no word.
    """
    if delta <= 0 or delta * 100 <= left * SWITCH_PERCENT or (decided is not None and delta <= decided):
        return None
    said = f", and ${format_usd(decided)} was decided" if decided is not None else ""
    cause = f"it adds ${format_usd(delta)}, more than {SWITCH_PERCENT} % of the ${format_usd(left)} left{said}"
    return SwitchNotDecided(
        f"{scene} {stage}s from {to}",
        f"another provider made the last ones; {cause}",
        f"Look: gate provider compare {scene} --to {to} --stage {stage}; then: "
        f'gate provider switch {scene} --to {to} --stage {stage} --why "..."',
    )


def drafts_decided(film: str, wanted: Resolution, decided: Resolution) -> DraftsNotDecided | None:
    """Whether paid drafts may be made at `wanted`. `decided`:
    up to where a person decided it, 480p where nobody did.
    """
    order = get_args(Resolution)
    if order.index(wanted) <= order.index(decided):
        return None
    return DraftsNotDecided(
        f"drafts of {film}",
        f"film.yaml makes them at {wanted}, which costs more, and only {decided} is decided",
        f'Decide it: gate drafts {wanted} --why "..."; or write resolution: {decided} under tiers: draft: in film.yaml',
    )


def by_a_person(decision: Decision, agent: str = "") -> NotAPerson | None:
    """Whether the decision's maker may make it: a program stops a run, and nothing else; what people said in a review
    tool of another maker is a note or a verdict. `agent`: the fingerprint of the key under which this process works.
    """
    if decision.door == REVIEW_TOOL and decision.kind not in FROM_REVIEW_TOOLS:
        return NotAPerson(
            f"{decision.kind} {decision.scope}",
            f"{decision.who} said it in a review tool, from where only notes and verdicts are imported",
            "Decide it here: gate review",
        )
    if decision.kind not in PERSONS_ONLY or not (agent or decision.door == "program"):
        return None
    if agent:
        return NotAPerson(
            f"{decision.kind} {decision.scope}",
            f"this process works under an agent's key ({agent}), which has no scope decide",
            "Propose a change instead; a person decides: gate proposals list",
        )
    return NotAPerson(
        f"{decision.kind} {decision.scope}",
        f"{decision.who} decided it from a program, and only a person may",
        "Decide it at the terminal or in the review room.",
    )
