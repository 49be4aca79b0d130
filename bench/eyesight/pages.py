"""The benchmark's numbers as the tables of docs/eyes.md, so that nobody copies them by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.eyesight.plain import METRICS
from bench.filmset.drifts import AXES, STRENGTHS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "eyes.md"
_SAID = {"frame_ssim": "frame SSIM", "ours_panel": "ours, one picture"}


def write(name: str, text: str, page: Path = PAGE) -> None:
    """Put `text` between the page's marks for `name`. Raises ValueError where it has none."""
    start, end = f"<!-- {name}: by bench/eyes.py -->", f"<!-- {name}: end -->"
    whole = page.read_text(encoding="utf-8")
    if start not in whole or end not in whole:
        raise ValueError(f"{page} has no place for {name}: it needs the lines {start} and {end}")
    before, _, rest = whole.partition(start)
    page.write_text(f"{before}{start}\n{text.strip()}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def labelled(found: Mapping[str, Any]) -> str:
    """AUC per axis, with a column for the judge: empty without a key."""
    axes = (*AXES, "all")
    names = (*METRICS, "ours", "ours_panel", *(("judge",) if "judge" in found["auc"] else ()))
    rows = [
        _row(_said(name), [f"{found['auc'][name][axis]:.2f}" for axis in axes], bold=name == "ours") for name in names
    ]
    rows.append(_row("ours, 95 %", ["–".join(f"{v:.2f}" for v in found["interval"]["ours"][axis]) for axis in axes]))
    for strength in STRENGTHS:
        values = [found["ours_by_axis_and_strength"][axis][strength] for axis in AXES]
        rows.append(_row(f"ours, {strength}", [f"{v:.2f}" for v in (*values, found["by_strength"]["ours"][strength])]))
    if "judge" not in found["auc"]:
        rows.append(_row("judge (Gemini)", [""] * len(axes)))
    drawn, recall = found["takes"], found["recall_at_5"]
    said = ", ".join(f"{_said(n)} {recall[n]:.0%}" for n in ("ours", "frame_embedding", "frame_colour", "frame_ssim"))
    best = {name: max(found["auc"][name]["all"], found["auc"][f"{name}_z"]["all"]) for name in METRICS}
    first = max(best, key=lambda name: best[name])
    return "\n".join(
        [
            f"{drawn['consistent']} consistent and {drawn['drifted']} drifted takes, seed {found['seed']}.\n",
            _table([axis.replace("_", " ") for axis in axes], rows),
            f"\nFound at 5 % false alarms: {said}.",
            f"Over all by framing: {_framings(found['by_framing'])}.",
            f"Calibrated per film as ours is, no single metric is over {best[first]:.2f} over all ({_said(first)}).",
            _behind(found),
        ]
    )


def calm(found: Mapping[str, Any]) -> str:
    """AUC over all axes by strength, for single metrics and ours; and ours by axis."""
    rows = [
        _row(
            _said(name),
            [*(f"{found['by_strength'][name][s]:.2f}" for s in STRENGTHS), f"{found['auc'][name]['all']:.2f}"],
            bold=name == "ours",
        )
        for name in (*METRICS, "ours", "ours_panel")
    ]
    drawn, (low, high) = found["takes"], found["interval"]["ours"]["all"]
    by_axis = ", ".join(f"{axis.replace('_', ' ')} {found['auc']['ours'][axis]:.2f}" for axis in AXES)
    return "\n".join(
        [
            (
                f"{drawn['consistent']} consistent and {drawn['drifted']} drifted takes, seed {found['seed']}, "
                f"freedom {found['freedom']:.0%}.\n"
            ),
            _table([*STRENGTHS, "all"], rows),
            f"\nOurs, all strengths, 95 %: {low:.2f}–{high:.2f}. By axis: {by_axis}.",
            (
                f"Found at 5 % false alarms: ours {found['recall_at_5']['ours']:.0%}, frame embedding "
                f"{found['recall_at_5']['frame_embedding']:.0%}."
            ),
            _behind(found),
        ]
    )


def chains(found: Mapping[str, Any]) -> str:
    """Each eye's hits in chains, their delays, and its false alarms."""
    rows = []
    for name, row in found["chains"].items():
        cells = []
        for creep in ("look", "set"):
            late = row[creep]["median_delay"]
            cells += [f"{row[creep]['found']:.0%} of {row[creep]['chains']}", "–" if late is None else f"{late:g}"]
        calm = row["false_alarms"]
        rows.append(_row(_said(name), [*cells, f"{calm['share']:.0%} of {calm['chains']}"], bold=name == "ours"))
    return _table(["look found", "median delay", "set found", "median delay", "false alarms"], rows)


def real(found: Mapping[str, Any]) -> str:
    """AUC per edit of real photographs."""
    kinds = list(next(iter(found["real"].values())))
    rows = [_row(_said(n), [f"{row[k]:.2f}" for k in kinds], bold=n == "ours") for n, row in found["real"].items()]
    drawn = found["pictures"]
    return f"{drawn['consistent']} consistent and {drawn['edited']} edited pictures.\n\n" + _table(
        [kind.replace("_", " ") for kind in kinds], rows
    )


def _said(name: str) -> str:
    return _SAID.get(name, name.replace("_embedding", " embedding").replace("_colour", " colour").replace("_", " "))


def _behind(found: Mapping[str, Any]) -> str:
    axes = ", ".join(axis.replace("_", " ") for axis in found["behind"]) or "none"
    return f"Axes on which some single metric, calibrated or not, is above ours: {axes}."


def _framings(by: Mapping[str, Mapping[str, float]]) -> str:
    return ", ".join(f"{name} {row['ours']:.2f} (embedding {row['frame_embedding']:.2f})" for name, row in by.items())


def _row(name: str, cells: Sequence[str], *, bold: bool = False) -> str:
    marked = [f"**{cell}**" if bold and cell else cell for cell in (name, *cells)]
    return f"| {' | '.join(marked)} |"


def _table(heads: Sequence[str], rows: Sequence[str]) -> str:
    return "\n".join([f"| | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|", *rows])
