"""Whether the store and the bible agree about who and what there is. A plan and a run both ask here, so that they say
the same.
"""

from __future__ import annotations

from checks.gates.roster_gate import check_roster
from manifests.finding import Verdict
from wiring.errors import RosterBlocked
from wiring.services import Services


def roster_verdict(services: Services) -> Verdict:
    """The bible against the store's own names, less what film.yaml waives."""
    folder = services.folder
    return check_roster(folder.bible, frozenset(services.canon.names()), folder.film.waivers)


def roster_refusal(verdict: Verdict, scene: str) -> RosterBlocked | None:
    """Why no run of the scene buys anything; None where the two agree, or each difference is waived."""
    blocks = [finding for finding in verdict.findings if finding.severity == "error"]
    if not blocks:
        return None
    told = "; ".join(f"{finding.rule} {finding.message}" for finding in blocks)
    waive = f'waivers: [{{rule: {blocks[0].rule}, subject: {blocks[0].subject}, why: "..."}}]'
    cure = f"{blocks[0].cure}; or waive it in film.yaml, with a reason: {waive}. Then: gate resume {scene}"
    return RosterBlocked(f"{scene} roster", f"{told}; nothing was bought", cure)
