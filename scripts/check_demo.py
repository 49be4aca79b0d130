"""Check what a second `gate demo --json` said against the disk, and its runs against the journey:
`check_demo.py FACTS.json`.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

SHOTS = 9
FILES = {"film", "draft", "contact_sheet", "timeline"}
FACTS = FILES | {"shots", "spent_usd", "approvals", "generated"}


def main() -> None:
    """Exit with one sentence for each fact that does not hold."""
    facts: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if missing := sorted(FACTS - facts.keys()):
        sys.exit(f"gate demo --json lacks {', '.join(missing)}")
    wrong = [f"{name}: there is no file {facts[name]}" for name in sorted(FILES) if not Path(facts[name]).is_file()]
    if wrong:
        sys.exit("\n".join(wrong))
    shots = facts["shots"] if isinstance(facts["shots"], int) else len(facts["shots"])
    if shots != SHOTS:
        wrong.append(f"shots: {shots}, not {SHOTS}")
    if facts["generated"] != 0:
        wrong.append(f"generated: {facts['generated']} takes were made again of a film that was done")
    if float(facts["spent_usd"]) != 0:
        wrong.append(f"spent_usd: {facts['spent_usd']}, though the demo costs nothing")
    if not facts["approvals"]:
        wrong.append("approvals: the approval of the finals is not recorded")
    sys.path.append(str(Path(__file__).parents[1]))
    from scripts.demo_graph import wrong_edges  # noqa: PLC0415  the path says where it is

    wrong += wrong_edges(Path(facts["film"]).parents[2] / ".gate" / "prefect" / "prefect.db")
    wrong += [*_picture(facts["film"], 720), *_picture(facts["draft"], 480)]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{shots} shots, ${float(facts['spent_usd']):.2f}, {facts['film']}")


def _picture(path: str, height: int) -> list[str]:
    """The faults of a film of `height` lines at 24 frames a second, decoded to its end; 20–60 s for nine shots."""
    with av.open(path) as film:
        stream = film.streams.video[0]
        frames = sum(1 for _ in film.decode(stream))
        seconds = frames / 24
        facts = {
            f"{stream.height} lines, not {height}": stream.height == height,
            f"{stream.average_rate} frames a second, not 24": stream.average_rate == Fraction(24),
            f"{seconds:.1f} s long": 20 <= seconds <= 60,
            "no sound": bool(film.streams.audio),
        }
    return [f"{path}: {what}" for what, holds in facts.items() if not holds]


if __name__ == "__main__":
    main()
