"""The vault in a bucket on a live S3 server: what is written, read, linked and listed, from more machines than one."""

from __future__ import annotations

import datetime as dt
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from manifests.keys import hash_bytes
from vault.bucket import Bucket
from vault.canon import Canon
from vault.errors import Corrupt, Missing, SourceChanged, StoreRefused
from vault.local import LocalVault
from vault.s3 import LINK_S_MAX, S3Vault
from vault.shelves import LISTED_FOR_S, BucketShelf

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 3000
SHA = hash_bytes(PNG)
KEY = f"objects/{SHA[:2]}/{SHA}"
APRON = "characters/marit/apron/front"


@pytest.fixture
def bucket(s3, tmp_path) -> Bucket:
    return Bucket(s3.bucket, f"s3/{tmp_path.name}", endpoint=s3.endpoint)


@pytest.fixture
def machine(bucket, tmp_path):
    """Opens the vault on one more machine, which has no copies yet."""
    return lambda name: S3Vault(bucket, LocalVault(tmp_path / name))


@pytest.fixture
def behind(s3, bucket):
    """Writes to the bucket behind our back."""
    client = s3.client()
    return lambda key, content, **facts: client.put_object(
        Bucket=s3.bucket, Key=bucket.address(key).removeprefix(f"s3://{s3.bucket}/"), Body=content, **facts
    )


# Writing


def test_of_racing_writers_exactly_one_makes_the_object(bucket):
    start = threading.Barrier(6)

    def write(_: int) -> bool:
        start.wait(30)
        return bucket._sent(KEY, PNG, SHA, "image/png", {"IfNoneMatch": "*"})

    with ThreadPoolExecutor(6) as writers:
        assert sorted(writers.map(write, range(6))) == [False] * 5 + [True]


def test_an_object_that_another_changed_since_it_was_looked_at_is_not_overwritten(bucket, behind):
    behind("a", b"old")
    seen = bucket.look("a").etag
    behind("a", b"newer")
    assert not bucket._sent("a", b"late", hash_bytes(b"late"), "text/plain", {"IfMatch": seen})
    assert bucket.read("a") == b"newer"


def test_bytes_that_arrive_as_others_than_were_hashed_are_refused_and_nothing_is_kept(bucket):
    with pytest.raises(SourceChanged, match="other bytes arrived") as refused:
        bucket.put("a", b"these", sha256=hash_bytes(b"those"), media_type="text/plain")
    assert refused.value.retry_helps
    assert bucket.look("a") is None


def test_what_is_there_already_is_not_sent_again(bucket, machine):
    machine("one").put_bytes(PNG)
    sent = []
    bucket._client.meta.events.register("before-send.s3.PutObject", lambda **_: sent.append(1))
    machine("other").put_bytes(PNG)
    assert sent == []


# Reading


def test_a_damaged_copy_on_this_machine_is_fetched_again(machine):
    vault = machine("one")
    for ask in (vault.path, vault.read):
        copy = vault.path(vault.put_bytes(PNG))
        copy.chmod(0o644)
        copy.write_bytes(PNG[:-1])
        ask(SHA)
        assert copy.read_bytes() == PNG


def test_an_object_whose_label_lies_is_found_out_by_its_bytes(machine, behind):
    behind(KEY, b"X" + PNG[1:], Metadata={"sha256": SHA})
    vault = machine("one")
    for read in (vault.path, vault.read, vault.examine):
        with pytest.raises(Corrupt, match="older version") as found:
            read(SHA)
        assert KEY in str(found.value)
    assert not vault._copies.has(SHA)


def test_an_examination_looks_at_the_bucket_and_not_at_the_copy(machine, behind):
    vault = machine("one")
    vault.put_bytes(PNG)
    behind(KEY, b"spoilt")
    assert vault.read(SHA) == PNG
    with pytest.raises(Corrupt):
        vault.examine(SHA)


# Links


def fetch(url: str) -> tuple[bytes, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read(), answer.headers["Content-Type"]


def test_a_link_reads_the_object_without_a_key_and_says_what_it_is(machine, s3):
    vault = machine("one")
    link = vault.link(vault.put_bytes(PNG), seconds=60)
    assert fetch(link) == (PNG, "image/png")
    assert s3.secret not in link


def test_a_link_that_has_expired_or_was_changed_reads_nothing(machine, monkeypatch):
    vault = machine("one")
    good = vault.link(vault.put_bytes(PNG), seconds=60)
    an_hour_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_: an_hour_ago)
    expired = vault._bucket.sign(KEY, 60)
    for url in (expired, good.replace("X-Amz-Expires=60", "X-Amz-Expires=600")):
        with pytest.raises(urllib.error.HTTPError, match="403") as refused:
            fetch(url)
        refused.value.close()


def test_a_link_to_a_copy_that_never_reached_the_bucket_sends_it_there_first(machine):
    vault = machine("one")
    vault._copies.put_bytes(PNG)
    assert fetch(vault.link(SHA, seconds=60))[0] == PNG


def test_a_link_to_what_nobody_has_is_refused(machine):
    with pytest.raises(Missing):
        machine("one").link(SHA, seconds=60)


@pytest.mark.parametrize("seconds", [0, -1, LINK_S_MAX + 1])
def test_a_link_for_a_time_that_s3_does_not_sign_for_is_refused(machine, seconds):
    with pytest.raises(StoreRefused, match="Ask for 1 to 604800 seconds"):
        machine("one").link(SHA, seconds=seconds)


# The canon's shelf


def test_what_another_machine_linked_is_seen_when_the_list_is_old(bucket):
    now = [0.0]
    here, there = Canon(BucketShelf(bucket, clock=lambda: now[0])), Canon(BucketShelf(bucket))
    assert here.names() == ()
    there.link(APRON, "1" * 64, "Ada")
    assert here.names() == ()
    now[0] += LISTED_FOR_S + 0.1
    assert [link.sha256 for link in here.links()] == ["1" * 64]
    there.link(APRON, "2" * 64, "Ada")
    now[0] += LISTED_FOR_S + 0.1
    assert [link.sha256 for link in here.links()] == ["2" * 64]


def test_only_links_that_changed_are_read_again(bucket):
    canon, read = Canon(BucketShelf(bucket)), []
    for name in ("props/lantern", "props/rope"):
        canon.link(name, "1" * 64, "Ada")
    assert len(canon.links()) == 2
    bucket._client.meta.events.register("before-send.s3.GetObject", lambda **_: read.append(1))
    canon.link("props/rope", "2" * 64, "Ada")
    assert [link.sha256[0] for link in canon.links()] == ["1", "2"]
    assert len(read) == 1
