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
from manifests.take import Request
from production.journey.standing import Attempt
from production.planning.draft_approval import binding_of_attempt
from production.purchasing.generate import Made, generate
from production.purchasing.run import Run


@task(task_run_name="{shot_id} {tier} take {attempt.number}", cache_policy=NO_CACHE, persist_result=False)
async def make_clip(
    run: Run,
    shot_id: str,
    tier: TierName,
    attempt: Attempt,
    panel: Certified,
    end_panel: Certified | None,
    binding: Binding | None = None,
) -> Made:
    """Get the attempt's clip at `tier`: out of the ledger, or bought. Raises Uncertified for anything but a certified
    panel, and where the clip would be made from another.
    """
    frames = (panel, end_panel) if end_panel is not None else (panel,)
    for frame in frames:
        _is_certified(shot_id, frame)
    if shown := _frames_of(attempt.request) - {frame.sha256 for frame in frames}:
        raise _uncertified(shot_id, f"it would be made from {min(shown)[:12]}, which is not a certified panel")
    certificates = tuple(frame.certificate.sha256 for frame in frames)
    asks = tier == "draft" and run.services.folder.film.tiers.draft.approve == "person"
    bought = attempt.take is not None and attempt.take.state == "settled"
    bound = binding_of_attempt(run.services, attempt) if asks and not bought else binding
    return await generate(run, attempt, shot_id, "clip", tier, inputs=certificates, binding=bound)


def _is_certified(shot_id: str, given: object) -> None:
    """Types are no wall at run time: look once more at what came in."""
    if not isinstance(given, Certified):
        raise _uncertified(shot_id, f"a {type(given).__name__} is not a certified panel")
    Certified(given.artefact, given.certificate, shot=shot_id, stages=("panel", "end_panel"))


def _frames_of(request: Request) -> set[str]:
    """The pictures of the shot itself that a clip is made from, by content; the others are locked ones."""
    return {each.sha256 for each in request.references if each.role in {"start_frame", "end_frame", "panel"}}


def _uncertified(shot_id: str, cause: str) -> Uncertified:
    return Uncertified(f"{shot_id} clip", cause, f"gate run {scene_of_shot(shot_id)}")
