"""gate verify: read where a film comes from, and whether it was changed since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desk.cli.ending import on_one_line
from desk.cli.options import json_option, print_json

if TYPE_CHECKING:
    from assembly.provenance.reading import Provenance

_ROOTS_BYTES_MAX = 5_000_000
_LINE_MAX = 2000


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
    """Print it. All of it may be somebody else's words: nothing in them moves the terminal's cursor."""
    where = " (by the sidecar beside it)" if found.sidecar else ""
    lines = [f"{file}: {_SAID[found.state]}{where}"]
    lines += [f"  {code}{f': {words}' if words else ''}" for code, words in found.problems]
    lines.append(f"  signed by {found.signer or 'nobody named'} with {found.program or 'an unnamed program'}")
    lines += [f"  title: {found.title}"] if found.title else []
    lines += [f"  source type: {found.source_type}"] if found.source_type else []
    lines += [f"  made from: {', '.join(found.sources)}"] if found.sources else []
    for scene in _parts(found.making, "scenes"):
        for model in _parts(scene, "models"):
            named = f"{model.get('provider')} {model.get('model')} ({model.get('operation')})"
            lines.append(f"  {scene.get('scene')} model: {named}, takes: {model.get('takes')}")
        for each in _parts(scene, "approvals"):
            at = str(each.get("at"))[:16]
            lines.append(f"  {each.get('shot')} {each.get('tier')} approved by {each.get('by')}, {at}")
    for line in lines:
        click.echo(on_one_line(line)[:_LINE_MAX])


def _parts(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a list in our assertion; none where somebody else's says something else there."""
    found = told.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
