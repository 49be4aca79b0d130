"""What a shelf of receipts promises a lost ledger, on every store there is (conftest.py)."""

from __future__ import annotations

from governor.receipts import Receipts
from vault.shelves import BucketShelf, FolderShelf


def shelf_of(request, store, tmp_path):
    """The receipts beside that store's objects, as another machine opens them."""
    if store.vault.place.startswith("s3://"):
        from vault.bucket import Bucket

        s3 = request.getfixturevalue("s3")
        return BucketShelf(Bucket(s3.bucket, f"contract/{tmp_path.name}", endpoint=s3.endpoint), "receipts")
    return FolderShelf(tmp_path / "vault" / "receipts")


def test_a_receipt_is_seen_by_the_next_process_and_is_no_canonical_name(request, store, tmp_path):
    name = f"{'a' * 64}-n1"
    shelf_of(request, store, tmp_path).write(name, b"{")
    shelf_of(request, store, tmp_path).write(name, b"{}")

    receipts = Receipts(shelf_of(request, store, tmp_path))

    assert receipts.names() == {name}
    assert receipts.read([name]) == ([], [name]), "it is not a receipt"
    assert store.again().canon.names() == ()
    receipts.set_aside(name)
    assert Receipts(shelf_of(request, store, tmp_path)).names() == set()
    assert shelf_of(request, store, tmp_path).read(f"damaged/{name}") == b"{}"
