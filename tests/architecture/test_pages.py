"""The pages for people keep up with the program: commands, links, and the reference that is made from the commands."""

from __future__ import annotations

import re
from pathlib import Path

from desk.cli.commands import COMMANDS
from scripts.cli_page import FILE, page

_COMMAND = re.compile(r"^\s*(?:\S*/)?gate (?P<verb>[a-z]+)", re.MULTILINE)
_LINK = re.compile(r"\]\((?P<target>[^)#:\s]*)(?:#(?P<heading>[^)]*))?\)")
_HEADING = re.compile(r"^#+ (?P<words>.+)$", re.MULTILINE)


def test_the_command_reference_is_what_the_commands_say():
    assert FILE.read_text(encoding="utf-8") == page(), "write it again: python scripts/cli_page.py --write"


def test_every_command_that_a_page_tells_to_type_exists(root):
    found = [
        (file.name, m["verb"])
        for file in _pages(root)
        for block in file.read_text(encoding="utf-8").split("```")[1::2]
        for m in _COMMAND.finditer(block)
    ]
    assert len(found) > 100
    assert [(name, verb) for name, verb in found if verb not in COMMANDS] == []


def test_every_link_of_a_page_leads_to_a_file_and_its_heading(root):
    links = [(file, m) for file in _pages(root) for m in _LINK.finditer(file.read_text(encoding="utf-8"))]
    assert len(links) > 50
    lost = [(file.name, m["target"]) for file, m in links if not (file.parent / m["target"]).exists()]
    assert lost == []
    named = [
        (file, file.parent / m["target"] if m["target"] else file, m["heading"]) for file, m in links if m["heading"]
    ]
    assert [(file.name, heading) for file, target, heading in named if heading not in _headings(target)] == []


def test_the_index_of_the_pages_names_each_of_them(root):
    index = (root / "docs" / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in (root / "docs").glob("*.md") if f"({page.name}" not in index] == ["README.md"]


def _headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    words = (m["words"] for m in _HEADING.finditer(page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in words}


def _pages(root: Path) -> list[Path]:
    return [*root.glob("*.md"), *(root / "docs").rglob("*.md"), *(root / "examples").rglob("*.md")]
