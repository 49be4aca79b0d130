"""The board in Chromium: the camera's two frames by pointer, the neighbours and the rules beside the stage, the
animatic as it plays, dialogs and hostile words, and a whole scene that is composed from nothing.
"""

from __future__ import annotations

import asyncio
import base64
import io
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from checks.seeing.similarity import ssim
from desk.cli.options import open_film
from manifests.spending.grant import Grant
from production.journey.requests import panel_request
from production.planning.early_checks import film_findings
from tests.e2e.board.acting import changed, dragged, press, save, settled, until
from tests.e2e.board.conftest import HOSTILE

MINUTES_10_S = 600
AT = "{character: %s, wardrobe: %s, start: {x: %s, y: 0.92, scale: 0.62}}"


def seat_two(studio, shot, left, right):
    text, begins = studio.file.read_text(), f"- id: SC010_{shot}\n"
    cast = ", ".join(AT % (*who.split("/"), x) for who, x in ((left, 0.3), (right, 0.7)))
    studio.file.write_text(text.replace(begins, f"{begins}  cast: [{cast}]\n"))


def worst(page):
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in {"serious", "critical"}]


def test_the_cameras_two_frames_are_dragged_and_resized_and_size_lens_and_move_follow(desk, studio, on_board):
    studio.seat("SH0030")
    page = on_board(desk, "SH0030")
    press(page, "c")
    stage, opens, closes = (page.locator(each) for each in ("#board-stage", ".frame.first", ".frame.last"))
    wide = stage.bounding_box()["width"]
    before = opens.bounding_box()
    assert before["width"] == pytest.approx(wide, rel=0.02), "it sees all of the plate"

    corner = page.locator(".frame.first .corner").bounding_box()
    dragged(page, corner, (-wide * 0.3, -wide * 0.3 * 9 / 16))
    settled(page)
    smaller = opens.bounding_box()
    assert smaller["width"] < before["width"] * 0.6
    expect(page.get_by_label("Size")).to_have_value("medium")
    expect(page.get_by_label("Lens")).to_have_value("50 mm")
    expect(opens).to_have_attribute("aria-label", "The camera's frame: medium · 50 mm")
    dragged(page, smaller, (wide * 0.1, 0))
    settled(page)
    assert opens.bounding_box()["x"] == pytest.approx(smaller["x"] + wide * 0.1, abs=wide * 0.02)

    press(page, "e")
    last = closes.bounding_box()
    dragged(page, page.locator(".frame.last .corner").bounding_box(), (-last["width"] * 0.1, 0))
    settled(page)
    expect(page.get_by_label("Move", exact=True)).to_have_value("push_in")
    assert closes.bounding_box()["width"] < opens.bounding_box()["width"]
    dragged(page, page.locator(".frame.last .corner").bounding_box(), (opens.bounding_box()["width"] * 0.25, 0))
    settled(page)
    expect(page.get_by_label("Move", exact=True)).to_have_value("pull_out")
    press(page, "c")
    save(page)
    camera = studio.shot("SH0030")["camera"]
    assert (camera["size"], camera["lens"], camera["move"]) == ("medium", "50 mm", "pull_out")
    assert camera["plate"]["zoom"] > 1.6


def test_keys_that_step_on_count_each_press_though_the_room_has_not_answered_the_one_before(desk, studio, on_board):
    studio.seat("SH0030")
    page, held = on_board(desk, "SH0030"), []
    moves, moved, seconds = page.evaluate("[MOVES, at.comp.camera.move, at.comp.duration_s]")
    page.evaluate("choose(['cast/ilse'])")
    wardrobes, worn = page.evaluate("[Object.keys(shelfOf('cast', 'ilse').wardrobes), item('cast/ilse').wardrobe]")

    def hold(route):
        held.append(route)

    page.route("**/apply", hold, times=1)
    press(page, "w", "w", "w", ">", ">", "d", "d")
    until(page, "at.pend.length === 7")
    held[0].continue_()
    settled(page)
    assert page.evaluate("at.comp.camera.move") == moves[(moves.index(moved) + 3) % len(moves)]
    assert page.evaluate("at.comp.duration_s") == seconds + 1
    assert page.evaluate("item('cast/ilse').wardrobe") == wardrobes[(wardrobes.index(worn) + 2) % len(wardrobes)]


