"""Make a clip from certified panels. There is no other way in: the types ask for certificates, and the ledger has them."""

from __future__ import annotations

from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.certificate import Certified
from manifests.decision import Binding
from manifests.errors import Uncertified
from manifests.film import TierName
from manifests.scene import Shot
from tasks.current import Run, current
from tasks.generate import Made, as_made, generate
from wiring.draft_approval import binding_of_attempt
from wiring.requests import Opening, clip_request
from wiring.standing import Attempt, RequestFor, attempt_at


@task(task_run_name="{shot_id} {tier} take {number}", cache_policy=NO_CACHE, persist_result=False)
async def make_clip(
    shot_id: str,
    tier: TierName,
    number: int,
    panel: Certified,
    end_panel: Certified | None,
    opening: Opening,
    binding: Binding | None = None,
) -> Made:
    """Get the clip's take `number` at `tier`: out of the ledger, or bought. Raises Uncertified for anything but a certified panel."""
    run = current()
    attempt = _attempt(shot_id, tier, number, panel, end_panel, opening)
    certificates = tuple(c.certificate.sha256 for c in (panel, end_panel) if c is not None)
    asks = tier == "draft" and run.services.folder.film.tiers.draft.approve == "person"
    bought = attempt.take is not None and attempt.take.state == "settled"
    bound = binding_of_attempt(run.services, attempt) if asks and not bought else binding
    return await generate(run, attempt, shot_id, "clip", tier, inputs=certificates, binding=bound)


def known_clip(
    shot_id: str, tier: TierName, number: int, panel: Certified, end_panel: Certified | None, opening: Opening
) -> Made | None:
    """That take, where the ledger has it already; None where it is to be bought or brought home. Raises Uncertified."""
    return as_made(_attempt(shot_id, tier, number, panel, end_panel, opening))


def clip_requests(
    run: Run, shot: Shot, tier: TierName, panel: Certified, end_panel: Certified | None, opening: Opening
) -> RequestFor:
    """Writes the request of each attempt at a shot's clip, as the film stands now."""
    services = run.services
    return partial(
        clip_request, services.folder, services.hashes(), shot, tier,
        panel=panel, end_panel=end_panel, opening=opening, can=services.can("clip", shot),
    )  # fmt: skip


def _attempt(
    shot_id: str, tier: TierName, number: int, panel: Certified, end_panel: Certified | None, opening: Opening
) -> Attempt:
    for given in (panel, *((end_panel,) if end_panel is not None else ())):
        _is_certified(shot_id, given)
    run = current()
    shot = run.services.shot(shot_id)
    return attempt_at(run.services, "clip", clip_requests(run, shot, tier, panel, end_panel, opening), number)


def _is_certified(shot_id: str, given: object) -> None:
    """Types are no wall at run time: look once more at what came in."""
    if not isinstance(given, Certified):
        raise Uncertified(
            f"{shot_id} clip",
            f"a {type(given).__name__} is no certified panel",
            f"gate run {shot_id.partition('_')[0]}",
        )
    Certified(given.artefact, given.certificate, shot=shot_id, stages=("panel", "end_panel"))
