"""A scene from nothing but Prefect's page, in a real browser:
launched, watched, gone on with after each death, approved.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

PICTURES = os.environ.get("KEEP_PICTURES")
"""A folder for the pictures that people look at: KEEP_PICTURES=docs/prefect pytest tests/e2e/studio"""

LONG_MS = 60_000
NOWHERE = "about:blank"
"""Where the browser is while a run works: Prefect's page draws its graph all the time,
and without a GPU that takes a core.
"""

_CLICKS = 3
"""What a person would do: Prefect's database is busy at times,
and its page then keeps the form open for another click.
"""


@pytest.fixture
def page(browser: BrowserContext) -> Page:
    page = browser.new_page()
    page.set_default_timeout(LONG_MS)
    expect.set_options(timeout=LONG_MS)
    return page


def test_a_scene_is_launched_watched_and_approved_from_the_page_alone_whatever_is_killed_meanwhile(
    studio, studio_of, browser: BrowserContext, page: Page, tmp_path: Path
):
    run = _launched(studio, browser, page)
    page.goto(NOWHERE)

    studio.kill()
    studio.start()
    _gone_on_with_after_a_crash(studio, page, run)
    page.goto(NOWHERE)

    assert studio.kill_server() != 0, "gate up ends with its server"
    assert "gate: Prefect's server: it ended by itself" in studio.said
    studio.start()
    studio.until_state(run, "Suspended")
    studio.kill_serving_process()
    other = tmp_path / "another machine" / "film"
    shutil.copytree(studio.film, other)
    shutil.rmtree(studio.film)
    elsewhere = studio_of(other, studio.port)  # where everybody's is, so that the form's picture is found
    elsewhere.until_state(run, "Suspended")

    page.goto(f"http://127.0.0.1:{elsewhere.port}/v2/runs/flow-run/{run}")
    _approve(page)
    page.goto(NOWHERE)
    elsewhere.until_state(run, "Completed")
    page.goto(f"http://127.0.0.1:{elsewhere.port}/v2/runs/flow-run/{run}")
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()  # the graph: a policy too strict leaves an empty field
    _keep(page, "finished")

    assert (other / "out" / "SC010" / "SC010_final.mp4").stat().st_size > 10_000
    assert [(d.who, d.door) for d in elsewhere.ledger().approvals("SC010")] == [("Mia", "prefect form")] * 4
    takes = elsewhere.ledger().takes(scene="SC010")
    assert len(takes) == len({take.generation_key for take in takes}) == 10  # two panels, four drafts, four finals
    assert browser.foreign == [], "Prefect's page calls nobody but this machine"


def _launched(studio, browser: BrowserContext, page: Page) -> str:
    """Launch the scene from its deployment, and return its run."""
    home = f"http://127.0.0.1:{studio.port}/v2"
    page.goto(f"http://127.0.0.1:{studio.port}")  # what gate up prints: what can be launched, as nothing has run
    page.locator("a[href*='/deployments/deployment/']").filter(has_text=re.compile("^scene$")).click()
    _see_the_form(page)
    _cannot_be_framed(browser, f"{home}/deployments", f"http://127.0.0.1:{studio.port + 2}/enter")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Quick run").click()
    run = studio.until(studio.newest, "the run")["id"]
    studio.until_state(run, "Running")
    page.goto(f"{home}/runs/flow-run/{run}")
    expect(page.get_by_text("Running", exact=True).first).to_be_visible()
    return run


def _gone_on_with_after_a_crash(studio, page: Page, run: str) -> None:
    home = f"http://127.0.0.1:{studio.port}/v2"
    told = studio.until_state(run, "Crashed")["message"]
    assert "Nothing is lost" in told
    assert "Retry" in told
    page.goto(f"{home}/runs/flow-run/{run}")
    expect(page.get_by_text("ended early: ⋮ → Retry").first).to_be_visible()
    page.get_by_role("tab", name="Details").click()
    expect(page.get_by_text("Go on: ⋮ → Retry on this page, or gate resume SC010.", exact=False)).to_be_visible()
    _choose(page, "Retry")
    page.get_by_role("alertdialog").get_by_role("button", name="Retry").click()
    studio.until_not(run, "Crashed")
    page.goto(NOWHERE)
    studio.until_state(run, "Suspended")
    page.goto(f"{home}/runs/flow-run/{run}")
    expect(page.get_by_text("Suspended", exact=True).first).to_be_visible()
    expect(page.get_by_text("scene:SC010").first).to_be_visible()
    expect(page.get_by_text("your turn: ⋮ → Resume").first).to_be_visible()
    _keep(page, "suspended")
    page.get_by_role("tab", name="Details").click()
    expect(page.get_by_text("Your turn: 4 finals wait for your approval.", exact=False)).to_be_visible()


def _cannot_be_framed(browser: BrowserContext, *victims: str) -> None:
    """Another site, open in the same browser, puts a page of ours into a frame, to lay its own buttons over it."""
    evil = browser.new_page()
    frames = "".join(f'<iframe src="{victim}"></iframe>' for victim in victims)
    evil.route("http://127.0.0.1:9/**", lambda route: route.fulfill(body=frames, content_type="text/html"))
    evil.goto("http://127.0.0.1:9/")
    assert [frame.url for frame in evil.frames[1:]] == ["chrome-error://chromewebdata/"] * len(victims)
    evil.close()


def _see_the_form(page: Page) -> None:
    """The form of a custom run: the film's own scenes, tiers and providers to choose from,
    the cap within its bounds.
    """
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Custom run").click()
    for field, choices in {
        "Scene": ["SC010"],
        "Tier": ["draft", "final"],
        "Provider": ["previz", "openrouter"],
    }.items():
        page.get_by_role("button", name=f"Select {field}").click()
        for choice in choices:
            expect(page.get_by_role("option", name=choice, exact=True)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)  # while it closes it swallows the next click
    expect(page.get_by_text("Raising it needs your name and your reason.", exact=False)).to_be_visible()
    _keep(page, "form")
    page.go_back()


def _approve(page: Page) -> None:
    _choose(page, "Resume")
    form = page.get_by_role("dialog", name="Resume Flow Run")
    expect(form.get_by_text("SC010: approve 4 finals")).to_be_visible()
    sheet = form.get_by_role("img", name="contact sheet")
    expect(sheet).to_be_visible()
    page.wait_for_function("picture => picture.complete && picture.naturalWidth > 100", arg=sheet.element_handle())
    _keep(page, "approve")
    _answer(page, form, "make the finals")
    expect(form.get_by_label("Your name")).not_to_have_value("")
    form.get_by_label("Your name").fill("Mia")
    for _ in range(_CLICKS):
        form.get_by_role("button", name="Resume").click()
        try:
            form.wait_for(state="hidden", timeout=20_000)
        except PlaywrightTimeout:
            continue
        break
    expect(form).to_be_hidden()


def _answer(page: Page, form: Locator, what: str) -> None:
    """Choose an answer from the form's list. The page draws the form anew when it asks about the run again, and an open
    list goes with the old one: a person opens it again.
    """
    field = form.get_by_role("button", name="Select Your answer")
    for _ in range(_CLICKS):
        field.click()
        try:
            page.get_by_role("option", name=what).click(timeout=20_000)
        except PlaywrightTimeout:
            continue
        break
    expect(field).to_have_text(what)


def _choose(page: Page, what: str) -> None:
    """An entry of the run's menu, which has three dots and no name."""
    page.locator("button:has(svg.lucide-ellipsis-vertical)").first.click()
    page.get_by_role("menuitem", name=what, exact=True).click()


def _keep(page: Page, name: str) -> None:
    """A picture for people, where somebody asked for them."""
    if PICTURES:
        page.wait_for_timeout(3000)  # the graph is drawn in its own time
        page.screenshot(path=Path(PICTURES) / f"{name}.jpg", type="jpeg", quality=80, animations="disabled")
