"""Every store of media there is: a test that asks for `store` runs on each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from vault.bucket import Bucket
from vault.canon import Canon
from vault.contract import Vault
from vault.local import LocalVault
from vault.s3 import S3Vault
from vault.shelves import BucketShelf


@dataclass(frozen=True)
class Opened:
    """A store, opened anew by each `again`; and how its insides are spoilt behind its back."""

    vault: Vault
    canon: Canon
    again: Callable[[], Opened]
    spoil: Callable[[str, bytes], None]
    spoil_link: Callable[[str, bytes], None]
    everything: Callable[[], list[str]]


STORES = ("local", "s3")


@pytest.fixture(params=STORES)
def store(request, tmp_path) -> Opened:
    if request.param == "local":
        return _folder(tmp_path / "vault")
    s3 = request.getfixturevalue("s3")
    return _bucket(s3, f"contract/{tmp_path.name}", tmp_path / "copies")


def _folder(root: Path) -> Opened:
    def spoil(sha256: str, content: bytes) -> None:
        path = root / "objects" / sha256[:2] / sha256
        path.chmod(0o644)
        path.write_bytes(content)
        path.chmod(0o444)

    def spoil_link(name: str, content: bytes) -> None:
        (root / "canon" / f"{name}.json").write_bytes(content)

    def everything() -> list[str]:
        return [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]

    return Opened(LocalVault(root), Canon(root), lambda: _folder(root), spoil, spoil_link, everything)


def _bucket(s3, prefix: str, copies: Path) -> Opened:
    """`again` is another machine: it has no copies."""
    behind, bucket = s3.client(), Bucket(s3.bucket, prefix, endpoint=s3.endpoint)

    def put(key: str, content: bytes) -> None:
        behind.put_object(Bucket=s3.bucket, Key=f"{prefix}/{key}", Body=content)

    def spoil(sha256: str, content: bytes) -> None:
        put(f"objects/{sha256[:2]}/{sha256}", content)
        copy = copies / "objects" / sha256[:2] / sha256
        copy.unlink(missing_ok=True)

    def everything() -> list[str]:
        return [each.key for each in bucket.list_all("")]

    return Opened(
        S3Vault(bucket, LocalVault(copies)), Canon(BucketShelf(bucket)),
        lambda: _bucket(s3, prefix, copies.with_name(f"{copies.name}+")), spoil,
        lambda name, content: put(f"canon/{name}.json", content), everything,
    )  # fmt: skip
