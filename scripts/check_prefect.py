"""Check that the installed Prefect is the locked one, and that its server can be made: a newer FastAPI breaks just that."""

from __future__ import annotations

import sys
from pathlib import Path

import prefect
from prefect.server.api.server import create_app

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"


def main() -> None:
    """Exit with a sentence where something is wrong."""
    if f"prefect=={prefect.__version__}" not in LOCK.read_text(encoding="utf-8").splitlines():
        sys.exit(
            f"Prefect {prefect.__version__} is installed, which is not the one in {LOCK.name}. Run make test again."
        )
    # The routes are made here; a FastAPI outside Prefect's reach fails with a TypeError.
    if not create_app().routes:
        sys.exit("Prefect's server has no routes")
    print(f"Prefect {prefect.__version__}; its server can be made")


if __name__ == "__main__":
    main()
