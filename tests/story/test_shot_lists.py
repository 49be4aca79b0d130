"""Shot lists as spreadsheets really save them: Excel's dialects, openpyxl's workbooks, and back without loss."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from manifests.reading.film_folder import read_film
from production.story.errors import UnreadableStory
from production.story.formats.columns import guarded, unguarded
from production.story.formats.sheet import read_rows

HARBOUR = Path(__file__).parents[2] / "examples/harbour"
TEN = [["Scene", "Shot #", "Shot Size", "Description", "Characters", "Camera Movement", "Duration", "Dialogue"]] + [
    ["7", f"{number}A", "MCU", f"Bo turns page {number}.", "Bo", "Dolly in", "4,5", "BO: Well."]
    for number in range(1, 11)
]


@pytest.fixture
def harbour(tmp_path, monkeypatch):
    folder = tmp_path / "harbour"
    for part in ("bible", "scenes"):
        shutil.copytree(HARBOUR / part, folder / part)
    shutil.copy(HARBOUR / "film.yaml", folder)
    monkeypatch.chdir(folder)
    return folder


def as_csv(rows, delimiter=";", encoding="utf-8-sig"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows):
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bom.csv", as_csv(TEN)),
        ("comma.csv", as_csv(TEN, ",", "utf-8")),
        ("ansi.csv", as_csv(TEN, ";", "cp1252")),
        ("unicode.tsv", as_csv(TEN, "\t", "utf-16")),
        ("sep.csv", b"sep=,\r\n" + as_csv(TEN, ",", "utf-8")),
        ("book.xlsx", as_xlsx([["Our film"], [], *TEN])),
    ],
)
def test_a_finished_ten_shot_list_stays_ten_shots_under_the_writers_names(name, content, film, gate, tmp_path):
    (tmp_path / name).write_bytes(content)
    code, _, err = gate("import", tmp_path / name)
    assert (code, err) == (0, "")
    shots = read_film(film).scenes["SC010"].shots
    assert [shot.called for shot in shots] == [f"{number}A" for number in range(1, 11)]
    first = shots[0]
    assert (first.camera.size, first.camera.move, first.duration_s) == ("medium_close_up", "push_in", 4.5)
    assert (first.cast[0].character, first.dialogue[0].text, first.proposed) == ("bo", "Well.", False)


def test_a_list_that_changed_keeps_what_a_person_edited_in_the_film(film, gate, tmp_path):
    (tmp_path / "list.csv").write_bytes(as_csv(TEN))
    gate("import", tmp_path / "list.csv")
    scene = film / "scenes/SC010.yaml"
    scene.write_text(scene.read_text().replace("move: push_in}", "move: static}  # steady", 1))
    changed = [list(row) for row in TEN]
    changed[1][3], changed[2][3] = "Bo shuts the book.", "Bo looks up."
    del changed[5]
    (tmp_path / "list.csv").write_bytes(as_csv(changed))
    report = json.loads(gate("import", tmp_path / "list.csv", "--json")[1])
    shots = read_film(film).scenes["SC010"].shots
    assert "# steady" in scene.read_text()
    assert [shot.motion for shot in shots[:2]] == ["Bo shuts the book.", "Bo looks up."]
    assert shots[0].camera.move == "static"
    assert (report["removed"], report["unplaced"]) == (["SC010_SH0050"], [])


def test_our_own_list_comes_back_through_a_spreadsheet_without_loss(harbour, gate, tmp_path):
    code, _, err = gate("export", "--csv", "-o", tmp_path / "shots.csv")
    assert (code, err) == (0, "")
    before, files = read_film(harbour), {p: p.read_bytes() for p in harbour.rglob("*.yaml")}
    assert "0 added, 0 changed" in gate("import", tmp_path / "shots.csv")[1]
    assert {p: p.read_bytes() for p in harbour.rglob("*.yaml")} == files

    rows = list(csv.reader(io.StringIO((tmp_path / "shots.csv").read_text("utf-8-sig"), newline=""), delimiter=";"))
    header = rows[0]
    rows[1][header.index("Length")] = "5,5"
    rows[2][header.index("Name")] = "'4-1"
    rows[3][header.index("Size")] = "Full shot"
    rows.insert(5, ["", "", "4B", "", "", "Ilse", "CU", "", "", "2", "Ilse blinks.", "ILSE: Yes.", "", ""])
    assert gate("import", _saved(tmp_path / "back.csv", [rows[0], *rows[1:]]))[0] == 0

    after = read_film(harbour)
    now = {shot.id: shot for shot in after.scenes["SC010"].shots}
    was = {shot.id: shot for shot in before.scenes["SC010"].shots}
    assert now["SC010_SH0010"].duration_s == 5.5
    assert now["SC010_SH0020"].called == "4-1"
    assert now["SC010_SH0030"].camera == was["SC010_SH0030"].camera.model_copy(update={"size": "full"})
    assert now["SC010_SH0045"].motion == "Ilse blinks."
    assert now["SC010_SH0045"].location == was["SC010_SH0040"].location
    assert all(now[name] == was[name] for name in was if name not in {"SC010_SH0010", "SC010_SH0020", "SC010_SH0030"})


def test_a_row_that_the_film_overtook_is_reported_and_not_written(harbour, gate, tmp_path):
    gate("export", "--csv", "-o", tmp_path / "shots.csv")
    scene = harbour / "scenes/SC010.yaml"
    scene.write_text(scene.read_text().replace("floorboards", "boots on floorboards"))
    rows = list(csv.reader(io.StringIO((tmp_path / "shots.csv").read_text("utf-8-sig"), newline=""), delimiter=";"))
    rows[5][rows[0].index("Sound")] = "silence"
    report = json.loads(gate("import", _saved(tmp_path / "back.csv", rows[:9]), "--json")[1])
    assert report["changed"] == []
    assert "the list says 'silence', the film 'boots on floorboards'" in report["unplaced"][0]
    assert any("gate omit SC010_SH0090" in line for line in report["unplaced"])


def test_a_private_shots_words_are_in_no_list_and_survive_its_return(harbour, gate, tmp_path):
    scene = harbour / "scenes/SC010.yaml"
    scene.write_text(scene.read_text().replace("    sound: floorboards", "    sound: floorboards\n    private: true"))
    gate("export", "--csv", "-o", tmp_path / "shots.csv")
    assert "floorboards" not in (tmp_path / "shots.csv").read_text("utf-8-sig")
    gate("import", tmp_path / "shots.csv")
    assert "sound: floorboards" in scene.read_text()


def test_what_excel_made_a_date_of_is_said_and_not_guessed(film, gate, tmp_path):
    rows = [["Scene", "Shot", "Action"], [7, datetime(2026, 4, 1), "Bo sits."], [7, 2.0, "=1+1"]]
    (tmp_path / "list.xlsx").write_bytes(as_xlsx(rows))
    out = gate("import", tmp_path / "list.xlsx")[1]
    assert "row 2, Shot: the spreadsheet made a date of it, 2026-04-01" in out
    assert [shot.called for shot in read_film(film).scenes["SC010"].shots] == [None, "2"]


def test_a_list_for_windows_programs_is_cp1252_and_names_the_letter_that_it_lacks(harbour, gate, tmp_path):
    assert gate("export", "--csv", "--encoding", "cp1252", "-o", tmp_path / "w.csv")[0] == 0
    assert "café" in (tmp_path / "w.csv").read_text("cp1252")
    scene = harbour / "scenes/SC010.yaml"
    scene.write_text(scene.read_text().replace("sound: floorboards", "sound: Żółw"))
    code, _, err = gate("export", "--csv", "--encoding", "cp1252")
    assert (code, "cp1252 has no 'Ż'" in err) == (2, True)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+4", "-4", "@sum", "4-1", "1/2", "4.5", "12E3", "1 Mar", "Mar 4", "4 A", "'s"]
)
def test_what_excel_would_turn_into_something_else_is_guarded(cell):
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["4A", "12", "Bo sits.", "", "12B", "SC010"])
def test_what_excel_leaves_alone_is_left_alone(cell):
    assert guarded(cell) == cell


@given(st.text(max_size=12))
def test_a_guarded_cell_comes_back_as_it_was(cell):
    assert unguarded(guarded(cell)) == cell


def _bomb():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (129 << 20))
    return content.getvalue()


def _with_entities():
    content, entity = io.BytesIO(as_xlsx(TEN)), b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]>'
    told = io.BytesIO()
    with zipfile.ZipFile(content) as packed, zipfile.ZipFile(told, "w") as out:
        for name in packed.namelist():
            out.writestr(
                name, entity + packed.read(name).partition(b"?>")[2] if "sheet1" in name else packed.read(name)
            )
    return told.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("bomb.xlsx", _bomb, "unpacks to"),
        ("entities.xlsx", _with_entities, "is not a workbook"),
        ("no.xlsx", lambda: b"PK no zip", "is not a workbook"),
        ("long.csv", lambda: as_csv([TEN[0], *[TEN[1]] * 5_001]), "more than 5000 rows"),
        ("cell.csv", lambda: as_csv([TEN[0], ["x" * 10_001]]), "more than 10000 letters"),
        ("header.csv", lambda: b"a;b\r\n1;2\r\n", "no row names its columns"),
    ],
)
def test_a_hostile_list_is_refused(name, content, why, tmp_path):
    (tmp_path / name).write_bytes(content())
    with pytest.raises(UnreadableStory, match=why):
        read_rows(tmp_path / name)


def _saved(path: Path, rows: list[list[str]]) -> Path:
    """As Excel saves it in Western Europe."""
    path.write_bytes(as_csv(rows, ";", "cp1252"))
    return path
