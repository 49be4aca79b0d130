"""gate lint: everything that is wrong with the film's files and pictures, before a cent moves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides, said_yes
from desk.cli.options import film_option, json_option, print_json, read_film

if TYPE_CHECKING:
    from production.planning.prompt_fixes import FixedFile
    from wiring.services import Services

_LINT_ERRORS = 7


@click.command()
@click.argument("scene", required=False)
@click.option("--fix", is_flag=True, help="Write the safe fixes of the prompt rules, after you have seen them.")
@film_option
@decides
@json_option
def lint(scene: str | None, fix: bool, film: Path | None, as_json: bool) -> int:
    """Check the film, or one SCENE of it: its files, its prompts, its roster, its pictures.

    Ends with exit code 7 where it finds errors, and with 2 where a file cannot be read. With --fix --json and without
    --yes it only shows the changes.
    """
    from desk.cli.everyday.lint_report import report
    from production.planning.film_lint import findings_of
    from production.post.checking import assembly_findings
    from wiring.pictures import turned

    services = read_film(film, scopes=[f"scene:{scene}"] if scene else [])
    scenes = [services.scene(scene).id] if scene else sorted(services.folder.scenes)
    files, written = _fixed(services, scenes, as_json=as_json) if fix else ((), False)
    if written:
        services = read_film(film, scopes=[f"scene:{scene}"] if scene else [])
    findings = findings_of(services, scenes) + ([] if scene else assembly_findings(services))
    errors = sum(finding.severity == "error" for finding in findings)
    copied = turned(services.folder.assets, services.settings.srgb_copies)
    if as_json:
        told: dict[str, object] = {"errors": errors, "findings": [f.model_dump(mode="json") for f in findings]}
        changes = {"fixes": [{"file": str(f.path), "diff": list(f.diff)} for f in files], "fixed": written}
        print_json(told | {"turned": copied} | (changes if fix else {}))
    else:
        report(findings, copied, scenes)
    return _LINT_ERRORS if errors else 0


def _fixed(services: Services, scenes: list[str], *, as_json: bool) -> tuple[tuple[FixedFile, ...], bool]:
    """The safe fixes, and whether they were written: shown first, and confirmed by a person."""
    from desk.cli.agent_scope import refuse_agent
    from desk.cli.everyday.lint_report import show_diff
    from production.planning.prompt_fixes import safe_fixes, write_fixes

    refuse_agent("lint --fix")
    files = safe_fixes(services, [services.scene(scene) for scene in scenes])
    if not as_json:
        show_diff(files)
    if not files or (as_json and not said_yes()):
        return files, False
    confirm("Write this?")
    write_fixes(services.folder.root, files)
    return files, True
