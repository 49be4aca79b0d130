"""One bucket of an S3 service (AWS, Cloudflare R2, SeaweedFS), below one prefix: the only place where boto3 is used.

Every write is conditional: an object is made where there is none, or takes the place of the one just looked at. A write
that lost a race looks again.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from vault.errors import StoreDown
from vault.refusals import code_of, in_our_words

_PIECE_BYTES = 1 << 20
_PAUSES_S = (0.0, 0.05, 0.2, 0.5, 1.0, 2.0)
"""Before each look at an object that others write too. S3 asks to try again after a 409."""

_LOST_RACE = {409, 412}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long boto3 waits for a connection and for the next bytes, in seconds, and how often it sends one request."""

    connect_s: float = 5
    read_s: float = 30
    attempts: int = 4


@dataclass(frozen=True, slots=True)
class Held:
    """A server's facts about an object without its bytes. `sha256` is None where it knows none."""

    size_bytes: int
    etag: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class ListedObject:
    """One line of a bucket's list; `key` without the prefix."""

    key: str
    size_bytes: int
    etag: str


class Bucket:
    """Objects by key below `prefix`. Safe for many threads. Raises StoreDown, StoreRefused.

    `endpoint`: the server's URL, None for AWS (or what boto3 is configured with). Keys and region are boto3's to find.
    """

    def __init__(
        self, name: str, prefix: str = "", *, endpoint: str | None = None, patience: Patience | None = None
    ) -> None:
        self._name, self._prefix = name, f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.place = f"s3://{name}/{self._prefix}".rstrip("/")
        waits = patience or Patience()
        config = Config(
            connect_timeout=waits.connect_s,
            read_timeout=waits.read_s,
            retries={"total_max_attempts": waits.attempts, "mode": "standard"},
            max_pool_connections=16,
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "auto"},
            # R2 knows no CRC trailers; what matters is checked by our own SHA-256 on both ways.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        with in_our_words(self.place):
            session = boto3.session.Session()
            region = session.region_name or ("auto" if endpoint else None)
            self._client: Any = session.client("s3", endpoint_url=endpoint, region_name=region, config=config)

    def address(self, key: str) -> str:
        """The object's address, for a message."""
        return f"{self.place}/{key}"

    def look(self, key: str) -> Held | None:
        """The server's facts about the object; None where there is none."""
        with in_our_words(self.place):
            try:
                said = self._client.head_object(**self._at(key), ChecksumMode="ENABLED")
            except ClientError as error:
                if _is_nothing(error):
                    return None
                raise
        return Held(said["ContentLength"], said["ETag"], _sha256_of(said))

    def put(self, key: str, content: bytes | Path, *, sha256: str, media_type: str) -> None:
        """Store these bytes, whose hash is `sha256`; nothing is sent where the object already has them.

        Raises SourceChanged where the server received bytes of another hash.
        """
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        for pause_s in _PAUSES_S:
            time.sleep(pause_s)
            held = self.look(key)
            if held is not None and (held.sha256, held.size_bytes) == (sha256, size):
                return
            condition = {"IfNoneMatch": "*"} if held is None else {"IfMatch": held.etag}
            if self._sent(key, content, sha256, media_type, condition):
                return
        cause = "others write it at the same time, again and again"
        raise StoreDown(self.address(key), cause, "Try again when they have finished.")

    def get(self, key: str) -> Iterator[bytes] | None:
        """The object's bytes in pieces; None where there is none."""
        with in_our_words(self.place):
            try:
                body = self._client.get_object(**self._at(key))["Body"]
            except ClientError as error:
                if _is_nothing(error):
                    return None
                raise
        return self._pieces(body)

    def read(self, key: str) -> bytes | None:
        """A small object as a whole; None where there is none."""
        pieces = self.get(key)
        return None if pieces is None else b"".join(pieces)

    def list_all(self, folder: str) -> Iterator[ListedObject]:
        """Every object whose key begins with `folder`, a thousand a request."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=self._prefix + folder)
        with in_our_words(self.place):
            for page in pages:
                for each in page.get("Contents", ()):
                    yield ListedObject(each["Key"].removeprefix(self._prefix), each["Size"], each["ETag"])

    def remove(self, key: str) -> bool:
        """Remove the object; False where there was none."""
        if self.look(key) is None:
            return False
        with in_our_words(self.place):
            self._client.delete_object(**self._at(key))
        return True

    def sign(self, key: str, seconds: int) -> str:
        """A URL that reads the object, for so long, without a key. Nothing is sent."""
        with in_our_words(self.place):
            url: str = self._client.generate_presigned_url("get_object", Params=self._at(key), ExpiresIn=seconds)
        return url

    def _sent(self, key: str, content: bytes | Path, sha256: str, media_type: str, condition: dict[str, str]) -> bool:
        """False where somebody else was there first."""
        facts = {
            "ChecksumSHA256": base64.b64encode(bytes.fromhex(sha256)).decode(),
            "Metadata": {"sha256": sha256},  # R2 may not give the checksum back
            "ContentType": media_type,
        }
        with in_our_words(self.place):
            try:
                if isinstance(content, bytes):
                    self._client.put_object(**self._at(key), Body=content, **facts, **condition)
                else:
                    with content.open("rb") as body:
                        self._client.put_object(**self._at(key), Body=body, **facts, **condition)
            except ClientError as error:
                if code_of(error.response)[0] in _LOST_RACE or _is_nothing(error):
                    return False
                raise
        return True

    def _pieces(self, body: Any) -> Iterator[bytes]:
        with in_our_words(self.place), body:
            while piece := body.read(_PIECE_BYTES):
                yield piece

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._name, "Key": self._prefix + key}


def _is_nothing(error: ClientError) -> bool:
    """Whether there is no such object; that there is no such bucket is another thing, where the server says so."""
    status, code = code_of(error.response)
    return status == 404 and code != "NoSuchBucket"


def _sha256_of(said: dict[str, Any]) -> str | None:
    """The hash that the server computed, else the one that we wrote beside the object.
    A checksum of checksums (`…-3`) says nothing.
    """
    checksum = said.get("ChecksumSHA256", "")
    try:
        counted = base64.b64decode(checksum, validate=True).hex()
    except binascii.Error:
        counted = ""
    written: str | None = said.get("Metadata", {}).get("sha256")
    return counted or written
