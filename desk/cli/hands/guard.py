"""gate guard: did an edit or a polish move anything outside its mask?"""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.options import json_option, print_json
from desk.cli.output_file import Output

_FILE = click.Path(path_type=Path)
_MOVED = 1
_HEAT = Output("--heat", "a heat map", ".png")


@click.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@click.option(
    "--mask", type=_FILE, help="A picture of the same shape; its white parts may change. Without it, nothing may move."
)
@click.option("--heat", type=_FILE, help="Write a PNG that shows what moved, and how far.")
@json_option
def guard(before: Path, after: Path, mask: Path | None, heat: Path | None, as_json: bool) -> int:
    """Compare two pictures, BEFORE and AFTER an edit, by rule V114. Ends with exit code 1 where something moved.
    Spends nothing.
    """
    from checks.gates.geometry_guard import EditCase, gate_edit
    from checks.gates.heat_map import write_heat_map

    if heat is not None:
        _HEAT.check(heat)
    verdict, found = gate_edit(EditCase(before, after, mask))
    threshold = verdict.scores[0].threshold
    if heat is not None:
        _HEAT.draw(heat, lambda into: write_heat_map(found, threshold, into))
    if as_json:
        spots = [{"box": spot.box, "pixels": spot.pixels, "moved": spot.moved} for spot in found.spots]
        print_json(
            {
                "passed": verdict.passed,
                "worst_px": round(found.worst_px, 2),
                "mean_px": round(found.mean_px, 4),
                "changed_share": round(found.changed_share, 6),
                "threshold_px": threshold,
                "spots": spots,
                "heat": None if heat is None else str(heat),
                "findings": [f.model_dump(mode="json") for f in verdict.findings],
            }
        )
    else:
        for finding in verdict.findings:
            click.echo(f"  {finding.severity[0].upper()} {finding.rule} {finding.message}. {finding.cure}")
        word = "Nothing moved" if verdict.passed else "Something moved"
        click.echo(
            f"{word}: worst {found.worst_px:.1f} pixels of 720 lines (at most {threshold:g}), "
            f"{found.changed_share:.2%} changed outside the mask." + ("" if heat is None else f" Look at {heat}.")
        )
    return 0 if verdict.passed else _MOVED
