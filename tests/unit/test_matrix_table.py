"""The shot matrix on a terminal: it fits, it wraps, and it says which columns it leaves out."""

from __future__ import annotations

import csv
import io
import re

import pytest

from desk.cli.story.matrix_table import table
from desk.cli.story.new import DELIVERIES, KINDS
from manifests.story import pitch
from production.journey.readiness import Obstacle
from production.matrix.columns import COLUMNS
from production.matrix.model import MatrixRow, MatrixScene
from production.matrix.writing import matrix_csv, matrix_page

KEY = Obstacle("key", "there is no key for fal", "Set FAL_KEY; then: gate doctor")


def row(number: int, **changed: object) -> MatrixRow:
    said = {
        "scene": "SC010",
        "shot": f"SC010_SH{number:04d}",
        "called": "4-1",
        "proposed": False,
        "beat": "She walks along the wet quay with the suitcase, towards the light of the café.",
        "place": "The Dry Sock, main room",
        "cast": ("Ilse Brandt (raincoat)", "Marit Solberg (apron)"),
        "props_in": ("The red suitcase",),
        "props_out": (),
        "light": "warm lamps from the left",
        "time": "",
        "side": ("Ilse Brandt right → middle",),
        "direction": (),
        "camera": "medium close up, push in, 50 mm",
        "length_s": 4.5,
        "provider": "previz, fal",
        "drafts_microusd": 380_000,
        "finals_microusd": 600_000,
        "standing": "not ready",
        "readiness": "not ready: key",
        "why": "",
        "obstacles": (KEY,),
    }
    return MatrixRow(**(said | changed))  # type: ignore[arg-type]


ROWS = [row(10), row(20, standing="ready", readiness="ready", obstacles=()), row(30, finals_microusd=None)]
SCENE = MatrixScene("SC010", "4", "<Tea>", "She waits.", tuple(ROWS))


@pytest.mark.parametrize("width", [72, 80, 100, 120, 200, 400])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_lost(width):
    lines = table(ROWS, width)
    assert max(map(len, lines)) <= width
    told = " ".join(" ".join(lines).split())
    for words in ("SC010_SH0010", "4.5 s", "$0.98", "no price", "not ready: key"):
        assert words in told


def test_a_narrow_table_names_what_it_leaves_out_and_a_wide_one_has_all_that_is_filled():
    narrow, wide = table(ROWS, 80), table(ROWS, 260)
    assert "Left out at this width: beat" in " ".join(narrow)
    assert not [line for line in wide if "Left out" in line]
    heads = [column.header for column in COLUMNS if column.header not in {"props out", "time", "direction"}]
    assert all(head in wide[0] for head in heads)
    assert "direction" not in wide[0], "an empty column takes no room"


def test_the_list_for_a_spreadsheet_has_every_column_and_every_reason_and_no_date():
    content = matrix_csv([SCENE]).decode("utf-8-sig")
    head, first, *_ = csv.reader(io.StringIO(content), delimiter=";")
    assert head == ["Scene", *(column.header.capitalize() for column in COLUMNS), "Why"]
    assert dict(zip(head, first, strict=True))["Why"] == "there is no key for fal. Set FAL_KEY; then: gate doctor"
    assert matrix_csv([SCENE]).startswith(b"\xef\xbb\xbf")


def test_the_page_loads_nothing_escapes_what_people_wrote_and_says_each_standing_in_words():
    page = matrix_page([SCENE], "Tea & <Toast>")
    assert "<Tea>" not in page
    assert "Tea &amp; &lt;Toast&gt;" in page
    assert page.count('scope="row"') == 3
    heads = re.findall(r'scope="col">(.*?)<', page)
    assert heads[:2] == ["shot", "readiness"]
    assert len(heads) == len(COLUMNS) - 3, "columns that say nothing are left out"
    assert "src=" not in page
    assert "<script" not in page
    assert "Set FAL_KEY" in page


def test_open_continuity_is_noted_and_holds_nothing_back():
    noted = row(10, standing="ready", readiness="ready", obstacles=(), notes=("C201 her coat changed. Waive it",))
    told = " ".join(" ".join(table([noted], 400)).split())
    assert "ready; 1 continuity note" in told
    assert "C201 her coat changed" in matrix_page([MatrixScene("SC010", "", "Tea", "", (noted,))], "Tea")


def test_the_choices_of_a_pitch_are_those_that_its_file_may_hold():
    assert (KINDS, DELIVERIES) == (pitch.FILM_KINDS, pitch.DELIVERIES)
