"""The review room in Chromium, as daily users of review tools expect it: play, compare, draw, filter, answer."""

from __future__ import annotations

import itertools
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from desk.room.export import export

CLIP = "#stage video.b"
SECOND_TAKE = (
    "scene.shots[0].takes.push({...scene.shots[1].takes.at(-1), name: 'draft v002', key: 'second', version: 2});"
    "choose('SC010_SH0020', 'second')"
)
"""A second clip of the first shot: the page compares whatever its facts say there is."""


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def until(page: Page, true: str) -> None:
    """Until the page's script says so; the page's policy forbids Playwright's own way of waiting."""
    for _ in range(1200):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise AssertionError(true)


def told(page: Page, words: str) -> None:
    expect(page.locator("#toast")).to_contain_text(words)


def opened(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.locator("#strip li")).to_have_count(4)
    until(page, "video() && video().readyState > 1")


def test_a_clip_is_played_looped_heard_enlarged_and_the_scene_played_through(link, page):
    opened(page, link)
    assert page.evaluate("video().poster").endswith(".jpg"), "a poster before the clip"
    _plays_at_speeds_and_steps_frames(page)
    _loops_between_in_and_out(page)
    _sets_rate_and_sound_and_size(page)
    _scrubs_on_the_film_strip(page)
    _plays_the_scene_the_waiting_shots_and_the_cut(page)


def test_a_seek_at_the_moment_in_which_a_clip_arrives_is_kept(link, page):
    """Its length is known a moment before the page hears of it."""
    opened(page, link)
    at = page.evaluate("""() => {
        const clip = h("video", {class: "b"});
        put("#plane", clip);
        begin(clip, 0);
        for (const name of ["readyState", "duration"]) Object.defineProperty(clip, name, {value: 1});
        seek(20);
        clip.dispatchEvent(new Event("loadedmetadata"));
        return Math.floor(clip.currentTime * FPS);
    }""")
    assert at == 20


def _plays_at_speeds_and_steps_frames(page):
    press(page, "l", "l", "l")
    assert page.evaluate("[speed, video().playbackRate]") == [4, 4]
    press(page, "k", "Home")
    assert page.evaluate("[frame(), video().paused]") == [0, True]
    press(page, "ArrowRight", "Shift+ArrowRight")
    expect(page.locator("#counter")).to_contain_text("f 11 / 23  scene 00:00:00:11  shot 00:00:00:11")
    press(page, "]", "End")
    until(page, "video().readyState > 1 && frame() === 23")
    expect(page.locator("#counter")).to_contain_text("f 23 / 23  scene 00:00:01:23  shot 00:00:00:23")
    press(page, "[")
    until(page, "video().readyState > 1")


def _loops_between_in_and_out(page):
    page.evaluate("seek(6)")
    press(page, "i")
    page.evaluate("seek(9)")
    press(page, "o", "Shift+L", " ")
    told(page, "Loop: f 6 to 9")
    page.evaluate(
        "window.played = [];"
        "(function look() { played.push(frame()); if (played.length < 90) requestAnimationFrame(look); })()"
    )
    until(page, "played.length >= 90")
    frames = page.evaluate("played")
    assert min(frames) == 6
    steps = list(itertools.pairwise(frames))
    # A busy machine shows a picture late, and the loop then sees the end late; it never plays on from there.
    assert all(after <= 9 or after == before for before, after in steps if before > 9)
    assert sum(after < before for before, after in steps) >= 2, "it went round"
    press(page, " ", "Shift+L", "Shift+I")
    assert page.evaluate("[at.loop, at.from, at.to]") == [False, None, None]


