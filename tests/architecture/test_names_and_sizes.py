"""Names that say what is inside, and files and functions that fit a head."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from pathlib import PurePath

FILE_LINES_MAX, FUNCTION_LINES_MAX, FOLDER_FILES_MAX = 300, 45, 25
FILE_LINES_BESIDE_MAX, FUNCTION_LINES_BESIDE_MAX = 400, 60
"""Beside the product: tests tell a story from its start to its end, benchmarks and drawings list what they use."""

WEB = {".js", ".css", ".html"}

MIGRATIONS = "governor/database/migrations/versions/"
"""A migration is never edited once it has run somewhere: it lists its whole table, however many columns that has."""

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


def test_no_file_of_the_product_is_longer_than_300_lines(product):
    assert _too_long(product, FILE_LINES_MAX) == {}


def test_no_page_script_or_style_of_the_product_is_longer_than_300_lines(root, folders):
    found = (file for folder in folders for file in (root / folder).rglob("*") if file.suffix in WEB)
    lines = {str(file.relative_to(root)): file.read_text(encoding="utf-8").count("\n") for file in found}
    assert len(lines) > 10, "the review room has that many"
    assert {path: count for path, count in lines.items() if count > FILE_LINES_MAX} == {}


def test_no_python_line_is_longer_than_120_characters(project):
    ruff = project["tool"]["ruff"]
    assert (ruff["line-length"], "E" in ruff["lint"]["select"]) == (120, True), "make check runs ruff"
    assert "E501" not in ruff["lint"]["ignore"]


def test_the_guide_for_contributors_names_the_same_sizes(root):
    guide = " ".join((root / "CONTRIBUTING.md").read_text(encoding="utf-8").split())
    product = (FILE_LINES_MAX, FUNCTION_LINES_MAX, FOLDER_FILES_MAX)
    assert "a file of the product has at most {} lines, a function {}, a folder {} files".format(*product) in guide
    beside = (FILE_LINES_BESIDE_MAX, FUNCTION_LINES_BESIDE_MAX)
    assert "at most {} lines a file and {} a function".format(*beside) in guide


def test_no_file_beside_the_product_is_longer_than_400_lines(beside):
    assert _too_long(beside, FILE_LINES_BESIDE_MAX) == {}


def test_no_function_of_the_product_is_longer_than_45_lines(product):
    assert _long_functions(product, FUNCTION_LINES_MAX) == {}


def test_no_function_beside_the_product_is_longer_than_60_lines(beside):
    assert _long_functions(beside, FUNCTION_LINES_BESIDE_MAX) == {}


def test_no_folder_of_the_product_has_more_than_25_files(product):
    assert _full_folders(product) == {}


def test_a_file_that_is_too_long_is_found(source):
    planted = [source("desk/long.py", "x = 1\n" * 301), source("desk/fits.py", "x = 1\n" * 300)]
    assert _too_long(planted, FILE_LINES_MAX) == {"desk/long.py": 301}


def test_a_function_that_is_too_long_is_found_and_a_migration_is_left_alone(source):
    long = "class A:\n    async def f(self):\n" + "        x = 1\n" * 45
    fits = "def f():\n" + "    x = 1\n" * 44
    planted = [source("desk/long.py", long), source("desk/fits.py", fits), source(f"{MIGRATIONS}v0009_x.py", long)]
    assert _long_functions(planted, FUNCTION_LINES_MAX) == {"desk/long.py f": 46}


def test_a_folder_that_is_too_full_is_found(source):
    full = [source(f"desk/cli/m{number}.py", "") for number in range(26)]
    fits = [source(f"desk/room/m{number}.py", "") for number in range(25)]
    assert _full_folders([*full, *fits, source("desk/room/__init__.py", "")]) == {"desk/cli": 26}


def _too_long(sources, most):
    lines = {source.path: source.text.count("\n") for source in sources}
    return {path: count for path, count in lines.items() if count > most}


def _long_functions(sources, most):
    return {
        f"{source.path} {node.name}": lines
        for source in sources
        if not source.path.startswith(MIGRATIONS)
        for node in ast.walk(source.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > most
    }


def _full_folders(sources):
    paths = [PurePath(source.path) for source in sources]
    files = Counter(path.parent.as_posix() for path in paths if path.name != "__init__.py")
    return {folder: count for folder, count in files.items() if count > FOLDER_FILES_MAX}


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
