"""Names that say what is inside, and files and functions that fit a head."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import PurePath

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
SAYS_NOTHING = {"util", "utils", "common", "helper", "helpers", "base", "manager", "managers", "misc"}


def test_no_file_or_folder_has_a_name_that_says_nothing(everything):
    empty = [
        source.path
        for source in everything
        for part in PurePath(source.path).with_suffix("").parts
        if SAYS_NOTHING & set(part.lower().split("_"))
    ]
    assert empty == []


def test_no_class_is_a_manager_helper_or_base(everything):
    empty = [
        f"{source.path}:{node.lineno} {node.name}"
        for source in everything
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and SAYS_NOTHING & {w.lower() for w in re.findall("[A-Z][a-z]*", node.name)}
    ]
    assert empty == []


def test_no_module_is_called_like_one_of_the_standard_library(everything, folders):
    # Prefect's file entry points put a flow's own folder first on the path: `import secrets` would then find ours.
    stems = {
        PurePath(source.path).stem: source.path for source in everything if not source.path.endswith("__init__.py")
    }
    shadows = [path for stem, path in stems.items() if stem in sys.stdlib_module_names]
    assert shadows == []
    assert not set(folders) & sys.stdlib_module_names


def test_no_file_is_longer_than_400_lines(everything, root):
    texts = {source.path: source.text for source in everything}
    texts |= {path.relative_to(root).as_posix(): path.read_text() for path in (root / "tests").rglob("*.py")}
    assert {path: lines for path, text in texts.items() if (lines := text.count("\n")) > FILE_LINES_MAX} == {}


def test_no_function_is_longer_than_60_lines(everything):
    long = {
        f"{source.path}:{node.lineno} {node.name}": lines
        for source in everything
        for node in ast.walk(source.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert long == {}


def test_every_init_file_is_there_and_empty(root, present, product):
    holding = {(root / source.path).parent for source in product}
    assert present
    assert [str(folder.relative_to(root)) for folder in sorted(holding) if not (folder / "__init__.py").is_file()] == []
    assert [source.path for source in product if source.path.endswith("/__init__.py") and source.text] == []


def test_every_folder_with_errors_draws_their_tree(product):
    # Such a module starts with its tree, each error with its sentence.
    undrawn = [
        f"{source.path} {node.name}"
        for source in product
        if source.path.endswith("/errors.py")
        for node in source.tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        if not re.search(rf"^\W*{node.name}\b", ast.get_docstring(source.tree) or "", re.MULTILINE)
    ]
    assert undrawn == []
