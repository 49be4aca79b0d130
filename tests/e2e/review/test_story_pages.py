"""The inbox of proposals and the page of the shot matrix, in Chromium: by keyboard, on a desk and on a phone."""

from __future__ import annotations

from hashlib import sha256

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from ruamel.yaml import YAML

from manifests.story.proposal import FieldChange
from production.matrix.model import matrix_of
from production.matrix.writing import matrix_page
from production.proposals.inbox import inbox
from production.proposals.proposing import Proposer, propose
from tests.e2e.conftest import SmallFilm
from tests.e2e.cutting import cut_out
from tests.e2e.review.conftest import served

SIZES = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
FILE, SHOT = "scenes/SC010.yaml", "SC010_SH0020"
HOSTILE = '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


@pytest.fixture
def film(tmp_path):
    """Three shots and no server: nothing is made in them."""
    return SmallFilm(cut_out(tmp_path / "film", ("SH0010", "SH0020", "SH0070")), api_url="")


def proposes(film, at: str, value: str, why: str) -> None:
    base = sha256((film.root / FILE).read_bytes()).hexdigest()
    told = {"file": FILE, "changes": [{"at": at, "value": value}], "why": why}
    change = FieldChange(at=at, value=value)
    propose(
        film.services,
        FILE,
        [change],
        base=base,
        tool="propose_change",
        arguments=told,
        by=Proposer("scout", "9"),
        why=why,
    )


def looks_right(page) -> None:
    """Nothing is wider than the screen, and axe finds nothing, on a desk and on a phone."""
    for size in SIZES:
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]] == []


def test_a_person_reads_what_an_agent_asked_for_and_decides_by_keyboard(film, page):
    proposes(film, f"shots/{SHOT}/sound", HOSTILE, f"{HOSTILE} \u202eApproved by Mia")
    proposes(film, f"shots/{SHOT}/motion", "Marit takes the suitcase.", "it moves")
    with served(film) as link:
        page.goto(link.replace("/r/SC010", "/proposals"))
        asked = page.locator("article.proposal")
        expect(asked).to_have_count(2)
        page.locator("summary").first.press("Enter")
        expect(asked.first.locator("details pre")).to_contain_text('window.hacked=1\\"')
        assert page.evaluate("window.hacked") is None
        assert page.locator("img[src=x]").count() == 0
        expect(asked.first.locator("p").first).to_contain_text(r"\u202eApproved by Mia")
        assert "\u202e" not in page.content()
        looks_right(page)

        asked.nth(1).locator(".why").focus()
        page.keyboard.type("clearer")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(asked.nth(1).locator(".told")).to_have_text("SC010.yaml is changed.")
        asked.first.locator(".why").focus()
        page.keyboard.type("it is no sound")
        for key in ("Tab", "Tab", "Enter"):
            page.keyboard.press(key)
        expect(asked.first.locator(".told")).to_contain_text("ejected")
    shots = YAML(typ="safe").load(film.root / FILE)["shots"]
    assert [shot["motion"] for shot in shots if shot["id"] == SHOT] == ["Marit takes the suitcase."]
    decided = {each.proposal.changes[0].at.rpartition("/")[2]: each for each in inbox(film.services, everything=True)}
    assert {field: (each.state, each.closed.who, each.closed.why) for field, each in decided.items()} == {
        "motion": ("accepted", "Mia", "clearer"),
        "sound": ("rejected", "Mia", "it is no sound"),
    }


def test_the_page_of_the_shot_matrix_is_read_on_a_desk_and_on_a_phone(film, page, tmp_path):
    told = tmp_path / "matrix.html"
    told.write_text(matrix_page(matrix_of(film.services, ["SC010"]), "The harbour"))
    page.goto(told.as_uri())
    expect(page.locator("tbody tr")).to_have_count(3)
    looks_right(page)
