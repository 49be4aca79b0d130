"""The room's page in Chromium says what it is doing, asks before it records, and fits a phone and a long title."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from checks.contract import Tally, Trouble
from checks.rules.panel_rules import IDENTITY
from manifests.bible import VIEWS

PHONE = {"width": 390, "height": 844}
_OPENS_ON_ANOTHER = "scene.shots.find((each) => each.chain).id"


def test_pictures_and_the_tray_say_that_they_are_loading_until_they_are_there(link, page):
    held, released = [], []

    def hold(route):
        if released:
            route.continue_()
        else:
            held.append(route)

    for kind in ("media", "small", "api/tray"):
        page.route(f"**/{kind}/**", hold)
    page.goto(link)
    expect(page.locator("#strip li")).to_have_count(4)
    expect(page.locator("#stage .coming")).to_be_visible()
    expect(page.locator("#strip img.loading")).to_have_count(4)
    page.keyboard.press("t")
    expect(page.locator("dialog[aria-busy=true]")).to_contain_text("Reading the ledger and the prices")
    page.keyboard.press("Escape")  # a tray that is closed while it loads stays closed

    released.append(True)
    with page.expect_response("**/api/tray/**"):
        for route in held:
            route.continue_()
    expect(page.locator("#stage .coming")).to_be_hidden()
    expect(page.locator("#strip img.loading")).to_have_count(0)
    expect(page.locator("dialog")).to_have_count(0)


def test_a_paid_draft_that_waits_is_approved_with_its_picture_and_its_words_on_the_screen(asking, asking_link, page):
    page.goto(asking_link)
    expect(page.locator("#strip li")).to_have_count(4)
    page.keyboard.press("t")
    row = page.locator("dialog tbody tr", has_text="draft 480p")
    expect(row).to_have_count(1)
    expect(row.locator("img")).to_be_visible()
    row.locator("summary").click()
    expect(row.locator("details p")).to_contain_text("Marit steps back from the door.")
    for other in page.locator("dialog tbody tr", has_text="final").all():
        other.locator("input").uncheck()
    expect(page.locator("#say-yes")).to_contain_text("Approve 1 draft · up to $")
    page.locator("#say-yes").click()
    expect(page.locator("#toast")).to_contain_text("Approved 1 draft")
    assert [d.binding.tier for d in asking.ledger.approvals("SC010")] == ["draft"]


def test_k_and_space_stop_a_clip_that_plays_backwards(link, page):
    page.goto(link)
    expect(page.locator("#stage video.b")).to_be_visible()
    until(page, "document.querySelector('#stage video.b').readyState > 1")
    for key in ("k", " "):
        page.evaluate("seek(20)")
        page.keyboard.press("j")
        expect(page.locator("#play")).to_have_text("Pause")
        until(page, "frame() < 20")
        page.keyboard.press(key)
        expect(page.locator("#play")).to_have_text("Play")
        stopped_at = page.evaluate("frame()")
        page.wait_for_timeout(300)  # twelve frames' time, in which it would have gone on
        assert page.evaluate("[frame(), backwards]") == [stopped_at, 0]


def test_e_on_a_shot_that_opens_on_another_asks_before_it_records_anything(priced, link, page):
    page.goto(link)
    expect(page.locator("#strip li")).to_have_count(4)
    page.evaluate(f"choose({_OPENS_ON_ANOTHER})")
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_contain_text("it has no first frame of its own to edit")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert priced.ledger.decided("SC010") == ()

    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()  # until then each letter is a key of the room
    page.keyboard.type("her left hand")
    page.keyboard.press("Tab")
    page.keyboard.type("open")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text("Edit one layer")
    assert [each.decision.kind for each in priced.ledger.decided("SC010")] == ["edit_layer"]


def test_a_key_that_follows_esc_at_once_is_a_key_of_the_room(link, page):
    page.goto(link)
    expect(page.locator("#strip li")).to_have_count(4)
    page.evaluate(f"choose({_OPENS_ON_ANOTHER})")
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate(
        "(() => { const field = document.activeElement; document.querySelector('dialog').close();"
        " field.dispatchEvent(new KeyboardEvent('keydown', {key: '?', bubbles: true, cancelable: true})); })()"
    )
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_a_long_title_and_a_phone_hide_nothing_and_the_counts_of_the_checks_add_up(link, page):
    page.goto(link)
    expect(page.locator("#strip li")).to_have_count(4)
    page.evaluate("document.querySelector('.top h1').append(' with a title that nobody has shortened yet'.repeat(6))")
    for name in ("#waits", "#tools", "#money"):
        inside(page, name)
    page.set_viewport_size(PHONE)
    for at in range(page.locator("#actions button").count()):
        inside(page, f"#actions button >> nth={at}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    counted = page.evaluate(
        "[...document.querySelector('.checks').previousElementSibling.textContent.matchAll(/[0-9]+/g)].map(Number)"
    )
    shown = page.locator("#facts button", has_text="Show all").inner_text()
    assert shown == f"Show all {sum(counted)}"


def until(page: Page, true: str) -> None:
    """Until the page's script says so; the page's policy forbids Playwright's own way of waiting."""
    for _ in range(1200):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise AssertionError(true)