def test_ghosts_eyelines_the_line_of_action_and_the_rules_own_words_are_beside_the_stage(desk, studio, on_board):
    seat_two(studio, "SH0020", "ilse/jumper", "marit/apron")
    seat_two(studio, "SH0030", "marit/apron", "ilse/raincoat")
    page = on_board(desk, "SH0030")
    services = open_film(studio.film)
    found = [each for each in film_findings(services, [services.scene("SC010")], cast=False) if each.rule[:2] == "C2"]
    here = [each for each in found if "SH0030" in each.subject]
    assert {"C201", "C204"} & {each.rule for each in here}, "another coat, and the other side of the line"
    for finding in here:
        expect(page.locator("#warned")).to_contain_text(f"{finding.rule} {finding.message}")
    expect(page.locator("#lines .action")).to_have_count(1)
    for name in ("ilse", "marit"):
        page.locator(f'[data-name="cast/{name}"]').focus()
        press(page, "v", "v")
    expect(page.locator("#lines line.eyes")).to_have_count(2)
    press(page, "k")
    expect(page.locator("#lines line")).to_have_count(0)
    press(page, "g", "G")
    for which, words in (("before", "last frame of SH0020"), ("after", "first frame of SH0040")):
        expect(page.locator(f"#ghost-{which}")).to_have_attribute("alt", words)
        until(page, f"document.querySelector('#ghost-{which}').naturalWidth > 0")
    press(page, "g")
    expect(page.locator("#ghost-before")).to_be_hidden()


