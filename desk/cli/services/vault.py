"""gate vault: the media of a film in a bucket and on this machine. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, open_film, print_json, settings_for, typed
from desk.cli.progress import counted_progress

if TYPE_CHECKING:
    from production.media.copying import Copied
    from production.media.stocktake import Stock
    from vault.errors import VaultError
    from wiring.settings import Settings

_SHOWN = 10

_replace = click.option(
    "--replace", is_flag=True, help="Also overwrite canonical names that stand for other content there."
)


@click.group()
def vault() -> None:
    """Copy the media to or from a bucket, and check that all of them are there and intact. Nothing is deleted."""


@vault.command()
@film_option
@click.option("--to", metavar="URL", help="The bucket, as s3://bucket/prefix. Default: GATE_VAULT.")
@_replace
@json_option
def push(film: Path | None, to: str | None, replace: bool, as_json: bool) -> int:
    """Upload everything in this machine's vault, and its canonical names.
    Objects that are there already are not sent again.
    """
    from production.media.copying import copy
    from wiring.stores import both_stores

    settings, url = _film_and_bucket(film, to, "--to")
    local, bucket = both_stores(settings, url)
    copied = copy(local, bucket, replace=replace, tell=counted_progress("sent or there"))
    return _report(copied, local.vault.place, bucket.vault.place, typed("gate vault push", film), as_json=as_json)


@vault.command()
@film_option
@click.option("--from", "source", metavar="URL", help="The bucket, as s3://bucket/prefix. Default: GATE_VAULT.")
@_replace
@json_option
def pull(film: Path | None, source: str | None, replace: bool, as_json: bool) -> int:
    """Download everything in the bucket, and its canonical names, into this machine's vault."""
    from production.media.copying import copy
    from wiring.stores import both_stores

    settings, url = _film_and_bucket(film, source, "--from")
    local, bucket = both_stores(settings, url)
    copied = copy(bucket, local, replace=replace, tell=counted_progress("fetched or there"))
    return _report(copied, bucket.vault.place, local.vault.place, typed("gate vault pull", film), as_json=as_json)


@vault.command()
@film_option
@click.option("--in", "where", metavar="URL", help="A bucket, as s3://bucket/prefix. Default: the film's own vault.")
@click.option(
    "--quick", is_flag=True, help="Only compare names and read no content, so that changed files are not found."
)
@json_option
def check(film: Path | None, where: str | None, quick: bool, as_json: bool) -> int:
    """Compare the vault with the canonical names and the ledger: missing, changed and orphaned objects.

    Ends with exit code 1 where something is missing or changed.
    """
    from production.media.stocktake import take_stock
    from wiring.stores import both_stores, open_store

    services = open_film(film)
    store = both_stores(services.settings, where)[1] if where else open_store(services.settings)
    stock = take_stock(services, store, reads=not quick, tell=counted_progress("read"))
    if as_json:
        print_json(_stock_facts(stock, quick=quick))
    else:
        _tell_stock(stock, quick=quick, film=film)
    return 0 if stock.sound else 1


def _film_and_bucket(film: Path | None, url: str | None, option: str) -> tuple[Settings, str]:
    """Raises NotAFilm: a vault made by mistake in some other folder would be empty, and look as if all were well."""
    from wiring.errors import NotAFilm

    settings = settings_for(film)
    if not (settings.film / "film.yaml").exists():
        cure = "Name the film's folder with --film DIR."
        raise NotAFilm(str(settings.film), "there is no film.yaml in it", cure)
    if not (bucket := url or settings.vault_url):
        raise click.UsageError(f"Name the bucket: {option} s3://my-bucket/my-film, or set GATE_VAULT.")
    return settings, bucket


def _report(copied: Copied, source: str, target: str, again: str, *, as_json: bool) -> int:
    if as_json:
        print_json(
            {
                "from": source,
                "to": target,
                "sent": copied.sent,
                "sent_bytes": copied.sent_bytes,
                "there": copied.there,
                "names_written": copied.names,
                "names_there": copied.names_there,
                "names_differing": list(copied.differing),
                "left_out": _faults(copied.left_out),
            }
        )
        return 0 if copied.whole else 1
    click.echo(f"{source} → {target}")
    click.echo(f"  objects   {copied.sent} copied ({_size(copied.sent_bytes)}), {copied.there} there already")
    click.echo(f"  names     {copied.names} written, {copied.names_there} there already")
    if copied.differing:
        _list("differing", copied.differing)
        click.echo(
            f"These names stand for something else in {target}, or somebody else approved them. They were left "
            f"as they are;"
            f"\nto overwrite them with those of {source}:  {again} --replace"
        )
    if copied.left_out:
        _list("left out", [_fault_line(name, error) for name, error in copied.left_out.items()])
    return 0 if copied.whole else 1


def _tell_stock(stock: Stock, *, quick: bool, film: Path | None) -> None:
    read = "only their names were looked at" if quick else "every byte was read"
    total = _size(sum(stock.sizes.values()))
    click.echo(f"{stock.place}: {len(stock.sizes)} objects ({total}), {stock.names} canonical names; {read}.")
    if stock.missing:
        _list("missing", [f"{sha256[:12]}  {', '.join(who[:3])}" for sha256, who in stock.missing.items()])
        bucket = stock.place.startswith("s3://")
        cure = "gate vault push" if bucket else "gate vault pull --from s3://my-bucket/my-film"
        click.echo(
            f"Where another store has them:  {typed(cure, film)}\nOtherwise run the shots again, or lock the "
            f"pictures again: gate lock"
        )
    if stock.changed:
        _list("changed", [_fault_line(name, error) for name, error in stock.changed.items()])
    if stock.orphaned:
        size = _size(sum(stock.orphaned.values()))
        click.echo(
            f"  orphaned  {len(stock.orphaned)} ({size}): no canonical name, lock, take, certificate or free "
            f"step of this"
            " machine names them.\n            They do no harm, and nothing removes them."
        )
    if stock.sound:
        click.echo("Nothing is missing" + ("." if quick else ", and nothing has changed."))


def _list(word: str, lines: Sequence[str]) -> None:
    for line in lines[:_SHOWN]:
        click.echo(f"  {word:<10}{line}")
    if len(lines) > _SHOWN:
        click.echo(f"  … and {len(lines) - _SHOWN} more; --json lists all")


def _fault_line(name: str, error: VaultError) -> str:
    short = name[:12] if "/" not in name else name
    return f"{short}  {error.cause}. {error.cure}"


def _faults(faults: Mapping[str, VaultError]) -> list[dict[str, str]]:
    return [{"name": name, "cause": error.cause, "cure": error.cure} for name, error in faults.items()]


def _stock_facts(stock: Stock, *, quick: bool) -> dict[str, object]:
    return {
        "vault": stock.place,
        "bytes_were_read": not quick,
        "objects": len(stock.sizes),
        "bytes": sum(stock.sizes.values()),
        "names": stock.names,
        "missing": [{"sha256": sha256, "named_by": list(who)} for sha256, who in stock.missing.items()],
        "changed": _faults(stock.changed),
        "orphaned": [{"sha256": sha256, "bytes": size} for sha256, size in stock.orphaned.items()],
    }


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.1f} MB"
