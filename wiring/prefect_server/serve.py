"""Prefect's own server as a program of ours, on loopback: `python -m wiring.prefect_server.serve`.

A film's server runs in a process and a session of its own, for as long as somebody uses it: each user holds a lock on a
file, and the kernel frees that when the user's process ends, also by `kill -9`. See `wiring.prefect_server.film_server`
for the users' side.

A studio's server is this program without `--film-server`: Prefect's own, behind the same door.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from wiring.alive import lock_when_free
from wiring.prefect_server.busy import AgainWhileBusy
from wiring.prefect_server.database import lay_database
from wiring.prefect_server.database_holder import writer_of
from wiring.prefect_server.door import HERE, App, Door
from wiring.prefect_server.front import FrontPage
from wiring.prefect_server.health import Health
from wiring.prefect_server.loops import Loops
from wiring.prefect_server.order import InReadingOrder
from wiring.prefect_server.record import Files, Record, Stage, write_record
from wiring.settings import prefect_home

_LOOK_S = 0.5
"""How often the server says how far it is while it starts."""

_DATE_S = 5.0
"""How often it renews the date that its answers carry. Uvicorn looks ten times a second: a quarter of what an idle
server takes.
"""

_GOODBYE_S = 1.5
"""How long it may take to end when its last user has gone. Prefect's own shutdown was seen to take most of a minute."""

_LOG_BYTES_MAX = 5_000_000


def spawn(files: Files, here: socket.socket, lives: int) -> subprocess.Popen[bytes]:
    """Start a film's server on the bound socket `here`. It inherits the lock `lives`, which says that it lives.

    Its log lines go into a file: a terminal is for the film's words.
    """
    if files.log.exists() and files.log.stat().st_size > _LOG_BYTES_MAX:
        files.log.replace(files.log.with_suffix(".log.1"))
    words = ["--film-server", str(files.folder), "--socket", str(here.fileno())]
    with files.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603  no shell reads the arguments, and none comes from outside
            [sys.executable, "-P", "-m", "wiring.prefect_server.serve", *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(here.fileno(), lives),
            start_new_session=True,
        )


class _FilmServer:
    """The server within its own process: one thread serves, and one waits until nobody uses it."""

    def __init__(self, files: Files, here: socket.socket) -> None:
        self._files, self._here, self._port = files, here, int(here.getsockname()[1])
        self._stage: Stage = "loads its program"
        self._waits_for = ""
        self._unused, self._ended, self._comes_on = threading.Event(), threading.Event(), threading.Event()
        self._leave: Callable[[], object] = self._unused.set
        self._busy = _CountsBusy()

    def run(self) -> None:
        """Serve until nobody uses it. Ends the process."""
        serving = threading.Thread(target=self._in_turn, args=(self._serve, self._ended), daemon=True)
        serving.start()
        threading.Thread(target=self._in_turn, args=(self._until_unused, self._unused), daemon=True).start()
        told = None
        while not (self._unused.is_set() or self._ended.is_set()):
            told = self._tell() if told != "answers" else told
            self._comes_on.wait(None if told == "answers" else _LOOK_S)
            self._comes_on.clear()
        self._files.record.unlink(missing_ok=True)
        if self._busy.count:
            sys.stderr.write(f"Prefect's database was locked {self._busy.count} times; each call was made again\n")
            sys.stderr.flush()
        logging.disable()  # clients that still listen to its events are cut off, and it would log that with tracebacks
        self._leave()
        serving.join(_GOODBYE_S)
        os._exit(0 if self._unused.is_set() else 1)

    def _in_turn(self, work: Callable[[], object], done: threading.Event) -> None:
        """Do the work of a thread, and wake the main thread when it has ended, however that came."""
        try:
            work()
        finally:
            done.set()
            self._comes_on.set()

    def _until_unused(self) -> int:
        """Held to the end: a process that comes now waits for that."""
        return lock_when_free(self._files.users)

    def _tell(self) -> Stage:
        """Write how far it is.
        To be called by one thread: a record that another one had begun would replace a newer one.
        """
        stage, cpu_s = self._stage, time.process_time()
        record = Record(port=self._port, stage=stage, cpu_s=cpu_s, pid=os.getpid(), waits_for=self._waits_for)
        write_record(self._files, record)
        return stage

    def _serve(self) -> None:
        gc.disable()  # nothing of a program that loads can be freed, and looking for it takes a fifth of the time
        import uvicorn  # noqa: PLC0415  slow to load; the main thread looks for users meanwhile
        from prefect.server.api import background_workers  # noqa: PLC0415
        from prefect.server.api.server import create_app  # noqa: PLC0415

        from wiring.prefect_server.resting import RestingWorker  # noqa: PLC0415  loads Docket

        vars(background_workers)["Worker"] = RestingWorker
        self._stage = "prepares its database"
        if home := prefect_home():
            self._await(home / "prefect.db")
            lay_database(home, _migrate)
        door = Door(_watched(create_app(final=True)))
        film_server = self

        class Announced(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)  # ends the thread where it fails, and says why
                gc.enable()
                gc.freeze()
                film_server._answers()

            async def main_loop(self) -> None:
                leave, loop = asyncio.Event(), asyncio.get_running_loop()
                film_server._leave = lambda: loop.call_soon_threadsafe(leave.set)
                while not film_server._unused.is_set() and not leave.is_set() and not await self.on_tick(0):
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(leave.wait(), _DATE_S)

        Announced(uvicorn.Config(door, log_level="error", timeout_graceful_shutdown=1)).run([self._here])

    def _await(self, database: Path) -> None:
        """Wait while another process holds the database, and name it.
        Prefect waits a minute in silence, and fails then.
        """
        while holder := writer_of(database):
            self._waits_for = holder
            time.sleep(_LOOK_S)
        self._waits_for = ""

    def _answers(self) -> None:
        for handler in {
            h for name in (None, "prefect", "uvicorn", "fastapi") for h in logging.getLogger(name).handlers
        }:
            handler.addFilter(self._busy)
        self._stage = "answers"
        self._comes_on.set()