def test_the_animatic_plays_one_shot_after_the_other_and_ends_on_the_stage(desk, studio, on_board):
    page = on_board(desk, "SH0080")
    moving = "document.querySelector('#moving')"
    press(page, "a")
    expect(page.locator("#toast")).to_contain_text("SH0080 · 1 of 2")
    until(page, f"{moving}.currentTime > 0.15 && !{moving}.paused")
    first, at = page.evaluate(f"[{moving}.currentSrc, {moving}.currentTime]")
    until(page, f"{moving}.currentTime > {at} + 0.3")
    assert page.evaluate(f"[{moving}.videoWidth, {moving}.videoHeight]") == [640, 360]
    page.evaluate(f"{moving}.playbackRate = 8")
    expect(page.locator("#toast")).to_contain_text("SH0090 · 2 of 2")
    until(page, f"{moving}.currentSrc !== {first!r} && {moving}.currentTime > 0")
    page.evaluate(f"{moving}.playbackRate = 8")
    expect(page.locator("#moving")).to_be_hidden()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_axe_finds_nothing_serious_on_the_pencil_and_the_dialogs_and_hostile_words_are_text(desk, studio, on_board):
    page = on_board(desk, "SH0090")
    page.get_by_role("button", name="Props").click()
    odd = page.locator('[data-card="props/odd"]')
    expect(odd).to_contain_text(HOSTILE)
    odd.click()
    placed = page.locator('[data-name="props/odd"]')
    expect(placed).to_contain_text(HOSTILE)
    press(page, "s")
    expect(page.locator("#inks")).to_be_visible()
    stage = page.locator("#board-stage").bounding_box()
    dragged(page, stage, (80, 40), spot=(0.2, 0.2))
    expect(page.locator("#pencil path")).to_have_count(1)
    assert worst(page) == [], "the pencil"
    until(page, "pencil.base")
    kept = studio.film / "sketches" / "SC010_SH0090.json"
    assert '"graphite"' in kept.read_text()
    press(page, "u")
    expect(page.locator("#pencil path")).to_have_count(0)
    press(page, "s")
    settled(page)
    press(page, "Control+s")
    expect(page.locator("dialog .diff .line").first).to_be_visible()
    assert worst(page) == [], "the save"
    press(page, "Escape")
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "#a33").save(picture, "PNG")
    brought = {"name": f"{HOSTILE}.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    page.locator(".bring input").set_input_files(brought)
    expect(page.get_by_role("dialog")).to_contain_text("Bring a picture in")
    assert worst(page) == [], "the import"
    expect(page.get_by_label("Propose as")).to_have_value("props/odd")
    press(page, "Escape")
    page.goto(f"{studio.here}/r/SC010#SH0090")
    expect(page.locator("#strip li")).to_have_count(9)
    assert page.evaluate("typeof hacked") == "undefined"


@pytest.fixture(scope="module")
def previz_panel(studio):
    """Draws the panel that a run would get of a shot as its file says now."""

    async def drawn(name):
        services = open_film(studio.film)
        previz, shot = services.provider_called("previz"), services.shot(f"SC010_{name}")
        asked = panel_request(services.folder, services.hashes(), shot, "final", can=previz.capabilities("panel"))
        key = asked.recipe("previz", name)
        job = await previz.submit(Grant.mint(key, 0), key, asked)
        assert (await previz.poll(job.job_id)).state == "done"
        with (
            tempfile.TemporaryDirectory() as folder,
            Image.open((await previz.fetch(job.job_id, Path(folder))).path) as panel,
        ):
            return np.asarray(panel.convert("RGB"))

    with ThreadPoolExecutor(1) as apart:  # Playwright's own loop runs in this thread
        yield lambda name: apart.submit(asyncio.run, drawn(name)).result()


START, END = "#time .pair button:first-child", "#time .pair button:last-child"
SCENE = (
    # shot, two people, a prop, the size's key, how many moves on, whether one of them walks
    ("SH0010", ("ilse/raincoat", "bram/peacoat"), "red_suitcase", "1", 3, True),
    ("SH0020", ("ilse/raincoat", "marit/apron"), None, "2", 0, False),
    ("SH0030", ("otto/waistcoat", "pia/dungarees"), "lantern", "2", 1, False),
    ("SH0040", ("ilse/jumper", "marit/apron"), None, "3", 0, False),
    ("SH0050", ("ilse/jumper", "pia/dungarees"), "red_suitcase", "3", 2, True),
    ("SH0060", ("tomas/sweater", "marit/apron"), None, "4", 1, False),
    ("SH0070", ("ilse/jumper", "bram/oilskin"), "lantern", "2", 5, True),
    ("SH0080", ("bram/oilskin", "ilse/jumper"), None, "5", 1, False),
    ("SH0090", ("otto/waistcoat", "marit/apron"), "lantern", "1", 2, False),
)


def test_nine_shots_of_two_people_with_props_and_moves_are_composed_from_nothing_in_under_ten_minutes(
    desk, studio, on_board, previz_panel
):
    page, begun, actions = on_board(desk, "SH0010"), time.monotonic(), []

    def does(kind, what):
        actions.append((round(time.monotonic() - begun, 1), kind, what))
        press(page, what) if kind == "press" else page.locator(what).click()

    previews = {}
    for name, people, prop, size, moves, walks in SCENE:
        expect(page.locator("#board-shot")).to_contain_text(name)
        before = studio.file.read_text()
        for dressed in people:
            does("click", f'[data-card="cast/{dressed}"]')
        expect(page.locator(".item")).to_have_count(2)
        if prop:
            does("click", ".tabs button:nth-child(2)")
            does("click", f'[data-card="props/{prop}"]')
            does("click", ".tabs button:nth-child(1)")
        does("press", size)
        for _ in range(moves):
            does("press", "w")
        if walks:
            does("click", f'#items [data-name="cast/{people[0].partition("/")[0]}"]')
            does("press", "p")
            does("click", END)
            for key in ("Shift+ArrowLeft", "Shift+ArrowLeft", ">"):
                does("press", key)
            does("click", START)
        settled(page)
        encoded = page.evaluate("document.querySelector('#picture').toDataURL('image/png').split(',')[1]")
        previews[name] = np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB"))
        actions.append((round(time.monotonic() - begun, 1), "press", "Control+s, Enter"))
        save(page)
        _only_its_own_lines(before, studio.file.read_text(), walks=walks)
        does("press", "PageDown")
    assert actions[-1][0] < MINUTES_10_S, actions
    assert len(actions) > 9 * 6
    assert studio.file.read_text().count("# as in the script") == 9
    for name, people, prop, _size, moves, walks in SCENE:
        shot = studio.shot(name)
        assert {f"{who['character']}/{who['wardrobe']}" for who in shot["cast"]} == set(people)
        assert [each["prop"] for each in shot.get("props", ())] == ([prop] if prop else [])
        assert any("end" in who for who in shot["cast"]) is walks
        assert (shot["camera"].get("move", "static") == "static") is (moves == 0)
        assert ssim(previews[name], previz_panel(name)) >= 0.99, name


def _only_its_own_lines(before, after, *, walks):
    """People and props are new lines; of the old ones, the camera's and the length's alone are written anew."""
    gone = [line for line in changed(before, after) if line.startswith("-")]
    written = {"camera", "duration_s", "size", "move", "amount", "lens", "plate"}
    assert {line.lstrip("- ").split(":")[0] for line in gone} <= written, gone
    assert len(gone) <= (2 if walks else 1)
