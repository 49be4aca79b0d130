"""The shot matrix as a list for a spreadsheet, and as one web page that stands by itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from production.matrix.columns import COLUMNS, Column, why_of
from production.matrix.model import MatrixRow, MatrixScene
from production.story.formats.write_csv import as_csv

_HERE = Path(__file__).parent
_ICONS = {"ready": "✓", "not ready": "✗", "waits": "…", "drafted": "◐", "final": "●", "left out": "–"}


def matrix_csv(scenes: Sequence[MatrixScene], encoding: str = "utf-8") -> bytes:
    """One row a shot, with its scene and every reason. Raises Unplaceable for a letter that the encoding lacks."""
    headers = ["Scene", *(column.header.capitalize() for column in COLUMNS), "Why"]
    rows = (
        [row.scene, *(column.words(row) for column in COLUMNS), "\n".join(why_of(row))]
        for scene in scenes
        for row in scene.rows
    )
    return as_csv("the shot matrix", headers, rows, encoding)


def matrix_page(scenes: Sequence[MatrixScene], title: str) -> str:
    """One HTML page: it loads nothing, runs nothing, prints on landscape paper, and follows light and dark."""
    style = (_HERE / "matrix.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    page = _pages().get_template("matrix.html")
    return page.render(
        title=title,
        scenes=scenes,
        columns_of=_on_a_page,
        why_of=why_of,
        icon=lambda row: _ICONS[row.standing],
        counted=counted,
        policy=policy,
        style=Markup(style),  # noqa: S704  our own file
    )


def counted(rows: Sequence[MatrixRow]) -> str:
    """How many shots stand how: "9 shots: 7 ready, 2 not ready"."""
    numbers = {standing: sum(row.standing == standing for row in rows) for standing in _ICONS}
    told = ", ".join(f"{number} {standing}" for standing, number in numbers.items() if number)
    return f"{len(rows)} shot{'' if len(rows) == 1 else 's'}: {told}"


def _on_a_page(rows: Sequence[MatrixRow]) -> list[Column]:
    """The shot, whether it is ready, then every column that says something: nobody scrolls for the answer."""
    first, *rest, last = COLUMNS
    return [first, last, *(column for column in rest if any(map(column.words, rows)))]


@cache
def _pages() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
