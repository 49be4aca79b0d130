"""ARCHITECTURE.md draws the house; this holds the drawing against what the code really imports."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest


@pytest.fixture(scope="module")
def drawing(root):
    return read_drawing((root / "ARCHITECTURE.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def floors(drawing):
    """Folder → its floor, as drawn."""
    return dict(drawing)


def test_the_drawing_shows_every_folder_of_the_product_once(drawing, folders):
    assert sorted(folder for folder, _ in drawing) == sorted(folders)


def test_every_import_falls_in_the_drawing(floors, product):
    rising = [
        f"{source.path}:{line} ({source.folder}, floor {floors[source.folder]}) imports {name} (floor {floors[to]})"
        for source in product
        for name, line in source.names_used
        if (to := name.partition(".")[0]) in floors and to != source.folder and floors[to] >= floors[source.folder]
    ]
    assert rising == []


def test_the_drawing_has_the_layers_of_the_import_contract(floors, project):
    contract = next(each for each in project["tool"]["importlinter"]["contracts"] if each["id"] == "floors")
    layers = [{name.strip(" ()") for name in layer.split("|")} for layer in contract["layers"]]
    numbers = sorted(set(floors.values()), reverse=True)
    assert [{folder for folder, floor in floors.items() if floor == number} for number in numbers] == layers
    assert all(upper - lower == 1 for upper, lower in pairwise(numbers))


def test_every_floor_is_used_by_the_one_above_it(floors, product):
    # A floor that nobody above imports is drawn in the wrong place. Checked for the floors that are built.
    used = {(source.folder, name.partition(".")[0]) for source in product for name, _ in source.names_used}
    built = {floors[source.folder] for source in product if source.text}
    unused = [
        floor
        for floor in built
        if max(built) > floor and not any(floors.get(to) == floor < floors[of] for of, to in used if to in floors)
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("floor 1  manifests", [("manifests", 1)]),
        ("floor 2  providers checks", [("providers", 2), ("checks", 2)]),
        ("floor 2  providers checks    what they do", [("providers", 2), ("checks", 2)]),
        ("         more about the floor above", []),
    ],
)
def test_a_line_of_the_drawing_is_read(line, read):
    assert read_drawing(f"Words.\n\n```text\n{line}\n```\n\nfloor 9  ignored\n") == read


def read_drawing(text):
    """Each folder with its floor: names stand one space apart, and after two or more come words for people."""
    return [
        (folder, int(number))
        for block in re.findall(r"^```text\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        for number, rest in re.findall(r"^floor (\d+) +(.+)$", block, re.MULTILINE)
        for folder in rest.partition("  ")[0].split()
    ]
