"""Whatever a file holds, it is read as what it says, or refused by its place: never anything else."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manifests.errors import ManifestError
from manifests.film import Film
from manifests.reading.document import load_document, plain
from manifests.reading.film_folder import read

GOOD = """\
title: Tea
code: TEA
aspect: "16:9"
budget: {film_usd: "9.00", scene_usd: "3.00", run_usd: "3.00", shot_usd: "1.00"}
limits: {attempts: 3, lanes: 2}
thresholds: {V101: 0.5}
"""
PIECES = [
    "*a",
    "&a ",
    "!!int ",
    "\t",
    "\n",
    "  ",
    "- ",
    "? ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "|",
    "%YAML 1.1\n",
    "<<: ",
    "\0",
    "\x85",
    "\ufeff",
    "~",
    ".nan",
    "2026-11-21",
    "#",
    "---\n",
    "9" * 5000,
    "title: x\n",
]
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.text("abcé 0:#-'\"no~", max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=10,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("manifest") / "film.yaml"


@settings(max_examples=200)
@given(at=st.integers(0, len(GOOD)), piece=st.sampled_from(PIECES), cut=st.integers(0, 6))
def test_a_spoilt_film_is_read_or_refused_by_its_place(file, at, piece, cut):
    file.write_text(GOOD[:at] + piece + GOOD[at + cut :], encoding="utf-8")
    read_as = None
    with contextlib.suppress(ManifestError):
        read_as = read(file, Film)
    assert read_as is None or read_as.budget.shot_usd <= read_as.budget.film_usd


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_film_are_refused(file, content):
    file.write_bytes(content)
    with pytest.raises(ManifestError):
        read(file, Film)


@settings(max_examples=100)
@given(st.dictionaries(st.text("abc", min_size=1), VALUES, min_size=1, max_size=4))
def test_json_which_is_yaml_1_2_too_is_read_as_the_same_values(file, values):
    file.write_text(json.dumps(values), encoding="utf-8")
    assert plain(file, load_document(file, cure="")) == values


def test_a_refusal_names_file_line_column_and_field(file):
    file.write_text(GOOD.replace("attempts: 3", "attempts: 30"))
    with pytest.raises(ManifestError) as refused:
        read(file, Film)
    assert (refused.value.file, refused.value.field) == (file, "limits.attempts")
    assert (refused.value.line, refused.value.column) == (5, 10)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(file):
    file.write_text(GOOD, encoding="utf-8")
    plainly = read(file, Film)
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read(file, Film) == plainly


def test_aliases_that_stay_small_are_welcome(file):
    file.write_text(GOOD.replace('"3.00", run_usd: "3.00"', '&three "3.00", run_usd: *three'))
    assert read(file, Film).budget.run_usd == 3_000_000
