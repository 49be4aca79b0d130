"""Check the roster: who is in the store and not in the bible, or the reverse. Read from the store, never from
memory.
"""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.finding import Verdict
from production.planning.roster import roster_refusal, roster_verdict
from wiring.services import Services
from wiring.telemetry import State


@task(task_run_name="{scene_id} roster", cache_policy=NO_CACHE, persist_result=False)
async def check_roster(services: Services, scene_id: str) -> Verdict:
    """Hold the bible against the store. Raises RosterBlocked for a difference that film.yaml does not waive."""
    verdict = roster_verdict(services)
    for finding in verdict.findings:
        state: State = "blocked" if finding.severity == "error" else "done"
        services.telemetry.say(scene_id, "roster", state, f"{finding.rule} {finding.message}. {finding.cure}")
    if refusal := roster_refusal(verdict, scene_id):
        raise refusal
    if not verdict.findings:
        services.telemetry.say(scene_id, "roster", "done", "the store and the bible agree")
    return verdict
