"""Names that the glossary's terms have replaced, and copies that one function has replaced, do not come back."""

from __future__ import annotations

import ast
from collections.abc import Iterator

RETIRED = {
    "Brought": "CheckedCall",
    "Doors": "Sessions",
    "Parked": "Excluded",
    "Sitting": "ViewShot",
    "Sittings": "ViewScene",
    "Sought": "lost call",
    "Stood": "StageStatus",
    "Yes": "an approval",
    "bring_home": "recover",
    "home_if_refused": "collect_if_refused",
    "doors": "sessions",
    "mere_luck": "no progress",
    "movements": "transitions",
    "parked": "excluded",
    "parking": "exclusions",
    "sitting": "view_shot",
    "telling": "select_references",
    "yeses": "confirmed",
}
"""A name of the code, and the term of docs/glossary.md that is used instead."""

HAND_MADE = ("fmt: " + "skip", "fmt: " + "off")
SCENE_OF_SHOT = "manifests/names.py"


def test_no_name_is_one_that_the_glossary_has_replaced(everything):
    found = [
        f"{source.path}:{line} {name} is called {RETIRED[name]}"
        for source in everything
        for name, line in _names(source.tree)
        if name in RETIRED
    ]
    assert found == []


def test_the_formatter_lays_out_every_line(everything):
    assert [source.path for source in everything if any(words in source.text for words in HAND_MADE)] == []


def test_one_function_takes_the_scene_out_of_a_shots_name(everything):
    taken = 'partition("_")' + "[0]"
    assert [source.path for source in everything if taken in source.text] == [SCENE_OF_SHOT]


def _names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name that a module defines or uses, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node.lineno
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).rpartition(".")[2], node.lineno