def inside(page: Page, name: str) -> None:
    """All of it is on the screen from side to side, and nothing lies over it."""
    box = page.locator(name).bounding_box()
    assert box is not None, name
    assert box["x"] >= 0, name
    assert box["x"] + box["width"] <= page.viewport_size["width"], name
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    on_top = page.locator(name).evaluate(
        "(here, [x, y]) => { const top = document.elementFromPoint(x, y);"
        " return here === top || here.contains(top) || top.contains(here); }",
        middle,
    )
    assert on_top, name


def test_what_a_gate_asks_stands_on_the_page_and_a_circle_answers_it(priced, link, page):
    question = ask_about_the_clip(priced, "SC010_SH0020")
    page.goto(link)
    expect(page.locator("#strip li")).to_have_count(4)
    page.evaluate("choose('SC010_SH0020')")
    expect(page.locator("#versions")).to_contain_text("? asks you")
    expect(page.locator("#facts")).to_contain_text(question)
    expect(page.locator("#facts")).to_contain_text("1 ask you")
    expect(page.locator("#actions")).to_contain_text("No, retake")
    expect(page.locator("#strip li").first).to_contain_text("? asks you")
    expect(page.locator("#strip")).not_to_contain_text("failed its gate")
    shown = page.get_by_role("group", name="The take beside its references").locator("img")
    expect(shown).to_have_count(1 + len(VIEWS))  # the part of the take, and everybody's four views
    until(page, "[...document.querySelectorAll('.asked img')].every((img) => img.complete && img.naturalWidth)")

    page.get_by_role("button", name="Yes, circle it").click()

    expect(page.locator("#toast")).to_contain_text("gate resume SC010")
    [said] = priced.ledger.decided("SC010")
    assert said.decision.kind == "circle"
    page.evaluate("choose('SC010_SH0020')")
    expect(page.locator("#versions")).to_contain_text("answered")
    expect(page.locator("#actions")).not_to_contain_text("Yes, circle it")


def ask_about_the_clip(film, shot):
    """The film under a wider band: all that was certified stands but the shot's clip, about which its gate asks.
    Gives the question.
    """
    film.edit("film.yaml", lambda d: d.update(ask_bands={"V102": 1.0}))
    ledger, rules = film.ledger, film.services.rules()
    clip = ledger.takes(shot=shot, stage="clip")[-1]
    for certificate in ledger.every_certificate():
        if certificate.asset != clip.asset.sha256:
            ledger.file_certificate(certificate.model_copy(update={"rules": rules}))
    tally = Tally({}, {"V102": 1.0})
    who = film.services.shot(shot).cast[0].character
    tally.judge(IDENTITY, who, 0.29, Trouble(f"identity:{who}", "-", "-", question=f"is this {who}?"))
    ledger.record_verdict(clip.generation_key, tally.verdict())
    return tally.verdict().questions[0].message
