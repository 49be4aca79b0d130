"""Check the roster: who is in the store and not in the bible, or the reverse. Read from the store, never from memory."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from checks.roster_gate import check_roster as look
from manifests.finding import Verdict
from tasks.current import current
from tasks.errors import RosterBlocked
from wiring.telemetry import State


@task(task_run_name="{scene_id} roster", cache_policy=NO_CACHE, persist_result=False)
async def check_roster(scene_id: str) -> Verdict:
    """Hold the bible against the store. Raises RosterBlocked for a difference that film.yaml does not waive."""
    services = current().services
    verdict = look(services.folder.bible, frozenset(services.canon.names()), services.folder.film.waivers)
    blocks = [finding for finding in verdict.findings if finding.severity == "error"]
    for finding in verdict.findings:
        state: State = "blocked" if finding.severity == "error" else "done"
        services.telemetry.say(scene_id, "roster", state, f"{finding.rule} {finding.message}. {finding.cure}")
    if blocks:
        told = "; ".join(f"{finding.rule} {finding.message}" for finding in blocks)
        waive = f'waivers: [{{rule: {blocks[0].rule}, subject: {blocks[0].subject}, why: "..."}}]'
        cure = f"{blocks[0].cure}; or waive it in film.yaml, with a reason: {waive}. Then: gate resume {scene_id}"
        raise RosterBlocked(f"{scene_id} roster", f"{told}; nothing was bought", cure)
    if not verdict.findings:
        services.telemetry.say(scene_id, "roster", "done", "the store and the bible agree")
    return verdict
