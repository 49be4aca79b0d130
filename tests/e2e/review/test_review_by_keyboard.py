"""The review room in Chromium, by keyboard alone: from the first look at a draft to the finals, and the film."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from desk.room.export import export

WIDE, PHONE, LARGE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}, {"width": 1920, "height": 1080}
LONG_MS = 60_000
"""A bound, not a claim: a busy machine shows in seconds what an idle one shows at once."""

POISON = '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\'</script>'


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def until_it_plays(page: Page) -> None:
    for _ in range(LONG_MS // 50):
        if page.evaluate("document.querySelector('#stage video.b').readyState") > 1:
            return
        page.wait_for_timeout(50)
    raise AssertionError("the clip was not loaded")


def test_a_scene_goes_from_drafts_to_its_film_by_keyboard_alone(priced, link, page):
    page.goto(link)
    expect(page.locator("#strip li")).to_have_count(4)
    expect(page.locator("#waits")).to_contain_text("4 wait for you")
    until_it_plays(page)

    _writes_a_note_on_three_frames(page)
    _sends_one_shot_back_and_takes_that_back(page)
    _circles_all_four(page)
    _approves_the_finals_twice(page, priced)

    with ThreadPoolExecutor(1) as beside:  # this thread has the browser's event loop
        outcome = beside.submit(priced.run).result()
    assert outcome.ending == "finished", outcome.message
    assert all("Mia, review room" in said for said in outcome.approvals)

    page.reload()
    expect(page.locator("#strip li").first).to_contain_text("final")
    expect(page.locator("#money")).to_contain_text("$1.56 spent")
    press(page, "5")
    expect(page.locator("#stage.pair .tag")).to_have_text(["A draft v001", "B final v001"])
    expect(page.locator("#deck")).to_contain_text("▶ Film")
    press(page, "u")
    expect(page.locator("#toast")).to_contain_text("money was committed")


def _writes_a_note_on_three_frames(page):
    press(page, "ArrowRight", "Shift+ArrowRight")
    expect(page.locator("#counter")).to_contain_text("f 11 / 23")
    shown = page.evaluate("document.querySelector('#stage video.b').currentTime")
    assert abs(shown - 11.5 / 24) < 1e-3
    press(page, "i", "ArrowRight", "ArrowRight", "o", "b", "ArrowLeft", "Shift+ArrowDown", "Enter")
    page.keyboard.type("her left hand <b>is</b> wrong")
    press(page, "Enter")
    expect(page.locator("#notes li")).to_contain_text(["f 11–13 ▢"])
    expect(page.locator("#notes li b")).to_have_count(0)


def _sends_one_shot_back_and_takes_that_back(page):
    press(page, "{")  # the take before: a panel, which is a still
    expect(page.locator("#stage img.b")).to_be_visible()
    press(page, "}", "]")
    expect(page.locator("#shot")).to_contain_text("SC010_SH0040")
    press(page, "g")
    expect(page.locator("#stage .ghost")).to_be_visible()
    press(page, "g", "r")
    expect(page.locator("dialog")).to_contain_text("What ONE thing changes?")
    press(page, "ArrowUp", "Tab")
    page.keyboard.type("wrong hand")
    press(page, "Enter")
    expect(page.locator("#toast")).to_contain_text("Retake: SH0040. Written down")
    expect(page.locator("#strip li").nth(1)).to_contain_text("retake")
    press(page, "u")
    expect(page.locator("#toast")).to_contain_text("Taken back: Retake SH0040")


def _circles_all_four(page):
    press(page, "/")
    page.keyboard.type("SH0020")
    press(page, "Enter", "a")
    expect(page.locator("#toast")).to_contain_text("Circled: SH0020. Nothing is spent.")
    expect(page.locator("#shot")).to_contain_text("SC010_SH0040")  # the next that waits
    press(page, "a", "a", "a")
    expect(page.locator("#waits")).to_contain_text("nothing waits for you")


def _approves_the_finals_twice(page, priced):
    press(page, "t")
    expect(page.locator("#say-yes")).to_contain_text("Approve 4 finals · up to $1.56")
    press(page, "a")
    expect(page.locator("#toast")).to_contain_text(
        re.compile(r"Approved 4 finals, up to \$1\.56\. Nothing is spent for . s: U takes it back")
    )
    expect(page.locator("#money")).to_contain_text("$1.56 promised")
    press(page, "u")
    expect(page.locator("#toast")).to_contain_text("Taken back: the approval of 4 finals")
    assert priced.ledger.approvals("SC010") == ()

    press(page, "t")
    expect(page.locator("#say-yes")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("#toast")).to_contain_text("No run is waiting for it. Next: gate resume SC010")


def test_a_word_that_is_refused_or_that_nobody_answers_is_told_and_counts_no_shot_off(link, page):
    no = {"refused": {"thing": "SC010_SH0020", "cause": "its draft changed", "cure": "Look again."}}
    # Before the page: a page that is open already may send its next request past a route that is only just set.
    page.route("**/api/say", lambda route: route.fulfill(status=409, json=no))
    page.goto(link)
    expect(page.locator("#strip li")).to_have_count(4)
    press(page, "a")
    expect(page.get_by_role("alert")).to_have_text("SC010_SH0020: its draft changed. Look again.")
    still_waits(page)

    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('gone')) }")  # as where its server ended
    for keys in ("a", "c", "t", "n"):
        page.evaluate("say('')")
        press(page, keys)
        if keys == "n":
            page.keyboard.type("too dark")
            press(page, "Enter")
        expect(page.get_by_role("alert")).to_contain_text("it does not answer. Is gate review still running?")
        still_waits(page)
    expect(page.locator("#note")).to_have_value("too dark")
    page.evaluate("say(''); takeIn(new File(['x'], 'x.png')).catch(() => {})")
    expect(page.get_by_role("alert")).to_contain_text("it does not answer")


def still_waits(page: Page) -> None:
    """The first shot is looked at, and waits as before."""
    expect(page.locator("#shot")).to_contain_text("SC010_SH0020")
    expect(page.locator("#waits")).to_contain_text("4 wait for you")
    expect(page.locator("#strip li .waits")).to_have_count(4)


def test_a_box_is_edited_with_e_and_ends_with_its_shot_and_a_held_key_says_its_word_once(priced, link, page):
    page.goto(link)
    expect(page.locator("#strip li")).to_have_count(4)
    press(page, "b", "ArrowRight", "e")
    expect(page.get_by_role("dialog")).to_contain_text("Where: in the box that you drew.")
    expect(page.locator("dialog input[name=only]")).to_have_value("")
    assert page.evaluate("at.box.x") == pytest.approx(0.37)
    press(page, "Escape", "b")
    page.locator("#strip button").nth(1).click()
    expect(page.locator("#shot")).to_contain_text("SC010_SH0040")
    press(page, "ArrowRight", "[")
    expect(page.locator("#shot")).to_contain_text("SC010_SH0020")

    for _ in range(4):
        page.keyboard.down("a")  # each but the first repeats it
    page.keyboard.up("a")
    expect(page.locator("#toast")).to_contain_text("Circled: SH0020.")
    expect(page.locator("#waits")).to_contain_text("3 wait for you")
    press(page, "t")
    expect(page.locator("#say-yes")).to_be_focused()
    for _ in range(3):
        page.keyboard.down("a")
    page.keyboard.up("a")
    expect(page.locator("#toast")).to_contain_text("Approved 1 final")
    said = [(each.decision.kind, each.decision.scope) for each in priced.ledger.decided("SC010")]
    assert said == [("circle", "shot:SC010_SH0020"), ("approve", "shot:SC010_SH0020")]


def test_axe_finds_nothing_serious_in_the_room_on_a_desk_and_on_a_phone_in_light_and_in_dark(link, page):
    page.goto(link)
    expect(page.locator("#strip li")).to_have_count(4)
    everything = ("", "t", "r", "e", "h", "s", "?", "+", "/", "w", "q", "y", "Shift+C")
    for scheme, size, keys in (
        ("dark", WIDE, everything),
        ("dark", PHONE, everything),
        ("light", WIDE, ("", "t", "?", "q", "y")),
        ("light", PHONE, ("",)),
        ("light", LARGE, ("",)),
        ("dark", LARGE, ("",)),
    ):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        for key in keys:
            if key:
                press(page, key)
                page.wait_for_timeout(250)
            assert serious(page) == [], (scheme, size, key)
            press(page, "Escape")
            press(page, "Escape")
    page.goto(page.url.partition("/r/")[0])
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert serious(page) == [], scheme


def serious(page: Page) -> list[tuple[str, str]]:
    """What axe finds that keeps somebody out."""
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in {"serious", "critical"}]


def test_markup_in_any_field_is_shown_as_text_even_without_the_pages_policy(priced, tmp_path, page):
    services = priced.services
    made = export(services, services.scene("SC010"), tmp_path / "page")
    text = made.read_text(encoding="utf-8")
    facts = json.loads(text.split('id="data">')[1].split("</script>")[0])
    poisoned = json.dumps(poison(facts)).replace("<", "\\u003c")
    head, _, rest = text.partition('id="data">')
    text = head + 'id="data">' + poisoned + "</script>" + rest.partition("</script>")[2]
    made.write_text(re.sub(r"<meta http-equiv=[^>]+>", "", text), encoding="utf-8")

    page.goto(made.as_uri())
    expect(page.locator("#strip li")).to_have_count(4)
    for key in ("r", "s", "?", "+", "/", "w", "d", "v", "g"):
        press(page, key, "Escape")
    page.locator("#facts button").first.click()

    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0
    assert POISON[:20] in page.locator("#facts").inner_text()


def test_the_exported_page_keeps_what_is_said_and_hands_it_over(priced, tmp_path, page):
    services = priced.services
    page.goto(export(services, services.scene("SC010"), tmp_path / "page").as_uri())
    until_it_plays(page)
    file = tmp_path / "verdicts.json"
    for keep in ("", "Storage.prototype.setItem = () => { throw new Error('full') }"):
        page.evaluate(f"() => {{ {keep} }}")  # a browser that keeps nothing for files hands over what was said, too
        press(page, "a")
        expect(page.locator("#waits")).to_contain_text("3 wait for you")
        assert len(download(page, file)["verdicts"]) == 1
        press(page, "u")
        expect(page.locator("#toast")).to_contain_text("Taken back: Circled SH0020.")
        expect(page.locator("#waits")).to_contain_text("4 wait for you")
        assert download(page, file)["verdicts"] == []
        press(page, "[")
        expect(page.locator("#notes li")).to_have_count(0)
    press(page, "n")
    page.keyboard.type("too dark")
    press(page, "Enter", "a", "t")
    expect(page.locator("#toast")).to_contain_text("Finals are approved in the review room")
    download(page, file)

    said = priced.say("review", "--import", str(file), "--who", "Ben", "--yes")
    assert "Ben: 1 notes and 1 verdicts" in said
    assert "0 notes and 0 verdicts were recorded; 2 were there already" in priced.say(
        "review", "--import", str(file), "--who", "Ben", "--yes"
    )
    rows = [(d.decision.kind, d.decision.who, d.decision.door) for d in priced.ledger.decided("SC010")]
    assert rows == [("note", "Ben", "command line"), ("circle", "Ben", "command line")]

    document = json.loads(file.read_text())
    for forged in ({"approvals": []}, {"verdicts": [{"shot": "SC010_SH0020", "say": "approve"}]}):
        file.write_text(json.dumps({**document, **forged}))
        with pytest.raises(Exception, match="cannot be approved by a file"):
            priced.say("review", "--import", str(file), "--yes")
    assert len(priced.ledger.decided("SC010")) == 2


def download(page: Page, file: Path) -> dict[str, object]:
    """What the exported page hands over, saved as `file`."""
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download verdicts.json").press("Enter")
    coming.value.save_as(file)
    document: dict[str, object] = json.loads(file.read_text())
    return document


KEPT = {"id", "key", "shown", "poster", "made_at", "at", "kind", "media", "status", "direction", "door"}


def poison(facts: object, name: str = "") -> object:
    """Every text of the page's facts that is not a hash, id or word of ours, as an attacker would write it."""
    if isinstance(facts, dict):
        return {key: poison(value, key) if name != "media" else value for key, value in facts.items()}
    if isinstance(facts, list):
        return [poison(value, name) for value in facts]
    return POISON if isinstance(facts, str) and name not in KEPT else facts
