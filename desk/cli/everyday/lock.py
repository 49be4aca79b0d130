"""gate lock: approve the pictures in assets/ as the ones that stay."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, json_option, open_film, print_json

_LINT_ERRORS = 7


@click.command()
@film_option
@decides
@json_option
def lock(film: Path | None, as_json: bool) -> int:
    """Write lock.yaml from the pictures in assets/, under your name.
    Look at them first: every shot is compared with them.

    It lists problems of the pictures first. Ends with exit code 7 where a picture is too small, not cut out, or the
    same as another.
    """
    from production.bible.locking import lock_assets
    from production.planning.early_checks import cast_findings, picture_findings
    from wiring.pictures import turned

    services = open_film(film)
    findings = [*picture_findings(services, sorted(services.folder.bible.assets())), *cast_findings(services)]
    copied = turned(services.folder.assets, services.settings.srgb_copies)
    code = _LINT_ERRORS if any(finding.severity == "error" for finding in findings) else 0
    for name, words in () if as_json else copied.items():
        click.echo(f"  I {name}: {words}")
    for finding in () if as_json else findings:
        click.echo(
            f"  {finding.severity[0].upper()} {finding.rule} {finding.subject}: {finding.message}. {finding.cure}"
        )
    confirm("Approve the pictures in assets/ as the references of every shot?")
    locked = lock_assets(services, services.settings.who)
    if as_json:
        print_json(
            {
                "added": locked.added,
                "changed": locked.changed,
                "retired": locked.retired,
                "missing": locked.missing,
                "sent_back": locked.sent_back,
                "findings": [finding.model_dump(mode="json") for finding in findings],
                "turned": copied,
            }
        )
        return code
    for word in ("added", "changed", "retired", "missing"):
        for name in getattr(locked, word):
            click.echo(f"  {word:<9}{name}")
    for name, cure in locked.sent_back.items():
        click.echo(f"  left out {name}: it was rejected, and no other picture is there yet. {cure}")
    counts = f"{len(locked.added)} added, {len(locked.changed)} changed, {len(locked.missing)} missing"
    click.echo(f"Locked by {services.settings.who}: {counts}.")
    return code
