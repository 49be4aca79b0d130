"""The review room's view of a scene, read from the ledger, the vault and the film's files.
It asks nobody and spends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from governor.decisions.undoing import standing
from governor.errors import NotApproved, PriceRefused
from governor.purchase import Decided
from manifests.decision import Binding, Decision
from manifests.diagnosis import Diagnosis
from manifests.film import ANSWERS
from manifests.names import scene_of_shot
from manifests.reading.sketches import sketch_base
from manifests.scene import Scene, Shot
from manifests.spending.plan import PlanStep
from manifests.take import Take
from production.journey.diagnosing import filed_diagnosis
from production.journey.requests import coming_clip_request
from production.journey.standing import SceneKnown
from production.planning.bindings import bindings_of
from production.planning.limits import plan_within_limits
from production.planning.plan_scene import plan_scene
from production.review.cuts import cuts_of
from production.review.hands import in_hand
from production.review.model import WAITING, Final, ReviewMoney, SceneView, ShotView, TakeView
from production.review.status import disagreement, last_words, said_of, status_of
from production.review.takes import name_of, rules_of, take_views, wants_reason
from providers.errors import ProviderError
from wiring.services import Services

CREDIT = "credit"
"""The kind of note under which the ledger keeps that a shot waits for a provider's credit."""


def scene_view(services: Services, scene: Scene) -> SceneView:
    """The scene as it stands now; a few tenths of a second for nine shots. Raises PriceRefused."""
    return view_and_bindings(services, scene)[0]


def view_and_bindings(services: Services, scene: Scene) -> tuple[SceneView, Mapping[str, Binding]]:
    """The scene as it stands now, and by shot what its final would be bound to, from one reading.
    Raises PriceRefused.
    """
    read = _Read.of(services, scene)
    return _view(services, scene, read), read.bindings


