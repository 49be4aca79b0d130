"""What a person does on the board, and what then stands in the file."""

from __future__ import annotations

import difflib

from playwright.sync_api import expect


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def save(page):
    """Save as a person does: look at the difference, then Enter."""
    expect(page.locator("#state")).to_have_text("● Not saved")
    press(page, "Control+s")
    expect(page.locator("dialog .diff .line").first).to_be_visible()
    diff = page.locator("dialog .diff").inner_text()
    press(page, "Enter")
    expect(page.locator("#state")).to_have_text("✓ Saved")
    return diff


def changed(before, after):
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}]


def until(page, true):
    """Until the page's script says so; the page's policy forbids Playwright's own way of waiting."""
    for _ in range(1200):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise AssertionError(true)


def settled(page):
    """Until the room has answered every act, and the picture shows it."""
    until(page, "!at.pend.length && !painting && !again")


def dragged(page, box, by, spot=(0.5, 0.5), steps=5):
    """Press at `spot` of a box (in parts of it), move by so many pixels, and let go."""
    x, y = box["x"] + box["width"] * spot[0], box["y"] + box["height"] * spot[1]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=steps)
    page.mouse.up()
