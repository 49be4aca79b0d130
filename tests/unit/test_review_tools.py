"""The words of review tools in film.yaml, and where an imported remark comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from manifests.decision import Remark
from manifests.review.tools import FrameioTool, KitsuTool, ReviewTools
from production.review_tools.frameio import _frame


def test_the_page_shows_the_defaults_as_they_are():
    page = Path(__file__).parents[2] / "docs" / "review_tools.md"
    shown = YAML(typ="safe").load(page.read_text(encoding="utf-8").split("```yaml")[1].split("```")[0])
    for tool in shown["review_tools"].values():
        del tool["project"]
    assert ReviewTools.model_validate(shown["review_tools"]) == ReviewTools()


def test_a_films_own_words_take_the_place_of_ours_in_any_case():
    assert KitsuTool(verdicts={"Approved By Client": "pass"}).verdicts == {"approved by client": "pass"}
    assert FrameioTool().verdicts["needs edit"] == "fail"


@pytest.mark.parametrize(
    "given",
    [
        {"kitsu": {"verdicts": {"done": "approve"}}},
        {"kitsu": {"verdicts": {"": "pass"}}},
        {"kitsu": {"token": "secret"}},
        {"frameio": {"first_frame": 2}},
        {"shotgrid": {}},
    ],
)
def test_a_word_that_would_approve_a_key_or_a_tool_that_nobody_knows_is_refused(given):
    with pytest.raises(ValidationError):
        ReviewTools.model_validate(given)


def test_a_remark_that_was_not_imported_is_stored_as_before():
    assert "source" not in Remark(frame=3).model_dump(mode="json")
    assert Remark(source="kitsu:1:pass:0").model_dump(mode="json")["source"] == "kitsu:1:pass:0"


@pytest.mark.parametrize(
    ("timestamp", "first", "frame"),
    [
        (0, 0, 0),
        (25, 1, 24),
        (0, 1, 0),
        ("31", 0, 31),
        ("00:00:01:01", 0, 25),
        ("01:00:00;00", 0, 86_400),
        (None, 0, None),
        (True, 0, None),
        ("soon", 0, None),
        (2.5, 0, None),
    ],
)
def test_a_position_in_frameio_is_a_frame_counted_from_zero(timestamp, first, frame):
    assert _frame(timestamp, 24, first) == frame
