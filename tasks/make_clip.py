"""Make a clip from certified panels. There is no other way in: the types ask for certificates, and the ledger has
them.
"""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.certificate import Certified
from manifests.decision import Binding
from manifests.errors import Uncertified
from manifests.film import TierName
from manifests.names import scene_of_shot
from production.journey.requests import Opening
from production.journey.stage_requests import clip_requests
from production.journey.standing import attempt_at
from production.planning.draft_approval import binding_of_attempt
from production.purchasing.generate import Made, generate
from production.purchasing.run import Run


@task(task_run_name="{shot_id} {tier} take {number}", cache_policy=NO_CACHE, persist_result=False)
async def make_clip(
    run: Run,
    shot_id: str,
    tier: TierName,
    number: int,
    panel: Certified,
    end_panel: Certified | None,
    opening: Opening,
    binding: Binding | None = None,
) -> Made:
    """Get the clip's take `number` at `tier`: out of the ledger, or bought. Raises Uncertified for anything but a
    certified panel.
    """
    for given in (panel, *((end_panel,) if end_panel is not None else ())):
        _is_certified(shot_id, given)
    services, shot = run.services, run.services.shot(shot_id)
    requests = clip_requests(services, services.hashes(), shot, tier, panel, end_panel, opening)
    attempt = attempt_at(services, "clip", requests, number)
    certificates = tuple(c.certificate.sha256 for c in (panel, end_panel) if c is not None)
    asks = tier == "draft" and run.services.folder.film.tiers.draft.approve == "person"
    bought = attempt.take is not None and attempt.take.state == "settled"
    bound = binding_of_attempt(run.services, attempt) if asks and not bought else binding
    return await generate(run, attempt, shot_id, "clip", tier, inputs=certificates, binding=bound)


def _is_certified(shot_id: str, given: object) -> None:
    """Types are no wall at run time: look once more at what came in."""
    if not isinstance(given, Certified):
        raise Uncertified(
            f"{shot_id} clip",
            f"a {type(given).__name__} is not a certified panel",
            f"gate run {scene_of_shot(shot_id)}",
        )
    Certified(given.artefact, given.certificate, shot=shot_id, stages=("panel", "end_panel"))
