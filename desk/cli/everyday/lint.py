"""gate lint: everything that is wrong with the film's files and pictures, before a cent moves."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.options import film_option, json_option, print_json, read_film

_LINT_ERRORS = 7


@click.command()
@click.argument("scene", required=False)
@film_option
@json_option
def lint(scene: str | None, film: Path | None, as_json: bool) -> int:
    """Check the film, or one SCENE of it: its files, its roster, its pictures.

    Ends with exit code 7 where it finds errors, and with 2 where a file cannot be read.
    """
    from production.planning.film_lint import findings_of
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
