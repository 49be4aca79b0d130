"""Which store a film's media are in: the folder of its state, or a bucket with copies in that folder."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from vault.beside import VaultBeside
from vault.canon import Canon, CanonLink
from vault.contract import Shelf, Vault
from vault.errors import StoreRefused
from vault.local import LocalVault
from vault.shelves import FolderShelf
from wiring.pictures import Picture
from wiring.settings import Settings

_PART = r"[A-Za-z0-9_=-][A-Za-z0-9._=-]*"  # no part begins with a dot: some servers keep objects as files
_URL = re.compile(
    rf"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{{1,61}}[a-z0-9])(?:/(?P<prefix>{_PART}(?:/{_PART})*)?/?)?", re.ASCII
)
_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?|https?://\[[0-9A-Fa-f:]+\](:\d{1,5})?/?", re.ASCII)


class Store(NamedTuple):
    """Media, the names that some of them have, and the receipts of what was paid for."""

    vault: Vault
    canon: Canon
    receipts: Shelf


def open_store(settings: Settings) -> Store:
    """The store that the settings name. Raises StoreRefused, StoreDown."""
    if settings.vault_url:
        return both_stores(settings, settings.vault_url)[1]
    return _folder_of(settings)


def beside(store: Store, pictures: Sequence[tuple[Picture, str]], cache: Path) -> tuple[VaultBeside, Canon]:
    """The store for a command that only reads, with new pictures, each with who approved it, that nobody has put into
    it. What such a command draws goes into `cache`.
    """
    vault = VaultBeside(store.vault, {picture.sha256: picture.file for picture, _ in pictures}, LocalVault(cache))
    links = (CanonLink(name=each.name, sha256=each.sha256, approved_by=by) for each, by in pictures)
    return vault, store.canon.beside(links) if pictures else store.canon


def bring_out(settings: Settings) -> None:
    """Move what an earlier version laid into the state's own `out` to where people look for it now, all at once."""
    before = settings.state / "out"
    if before.is_dir() and not settings.out.exists():
        # On another disk, or where nobody may write, it stays: the next run lays it down again, for nothing.
        with contextlib.suppress(OSError):
            before.rename(settings.out)


def both_stores(settings: Settings, url: str) -> tuple[Store, Store]:
    """The folder on this machine, and the bucket at `url` (s3://bucket/prefix) whose copies it holds.
    Raises StoreRefused.
    """
    from vault.bucket import Bucket  # noqa: PLC0415  # loads boto3, which few films need
    from vault.s3 import S3Vault  # noqa: PLC0415  # same
    from vault.shelves import BucketShelf  # noqa: PLC0415  # beside them

    found, endpoint = _URL.fullmatch(url), settings.vault_endpoint
    if found is None:  # and it is not repeated: somebody may have written a key into it
        cure = "Write it as s3://my-bucket/my-film, in GATE_VAULT or on the command line."
        raise StoreRefused("the vault's address", "it is not of the form s3://bucket/prefix", cure)
    if endpoint and not _ENDPOINT.fullmatch(endpoint):
        cure = (
            "Write GATE_VAULT_ENDPOINT=https://HOST without a path; keys go into AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY."
        )
        raise StoreRefused("the vault's endpoint", "it is not of the form https://host", cure)
    folder, bucket = LocalVault(settings.vault), Bucket(found["bucket"], found["prefix"] or "", endpoint=endpoint)
    vault = S3Vault(bucket, folder)
    return _folder_of(settings), Store(vault, Canon(BucketShelf(bucket)), BucketShelf(bucket, "receipts"))


def _folder_of(settings: Settings) -> Store:
    return Store(LocalVault(settings.vault), Canon(settings.vault), FolderShelf(settings.vault / "receipts"))
