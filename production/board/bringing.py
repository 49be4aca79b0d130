"""A picture that somebody dropped on the board, cut out."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from assembly import child
from production.board.cutting import SECONDS
from production.board.errors import NotComposable
from wiring.scratch import scratch
from wiring.services import Services

_WAIT_S = SECONDS + 20.0
_REFUSED = 3


async def cut_out(services: Services, content: bytes, outline: Sequence[tuple[float, float]]) -> bytes:
    """The cut-out as PNG bytes. `outline`: points around the figure, in fractions of the picture; without one, the
    picture's own transparency counts, or its plain ground. Raises NotComposable where it cannot be read or cut out.
    """
    with scratch(services.settings) as folder:
        source, into = folder / "dropped", folder / "cutout.png"
        source.write_bytes(content)
        words = [sys.executable, "-m", "production.board.cutting", str(source), str(into), json.dumps(outline)]
        ended = await child.run(words, folder=_ROOT, timeout_s=_WAIT_S)
        if ended.code == 0 and into.is_file():
            return into.read_bytes()
    if ended.code == _REFUSED:
        cause, _, cure = ended.words.splitlines()[-1].partition(". ")
        raise NotComposable("the picture", cause, cure)
    raise NotComposable("the picture", "it could not be decoded within bounds", "Save it again as PNG, and smaller.")


_ROOT = Path(__file__).resolve().parents[2]
"""Where the product's packages lie, so that the child finds them."""
