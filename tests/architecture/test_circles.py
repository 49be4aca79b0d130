"""No module of the product needs itself, however long the way round: not even where it names types alone."""

from __future__ import annotations

import ast
import graphlib


def test_no_import_goes_round_in_a_circle(product):
    assert _circle(product) == []


def test_a_circle_inside_a_folder_is_found_even_among_types(source):
    planted = [
        source("desk/__init__.py", ""),
        source("desk/a.py", "from desk.b import x"),
        source("desk/b.py", "def f():\n    from desk import c"),
        source("desk/c.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import desk.a"),
    ]
    assert set(_circle(planted)) == {"desk.a", "desk.b", "desk.c"}


def test_modules_that_need_one_another_one_way_are_no_circle(source):
    planted = [
        source("desk/__init__.py", ""),
        source("desk/a.py", "from desk import b, c"),
        source("desk/b.py", "import desk.c"),
        source("desk/c.py", "import ast"),
    ]
    assert _circle(planted) == []


def _circle(sources) -> list[str]:
    """The modules of one circle, in order; none where there is no circle."""
    modules = {
        source.path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): source for source in sources
    }
    needs = {
        name: {other for other in _imported(source.tree, modules) if other != name} for name, source in modules.items()
    }
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def _imported(tree, modules):
    """The modules that are imported anywhere: at the top, for types alone, or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in modules else node.module
