"""A dropped picture into a cut-out, in a process of its own: `python -m production.board.cutting IN OUT OUTLINE`.

A file from outside that does harm while it is decoded harms that process alone, which has little memory and time.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from manifests.errors import GateError

SECONDS = 20
MEMORY_BYTES = 3 << 30
_REFUSED = 3
_PLAIN, _ALONE = 0.9, 0.8
"""How plain the ground's edge must be, and how much of the rest one figure, to be cut out without an outline."""


def main(source: str, into: str, outline: str) -> int:
    """Write the cut-out as PNG; 3, with a sentence on standard error, where the picture is refused."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    from checks.gates.view_gate import write_cutout  # noqa: PLC0415  loads the pixel libraries
    from checks.seeing.lasso import cut_by_outline, trimmed  # noqa: PLC0415  same
    from checks.seeing.pictures import read_picture  # noqa: PLC0415  same
    from checks.seeing.plain_ground import cut_out  # noqa: PLC0415  same

    try:
        pixels = read_picture(Path(source))
    except GateError as error:
        print(f"{error.cause}. {error.cure}", file=sys.stderr)
        return _REFUSED
    drawn = json.loads(outline)
    if drawn:
        found = cut_by_outline(pixels[..., :3], [(x, y) for x, y in drawn])
    elif pixels.shape[2] == 4:
        found = trimmed(pixels)
    else:
        figure = cut_out(pixels)
        if figure.pixels is None or figure.plain < _PLAIN or figure.alone < _ALONE:
            print("its ground is not plain enough to find the figure. Draw an outline around it.", file=sys.stderr)
            return _REFUSED
        found = figure.pixels
    write_cutout(found, Path(into))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