def _migrate() -> None:
    from prefect.server.database import provide_database_interface  # noqa: PLC0415

    asyncio.run(provide_database_interface().create_db())


class _CountsBusy(logging.Filter):
    """Counts the lines about a locked database instead of writing them: Prefect's client makes such a call again."""

    count = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """False for a line about a locked database."""
        error = record.exc_info[1] if record.exc_info else None
        busy = "database is locked" in f"{record.getMessage()} {error or ''}"
        self.count += busy
        return not busy


def _watched(app: App, *, services: bool = True) -> App:
    """The application with its front page and its lists as people want them,
    behind a health check that fails while its loops do.

    `services`: whether they run here.
    """
    from prefect.server.services.base import RunInWebservers, Service  # noqa: PLC0415

    loops = Loops(running=services)
    loops.attach()
    started = Service.enabled_services() if services else RunInWebservers.enabled_services()
    return Health(FrontPage(InReadingOrder(AgainWhileBusy(app)), _any_run), loops, [each.__name__ for each in started])


async def _any_run() -> bool:
    """Whether Prefect's database has a run."""
    from prefect.server.database import provide_database_interface  # noqa: PLC0415
    from sqlalchemy import select  # noqa: PLC0415

    prefect = provide_database_interface()
    async with prefect.session_context() as session:
        return await session.scalar(select(prefect.FlowRun.id).limit(1)) is not None


def main() -> None:
    """Serve a film's Prefect for its users, or a studio's where Prefect's settings say until it is told to end;
    behind the door.
    """
    options = argparse.ArgumentParser(prog="python -m wiring.prefect_server.serve")
    options.add_argument("--name", action="append", default=[], help="Another name under which it is called.")
    options.add_argument("--no-services", action="store_true", help="Its services run elsewhere.")
    options.add_argument("--film-server", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    options.add_argument("--socket", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()

    if given.film_server:
        for name in (signal.SIGINT, signal.SIGHUP):  # Ctrl-C and a closed terminal are for its users
            signal.signal(name, signal.SIG_IGN)
        _FilmServer(Files(given.film_server), socket.socket(fileno=given.socket)).run()

    import uvicorn  # noqa: PLC0415
    from prefect.server.api.server import create_app  # noqa: PLC0415
    from prefect.settings.context import get_current_settings  # noqa: PLC0415

    at, app = get_current_settings().server.api, create_app(final=True, webserver_only=given.no_services)
    door = Door(_watched(app, services=not given.no_services), (*HERE, *given.name))
    uvicorn.run(door, host=at.host, port=at.port, timeout_keep_alive=at.keepalive_timeout, log_level="error")


if __name__ == "__main__":
    main()