def _sets_rate_and_sound_and_size(page):
    press(page, ",", " ")
    assert page.evaluate("[rate, video().playbackRate]") == [0.5, 0.5]
    press(page, " ", ".", "m", "Shift+ArrowDown")
    assert page.evaluate("[rate, video().muted, Math.round(video().volume * 10)]") == [1, False, 9]
    press(page, "m")
    assert page.evaluate("video().muted")
    press(page, "m", "z")
    one_to_one = page.evaluate("video().videoWidth / video().getBoundingClientRect().width")
    assert one_to_one == pytest.approx(1.0, abs=0.01)
    press(page, "z")
    assert page.evaluate("lens.scale") == 1
    press(page, "f")
    until(page, "document.fullscreenElement && document.fullscreenElement.id === 'player'")
    until(page, "Math.abs(document.querySelector('#stage').getBoundingClientRect().width - innerWidth) < 2")
    until(page, "document.querySelector('#player').classList.contains('idle')")  # the controls go where nobody moves
    press(page, "f")
    until(page, "!document.fullscreenElement")


def _scrubs_on_the_film_strip(page):
    bar = page.locator("#scrub").bounding_box()
    page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + 8)
    expect(page.locator("#peek")).to_contain_text(re.compile("SH0020  f 1[12]  00:00:00:1[12]"))
    expect(page.locator("#peek img.strip")).to_be_visible()
    third = page.locator("#film [data-shot]").nth(2).bounding_box()
    over = (third["x"] + third["width"] * 0.6, third["y"] + 20)
    page.mouse.move(*over)
    expect(page.locator("#peek")).to_contain_text("SH0050  f 14  00:00:02:14")
    expect(page.locator("#peek img.strip")).to_be_visible()
    page.mouse.down()
    page.mouse.move(third["x"] + third["width"] * 0.3, over[1])
    expect(page.locator("#shot")).to_contain_text("SC010_SH0050")
    until(page, "frame() === 7 && document.querySelector('#scrubbed').hidden")
    page.mouse.up()


def _plays_the_scene_the_waiting_shots_and_the_cut(page):
    page.evaluate(
        "choose('SC010_SH0040'); window.run = new Set();"
        "window.draws = draw; draw = () => { run.add(at.shot); draws(); }"
    )
    press(page, "Shift+Space")
    expect(page.locator("#deck .running")).to_contain_text("the scene: 2 of 4")
    until(page, "!reel")
    told(page, "End of the scene.")
    assert page.evaluate("[...run].filter((id) => id !== null).sort().slice(-3)") == [
        "SC010_SH0040",
        "SC010_SH0050",
        "SC010_SH0060",
    ]
    page.evaluate("scene.shots[3].waits = false")
    press(page, "Shift+V")
    expect(page.locator("#deck .running")).to_contain_text("the shots that wait: 1 of 3")
    press(page, "Escape", "Home")
    press(page, "0")
    until(page, "at.cut && frame() > 30")
    expect(page.locator("#stage .tag")).to_contain_text("draft cut")
    expect(page.locator("#shot")).to_contain_text("SC010_SH0040")
    press(page, "Escape")
    expect(page.locator("#shot")).to_contain_text("SC010_SH0040")
    assert page.evaluate("at.cut") is None


def test_takes_are_compared_in_step_and_a_drawing_with_its_note_is_stored_answered_and_resolved(
    priced, link, page, tmp_path
):
    opened(page, link)
    page.evaluate(SECOND_TAKE)
    until(page, "video() && video().readyState > 1")
    for key, mode, words in (
        ("3", "pair", "B draft v002"),
        ("4", "mix", "B at 50 %"),
        ("w", "wipe", "A draft v001"),
        ("d", "diff", "difference"),
    ):
        press(page, key)
        expect(page.locator("#stage")).to_have_class(mode)
        expect(page.locator("#stage")).to_contain_text(words)
    press(page, "3")
    until(page, "[...document.querySelectorAll('#stage video')].every((each) => each.readyState > 1)")
    left, right = page.locator("#stage video.a").bounding_box(), page.locator(CLIP).bounding_box()
    assert left["x"] + left["width"] <= right["x"] + 1
    page.evaluate("seek(3)")
    press(page, " ")
    page.wait_for_timeout(400)
    press(page, " ")
    apart = "Math.abs(document.querySelector('#stage video.a').currentTime - video().currentTime) * 24"
    until(page, f"video().paused && !document.querySelector('#stage video.a').seeking && {apart} < 0.5")
    press(page, "5")
    told(page, "This shot has no final yet.")
    page.reload()
    until(page, "video() && video().readyState > 1")

    _draws_on_a_frame(page)
    _stores_it_as_vectors(priced)
    _burns_it_into_an_export(priced, tmp_path)
    _answers_and_resolves(page, priced)


