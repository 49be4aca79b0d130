"""Ports on loopback: taken for a server of ours, or refused with the name of the process that has them."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

from wiring.errors import PortTaken

_LISTENS = "0A"
_COMMAND_MAX = 120


@contextlib.contextmanager
def taken(port: int) -> Iterator[socket.socket]:
    """A socket bound to `port` on loopback; it begins to listen when the server is ready. Raises PortTaken."""
    with socket.socket() as here:
        try:
            here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            here.bind(("127.0.0.1", port))
        except OSError as error:
            cause = f"it cannot be had: {error.strerror}{holder_of(port)}"
            raise PortTaken(f"port {port}", cause, "Name another: gate up --port 4300") from error
        yield here


@contextlib.contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """A socket that listens on loopback: on `port`, or on a free one where somebody has it."""
    with contextlib.ExitStack() as stack:
        try:
            here = stack.enter_context(socket.create_server(("127.0.0.1", port)))
        except OSError:
            here = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        yield here


def holder_of(port: int, proc: Path = Path("/proc")) -> str:
    """Words such as " by process 4711 (prefect server start)";
    "" where that cannot be seen: another account's, or no Linux.
    """
    sockets = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening(proc / "net" / table, port)}
    for handle in proc.glob("[0-9]*/fd/*") if sockets else ():
        with contextlib.suppress(OSError):
            if str(handle.readlink()) in sockets:
                process = handle.parent.parent
                return f" by process {process.name} ({words_of(process)})"
    return ""


def words_of(process: Path) -> str:
    """The command of a process, given as its folder in /proc: printable, and not endless.
    Raises OSError where it has ended.
    """
    command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    return "".join(c for c in command if c.isprintable())[:_COMMAND_MAX]


def _listening(table: Path, port: int) -> list[str]:
    """The inodes of the sockets that listen on `port`."""
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return []
    rows = (line.split() for line in lines)
    return [row[9] for row in rows if row[3] == _LISTENS and int(row[1].rpartition(":")[2], 16) == port]
