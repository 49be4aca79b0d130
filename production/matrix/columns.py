"""The columns of the shot matrix, in their order, each with its words for one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from production.matrix.model import MatrixRow


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `least`: the fewest characters in which it can be read; `most`: the most that it ever needs. `rank`:
    0 stands in every table; the higher ones are left out first where a terminal is narrow.
    """

    header: str
    words: Callable[[MatrixRow], str]
    least: int
    most: int
    rank: int = 0


def _listed(parts: tuple[str, ...]) -> str:
    return ", ".join(parts)


def _named(row: MatrixRow) -> str:
    return f"{row.shot} ({row.called})" if row.called else row.shot


def _ready(row: MatrixRow) -> str:
    told = row.proposed and "proposed" not in row.readiness
    open_now = f"; {len(row.notes)} continuity note{'' if len(row.notes) == 1 else 's'}" if row.notes else ""
    return f"{row.readiness}{' (proposed)' if told else ''}{open_now}"


COLUMNS: tuple[Column, ...] = (
    Column("shot", _named, 13, 20),
    Column("beat", lambda row: row.beat, 16, 44, 3),
    Column("place", lambda row: row.place, 8, 18, 1),
    Column("cast", lambda row: _listed(row.cast), 12, 30, 1),
    Column("props in", lambda row: _listed(row.props_in), 9, 20, 4),
    Column("props out", lambda row: _listed(row.props_out), 9, 20, 6),
    Column("light", lambda row: row.light, 10, 26, 7),
    Column("time", lambda row: row.time, 5, 9, 5),
    Column("side", lambda row: _listed(row.side), 10, 24, 6),
    Column("direction", lambda row: _listed(row.direction), 9, 20, 7),
    Column("camera", lambda row: row.camera, 10, 28, 2),
    Column("length", lambda row: f"{row.length_s:g} s", 6, 6),
    Column("provider", lambda row: row.provider, 8, 18, 4),
    Column("left to buy", lambda row: row.price, 8, 11),
    Column("readiness", _ready, 16, 34),
)


def why_of(row: MatrixRow) -> list[str]:
    """Every reason with its fix, a line each; what a shot waits for where nothing is wrong with it; then the notes."""
    reasons = [obstacle.words for obstacle in row.obstacles]
    waits = [row.why] if not reasons and row.standing in {"waits", "left out"} else []
    return [*reasons, *waits, *row.notes]
