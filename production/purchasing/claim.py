"""One process at a time works on one generation, so that what is proved of an attempt is still true when it is written.

Two processes of one run share its epoch, which fences neither from the other. The lock is the kernel's: it goes with
the process that holds it, however that ends. A newer run waits for nobody: its epoch is its right.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from production.journey.errors import InHand
from production.purchasing.run import Run
from wiring.alive import lock

_LOOK_S = 0.05


@asynccontextmanager
async def claimed(run: Run, generation_key: str, shot: str, patience_s: float | None = None) -> AsyncIterator[None]:
    """Hold the generation while the block lasts. Raises InHand where somebody else has it for `patience_s` (None: the
    run's).
    """
    path = run.services.settings.state / "claims" / f"{run.scene.id}-{run.epoch.number}" / generation_key
    until = asyncio.get_running_loop().time() + (run.patience_s if patience_s is None else patience_s)
    while (descriptor := _lock(path)) is None:
        if asyncio.get_running_loop().time() >= until:
            raise InHand(
                shot,
                "another process of this run works on it, and does not come to an end",
                f"See who: fuser -v {path}",
            )
        await asyncio.sleep(_LOOK_S)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)
        with contextlib.suppress(OSError):  # another claim is in there
            path.parent.rmdir()


def _lock(path: Path) -> int | None:
    """The locked file's descriptor; None where somebody else has it, or has just removed the folder."""
    with contextlib.suppress(FileNotFoundError, FileExistsError):
        path.parent.mkdir(parents=True, exist_ok=True)
        return lock(path, alone=True)
    return None
