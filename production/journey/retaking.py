"""A retake: a person sends a take back and says the one thing that changes; the next run makes just that again.

It spends nothing and asks nobody. A change of prompt, reference, mode or provider is made in the film's files first,
and is held here against the take that is sent back; a change of seed sends the take aside, and the next run makes
another. A later decision takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from governor import retries
from governor.decisions import exclusions, undoing
from manifests.decision import Decision, Door
from manifests.film import Stage, TierName
from manifests.handwork import Change, Retake
from manifests.names import scene_of_shot
from manifests.scene import Shot
from manifests.take import Request, Take
from production.journey.requests import coming_clip_request, panel_of
from wiring.errors import RetakeRefused
from wiring.services import Services

STAGES: tuple[Stage, ...] = ("panel", "end_panel", "clip")
_ORDER: tuple[Change, ...] = ("prompt", "seed", "reference", "mode", "provider")
_GIVEN = frozenset({"character", "location", "prop", "sketch"})
_NOT_SEEN = {"dialogue", "sound", "motion", "transition", "grade", "tier", "seed", "mode", "providers", "private"}
_TO_EDIT: dict[Change, str] = {
    "prompt": "Edit its words, marks or camera in scenes/{scene}.yaml first",
    "seed": "Nothing need be edited for another seed",
    "reference": "Put the other picture into assets/ and approve it: gate lock",
    "mode": "Write another mode: in its entry in scenes/{scene}.yaml first",
    "provider": "Name another in its entry in scenes/{scene}.yaml first (providers: panel or clip), or in film.yaml",
}


@dataclass(frozen=True, slots=True)
class _Sent:
    """A stage's newest take, and what differs from it as the film is now."""

    take: Take
    changed: tuple[Change, ...]


def retake(
    services: Services,
    shot: str,
    *,
    change: Change,
    flaw: str | None,
    why: str,
    who: str,
    door: Door,
    stage: Stage | None = None,
) -> Decision:
    """Send a shot's newest draft take back, and write down the one thing that changes and why. Spends nothing.

    `stage`: of which picture; without it the first that the change touches, and for a seed the newest take's. Raises
    RetakeRefused where nothing of that kind changed, where more than one thing did, and where the same flaw came twice
    with the same words; NotAPerson, NotApproved for a word without a reason, NotAFilm.
    """
    here = services.shot(shot)
    sent = {each: found for each in STAGES if stage in {None, each} and (found := _sent_back(services, here, each))}
    if not sent:
        cause = f"it has no {stage.replace('_', ' ')} take" if stage else "nothing of it was made yet"
        raise RetakeRefused(shot, f"{cause} to send back", f"Make it: gate run {_scene(shot)}")
    chosen = _chosen(here, sent, change)
    if change == "seed":
        _refuse_luck(services, here, sent[chosen].take, flaw)
    take = sent[chosen].take
    said = Retake(stage=chosen, take=take.generation_key, change=change, flaw=flaw or None)
    subject = f"{chosen} v{take.version:03d}: {change}" + (f" ({flaw})" if flaw else "")
    decision = Decision(
        kind="retake", scope=f"shot:{shot}", who=who, made_at=_now(), door=door, why=why, subject=subject, retake=said
    )
    services.ledger.decide(decision)
    return decision


def undo(
    services: Services,
    shot: str,
    *,
    who: str,
    door: Door,
    why: str = "",
    number: int | None = None,
    excluded: bool = False,
) -> Decision:
    """Take back the word about a shot that has this number; without one the newest that this person may take back.

    That is any retake or handwork, and of opinions one's own. `excluded`: this person's hold or omit instead, whatever
    was said or asked for since. Takes bought by then stay in the ledger. Gives those that no longer count. Raises
    RetakeRefused where there is nothing, MoneyCommitted, WrongState, NotAPerson, NotAFilm.
    """
    services.refuse_unknown("shot", shot)
    decided = services.ledger.decided(shot)
    if excluded and (number := exclusions.word_of(decided, shot, who)) is None:
        stands = services.ledger.excluded(shot).get(shot)
        cause = f"it is not on hold, nor cut, by a word of {who}" + (f" ({stands.cause})" if stands else "")
        raise RetakeRefused(shot, cause, f"See what was decided: gate explain {shot} --all")
    if number is None:
        mine = [e.number for e in undoing.standing(decided) if undoing.may_undo(e.decision, who)]
        if not mine:
            cause = f"nothing stands that {who} could take back"
            raise RetakeRefused(shot, cause, f"See what was decided: gate explain {shot} --all")
        number = mine[-1]
    services.ledger.undo(
        Decision(kind="undo", scope=f"shot:{shot}", who=who, made_at=_now(), door=door, why=why, subject=str(number))
    )
    return next(each.decision for each in decided if each.number == number)


def differences(services: Services, take: Take, now: Request, stage: Stage) -> tuple[Change, ...]:
    """What differs between a take and what would be asked for now, by name; the pictures that are made on the way are
    left out.
    """
    was, asked = take.order.without_words(), now.without_words()
    found: set[Change] = set()
    maker = services.provider(stage, now.staging).name, services.model(stage, now.staging)
    if maker != (take.provider, take.model):
        found.add("provider")
    if was.staging.mode != asked.staging.mode:
        found.add("mode")
    if was.staging.seed != asked.staging.seed:
        found.add("seed")
    before, after = _locked(was), _locked(asked)
    if any(after.get(name, sha) != sha for name, sha in before.items()):
        found.add("reference")
    same_set = before.keys() == after.keys() or bool(found & {"provider", "mode"})  # these see more or fewer pictures
    same_length = was.frames == asked.frames or "provider" in found
    said = was.prompt == asked.prompt and _staged(was) == _staged(asked) and was.weather == asked.weather
    if not (said and same_set and same_length):
        found.add("prompt")
    return tuple(each for each in _ORDER if each in found)


