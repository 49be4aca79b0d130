"""Everything that is wrong with the film's files and pictures, before a cent moves."""

from __future__ import annotations

from collections.abc import Sequence

from manifests.finding import Finding
from production.planning.early_checks import film_findings
from production.planning.roster import roster_verdict
from wiring.services import Services


def findings_of(services: Services, scenes: Sequence[str], *, cast: bool = True) -> list[Finding]:
    """The findings about the roster, the chains, the references, the cast's pictures,
    the words and the providers, each once. `cast`: whether the cast's pictures are compared, which takes longest.
    """
    from checks.gates.reference_gate import check_references  # noqa: PLC0415  # loads the pixel libraries
    from checks.rules.chain_rules import check_chains  # noqa: PLC0415  # same

    folder, references, looked = services.folder, services.references(), services.looked()
    found = list(roster_verdict(services).findings)
    for scene in scenes:
        found += check_chains(services.scene(scene)).findings
        for shot in services.scene(scene).shots:
            verdict = check_references(shot, folder.bible, folder.lock, references, folder.film.thresholds, looked)
            found += [finding for finding in verdict.findings if finding not in found]
    return [*found, *film_findings(services, [services.scene(scene) for scene in scenes], cast=cast)]
