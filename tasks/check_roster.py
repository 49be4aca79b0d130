"""Check the roster: who is in the store and not in the bible, or the reverse. Read from the store, never from memory."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from checks.roster_gate import check_roster as look
from manifests.finding import Verdict
from tasks.current import current


@task(task_run_name="{scene_id} roster", cache_policy=NO_CACHE, persist_result=False)
async def check_roster(scene_id: str) -> Verdict:
    """Hold the bible against the store and say what differs. What a shot lacks stops that shot at its own references."""
    services = current().services
    verdict = look(services.folder.bible, frozenset(services.canon.names()))
    for finding in verdict.findings:
        services.telemetry.say(scene_id, "roster", "blocked", f"{finding.rule} {finding.message}. {finding.cure}")
    if not verdict.findings:
        services.telemetry.say(scene_id, "roster", "done", "the store and the bible agree")
    return verdict
