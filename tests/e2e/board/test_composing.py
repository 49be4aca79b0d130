"""The composition board in Chromium: a shot composed by mouse, by keyboard alone and by touch; two people on one shot;
a server that is killed during a drag.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.board.acting import changed, press, save, until

SIZES = ((1280, 800), (1920, 1080), (390, 844))
KEEP_WHAT_IS_SAID = """
    window.said = [];
    new MutationObserver(() => said.push(document.querySelector("#toast").textContent))
        .observe(document.querySelector("#toast"), {childList: true});
"""


def test_a_shot_is_composed_by_mouse_and_only_its_own_lines_change(desk, studio, on_board):
    page, before = on_board(desk, "SH0020"), studio.file.read_text()
    stage = page.locator("#board-stage").bounding_box()

    def carry(card, x, y):
        page.locator(f'[data-card="{card}"]').hover()
        page.mouse.down()
        page.mouse.move(stage["x"] + x * stage["width"], stage["y"] + y * stage["height"], steps=4)
        page.mouse.up()

    carry("cast/ilse/raincoat", 0.3, 0.9)
    carry("cast/marit/apron", 0.7, 0.9)
    ilse = page.locator('[data-name="cast/ilse"]')
    expect(page.locator(".item")).to_have_count(2)
    far = ilse.bounding_box()
    page.mouse.move(far["x"] + far["width"] / 2, far["y"] + far["height"] * 0.8)
    page.mouse.down()
    page.mouse.move(far["x"] + far["width"] / 2 + 60, far["y"] + far["height"] * 0.8 + 30, steps=5)
    page.mouse.up()
    expect(page.locator("#state")).to_have_text("● Not saved")
    near = ilse.bounding_box()
    assert near["height"] > far["height"], "nearer is larger"
    page.mouse.wheel(0, -100)
    expect(ilse).not_to_have_css("height", f"{near['height']}px")
    page.get_by_role("button", name="Props").click()
    page.locator('[data-card="props/red_suitcase"]').click()
    expect(page.locator(".item")).to_have_count(3)
    diff = save(page)
    assert "cast:" in diff
    lines = changed(before, studio.file.read_text())
    assert [line[:1] for line in lines] == ["+"] * 5
    assert studio.file.read_text().count("# as in the script") == 9
    assert [who["character"] for who in studio.shot("SH0020")["cast"]] == ["ilse", "marit"]


def test_a_shot_is_composed_by_keyboard_alone_undone_and_read_out(desk, studio, on_board):
    page = on_board(desk, "SH0040")
    press(page, "/", "Enter")
    expect(page.locator(".item")).to_have_count(1)
    name = page.locator(".item").get_attribute("data-name")
    press(page, "Tab")
    page.locator(".item").focus()
    for keys in (["ArrowLeft"] * 3, ["Shift+ArrowDown"], ["]", "]"], ["v"], ["f"], ["p"], [">"]):
        press(page, *keys)
    expect(page.locator("#lines .path")).to_have_count(1)
    expect(page.locator(".item")).to_have_attribute("aria-label", re.compile("walks"))
    press(page, "4")
    expect(page.get_by_label("Size")).to_have_value("medium_close_up")
    expect(page.get_by_label("Lens")).to_have_value("65 mm")
    press(page, "c", "ArrowRight", "c")
    expect(page.locator(".item")).to_have_count(1)
    for _ in range(12):
        expect(page.locator("#state")).not_to_have_text("…")
        if page.get_by_role("button", name="Undo").is_disabled():
            break
        press(page, "Control+z")
    expect(page.locator(".item")).to_have_count(0)
    expect(page.locator("#state")).to_have_text("✓ Saved")
    while page.get_by_role("button", name="Redo").is_enabled():
        press(page, "Control+y")
    expect(page.locator(".item")).to_have_count(1)
    press(page, " ")
    expect(page.locator("#moving")).to_be_visible()
    press(page, "Escape")
    save(page)
    (figure,) = studio.shot("SH0040")["cast"]
    assert f"cast/{figure['character']}" == name
    assert "end" in figure


def test_a_shot_is_composed_by_touch_on_a_phone(browser, studio, on_board):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    studio.sign_in(context)
    page = on_board(context, "SH0030")
    page.locator('[data-card="cast/bram/oilskin"]').tap()
    bram = page.locator('[data-name="cast/bram"]')
    expect(bram).to_be_visible()
    page.locator("#board-stage").scroll_into_view_if_needed()
    expect(page.locator("#state")).to_have_text("● Not saved")
    finger = context.new_cdp_session(page)

    def touch(kind, *points):
        told = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    def middle():
        box = bram.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["height"]

    x, y, tall = middle()
    touch("touchStart", (x, y))
    for step in range(1, 5):
        touch("touchMove", (x - 15 * step, y))
    touch("touchEnd")
    expect(page.locator("#state")).to_have_text("● Not saved")
    moved, y, _ = middle()
    assert moved < x - 40
    touch("touchStart", (moved, y))
    touch("touchStart", (moved, y), (moved + 40, y))
    touch("touchMove", (moved - 10, y), (moved + 60, y))
    touch("touchEnd")
    expect(bram).not_to_have_css("height", f"{tall}px")
    expect(page.locator("#state")).to_have_text("● Not saved")
    assert middle()[2] > tall * 1.3
    page.get_by_role("button", name="Save…").tap()
    page.locator("dialog .primary").tap()
    expect(page.locator("#state")).to_have_text("✓ Saved")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
    assert studio.shot("SH0030")["cast"][0]["character"] == "bram"


def test_two_people_on_one_shot_and_an_editor_lose_nothing(browser, desk, studio, on_board):
    other = browser.new_context(viewport={"width": 1280, "height": 800})
    studio.sign_in(other)
    mia, ben = on_board(desk, "SH0060"), on_board(other, "SH0060")
    for page, steps in ((mia, 1), (ben, 2)):
        press(page, "/", *["Tab"] * steps, "Enter")
        expect(page.locator("#state")).to_have_text("● Not saved")
    save(mia)
    bar = ben.locator("#bar")
    expect(bar).to_contain_text("Not saved: the file changed in an editor")
    press(ben, "Control+s")
    expect(bar).to_contain_text("is not the file that you began on: changed since are shots/SC010_SH0060/")
    ben.get_by_role("button", name="Apply my changes to the new file").click()
    expect(ben.locator("#toast")).to_contain_text("Your changes are applied to the new file")
    mia.evaluate(KEEP_WHAT_IS_SAID)  # it is shown for four seconds
    save(ben)
    assert len(studio.shot("SH0060")["cast"]) == 2, "Mia's and Ben's"
    written = studio.file.read_text()
    until(mia, "said.includes('The file changed: the board shows it as it is now.')")
    studio.file.write_text(written.replace("scale: ", "scale:  ").replace("duration_s: 4\n", "duration_s: 6\n"))
    expect(mia.locator("#time output")).to_contain_text("6 s")
    studio.file.write_text(written)
    other.close()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_axe_finds_nothing_serious_on_the_board(desk, studio, on_board, size):
    studio.seat("SH0020")
    page = on_board(desk, "SH0020")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.locator('[data-name="cast/ilse"]').click()
    for key in ("", "c", "?"):
        if key:
            press(page, key)
        page.wait_for_timeout(200)
        found = Axe().run(page).response["violations"]
        worst = [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in {"serious", "critical"}]
        assert worst == [], key
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_server_that_is_killed_during_a_drag_loses_nothing(desk, studio, on_board):
    studio.seat("SH0020")
    page = on_board(desk, "SH0020")
    ilse = page.locator('[data-name="cast/ilse"]')
    box = ilse.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 80, box["y"] + box["height"] / 2, steps=3)
    studio.kill()
    page.mouse.move(box["x"] + box["width"] / 2 + 160, box["y"] + box["height"] / 2, steps=3)
    page.mouse.up()
    expect(page.locator("#toast")).to_contain_text("Your work is kept in this browser")
    there = ilse.bounding_box()["x"]
    assert there > box["x"] + 100
    before = studio.shot("SH0020")
    studio.open()
    studio.sign_in(desk)
    page.close()
    page = on_board(desk, "SH0020")
    expect(page.locator("#bar")).to_contain_text("Unsaved work on SH0020")
    page.get_by_role("button", name="Restore it").click()
    expect(page.locator("#state")).to_have_text("● Not saved")
    assert abs(page.locator('[data-name="cast/ilse"]').bounding_box()["x"] - there) < 12
    save(page)
    assert studio.shot("SH0020")["cast"][0]["start"]["x"] > before["cast"][0]["start"]["x"] + 0.1
