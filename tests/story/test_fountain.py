"""Fountain as its public syntax page describes it, case by case, and round trips of whatever else people type."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.story.errors import UnreadableStory
from production.story.formats.fountain import read_fountain
from production.story.formats.source import read_script
from production.story.formats.write_fountain import write_fountain
from production.story.proposing import propose


def kinds(text: str) -> list[tuple[str, str]]:
    return [(element.kind, element.text) for element in read_fountain(text).elements]


@pytest.mark.parametrize("prefix", ["INT.", "EXT.", "EST.", "INT./EXT.", "INT/EXT.", "I/E", "I./E.", "int.", "ext."])
def test_each_listed_prefix_begins_a_scene_heading(prefix):
    assert kinds(f"{prefix} HOUSE - DAY\n\nShe waits.")[0] == ("scene_heading", f"{prefix} HOUSE - DAY")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("INTERIOR HOUSE\n\nx", [("action", "INTERIOR HOUSE"), ("action", "x")]),
        (".SNIPER SCOPE POV", [("scene_heading", "SNIPER SCOPE POV")]),
        ("...and then", [("action", "...and then")]),
        ("STEEL\nThe man's a myth!", [("character", "STEEL"), ("dialogue", "The man's a myth!")]),
        ("HANS (on the radio)\nWhat?", [("character", "HANS (on the radio)"), ("dialogue", "What?")]),
        ("R2D2\nBeep.", [("character", "R2D2"), ("dialogue", "Beep.")]),
        ("23\nBeep.", [("action", "23\nBeep.")]),
        ("@McCLANE\nYippie.", [("character", "McCLANE"), ("dialogue", "Yippie.")]),
        ("A LOUD CRASH!\n\nx", [("action", "A LOUD CRASH!"), ("action", "x")]),
        ("!SCANNING THE AISLES\nWhere?", [("action", "SCANNING THE AISLES\nWhere?")]),
        (
            "BO\n(low)\nYes.\n(loud)\nNo.",
            [
                ("character", "BO"),
                ("parenthetical", "(low)"),
                ("dialogue", "Yes."),
                ("parenthetical", "(loud)"),
                ("dialogue", "No."),
            ],
        ),
        ("DEALER\nTen.\n  \nHit?", [("character", "DEALER"), ("dialogue", "Ten.\n\nHit?")]),
        ("~Willy Wonka!\n~Willy Wonka!", [("lyrics", "Willy Wonka!"), ("lyrics", "Willy Wonka!")]),
        ("x\n\nCUT TO:\n\ny", [("action", "x"), ("transition", "CUT TO:"), ("action", "y")]),
        ("> Burn to White.", [("transition", "Burn to White.")]),
        (">THE END<", [("centered", "THE END")]),
        (
            "# Act\n\n## Sequence\n\n= She lies.",
            [("section", "Act"), ("section", "Sequence"), ("synopsis", "She lies.")],
        ),
        ("===", [("page_break", "")]),
        ("x\n\n[[a note]]", [("action", "x"), ("note", "a note")]),
        ("x [[inline]] y", [("action", "x [[inline]] y")]),
        ("x\n\n/* cut\n\nthis */\n\ny", [("action", "x"), ("boneyard", " cut\n\nthis "), ("action", "y")]),
        ("\ufeffINT. A - DAY\r\n\r\nx\r\n", [("scene_heading", "INT. A - DAY"), ("action", "x")]),
        ("\tIndented action.", [("action", "\tIndented action.")]),
    ],
)
def test_the_documented_cases_read_as_documented(text, read):
    assert kinds(text) == read


def test_a_scene_number_and_dual_dialogue_are_kept_apart_from_the_words():
    script = read_fountain("INT. HOUSE - DAY #110-A#\n\nSTEEL\nScrew.\n\nBRICK ^\nScrew.\n")
    assert script.elements[0].number == "110-A"
    assert [(e.text, e.dual) for e in script.elements if e.kind == "character"] == [("STEEL", False), ("BRICK", True)]


def test_every_key_of_the_title_page_is_kept_also_one_that_no_standard_names():
    script = read_fountain(
        "Title:\n    _**BRICK**_\n    Part 2\nAuthor: Stu\nHarbour office: call first\n\nFADE IN:\n\nx"
    )
    assert [(e.key, e.lines) for e in script.title_page] == [
        ("Title", ("_**BRICK**_", "Part 2")),
        ("Author", ("Stu",)),
        ("Harbour office", ("call first",)),
    ]
    assert script.elements[-1].text == "x"


_TRICKY = """INT. A - DAY #1#|BO|bo|(low)|Hi.|CUT TO:|> OUT|>END<|# A|= s|===|!X|.Y|[[n]]|/* b */|/* b|*/|~la|@Bo ^|BO ^
|  |Title: x|...|..|#|>|[[|]] x|a: b|"""
_LINES = st.sampled_from([*_TRICKY.replace("\n", "").split("|"), "", ""])


@given(st.lists(_LINES | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8), max_size=14))
def test_what_was_read_is_written_so_that_it_reads_the_same(lines):
    script = read_fountain("\n".join(lines))
    assert read_fountain(write_fountain(script)) == script


def test_a_script_of_120_pages_is_read_in_time_that_grows_with_its_length_alone():
    page = "INT. A - DAY\n\nShe waits.\n\nBO\nYes.\n\n"
    assert len(read_fountain(page * 4_000).elements) == 16_000


@pytest.mark.parametrize("unit", ["[[ ", "/*", "# a\n", "> a\n", "*a", "@a\n", "x\n", "(\n", "a:\n"])
def test_a_hostile_text_is_read_or_refused_in_no_time(unit, tmp_path):
    hostile = tmp_path / "hostile.fountain"
    hostile.write_text(unit * 30_000)
    with contextlib.suppress(UnreadableStory):
        propose(read_script(hostile), {})
