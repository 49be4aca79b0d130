"""gate verify: read where a film comes from, and whether it was changed since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import json_option, print_json

if TYPE_CHECKING:
    from assembly.provenance.reading import Provenance

_ROOTS_BYTES_MAX = 5_000_000


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--trust",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A PEM file of the authorities that you trust, such as C2PA's trust list.",
)
@json_option
def verify(file: Path, trust: Path | None, *, as_json: bool) -> int:
    """Read the C2PA manifest of FILE, or of the sidecar beside it: whether the file is as it was signed, whether an
    authority that you trust vouches for the signer, and what it was made from. Works for films of other tools too.

    Ends with exit code 1 where the file was changed after it was signed.
    """
    from dataclasses import asdict

    from assembly.provenance.reading import read_provenance

    if trust is not None and trust.stat().st_size > _ROOTS_BYTES_MAX:
        raise click.BadParameter(f"{trust} is too large for a list of certificates", param_hint="--trust")
    found = read_provenance(file, trust.read_text(encoding="utf-8") if trust else "")
    if as_json:
        print_json({"file": str(file), **asdict(found)})
    else:
        _tell(file, found)
    return 1 if found.state == "invalid" else 0


_SAID = {
    "trusted": "trusted: it is as it was signed, and an authority that you trust vouches for the signer",
    "valid": "valid: it is as it was signed; no authority that you named vouches for the signer",
    "invalid": "INVALID: it was changed after it was signed, or the manifest belongs to another file",
}


def _tell(file: Path, found: Provenance) -> None:
    where = " (by the sidecar beside it)" if found.sidecar else ""
    click.echo(f"{file}: {_SAID[found.state]}{where}")
    for code, words in found.problems:
        click.echo(f"  {code}{f': {words}' if words else ''}")
    click.echo(f"  signed by {found.signer or 'nobody named'} with {found.program or 'an unnamed program'}")
    if found.title:
        click.echo(f"  title: {found.title}")
    if found.source_type:
        click.echo(f"  source type: {found.source_type}")
    if found.sources:
        click.echo(f"  made from: {', '.join(found.sources)}")
    for scene in found.making.get("scenes", ()):
        for model in scene.get("models", ()):
            takes = f"{model.get('takes')} take{'' if model.get('takes') == 1 else 's'}"
            named = f"{model.get('provider')} {model.get('model')} ({model.get('operation')})"
            click.echo(f"  {scene.get('scene')} model: {named}, {takes}")
        for each in scene.get("approvals", ()):
            at = str(each.get("at"))[:16]
            click.echo(f"  {each.get('shot')} {each.get('tier')} approved by {each.get('by')}, {at}")
