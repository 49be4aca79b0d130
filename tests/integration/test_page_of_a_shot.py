"""The artefact of a shot on Prefect's page."""

from __future__ import annotations

from types import SimpleNamespace

from flows.showing import publish
from flows.showing.publish import ShotNews, page_of
from manifests.finding import Score
from vault.errors import Missing


def score(rule, value, subject="ada", why=""):
    return Score(
        rule=rule, subject=subject, value=value, threshold=0.1, passed=True, applies=value is not None, why=why
    )


def test_it_names_each_rule_and_says_of_what_was_not_checked_why():
    away = "too little of her is in frame"
    unchecked = score("V102", None, why=away), score("V103", None, why=away), score("V111", None)
    scores = (score("V101", 0.4), score("V102", 0.3, "bo"), *unchecked)
    clip = SimpleNamespace(certificate=SimpleNamespace(scores=scores))
    news = ShotNews("SC010_SH0010", "draft", "done", "", clip, None)

    lines = page_of(news, "http://127.0.0.1:4202/r/SC010")

    page = "\n".join(lines)
    assert lines[0] == "**passed its gates**"
    assert "(http://127.0.0.1:4202/r/SC010)" in page
    assert "| V101 presence | ada | 0.40 | 0.1 | ✓ passed |" in page
    assert "| V102 identity | bo | 0.30 | 0.1 | ✓ passed |" in page
    assert lines[-4:] == [
        "Not checked:",
        "",
        "- V102 identity of ada, V103 wardrobe of ada: too little of her is in frame",
        "- V111 identity kept of ada: there was nothing to judge",
    ]
    assert "n/a" not in page


def test_a_shot_without_a_clip_says_how_it_stands_and_shows_no_empty_table():
    news = ShotNews("SC010_SH0010", "draft", "waits", "It waits for SC010_SH0000.", None, None)
    assert page_of(news, "") == ["**waits** It waits for SC010_SH0000.", ""]


def test_a_shot_whose_picture_is_lost_has_its_page_without_it(monkeypatch):
    def lost(artefact):
        raise Missing("an object", "it is not there", "gate reconcile")

    monkeypatch.setattr(publish, "room_of", lambda settings: None)
    services = SimpleNamespace(settings=None, artefact_path=lost, ledger=SimpleNamespace(takes=lambda shot: ()))
    news = ShotNews("SC010_SH0010", "draft", "done", "", None, SimpleNamespace(artefact=None))
    page = publish._page_of_shot(services, news)
    assert page.said == "SC010_SH0010, draft: passed its gates."


def test_a_contact_sheet_that_somebody_damaged_is_left_out(tmp_path):
    sheet = tmp_path / "sheet.jpg"
    sheet.write_bytes(b"\xff\xd8 and no more")
    assert publish._with_picture("Nine shots passed.", "The shots", sheet, 960) == "Nine shots passed."
