"""Lays out the wrap report: a folder with the page, the tables as CSV, and the facts as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

from manifests.money import format_usd
from manifests.reading.whole_file import put_text
from production.dailies.lay_out import for_spreadsheet
from production.wrap.deletable import Spare
from production.wrap.facts import Wrap
from production.wrap.gather import Wrapped
from production.wrap.page import page

PAGE, FACTS, SHOTS, SPARE = "index.html", "wrap.json", "shots.csv", "deletable.csv"


def lay_out(wrapped: Wrapped, into: Path) -> Path:
    """Write the report into the folder and give the page. Each file is replaced as a whole. Raises OSError."""
    into.mkdir(parents=True, exist_ok=True)
    report = wrapped.report
    put_text(json.dumps(json.loads(report.stored()), indent=1, ensure_ascii=False) + "\n", into / FACTS)
    put_text(_shots(report), into / SHOTS)
    put_text(_spare(wrapped.spare), into / SPARE)
    put_text(page(report), into / PAGE)
    return into / PAGE


def _shots(report: Wrap) -> str:
    head = ["scene", "shot", "standing", "seconds", "panels", "clips", "failed"]
    sums = ["panel_usd", "draft_usd", "final_usd", "other_usd", "usd"]
    rows = (
        [shot.scene, shot.shot, shot.standing, f"{shot.seconds:g}", shot.panels, shot.clips, shot.failed]
        + [
            format_usd(amount)
            for amount in (
                shot.panel_microusd,
                shot.draft_microusd,
                shot.final_microusd,
                shot.other_microusd,
                shot.microusd,
            )
        ]
        for shot in report.shots
    )
    return _table([*head, *sums], rows)


def _spare(spare: Iterable[Spare]) -> str:
    return _table(["kind", "bytes", "sha256", "what"], ([s.kind, s.bytes, s.sha256, s.what] for s in spare))


def _table(head: list[str], rows: Iterable[list[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([for_spreadsheet(cell) for cell in row] for row in rows)
    return text.getvalue()