def what_changed(services: Services, request: Request, recipe: str, shot: str, stage: Stage, tier: TierName) -> str:
    """The one thing that a take changes beside the newest of its stage, in words for the ledger: "prompt
    (wrong_hand)".
    """
    if any(r.role == "composite" for r in request.references):
        return "composed by hand"
    if request.edit is not None:
        return request.edit.work
    made = [t for t in services.ledger.takes(shot=shot, stage=stage, tier=tier) if not t.handwork]
    if not made:
        return "first take"
    found = differences(services, made[-1], request, stage) if made[-1].recipe != recipe else ("seed",)
    asked = (
        r for e in reversed(undoing.standing(services.ledger.decided(shot))) if (r := e.decision.retake) is not None
    )
    flaw = next((r.flaw for r in asked if r.flaw and r.stage == stage and (r.change,) == found), None)
    return (", ".join(found) or "what it opens on") + (f" ({flaw})" if flaw else "")


def _sent_back(services: Services, shot: Shot, stage: Stage) -> _Sent | None:
    """The newest draft take of a stage that a model made, None where there is none."""
    works = (each.decision.hands for each in undoing.standing(services.ledger.decided(shot.id)))
    if any(hands is not None and hands.stage == stage for hands in works):
        return None  # a person makes this frame, whatever a model would make of it
    made = services.ledger.takes(shot=shot.id, stage=stage, tier="draft")
    take = next((t for t in reversed(made) if t.state == "settled" and t.asset and not t.handwork), None)
    return _Sent(take, differences(services, take, _asked(services, shot, stage), stage)) if take else None


def _asked(services: Services, shot: Shot, stage: Stage) -> Request:
    if stage == "clip":
        can = services.can(stage, shot)
        return coming_clip_request(services.folder, services.hashes(), shot, "draft", can=can)
    return panel_of(services, services.hashes(), shot, stage, "draft")


def _chosen(shot: Shot, sent: dict[Stage, _Sent], change: Change) -> Stage:
    """The stage that is sent back. Raises RetakeRefused unless just this one thing changed."""
    changed = {each for found in sent.values() for each in found.changed}
    edit = _TO_EDIT[change].format(scene=_scene(shot.id))
    if others := [each for each in _ORDER if each in changed - {change}]:
        several = " and ".join([change, *others] if change in changed else others)
        cause = f"{several} changed since its last take, and a retake changes one thing"
        raise RetakeRefused(shot.id, cause, f"Put back all but one, or say which it is: --change {others[0]}")
    if change == "seed":
        return max(sent, key=STAGES.index)
    touched = next((stage for stage in sent if change in sent[stage].changed), None)
    if touched is None:
        newest = sent[max(sent, key=STAGES.index)].take
        cause = f"its {change} is the same as that of its {newest.stage.replace('_', ' ')} v{newest.version:03d}"
        raise RetakeRefused(shot.id, cause, f"{edit}, then say it again.")
    return touched


def _refuse_luck(services: Services, shot: Shot, take: Take, flaw: str | None) -> None:
    """Raises RetakeRefused where another seed would be mere luck, or one take more than the film allows."""
    limits, ledger = services.folder.film.limits, services.ledger
    alike = ledger.takes(shot=shot.id, stage=take.stage, tier="draft", recipe=take.recipe)
    people: dict[str, set[str]] = {}
    for decision in (each.decision for each in undoing.standing(ledger.decided(shot.id))):
        if decision.retake is not None and decision.retake.flaw:
            people.setdefault(decision.retake.take, set()).add(decision.retake.flaw)
    if flaw:
        people.setdefault(take.generation_key, set()).add(flaw)
    gates = {each.generation_key: verdict for each in alike if (verdict := ledger.verdict(each.generation_key))}
    said = [
        frozenset(people.get(t.generation_key, ()))
        | (gates[t.generation_key].flaws if t.generation_key in gates else frozenset())
        for t in alike
    ]
    failed = [verdict for verdict in gates.values() if verdict.failed]
    why = retries.why_stuck(failed, limits)
    if again := retries.same_flaw(said, limits.same_flaw):
        why = f"the same flaw {limits.same_flaw} times with the same words ({', '.join(sorted(again))})"
    if why:
        cure = (
            f"Rewrite it and say --change prompt, edit one thing (gate edit {shot.id} --only ... --say ...), "
            f"or composite it: gate comp export {shot.id}"
        )
        raise RetakeRefused(f"{shot.id} {take.stage}", f"{why}: another seed is luck now", cure)
    if take.attempt >= limits.attempts:
        cause = f"take {take.attempt} was the last of {limits.attempts} that film.yaml allows (limits.attempts)"
        raise RetakeRefused(f"{shot.id} {take.stage}", cause, "Change something else of it, or composite it by hand.")


def _locked(request: Request) -> dict[str, str]:
    return {r.name: r.sha256 for r in request.references if r.role in _GIVEN}


def _staged(request: Request) -> object:
    return request.staging.model_dump(mode="json", exclude=_NOT_SEEN)


def _scene(shot: str) -> str:
    return scene_of_shot(shot)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