def _draws_on_a_frame(page):
    stage = page.locator("#stage").bounding_box()

    def at(x, y):
        return stage["x"] + stage["width"] * x, stage["y"] + stage["height"] * y

    page.evaluate("seek(7)")
    press(page, "q")
    expect(page.locator("#sketch")).to_be_visible()
    for tool, ink, begins, ends in (
        ("p", "1", (0.2, 0.2), (0.4, 0.3)),
        ("a", "2", (0.7, 0.3), (0.5, 0.5)),
        ("b", "3", (0.4, 0.6), (0.6, 0.9)),
    ):
        press(page, tool, ink)
        page.mouse.move(*at(*begins))
        page.mouse.down()
        page.mouse.move(*at(*ends), steps=4)
        page.mouse.up()
    press(page, "t")
    page.keyboard.type("<b>lower</b>")
    page.mouse.click(*at(0.1, 0.8))
    expect(page.locator("#stage svg.ink text")).to_have_text("<b>lower</b>")
    assert page.locator("#stage svg.ink > *").count() == 4
    _draws_by_keyboard(page)
    press(page, "Enter")
    page.keyboard.type("@mi")
    expect(page.locator("#names li")).to_have_text(["@Mia"])
    press(page, "Tab")
    page.keyboard.type("her hand")
    press(page, "Enter")
    expect(page.locator("#notes li")).to_contain_text(["f 7 ✎"])
    expect(page.locator("#notes mark")).to_have_text("@Mia")


def _draws_by_keyboard(page):
    press(page, "b", "ArrowLeft", "Shift+ArrowUp", " ", *["Shift+ArrowRight"] * 2, "Shift+ArrowDown", " ")
    box = page.evaluate("sketch.marks.at(-1)")
    assert (box["kind"], box["points"]) == ("box", [[0.49, 0.4], [0.69, 0.5]])
    press(page, "t")
    page.keyboard.type("here")
    press(page, "Enter")
    assert page.evaluate("[sketch.marks.at(-1).text, sketch.marks.at(-1).points]") == ["here", [[0.69, 0.5]]]
    press(page, "Backspace", "Backspace")
    expect(page.locator("#stage svg.ink > :not(.cross)")).to_have_count(4)


def _stores_it_as_vectors(priced):
    [note] = priced.ledger.decided("SC010")
    remark = note.decision.remark
    assert [(mark.kind, mark.ink) for mark in remark.drawing] == [
        ("pen", "yellow"),
        ("arrow", "red"),
        ("box", "green"),
        ("text", "green"),
    ]
    assert remark.drawing[1].points == (pytest.approx((0.7, 0.3), abs=0.01), pytest.approx((0.5, 0.5), abs=0.01))
    assert (remark.frame, note.decision.why) == (7, "@Mia her hand")


def _burns_it_into_an_export(priced, tmp_path):
    services = priced.services
    made = export(services, services.scene("SC010"), tmp_path / "page")
    [burned] = (made.parent / "notes").iterdir()
    assert burned.name == "SC010_SH0020_draft_v001_f0007_note1.jpg"
    with Image.open(burned) as picture:
        wide, high = picture.size
        red, green, _ = picture.convert("RGB").getpixel((round(wide * 0.6), round(high * 0.4)))
    assert red > 180 > green, "the middle of the red arrow"


