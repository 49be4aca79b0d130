"""What is read out of a bucket's answers, without one."""

from __future__ import annotations

import base64

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from vault.bucket import _sha256_of
from vault.errors import StoreDown, StoreRefused, VaultError
from vault.media_type import media_type_of
from vault.refusals import in_our_words

SHA = "ab" * 32
COUNTED = base64.b64encode(bytes.fromhex(SHA)).decode()


@pytest.mark.parametrize(
    ("said", "sha256"),
    [
        ({"ChecksumSHA256": COUNTED, "Metadata": {"sha256": "other"}}, SHA),
        ({"Metadata": {"sha256": SHA}}, SHA),
        ({"ChecksumSHA256": f"{COUNTED}-3", "Metadata": {"sha256": SHA}}, SHA),
        ({"ChecksumSHA256": f"{COUNTED}-3"}, None),
        ({}, None),
    ],
    ids=[
        "the server's own count goes first",
        "else the label",
        "no checksum of parts",
        "nothing known of parts",
        "nothing",
    ],
)
def test_which_hash_a_server_vouches_for(said, sha256):
    assert _sha256_of(said) == sha256


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1", "image/jpeg"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"{}", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_media_are_told_by_how_they_begin(head, media_type):
    assert media_type_of(head) == media_type


def kinds(kind: type) -> set[type]:
    return {kind}.union(*(kinds(sub) for sub in kind.__subclasses__()))


@pytest.mark.parametrize(
    "kind", sorted(kinds(BotoCoreError), key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__
)
def test_every_error_of_boto3_leaves_in_our_words_and_without_its_own(kind):
    error = kind.__new__(kind)
    error.args, error.kwargs = ("sk-test-secret",), {}
    with pytest.raises(VaultError) as found, in_our_words("s3://film"):
        raise error
    assert isinstance(found.value, StoreDown | StoreRefused)
    assert "sk-test-secret" not in str(found.value)
    assert found.value.__suppress_context__


def test_an_answer_in_no_form_that_we_know_is_a_refusal_all_the_same():
    with pytest.raises(StoreRefused, match=r"refuses the request \(0\)"), in_our_words("s3://film"):
        raise ClientError({}, "PutObject")
