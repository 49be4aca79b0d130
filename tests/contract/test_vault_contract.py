"""What every store of media promises; each test runs on each (conftest.py)."""

from __future__ import annotations

import os
import threading

import pytest

from manifests.keys import hash_bytes
from vault.errors import Corrupt, Missing, NameRefused, SourceChanged
from vault.local import _pieces

FILM = b"a frame of film" * 1000


@pytest.fixture
def vault(store):
    return store.vault


def test_what_is_put_is_read_back_under_its_hash(vault, tmp_path):
    (tmp_path / "take.mp4").write_bytes(FILM)
    sha256 = vault.put_bytes(FILM)
    assert sha256 == hash_bytes(FILM) == vault.put_file(tmp_path / "take.mp4")
    assert vault.read(sha256) == vault.path(sha256).read_bytes() == FILM
    assert vault.has(sha256)


def test_what_is_put_is_there_for_whoever_opens_the_store_next(store):
    sha256 = store.vault.put_bytes(FILM)
    next_one = store.again().vault
    assert next_one.has(sha256)
    assert next_one.path(sha256).read_bytes() == next_one.read(sha256) == FILM


def test_an_object_cannot_be_written_to_by_its_path(vault):
    path = vault.path(vault.put_bytes(FILM))
    assert path.stat().st_mode & 0o777 == 0o444
    assert path.suffix == ""


def test_what_is_not_there_is_missing(vault, tmp_path):
    assert not vault.has("0" * 64)
    for read in (vault.path, vault.read, vault.examine, lambda sha256: vault.link(sha256, seconds=60)):
        with pytest.raises(Missing):
            read("0" * 64)
    with pytest.raises(Missing):
        vault.put_file(tmp_path / "nowhere.png")


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "0" * 65])
def test_a_name_that_is_no_hash_is_refused(vault, name):
    for ask in (vault.path, vault.read, vault.has, vault.examine, lambda sha256: vault.link(sha256, seconds=60)):
        with pytest.raises(NameRefused):
            ask(name)


@pytest.mark.parametrize("damage", [b"", FILM[:-1], b"b" + FILM[1:]], ids=["emptied", "cut short", "one byte changed"])
def test_damaged_bytes_are_refused_with_a_cure_and_healed_by_putting_them_again(store, damage):
    vault = store.vault
    sha256 = vault.put_bytes(FILM)
    store.spoil(sha256, damage)
    for read in (vault.path, vault.read, vault.examine):
        with pytest.raises(Corrupt, match=r"Restore (that|a) file"):
            read(sha256)
    vault.put_bytes(FILM)
    vault.examine(sha256)
    assert vault.path(sha256).read_bytes() == FILM
    assert store.again().vault.read(sha256) == FILM


def test_many_writers_of_the_same_bytes_make_one_object(store):
    vault, found = store.vault, []
    threads = [threading.Thread(target=lambda: found.append(vault.put_bytes(FILM))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [hash_bytes(FILM)] * 6
    assert [path.name for path in vault.path(found[0]).parent.iterdir()] == [found[0]]
    assert len(store.everything()) == 1


def test_everything_stored_is_counted_with_its_size_and_nothing_else_is(store):
    one, other = store.vault.put_bytes(FILM), store.vault.put_bytes(b"a still")
    store.canon.link("props/lantern", other, "Ada")
    assert dict(store.vault.sizes()) == {one: len(FILM), other: 7}


def test_nothing_is_there_before_the_first_write(store):
    assert list(store.vault.sizes()) == list(store.canon.names()) == list(store.canon.links()) == []
    assert store.everything() == []


def test_a_file_that_is_still_being_written_is_not_sealed(store, tmp_path, monkeypatch):
    source = tmp_path / "take.mp4"
    source.write_bytes(b"first half")

    def grown(path, sha256):
        path.write_bytes(b"first half and the second")
        yield from _pieces(path, sha256)

    monkeypatch.setattr("vault.local._pieces", grown)
    with pytest.raises(SourceChanged):
        store.vault.put_file(source)
    assert store.everything() == []


def test_the_sweep_takes_old_unfinished_writes_and_nothing_else(vault):
    path = vault.path(vault.put_bytes(FILM))
    dead = path.with_name(".tmp-dead")
    dead.write_bytes(b"half")
    os.utime(dead, (1000, 1000))
    assert vault.sweep(now_s=1500, older_than_s=600) == 0
    assert vault.sweep(now_s=1700, older_than_s=600) == 1
    assert not dead.exists()
    assert path.exists()
