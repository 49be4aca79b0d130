"""The hunt for canaries finds them in every spelling and every kind of file;
one that finds nothing would prove nothing.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import sqlite3
from urllib.parse import quote

import pytest
from PIL import Image, PngImagePlugin

from scripts.canaries import contents, found_in, main, written

WORD = "Kanari/enn ö?4711"


def seen(path):
    return {each for content in contents(path) for each in found_in(content, [WORD])}


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize(
    ("spelling", "spelt"),
    [
        ("plain", str.encode),
        ("plain", lambda text: text.encode().upper()),
        ("plain", lambda text: text.encode("utf-16-le")),
        ("url", lambda text: quote(text, safe="").encode()),
        ("url", lambda text: quote(text).encode()),
        ("json", lambda text: json.dumps({"a": text}).encode()),
        ("json", lambda text: json.dumps(json.dumps({"a": text})).encode()),
        ("base64", lambda text: base64.b64encode(text.encode())),
        ("base64", lambda text: base64.urlsafe_b64encode(f"{text}~~~".encode())),
        ("hex", lambda text: text.encode().hex().encode()),
        ("hex", lambda text: text.encode().hex().upper().encode()),
    ],
)
def test_it_is_found_however_it_is_spelt(tmp_path, spelling, spelt, before):
    short = b"nothing " + spelt(f"{before}{WORD}") + b" nothing"
    (tmp_path / "control.txt").write_bytes(short)
    (tmp_path / "long.txt").write_bytes(b"nothing " * 20_000 + short)
    assert f"{WORD} ({spelling})" in seen(tmp_path / "control.txt")
    assert f"{WORD} ({spelling})" in seen(tmp_path / "long.txt")


def test_it_is_found_in_a_database_where_pages_cut_it_in_two(tmp_path):
    path, often = tmp_path / "ledger.sqlite", 2000
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE notes (text TEXT, number INTEGER)")
        database.execute("INSERT INTO notes VALUES (?, 7)", (WORD * often,))
        database.commit()
    raw, *values = contents(path)
    assert raw.count(WORD.encode()) < often, "the file's bytes alone do not show each"
    assert sum(value.count(WORD.encode()) for value in values) == often
    assert f"{WORD} (plain)" in seen(path)


@pytest.mark.parametrize("packed", [False, True])
def test_it_is_found_in_the_text_of_a_picture(tmp_path, packed):
    told = PngImagePlugin.PngInfo()
    told.add_itxt("prompt", f"a {WORD} rises " * 20, zip=packed)
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png", pnginfo=told)
    assert (WORD.encode() in (tmp_path / "a.png").read_bytes()) != packed
    assert f"{WORD} (plain)" in seen(tmp_path / "a.png")


def test_it_is_found_in_what_was_packed(tmp_path):
    (tmp_path / "log.gz").write_bytes(gzip.compress(WORD.encode()))
    assert f"{WORD} (plain)" in seen(tmp_path / "log.gz")


def test_a_folder_without_it_holds_none_of_it(tmp_path, capsys):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.txt").write_text("kanari, enn, 4711")
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert main(str(tmp_path), WORD) == 0
    (tmp_path / "deep" / "er" / "b.txt").write_text(WORD)
    assert len(list(written(tmp_path))) == 3
    assert main(str(tmp_path), WORD) == 1
    assert "b.txt" in capsys.readouterr().out