def _view(services: Services, scene: Scene, read: _Read) -> SceneView:
    shots = tuple(_shot_view(read, shot) for shot in scene.shots)
    film, balance = services.folder.film, services.ledger.balance(f"scene:{scene.id}")
    promised = sum(
        s.final.price_microusd for s in shots if s.final and s.final.by and s.status != "final" and not _bought(s)
    )
    stopped = read.known.records.stopped
    return SceneView(
        film=film.title,
        code=film.code,
        scene=scene.id,
        title=scene.title,
        intent=scene.intent,
        fps=film.fps,
        aspect=film.aspect,
        money=ReviewMoney(
            cap_microusd=balance.cap if balance.cap is not None else film.budget.scene_usd,
            settled_microusd=balance.settled,
            held_microusd=balance.held,
            promised_microusd=promised,
        ),
        stopped=f"{stopped.cause}. {stopped.cure}" if stopped else "",
        shots=shots,
        rules=rules_of(check.rule for shot in shots for take in shot.takes for check in take.checks),
        cuts=cuts_of(services, scene),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """The data that is read once for all shots."""

    services: Services
    known: SceneKnown
    steps: tuple[PlanStep, ...]
    bindings: Mapping[str, Binding]
    takes: Mapping[str, list[Take]]
    said: Mapping[str, list[Decided]]
    waits: Mapping[str, str]
    credit: Mapping[str, str]

    @classmethod
    def of(cls, services: Services, scene: Scene) -> _Read:
        known = SceneKnown.of(services, scene.id)
        journey = plan_scene(services, scene, known)
        takes: dict[str, list[Take]] = {}
        for take in services.ledger.takes(scene=scene.id):
            takes.setdefault(take.shot, []).append(take)
        said: dict[str, list[Decided]] = {}
        for each in standing(services.ledger.decided(scene.id)):
            said.setdefault(each.decision.scope.rpartition(":")[2], []).append(each)
        return cls(
            services,
            known,
            plan_within_limits(services, scene, known=known, journey=journey).plan.steps,
            bindings_of(services, scene, journey.drafts),
            takes,
            said,
            {note.scope.rpartition(":")[2]: note.text for note in services.ledger.escalations(scene.id)},
            _short_of_credit(services, scene.id),
        )


def _shot_view(read: _Read, shot: Shot) -> ShotView:
    takes, said = read.takes.get(shot.id, []), read.said.get(shot.id, [])
    steps = [step for step in read.steps if step.shot == shot.id]
    shown = _shown(takes)
    words, binding = last_words(said, shown), read.bindings.get(shot.id)
    final = _final(read.services, binding) if binding else None
    yes = final is not None and final.by is not None
    excluded = read.known.records.excluded.get(shot.id)
    status = status_of(steps, shown, words, excluded=excluded, yes=yes, credit=shot.id in read.credit)
    views = take_views(read.services, read.known.records, shot, takes)
    drafted = status in {"final", "final?", "circled"} or (status == "draft?" and _passed(views, shown))
    found = None if drafted else filed_diagnosis(read.services, shot.id)
    balance = read.known.records.cap(f"shot:{shot.id}").balance
    disagree, draft_microusd = disagreement(words), _retake_price(read, shot)
    return ShotView(
        id=shot.id,
        status=status,
        waits=status in WAITING or bool(disagree),
        why=f"{excluded.cause}. {excluded.cure}"
        if excluded
        else _why(read, shot, shown, status, found, drafted=drafted),
        says_who=_says_who(read, shot, status),
        motion=(shot.without_words() if shot.private else shot).motion,
        place=shot.location,
        cast=tuple(f"{member.character} · {member.wardrobe}" for member in shot.cast),
        frames=shot.frames,
        chain=shot.chain,
        takes=views,
        shown=shown.generation_key if shown else None,
        said=said_of(said, takes),
        disagree=disagree,
        diagnosis=found.words if found else "",
        fix=(found.fix or "") if found else "",
        mistaken_manifest=found is not None and found.layer == "manifest",
        in_flight=_in_flight(takes),
        takes_left=max((step.takes_left for step in steps if step.tier == "draft"), default=0),
        settled_microusd=balance.settled,
        held_microusd=balance.held,
        cap_microusd=balance.cap,
        retake_microusd=draft_microusd,
        hands=in_hand(read.services, read.known, shot, takes, clip_microusd=draft_microusd),
        final=final,
        poster=_poster(takes),
        sketch="" if shot.private else sketch_base(read.services.folder.root, shot.id),
    )


def _shown(takes: Sequence[Take]) -> Take | None:
    """The take that is looked at first: the newest picture of the latest stage."""
    made = [take for take in takes if take.asset is not None and take.stage not in ANSWERS]
    clips = [take for take in made if take.stage == "clip"]
    return next(iter(reversed(clips or [take for take in made if take.stage == "panel"])), None)


def _poster(takes: Sequence[Take]) -> str | None:
    """The content hash of the picture that stands for the shot in the strip."""
    shown = _shown(takes)
    return shown.asset.sha256 if shown and shown.asset else None


def _final(services: Services, binding: Binding) -> Final:
    by, lapsed = _yes(services, binding)
    return Final(
        tier=binding.tier,
        resolution=binding.resolution,
        price_microusd=binding.price_microusd,
        wants_reason=wants_reason(services, binding),
        by=by.who if by else None,
        at=by.made_at if by else None,
        lapsed=lapsed,
    )


def _yes(services: Services, binding: Binding) -> tuple[Decision | None, tuple[str, ...]]:
    try:
        return services.ledger.approved(binding), ()
    except NotApproved:
        changed = services.ledger.lapsed(scene_of_shot(binding.shot), [binding])
        return None, changed[0][1] if changed else ()


def _why(read: _Read, shot: Shot, shown: Take | None, status: str, found: Diagnosis | None, *, drafted: bool) -> str:
    """Why one sees this now, in a line."""
    asked = next((step.why for step in read.steps if step.shot == shot.id and step.block == "asked"), "")
    if asked or status == "blocked:credit":
        return asked or read.credit[shot.id]
    if not drafted and shot.id in read.waits:
        words = read.waits[shot.id]
        return words.partition("; diagnosis: ")[0] if found else words
    if status.startswith("blocked:"):
        return next((step.why for step in read.steps if step.shot == shot.id and step.does == "blocked"), "")
    if shown is None:
        return next((step.why for step in read.steps if step.shot == shot.id and step.does != "cached"), "not made yet")
    if shown.changed == "first take":
        return f"the first {name_of(shown).partition(' v')[0]}"
    return f"a retake: {shown.changed} changed"


def _says_who(read: _Read, shot: Shot, status: str) -> str:
    """The provider's own words about what blocks the shot."""
    if status != "blocked:moderation":
        return ""
    refused = read.services.ledger.moderations(shot.id)
    return f"{refused[-1][0].provider}: {refused[-1][1][:600]}" if refused else ""


def _passed(views: Iterable[TakeView], shown: Take | None) -> bool:
    return any(view.passed for view in views if shown is not None and view.key == shown.generation_key)


def _in_flight(takes: Iterable[Take]) -> str:
    return "; ".join(
        f"{name_of(take)}: {take.state.replace('_', ' ')} at {take.provider}"
        for take in takes
        if take.state in {"held", "submitted", "in_doubt"} and take.stage not in ANSWERS
    )


def _bought(shot: ShotView) -> bool:
    """Whether the final's money is held or spent already, and counts there."""
    return any(take.tier != "draft" and take.stage == "clip" for take in shot.takes)


def _retake_price(read: _Read, shot: Shot) -> int:
    """The likely price of another draft; 0 where it has no price."""
    services = read.services
    try:
        provider, can = services.provider("clip", shot), services.can("clip", shot)
        request = coming_clip_request(services.folder, read.known.hashes, shot, "draft", can=can)
        return provider.quote(request, services.prices.price_of).likely_microusd
    except (PriceRefused, ProviderError):
        return 0


def _short_of_credit(services: Services, scene: str) -> dict[str, str]:
    """By shot: the note that it waits for credit, where no other note followed."""
    found: dict[str, str] = {}
    for note in services.ledger.notes(scope=scene):
        if note.kind == CREDIT:
            found[note.scope.rpartition(":")[2]] = note.text
        elif note.kind in {"escalation", "resolved"}:
            found.pop(note.scope.rpartition(":")[2], None)
    return found
