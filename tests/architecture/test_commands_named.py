"""Every cure that names a command names one that exists: a person copies it and it runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from desk.cli.commands import COMMANDS

_HOLE = "\0"
_COMMAND = re.compile(rf"\bgate (?P<verb>[a-z]+|{_HOLE})")
PROSE = {"gate was", "gate judges", "gate has"}
"""Words after `gate` that are not commands."""

TAKEN_OVER = "flows/summary.py"
"""It repeats the command out of a refusal's cure, which is looked at where it is written."""


def test_every_command_that_a_message_names_exists(product):
    named = [
        (f"{s.path}:{line}", m["verb"])
        for s in product
        for line, text in _said(s.tree)
        for m in _COMMAND.finditer(text)
        if m[0] not in PROSE
    ]
    assert len(named) > 40
    unknown = [(place, verb) for place, verb in named if verb not in COMMANDS]
    assert [(place, verb) for place, verb in unknown if (place.split(":")[0], verb) != (TAKEN_OVER, _HOLE)] == []


def test_a_command_put_together_at_run_time_is_found():
    tree = ast.parse('"""gate docstring"""\nx = f"See: gate {verb} SC010"\ny = "gate nowhere"\n')
    assert [m["verb"] for _, text in _said(tree) for m in _COMMAND.finditer(text)] == [_HOLE, "nowhere"]


def _said(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every text of the program with its line, docstrings left out; what is filled in at run time stands as a hole."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)} - {
        id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
    }
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in alone or id(node) in inside:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(v.value) if isinstance(v, ast.Constant) else _HOLE for v in node.values)
