"""Check that the installed Prefect is the locked one, and that its server and each of its background services work.

It starts the server in this process over a temporary database and gives each service something to do
(prefect_services.py). A newer FastAPI breaks the server; SQLAlchemy 2.1 breaks the scheduler, which then fails in
silence.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"

_LOOPS_S = {
    "SCHEDULER_LOOP_SECONDS": 2,
    "SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": 2,
    "LATE_RUNS_LOOP_SECONDS": 2,
    "PAUSE_EXPIRATIONS_LOOP_SECONDS": 2,
    "CANCELLATION_CLEANUP_LOOP_SECONDS": 2,
    "FOREMAN_LOOP_SECONDS": 2,
    "REPOSSESSOR_LOOP_SECONDS": 2,
    "CLEANUP_RECONCILER_LOOP_SECONDS": 2,
    "DB_VACUUM_LOOP_SECONDS": 2,
    "EVENT_PERSISTER_FLUSH_INTERVAL": 1,
}
"""Shorter than in production, where the slowest runs once an hour. Prefect reads them when it is imported."""


def main() -> None:
    """Exit with a sentence where something is wrong."""
    with tempfile.TemporaryDirectory(prefix="prefect") as folder:
        _settle(Path(folder))
        import prefect  # noqa: PLC0415  # it reads the settings above
        import sqlalchemy  # noqa: PLC0415

        if f"prefect=={prefect.__version__}" not in LOCK.read_text(encoding="utf-8").splitlines():
            sys.exit(
                f"Prefect {prefect.__version__} is installed, which is not the one in {LOCK.name}. Run make test again."
            )
        broken, well = asyncio.run(_try_services())
        if broken:
            sys.exit(
                f"Prefect {prefect.__version__} does not work with SQLAlchemy {sqlalchemy.__version__} and the "
                f"other packages "
                f"that are installed:\n  " + "\n  ".join(broken) + "\nInstall what requirements.lock names."
            )
    print(f"Prefect {prefect.__version__}: its server starts, and its background services work ({well} loops ran)")


def _settle(folder: Path) -> None:
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    os.environ |= {f"PREFECT_SERVER_SERVICES_{name}": str(value) for name, value in _LOOPS_S.items()}
    os.environ |= {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder / 'prefect.db'}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY": "PT1S",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
        "DO_NOT_TRACK": "1",
    }


async def _try_services() -> tuple[list[str], int]:
    """The parts that do not work, and how many loops were seen to end well."""
    import uvicorn  # noqa: PLC0415
    from prefect.server.api.server import create_app  # noqa: PLC0415

    sys.path.append(str(ROOT))
    from scripts.prefect_services import exercise  # noqa: PLC0415
    from wiring.prefect_server.loops import Loops  # noqa: PLC0415

    app, loops = create_app(final=True), Loops()
    loops.attach()
    with socket.create_server(("127.0.0.1", 0)) as here:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve(sockets=[here]))
        while not server.started and not serving.done():  # noqa: ASYNC110  # uvicorn tells nobody when it has started
            await asyncio.sleep(0.1)
        broken = await exercise(f"http://127.0.0.1:{here.getsockname()[1]}/api")
        server.should_exit = True
        await serving
    broken += [f"{name}: {words}" for name, words in loops.troubles().items()]
    return broken, len(loops.well)


if __name__ == "__main__":
    main()
