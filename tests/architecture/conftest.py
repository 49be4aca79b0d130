"""The product's sources, parsed once, for the tests that hold the house's rules."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """A file of ours: its path from the repository's root, and its text."""

    path: str
    text: str

    @property
    def folder(self) -> str:
        return self.path.partition("/")[0]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def names_used(self) -> tuple[tuple[str, int], ...]:
        """Every imported name and every use of one, written out in full, with its line; a call also as `name()`.

        `from os import environ as e` and then `e["X"]` give `os.environ` twice.
        """
        return tuple(_names_used(self.tree))


@pytest.fixture(scope="session")
def root() -> Path:
    return _ROOT


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    return tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def folders(project: dict[str, Any]) -> tuple[str, ...]:
    """The folders that are the product, in the order of pyproject.toml; some may not be built yet."""
    return tuple(project["tool"]["importlinter"]["root_packages"])


@pytest.fixture(scope="session")
def present(root: Path, folders: tuple[str, ...]) -> frozenset[str]:
    return frozenset(folder for folder in folders if (root / folder / "__init__.py").is_file())


@pytest.fixture(scope="session")
def product(root: Path, folders: tuple[str, ...]) -> tuple[Source, ...]:
    return tuple(_sources(root, folders))


@pytest.fixture(scope="session")
def everything(root: Path, product: tuple[Source, ...]) -> tuple[Source, ...]:
    """The product and the programs beside it, without the tests."""
    return (*product, *_sources(root, ("bench", "examples", "scripts", "deployments")))


@pytest.fixture(scope="session")
def beside(root: Path) -> tuple[Source, ...]:
    """The programs beside the product, and the tests."""
    return tuple(_sources(root, ("bench", "examples", "scripts", "deployments", "tests")))


@pytest.fixture(scope="session")
def source() -> Callable[[str, str], Source]:
    """Makes a source that a test plants."""
    return Source


def _sources(root: Path, folders: tuple[str, ...]) -> Iterator[Source]:
    for folder in folders:
        for file in sorted((root / folder).rglob("*.py")):
            yield Source(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"))


def _names_used(tree: ast.AST) -> Iterator[tuple[str, int]]:
    meaning: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                meaning[alias.asname or first] = alias.name if alias.asname else first
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                meaning[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield f"{node.module}.{alias.name}", node.lineno
    for node in ast.walk(tree):
        if name := _in_full(node, meaning):
            yield name, node.lineno
        elif isinstance(node, ast.Call) and (name := _in_full(node.func, meaning)):
            yield f"{name}()", node.lineno


def _in_full(node: ast.AST, meaning: dict[str, str]) -> str | None:
    chain: list[str] = []
    while isinstance(node, ast.Attribute):
        chain.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name) and node.id in meaning:
        return ".".join([meaning[node.id], *chain])
    return None
