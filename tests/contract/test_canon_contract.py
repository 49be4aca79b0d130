"""What canonical names promise, on every store there is (conftest.py)."""

from __future__ import annotations

import threading

import pytest

from vault.errors import Corrupt, Missing, NameRefused

APRON = "characters/marit/apron/front"


def test_a_name_stands_for_its_newest_content(store):
    canon = store.canon
    canon.link(APRON, "1" * 64, "Ada")
    canon.link(APRON, "2" * 64, "Ben")
    canon.link("locations/quay", "3" * 64, "Ada")
    found = store.again().canon.resolve(APRON)
    assert (found.sha256, found.approved_by) == ("2" * 64, "Ben")
    assert canon.names() == (APRON, "locations/quay")
    assert [(link.name, link.sha256) for link in canon.links()] == [(APRON, "2" * 64), ("locations/quay", "3" * 64)]
    canon.unlink(APRON)
    assert canon.names() == ("locations/quay",)
    assert [link.name for link in canon.links()] == ["locations/quay"]
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
def test_a_name_that_could_leave_the_canon_is_refused(store, name):
    canon = store.canon
    for ask in (canon.resolve, canon.has, canon.unlink, lambda n: canon.link(n, "1" * 64, "Ada")):
        with pytest.raises(NameRefused):
            ask(name)
    assert store.everything() == []


@pytest.mark.parametrize(("sha256", "who"), [("1" * 63, "Ada"), ("1" * 64, "")])
def test_a_link_needs_a_hash_and_a_person(store, sha256, who):
    with pytest.raises(NameRefused):
        store.canon.link(APRON, sha256, who)


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"name":"props/lantern","sha256":"' + b"1" * 64 + b'","approved_by":"Ada"}']
)
def test_a_damaged_link_is_refused(store, content):
    store.canon.link(APRON, "1" * 64, "Ada")
    store.spoil_link(APRON, content)
    for ask in (lambda: store.canon.resolve(APRON), store.again().canon.links):
        with pytest.raises(Corrupt, match="gate lock"):
            ask()


def test_what_others_put_beside_the_links_has_no_name(store):
    store.canon.link(APRON, "1" * 64, "Ada")
    store.spoil_link("characters/marit/apron/.tmp-1", b"half")
    store.spoil_link("README", b"{}")
    assert [link.name for link in store.again().canon.links()] == [APRON] == list(store.again().canon.names())


def test_links_made_at_the_same_moment_leave_one_whole_link(store):
    people = [f"person {number}" for number in range(6)]
    threads = [threading.Thread(target=store.canon.link, args=(APRON, "1" * 64, who)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert store.canon.resolve(APRON).approved_by in people
    assert len(store.everything()) == 1