def _answers_and_resolves(page, priced):
    page.get_by_role("button", name="Answer Mia").click()
    page.keyboard.type("done in v002")
    press(page, "Enter")
    expect(page.locator("#notes .answer")).to_contain_text("done in v002")
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator("#notes li")).to_contain_text(["✓ resolved by Mia"])
    expect(page.locator("#strip li").first).not_to_contain_text("open note")
    said = [
        (d.decision.why, d.decision.remark.answers, d.decision.remark.resolves) for d in priced.ledger.decided("SC010")
    ]
    assert said == [("@Mia her hand", None, None), ("done in v002", 1, None), ("", 1, True)]
    press(page, "u")
    told(page, "Taken back: the note is resolved")
    expect(page.locator("#strip li").first).to_contain_text("1 open note")


def test_shots_are_filtered_ticked_judged_together_and_what_changed_is_shown_in_light_and_dark(priced, link, page):
    opened(page, link)
    shots, listed = page.locator("#strip li"), page.locator("#listed")
    page.locator("#of").select_option("place=cafe_door")
    expect(shots).to_have_count(1)
    expect(listed).to_contain_text("1 of 4")
    page.locator("#of").select_option(label="pia")
    expect(shots).to_have_count(3)
    press(page, "Escape")
    page.locator("#show").select_option("failed")
    expect(shots).to_have_count(0)
    listed.get_by_role("button").click()
    press(page, "/")
    page.keyboard.type("0060")
    expect(shots).to_have_count(1)
    press(page, "Enter")
    expect(shots).to_have_count(4)
    expect(page.locator("#shot")).to_contain_text("SC010_SH0060")

    shots.nth(1).locator("button").click(modifiers=["Control"])
    shots.nth(2).locator("button").click(modifiers=["Control"])
    expect(page.locator("#actions")).to_contain_text("2 shots ticked")
    press(page, "a")
    told(page, "Circled: 2 of 2 shots.")
    expect(page.locator("#waits")).to_contain_text("2 wait for you")
    said = [(each.decision.kind, each.decision.scope) for each in priced.ledger.decided("SC010")]
    assert said == [("circle", "shot:SC010_SH0040"), ("circle", "shot:SC010_SH0050")]
    press(page, "u")
    told(page, "Taken back: Circled, 2 shots")
    expect(page.locator("#waits")).to_contain_text("4 wait for you")

    _shows_what_changed(priced, page)
    _is_light_or_dark(page)


def _shows_what_changed(priced, page):
    page.evaluate("choose('SC010_SH0060')")
    from manifests.decision import Remark
    from production.bible.saying import say

    say(
        priced.services,
        "note",
        "SC010_SH0040",
        who="Ben",
        door="review room",
        remark=Remark(),
        why="for @mia: too dark",
    )
    page.reload()
    expect(page.locator("#waits")).to_contain_text("@ 1 for you")
    changed = page.locator("#strip li .fresh")
    expect(changed).to_have_count(1)
    press(page, "Shift+C")
    expect(page.get_by_role("dialog")).to_contain_text("1 note or verdict by Ben")
    press(page, "Escape")
    page.locator("#strip li").nth(1).locator("button").click()
    expect(page.locator("#notes")).to_contain_text("too dark")
    until(page, "!Object.keys(unsent).length")
    phone = page.context.browser.new_context(viewport={"width": 390, "height": 844})
    phone.add_cookies(page.context.cookies())
    there = phone.new_page()
    there.goto(page.url)
    expect(there.locator("#strip li .fresh")).to_have_count(1)
    press(page, "]")
    expect(changed).to_have_count(0)
    until(page, "!Object.keys(unsent).length")
    there.reload()
    expect(there.locator("#deck")).to_be_attached()
    expect(there.locator("#strip li .fresh")).to_have_count(0)
    phone.close()
    page.locator("#show").select_option("me")
    expect(page.locator("#strip li")).to_have_count(1)
    press(page, "Escape")


def _is_light_or_dark(page):
    background = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(background)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(background)
    assert dark != light, "as the system says"
    switch = page.get_by_role("button", name="Light or dark")
    switch.click()
    told(page, "Light.")
    switch.click()
    told(page, "Dark.")
    page.reload()
    assert page.evaluate(background) == dark, "as this browser was told"
