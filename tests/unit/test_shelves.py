"""A shelf's folders are listed again only when something in them has changed, whoever changed it."""

from __future__ import annotations

import os
import time

from vault import shelves
from vault.shelves import FolderShelf


def test_a_folder_is_listed_again_when_another_process_has_changed_it(tmp_path, monkeypatch):
    listed, now_ns, scandir = [], time.time_ns, os.scandir
    monkeypatch.setattr(shelves.time, "time_ns", lambda: now_ns() + 60 * 10**9)  # the folders have been still for long
    monkeypatch.setattr(shelves.os, "scandir", lambda folder: listed.append(folder) or scandir(folder))
    other = FolderShelf(tmp_path)
    for name in ("characters/marit/front", "characters/vik/front", "locations/quay"):
        other.write(name, b"1")
    for folder in (tmp_path, *(path for path in tmp_path.rglob("*") if path.is_dir())):
        os.utime(folder, ns=(0, 0))
    shelf = FolderShelf(tmp_path)
    assert len(dict(shelf.read_all())) == 3
    listed.clear()
    assert sorted(shelf.names()) == ["characters/marit/front", "characters/vik/front", "locations/quay"]
    assert listed == []
    other.write("characters/vik/back", b"2")
    other.write("props/lantern", b"3")
    other.remove("locations/quay")
    (tmp_path / "characters/marit/front.json").write_bytes(b"in place")
    assert dict(shelf.read_all()) == {
        "characters/marit/front": b"in place",
        "characters/vik/front": b"1",
        "characters/vik/back": b"2",
        "props/lantern": b"3",
    }


def test_a_folder_that_has_just_changed_is_listed_again_each_time(tmp_path, monkeypatch):
    shelf, listed, scandir = FolderShelf(tmp_path), [], os.scandir
    shelf.write("locations/quay", b"1")
    at = max(tmp_path.stat().st_ctime_ns, (tmp_path / "locations").stat().st_ctime_ns)
    monkeypatch.setattr(shelves.time, "time_ns", lambda: at)
    monkeypatch.setattr(shelves.os, "scandir", lambda folder: listed.append(folder) or scandir(folder))
    for _ in range(3):
        assert list(shelf.names()) == ["locations/quay"]
    assert len(listed) == 6
