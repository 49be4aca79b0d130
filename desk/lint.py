"""gate lint: everything that is wrong with the film's files and pictures, before a cent moves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.options import film_option, json_option, open_film, print_json

if TYPE_CHECKING:
    from manifests.finding import Finding
    from wiring.services import Services

_LINT_ERRORS = 7


@click.command()
@click.argument("scene", required=False)
@film_option
@json_option
def lint(scene: str | None, film: Path | None, as_json: bool) -> int:
    """Read the film, or one SCENE of it: its files, its roster, its pictures. A file that cannot be read ends with exit 2."""
    from wiring.pictures import turned

    services = open_film(film, scopes=[f"scene:{scene}"] if scene else [])
    scenes = [services.scene(scene).id] if scene else sorted(services.folder.scenes)
    findings = findings_of(services, scenes)
    errors = sum(finding.severity == "error" for finding in findings)
    copied = turned(services.folder.assets, services.settings.srgb_copies)
    if as_json:
        print_json({"errors": errors, "findings": [f.model_dump(mode="json") for f in findings], "turned": copied})
    else:
        for name, words in copied.items():
            click.echo(f"  I {name}: {words}")
        for finding in findings:
            click.echo(
                f"  {finding.severity[0].upper()} {finding.rule} {finding.subject}: {finding.message}. {finding.cure}"
            )
        click.echo(
            f"{errors} errors, {len(findings) - errors} warnings in {len(scenes)} scenes. Nothing was sent, nothing was spent."
        )
    return _LINT_ERRORS if errors else 0


def findings_of(services: Services, scenes: list[str]) -> list[Finding]:
    """What the roster, the chains, the references, the cast's pictures, the words and the makers give to say, each once."""
    from checks.chain_gate import check_chains
    from checks.reference_gate import check_references
    from desk.init import TEMPLATE_WORDS
    from wiring.early_checks import film_findings
    from wiring.roster import roster_verdict

    folder, references, looked = services.folder, services.references(), services.looked()
    found = list(roster_verdict(services).findings)
    for scene in scenes:
        found += check_chains(services.scene(scene)).findings
        for shot in services.scene(scene).shots:
            verdict = check_references(shot, folder.bible, folder.lock, references, folder.film.thresholds, looked)
            found += [finding for finding in verdict.findings if finding not in found]
    return [*found, *film_findings(services, [services.scene(scene) for scene in scenes], TEMPLATE_WORDS)]
