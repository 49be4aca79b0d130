"""Brings up Prefect's own server beside us, on loopback, and takes it down: also when we are killed.

The server runs in a process of its own (its work for one task costs eight times ours) and holds one end of a pipe; when the
other end closes, for whatever reason, it ends itself. So a `kill -9` of a run leaves no server behind.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

from wiring.errors import ServerDown
from wiring.settings import Settings, make_state, settle_environment

_START_S = 90.0
"""A first start makes the database: 10 s were measured on two idle cores, 19 s on loaded ones."""

_GOODBYE_S = 10.0


@contextlib.contextmanager
def prefect_server(settings: Settings, port: int | None = None) -> Iterator[str]:
    """Run a server for as long as the block lasts; gives the URL of its API once it answers. Raises ServerDown."""
    server = start(settings, port)
    try:
        server.wait()
        yield server.api_url
    finally:
        server.stop()


class Server:
    """A server that was started, and perhaps does not answer yet."""

    def __init__(self, process: multiprocessing.process.BaseProcess, lifeline: Connection, port: int) -> None:
        self._process, self._lifeline = process, lifeline
        self.port, self.api_url = port, f"http://127.0.0.1:{port}/api"

    def wait(self) -> None:
        """Return when it answers. Raises ServerDown after 90 s, or at once when it has ended."""
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if not self._process.is_alive():
                break
            # Uvicorn opens its port only after the database is made and the app has started.
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2):
                return
            time.sleep(0.1)
        raise ServerDown(
            "Prefect's server", f"it does not answer on port {self.port}", "Look at gate doctor; run it again."
        )

    @property
    def lives(self) -> bool:
        """Whether its process is there."""
        return self._process.is_alive()

    def stop(self) -> None:
        """End it and wait for its end."""
        self._lifeline.close()
        self._process.join(_GOODBYE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def start(settings: Settings, port: int | None = None) -> Server:
    """Start a server on `port` (a free one where none is named) without waiting for it, and point Prefect at it."""
    chosen = port or _free_port()
    settle_environment(settings, f"http://127.0.0.1:{chosen}/api", port=chosen, brief=port is None)
    make_state(settings)
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(chosen, theirs), daemon=True, name="prefect-server")
    process.start()
    theirs.close()
    return Server(process, ours, chosen)


@contextlib.contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """A socket that listens on loopback: on `port`, or on a free one where somebody has it."""
    with contextlib.ExitStack() as stack:
        try:
            here = stack.enter_context(socket.create_server(("127.0.0.1", port)))
        except OSError:
            here = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        yield here


def _serve(port: int, lifeline: Connection) -> None:
    import uvicorn  # noqa: PLC0415  # the parent must not pay for the server's imports
    from prefect.server.api.server import create_app  # noqa: PLC0415

    config = uvicorn.Config(
        create_app(final=True), host="127.0.0.1", port=port, log_level="critical", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)

    # Ctrl-C reaches every process of the terminal. It is for the run: that ends, its end of the pipe closes, and then we do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    with contextlib.suppress(OSError):
        while serving.is_alive() and not lifeline.poll(1.0):
            pass
    logging.disable()  # whoever still listens to its events is cut off, and it would say so with tracebacks
    server.should_exit = True
    # Prefect's own shutdown was seen to take most of a minute. All it knows is in its database by now.
    serving.join(_GOODBYE_S)
    os._exit(0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
