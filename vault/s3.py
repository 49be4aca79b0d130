"""The vault in a bucket: `objects/ab/abcd…` below the prefix, the same tree as in a folder,
with copies on this machine.

A copy is verified whenever it is used, and fetched again when it is damaged or gone; so the folder may be cleared at
any time.
"""

from __future__ import annotations

import contextlib
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from manifests.keys import hash_bytes
from vault.bucket import Bucket
from vault.errors import Corrupt, Missing, StoreDown, StoreRefused
from vault.local import DAY_S, LocalVault, filed_under
from vault.media_type import media_type_of
from vault.pieces import verified

LINK_S_MAX = 604_800
"""A week: S3 signs for no longer."""

_TRIED = "tried"
_FETCHES = 3
"""boto3 repeats a request that failed, never a download that broke off in the middle."""


class S3Vault:
    """Media by content hash in `bucket`; `copies` holds what was put or read here."""

    def __init__(self, bucket: Bucket, copies: LocalVault) -> None:
        self._bucket, self._copies = bucket, copies

    @property
    def place(self) -> str:
        """s3://bucket/prefix."""
        return self._bucket.place

    def put_bytes(self, content: bytes) -> str:
        """Store `content` and return its hash.
        A damaged object of the same hash is healed where the server can tell.
        """
        return self._upload(self._copies.put_bytes(content))

    def put_file(self, source: Path) -> str:
        """Store a copy of the file and return its hash. Raises Missing, SourceChanged."""
        return self._upload(self._copies.put_file(source))  # sent from the sealed copy, which nobody changes any more

    def path(self, sha256: str) -> Path:
        """The verified copy on this machine, fetched if need be. Raises Missing, Corrupt, NameRefused."""
        try:
            return self._copies.path(sha256)
        except (Missing, Corrupt):
            self._fetch(sha256)
        return self._copies.path(sha256)

    def read(self, sha256: str) -> bytes:
        """The copy's bytes, hashed each time; fetched if need be. Raises Missing, Corrupt, NameRefused."""
        try:
            return self._copies.read(sha256)
        except (Missing, Corrupt):
            self._fetch(sha256)
        return self._copies.read(sha256)

    def has(self, sha256: str) -> bool:
        """Whether there is a copy here or an object in the bucket. Raises NameRefused."""
        return self._copies.has(sha256) or self._bucket.look(_key(sha256)) is not None

    def link(self, sha256: str, *, seconds: int) -> str:
        """A signed URL that reads the object for so long; a copy that never reached the bucket is sent there first.

        It ends earlier where the key that signs it does. Raises Missing, NameRefused, StoreRefused.
        """
        key = _key(sha256)
        if not 1 <= seconds <= LINK_S_MAX:
            cause = f"{seconds} s is not a time that S3 signs for"
            raise StoreRefused(f"link to {sha256[:12]}", cause, f"Ask for 1 to {LINK_S_MAX} seconds.")
        if self._bucket.look(key) is None:
            if not self._copies.has(sha256):
                raise self._missing(sha256)
            self._upload(sha256)
        return self._bucket.sign(key, seconds)

    def sizes(self) -> Iterator[tuple[str, int]]:
        """The hash and the size in bytes of every object in the bucket."""
        for each in self._bucket.list_all("objects/"):
            name = each.key.rpartition("/")[2]
            if len(name) == 64 and each.key == _key(name):
                yield name, each.size_bytes

    def try_writing(self) -> None:
        """Write into the folder of copies, then an object into the bucket, and remove both.
        Raises OSError, StoreDown, StoreRefused.

        A key that may write and not remove is enough for a vault: then one object of 32 bytes stays.
        """
        self._copies.try_writing()
        content = secrets.token_bytes(32)  # other bytes each time: the same ones would not be sent
        self._bucket.put(_TRIED, content, sha256=hash_bytes(content), media_type="application/octet-stream")
        with contextlib.suppress(StoreRefused):
            self._bucket.remove(_TRIED)

    def examine(self, sha256: str) -> None:
        """Fetch the object and hash it; nothing is kept. Raises Missing, Corrupt, NameRefused."""
        self._download(sha256, lambda pieces: deque(verified(pieces, sha256, self._corrupt(sha256)), maxlen=0))

    def sweep(self, *, now_s: float, older_than_s: float = DAY_S) -> int:
        """Remove unfinished copies here. In the bucket there are none: an object is there in full or not at all."""
        return self._copies.sweep(now_s=now_s, older_than_s=older_than_s)

    def _upload(self, sha256: str) -> str:
        copy = self._copies.path(sha256)
        with copy.open("rb") as file:
            media_type = media_type_of(file.read(12))
        self._bucket.put(_key(sha256), copy, sha256=sha256, media_type=media_type)
        return sha256

    def _fetch(self, sha256: str) -> None:
        self._download(sha256, lambda pieces: self._copies.put_pieces(sha256, pieces, self._corrupt(sha256)))

    def _download(self, sha256: str, use: Callable[[Iterator[bytes]], object]) -> None:
        for left in reversed(range(_FETCHES)):
            try:
                use(self._pieces(sha256))
            except StoreDown:
                if not left:
                    raise
            else:
                return

    def _pieces(self, sha256: str) -> Iterator[bytes]:
        pieces = self._bucket.get(_key(sha256))
        if pieces is None:
            raise self._missing(sha256)
        return pieces

    def _missing(self, sha256: str) -> Missing:
        return Missing(
            f"object {sha256[:12]}",
            f"neither {self.place} nor this machine holds it",
            "Where a machine has it, let that one send it: gate vault push. Else fetch it again, for $0: gate "
            "reconcile",
        )

    def _corrupt(self, sha256: str) -> Corrupt:
        address = self._bucket.address(_key(sha256))
        return Corrupt(
            f"object {sha256[:12]}",
            f"its bytes are no longer the ones that were stored ({address})",
            "Restore that file from an older version in the bucket, or delete it there and send a good copy: "
            "gate vault push",
        )


def _key(sha256: str) -> str:
    return f"objects/{filed_under(sha256)}"
