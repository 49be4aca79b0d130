"""gate lint: everything that is wrong with the film's files and pictures, before a cent moves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, print_json, read_film

if TYPE_CHECKING:
    from manifests.finding import Finding
    from wiring.services import Services

_LINT_ERRORS = 7


@click.command()
@click.argument("scene", required=False)
@film_option
@json_option
def lint(scene: str | None, film: Path | None, as_json: bool) -> int:
    """Check the film, or one SCENE of it: its files, its roster, its pictures.

    Ends with exit code 7 where it finds errors, and with 2 where a file cannot be read.
    """
    from wiring.pictures import turned

    services = read_film(film, scopes=[f"scene:{scene}"] if scene else [])
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
            f"{errors} errors, {len(findings) - errors} warnings in {len(scenes)} scenes. Nothing was sent, "
            f"nothing was spent."
        )
    return _LINT_ERRORS if errors else 0


def findings_of(services: Services, scenes: list[str]) -> list[Finding]:
    """The findings about the roster, the chains, the references, the cast's pictures,
    the words and the providers, each once.
    """
    from checks.gates.reference_gate import check_references
    from checks.rules.chain_rules import check_chains
    from production.planning.early_checks import film_findings
    from production.planning.roster import roster_verdict

    folder, references, looked = services.folder, services.references(), services.looked()
    found = list(roster_verdict(services).findings)
    for scene in scenes:
        found += check_chains(services.scene(scene)).findings
        for shot in services.scene(scene).shots:
            verdict = check_references(shot, folder.bible, folder.lock, references, folder.film.thresholds, looked)
            found += [finding for finding in verdict.findings if finding not in found]
    return [*found, *film_findings(services, [services.scene(scene) for scene in scenes])]
