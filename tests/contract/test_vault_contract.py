"""What every store of media promises. Add an implementation to `VAULTS`; each test runs on each."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from manifests.keys import hash_bytes
from vault.contract import Vault
from vault.errors import Corrupt, Missing, NameRefused
from vault.local import LocalVault

VAULTS: dict[str, Callable[[Path], Vault]] = {"local": LocalVault}
FILM = b"a frame of film" * 1000


@pytest.fixture(params=VAULTS)
def vault(request, tmp_path) -> Vault:
    return VAULTS[request.param](tmp_path / "vault")


def spoil(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)
    path.chmod(0o444)


def test_what_is_put_is_read_back_under_its_hash(vault, tmp_path):
    (tmp_path / "take.mp4").write_bytes(FILM)
    sha256 = vault.put_bytes(FILM)
    assert sha256 == hash_bytes(FILM) == vault.put_file(tmp_path / "take.mp4")
    assert vault.read(sha256) == vault.path(sha256).read_bytes() == FILM
    assert vault.has(sha256)


def test_an_object_cannot_be_written_to_by_its_path(vault):
    path = vault.path(vault.put_bytes(FILM))
    assert path.stat().st_mode & 0o777 == 0o444
    assert path.suffix == ""


def test_what_is_not_there_is_missing(vault, tmp_path):
    assert not vault.has("0" * 64)
    for read in (vault.path, vault.read):
        with pytest.raises(Missing):
            read("0" * 64)
    with pytest.raises(Missing):
        vault.put_file(tmp_path / "nowhere.png")


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "0" * 65])
def test_a_name_that_is_no_hash_is_refused(vault, name):
    for ask in (vault.path, vault.read, vault.has):
        with pytest.raises(NameRefused):
            ask(name)


@pytest.mark.parametrize("damage", [b"", FILM[:-1], b"b" + FILM[1:]], ids=["emptied", "cut short", "one byte changed"])
def test_damaged_bytes_are_refused_with_a_cure_and_healed_by_putting_them_again(vault, damage):
    sha256 = vault.put_bytes(FILM)
    spoil(vault.path(sha256), damage)
    for read in (vault.path, vault.read):
        with pytest.raises(Corrupt, match="Restore that file"):
            read(sha256)
    vault.put_bytes(FILM)
    assert vault.path(sha256).read_bytes() == FILM


def test_many_writers_of_the_same_bytes_make_one_object(vault):
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(vault.put_bytes(FILM))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [hash_bytes(FILM)] * 6
    assert [path.name for path in vault.path(found[0]).parent.iterdir()] == [found[0]]


def test_the_sweep_takes_old_unfinished_writes_and_nothing_else(vault):
    path = vault.path(vault.put_bytes(FILM))
    dead = path.with_name(".tmp-dead")
    dead.write_bytes(b"half")
    os.utime(dead, (1000, 1000))
    assert vault.sweep(now_s=1500, older_than_s=600) == 0
    assert vault.sweep(now_s=1700, older_than_s=600) == 1
    assert not dead.exists()
    assert path.exists()
