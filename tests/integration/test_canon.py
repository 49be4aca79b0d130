from __future__ import annotations

import pytest

from vault.canon import Canon
from vault.durable import write_durably
from vault.errors import Corrupt, Missing, NameRefused, SourceChanged
from vault.local import LocalVault, _pieces

APRON = "characters/marit/apron/front"


def test_a_name_stands_for_its_newest_content(tmp_path):
    canon = Canon(tmp_path)
    canon.link(APRON, "1" * 64, "Ada")
    canon.link(APRON, "2" * 64, "Ben")
    canon.link("locations/quay", "3" * 64, "Ada")
    found = Canon(tmp_path).resolve(APRON)
    assert (found.sha256, found.approved_by) == ("2" * 64, "Ben")
    assert canon.names() == (APRON, "locations/quay")
    canon.unlink(APRON)
    assert canon.names() == ("locations/quay",)
    for ask in (canon.resolve, canon.unlink):
        with pytest.raises(Missing):
            ask(APRON)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "quay",
        "../x/y",
        "/etc/passwd",
        "props/..",
        "props//lantern",
        "props/Lantern",
        "props/a\n",
        "props/a.json",
        "a/b/c/d/e",
    ],
)
def test_a_name_that_could_leave_the_canon_is_refused(tmp_path, name):
    canon = Canon(tmp_path)
    for ask in (canon.resolve, canon.has, canon.unlink, lambda n: canon.link(n, "1" * 64, "Ada")):
        with pytest.raises(NameRefused):
            ask(name)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(("sha256", "who"), [("1" * 63, "Ada"), ("1" * 64, "")])
def test_a_link_needs_a_hash_and_a_person(tmp_path, sha256, who):
    with pytest.raises(NameRefused):
        Canon(tmp_path).link(APRON, sha256, who)


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"name":"props/lantern","sha256":"' + b"1" * 64 + b'","approved_by":"Ada"}']
)
def test_a_damaged_link_is_refused(tmp_path, content):
    canon = Canon(tmp_path)
    canon.link(APRON, "1" * 64, "Ada")
    (tmp_path / "canon" / f"{APRON}.json").write_bytes(content)
    with pytest.raises(Corrupt):
        canon.resolve(APRON)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    write_durably(tmp_path / "a", (b"old",), mode=0o644)

    def broken():
        yield b"new"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_durably(tmp_path / "a", broken(), mode=0o644)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_file_that_is_still_being_written_is_not_sealed(tmp_path, monkeypatch):
    source = tmp_path / "take.mp4"
    source.write_bytes(b"first half")

    def grown(path, sha256):
        path.write_bytes(b"first half and the second")
        yield from _pieces(path, sha256)

    monkeypatch.setattr("vault.local._pieces", grown)
    with pytest.raises(SourceChanged):
        LocalVault(tmp_path / "vault").put_file(source)
    assert [path for path in (tmp_path / "vault").rglob("*") if path.is_file()] == []
