"""gate sign: put where a finished film comes from into the film, under a signature."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.options import film_option, json_option, print_json, read_film, typed


@click.command()
@click.argument("scene", required=False)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder. Default: the folder signed beside the master.",
)
@click.option(
    "--test-certificate", is_flag=True, help="Sign with a certificate made for this once, which nobody trusts."
)
@film_option
@json_option
def sign(scene: str | None, into: Path | None, film: Path | None, *, test_certificate: bool, as_json: bool) -> None:
    """Sign the film's master, or SCENE's, with C2PA Content Credentials: its clips, the models that made them, and who
    approved them. Do it last: every later change of the file shows. A sidecar beside the film says the same.

    GATE_SIGN_KEY and GATE_SIGN_CHAIN name the PEM files of your key and your certificate chain.
    """
    from dataclasses import asdict

    from assembly.provenance.credentials import credentials_for_a_test, read_credentials
    from production.wrap.provenance.sign_master import sign_master
    from wiring.errors import BadSetting

    services = read_film(film, scopes=[f"scene:{scene}"] if scene else [])
    key, chain = services.settings.sign_key, services.settings.sign_chain
    if test_certificate:
        credentials = credentials_for_a_test()
    elif key and chain:
        credentials = read_credentials(key, chain)
    else:
        cure = f"Name both (docs/provenance.md), or try it: {typed('gate sign --test-certificate')}"
        raise BadSetting("GATE_SIGN_KEY and GATE_SIGN_CHAIN", "no key and chain to sign with are named", cure)
    signed = sign_master(services, scene, credentials, into)
    if as_json:
        facts = {"film": str(signed.film), "sidecar": str(signed.sidecar), "test": credentials.test}
        print_json({**facts, "read": asdict(signed.read)})
        return
    click.echo(f"{signed.film}: signed by {signed.read.signer}, {len(signed.read.sources)} clips as its sources")
    click.echo(f"{signed.sidecar}: the same manifest alone")
    if credentials.test:
        click.echo("This is a TEST certificate: it shows that the file is whole, and nobody vouches for who signed it.")
