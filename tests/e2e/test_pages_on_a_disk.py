"""Dailies, wrap report and journal in a real browser, from a disk: they fit a desk and a phone, and axe finds nothing
serious.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.chromium import chromium

SERIOUS = {"serious", "critical"}
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as of_this_file:
        yield of_this_file


@pytest.fixture
def dailies(drafted) -> Path:
    """The page of a film whose drafts are made; one shot is parked, and somebody wrote markup wherever words go."""
    ledger = drafted.ledger
    drafted.edit("film.yaml", lambda d: d.update(title=f"Tea {EVIL}"[:120]))
    ledger.note("drift", "scene:SC010", EVIL)
    drafted.edit_shot("SC010_SH0020", motion="Marit says nothing at all.")
    return Path(drafted.say("dailies", "SC010").splitlines()[-1])


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Opens a page in a copy of its folder alone, at a width; gives the page, and what the browser complained of."""
    pages: list[Page] = []

    def at(first: Path, width: int) -> tuple[Page, list[str]]:
        alone = tmp_path / f"copied-{len(pages)}"
        shutil.copytree(first.parent, alone)
        page, said = browser.new_page(viewport={"width": width, "height": 900}), []
        pages.append(page)
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: (said.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.goto((alone / first.name).as_uri())
        page.wait_for_load_state("load")
        return page, said

    yield at
    for page in pages:
        page.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_dailies_play_from_a_disk_fit_and_are_open_to_everybody(opened, dailies, width):
    page, said = opened(dailies, width)
    played = page.evaluate("""async () => {
        const film = document.querySelector('video');
        if (film.readyState < 1) await new Promise(done => film.addEventListener('loadedmetadata', done, {once: true}));
        return [film.duration, film.videoWidth, film.videoHeight];
    }""")
    seconds = 4 * (1 + 18 / 24)  # four shots of a second, each behind its slate
    assert played == [pytest.approx(seconds, abs=0.2), 854, 480]
    _is_fit(page, width)
    assert page.locator("h2").first.inner_text().casefold().startswith("waiting for you")
    assert page.locator("script").count() == 0
    assert EVIL in page.locator("main").inner_text()
    assert said == []


def test_wrap_report_and_journal_open_from_a_disk_and_the_search_finds_calls(opened, drafted):
    drafted.edit("film.yaml", lambda d: d.update(title=f"Tea {EVIL}"[:120]))
    drafted.edit_shot("SC010_SH0060", private=True)
    report = Path(drafted.say("wrap").splitlines()[-1])
    first = Path(drafted.say("journal").splitlines()[-1])
    for width in (1280, 390):
        page, said = opened(report, width)
        _is_fit(page, width)
        assert EVIL in page.locator("header").inner_text()
        page, more = opened(first, width)
        _is_fit(page, width)
        page.fill("#words", "FRECKLED front")  # of prompts; the case of letters does not count
        assert page.locator("#count").inner_text().endswith(" calls")
        page.locator("#hits a").first.click()
        page.wait_for_load_state("load")
        _is_fit(page, width)
        page.locator("summary").first.click()
        assert "freckled" in page.locator("main").inner_text()
        assert said + more == []
    shown = "".join(path.read_text(encoding="utf-8") for path in first.parent.glob("*.html"))
    page, _ = opened(first.with_name("SC010_SH0060.html"), 390)
    assert "its words and pictures are shown nowhere" in page.locator("main").inner_text()
    assert page.locator("img").count() == 0
    assert drafted.services.shot("SC010_SH0060").motion not in shown


def _is_fit(page: Page, width: int) -> None:
    """It fits the width, its pictures load, and axe finds nothing serious."""
    # Not wait_for_function: it looks again from within the page, whose policy allows no evaluation there.
    page.evaluate("""() => Promise.all([...document.images].map(picture => {
        picture.loading = 'eager';
        return picture.decode();
    }))""")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found if v["impact"] in SERIOUS] == []
