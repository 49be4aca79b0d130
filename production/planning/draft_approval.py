"""The approval of drafts: what a person sees before a paid draft is bought, and what the approval is bound to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from governor import policy
from governor.errors import ApprovalLapsed, DraftsNotDecided, NotApproved
from manifests.decision import Binding, Decision, Door
from manifests.film import Resolution
from manifests.privacy import PRIVATE
from manifests.prompt import clip_prompt
from manifests.scene import Scene
from manifests.spending.plan import MadeFrom, PlanStep
from production.journey.requests import NOT_MADE, opens_on
from production.journey.standing import Attempt
from production.planning.bindings import bindings_now
from production.planning.made import made_from
from production.planning.plan_scene import plan_scene
from production.planning.shot_file import rewritten, with_edit
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class DraftAsked:
    """One draft that waits for its approval, as it is shown. `picture`: the file it opens on, "" where words alone are
    sent.

    `lapsed`: what changed since somebody approved another one of the shot.
    """

    binding: Binding
    prompt: str
    picture: str
    lapsed: tuple[str, ...] = ()


def needs_approval(services: Services, step: PlanStep) -> bool:
    """Whether a person approves this step before it is bought: a draft clip that costs anything, where the film says
    so.
    """
    asks = services.folder.film.tiers.draft.approve == "person"
    return asks and (step.tier, step.stage) == ("draft", "clip") and step.high_microusd > 0


def drafts_that_wait(services: Services, scene: Scene) -> dict[str, DraftAsked]:
    """The drafts that could be bought now and that nobody has approved, by shot. Empty where the film asks nobody."""
    steps = [s for s in plan_scene(services, scene).steps if s.does == "run" and s.key and needs_approval(services, s)]
    wanted = {step.shot: binding_of_step(services, step) for step in steps}
    refusals = services.ledger.refusals(wanted.values())
    changed = dict(services.ledger.lapsed(scene.id, wanted.values()))
    return {
        shot: DraftAsked(binding, *_shown(services, binding), changed.get(shot, ()))
        for shot, binding in wanted.items()
        if shot in refusals
    }


def approvable(services: Services, scene: Scene, drafts: Mapping[str, DraftAsked]) -> dict[str, Binding]:
    """What an approval of each shot would be bound to now: its final, or its draft among `drafts`, those that wait.
    Raises PriceRefused.
    """
    return bindings_now(services, scene) | {shot: asked.binding for shot, asked in drafts.items()}


def binding_of_step(services: Services, step: PlanStep) -> Binding:
    """What the approval of a planned draft is bound to. Its generation key names everything that is sent."""
    assert step.key is not None  # what is not made yet cannot be shown
    return _binding(services, step.shot, step.made_from, step.key, step.opens_on, step.high_microusd)


def binding_of_attempt(services: Services, attempt: Attempt) -> Binding:
    """The same for a draft that is about to be bought."""
    request = attempt.request
    provider, model = services.provider("clip", request.staging), services.model("clip", request.staging)
    made = made_from(request, f"{provider.name} {model}")
    price = provider.quote(request, services.prices.price_of).high_microusd
    return _binding(services, request.shot, made, attempt.key, opens_on(request), price)


def words_of(refusal: NotApproved) -> str:
    """Why a planned draft waits, for one line of a plan."""
    return refusal.cause if isinstance(refusal, ApprovalLapsed) else "waits for your approval"


def undecided(services: Services, steps: Iterable[PlanStep]) -> DraftsNotDecided | None:
    """Why paid drafts may not be made at the resolution of film.yaml; None where they may, or none would be bought."""
    film = services.folder.film
    if film.tiers.draft.resolution == "480p":
        return None  # it needs no decision, and the ledger is not asked
    if not any((s.tier, s.stage) == ("draft", "clip") and s.high_microusd > 0 for s in steps):
        return None
    return policy.drafts_decided(film.code, film.tiers.draft.resolution, services.ledger.draft_resolution(film.code))


def decide_resolution(services: Services, to: Resolution, *, why: str, who: str, door: Door) -> None:
    """Write down at which resolution drafts are made, and put it into film.yaml. Raises NotApproved without a reason,
    NotAPerson.
    """
    path = services.folder.root / "film.yaml"

    def put(document: Any) -> None:
        document.setdefault("tiers", {}).setdefault("draft", {"approve": "none"})["resolution"] = to

    decision = Decision(
        kind="draft_resolution",
        scope=f"film:{services.folder.film.code}",
        who=who,
        door=door,
        why=why,
        subject=to,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    with rewritten(services.folder.root, path, with_edit(path, put)):
        services.ledger.decide(decision)


def _binding(services: Services, shot: str, made: MadeFrom, key: str, picture: str | None, price: int) -> Binding:
    return Binding(
        shot=shot,
        tier="draft",
        resolution=services.folder.film.tiers.draft.resolution,
        prompt=made.prompt,
        references=made.references,
        panel=picture or NOT_MADE,
        draft=key,
        provider=made.model,
        price_microusd=price,
    )


def _shown(services: Services, binding: Binding) -> tuple[str, str]:
    """The words and the picture. A private shot's words are shown to nobody."""
    shot = services.shot(binding.shot)
    prompt = PRIVATE if shot.private else clip_prompt(shot, services.folder.bible)
    seen = binding.panel != NOT_MADE and services.vault.has(binding.panel)
    return prompt, str(services.vault.path(binding.panel)) if seen else ""
