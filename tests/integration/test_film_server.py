"""One server a film: whoever comes second joins it, it outlives its starter, and it ends soon after its last user."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from wiring import film_server
from wiring.errors import ServerDown
from wiring.server_record import Files, Record, read_record, write_record
from wiring.settings import read_settings

PROGRAM = """
import pathlib, socket, sys, time
from wiring.server import _FilmServer
from wiring.server_record import Files
class Light(_FilmServer):
    def _serve(self):
        if pathlib.Path(sys.argv[1], "breaks").exists():
            return
        self._here.listen()
        time.sleep(float(sys.argv[3]))
        self._stage = "answers"
        self._tell()
        while not self._should_exit.is_set():
            time.sleep(0.02)
Light(Files(pathlib.Path(sys.argv[1])), socket.socket(fileno=int(sys.argv[2]))).run()
"""
"""The server's own program, with nothing of Prefect's in it: half a second, not a minute, on a busy machine."""

USER = f"""
import pathlib, subprocess, sys
from wiring import film_server
from wiring.settings import read_settings
def light(files, here, lives):
    words = [sys.executable, "-c", {PROGRAM!r}, files.folder, str(here.fileno()), "0.3"]
    return subprocess.Popen(words, pass_fds=(here.fileno(), lives), start_new_session=True)
film_server.spawn = light
server = film_server.start(read_settings(pathlib.Path(sys.argv[1])), tell=lambda words: print(words, file=sys.stderr))
print(server.wait(), flush=True)
sys.stdin.read()
server.stop()
"""

WAIT_S = 60.0


@pytest.fixture
def settings(tmp_path, monkeypatch):
    for name in ("GATE_FILM", "GATE_STATE"):
        monkeypatch.delenv(name, raising=False)
    return read_settings(tmp_path)


@pytest.fixture
def user(settings):
    """Starts a process that uses the film's server until its standard input closes."""
    begun = []

    def begin():
        process = subprocess.Popen(
            [sys.executable, "-c", USER, settings.film], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def files_of(settings):
    return Files(settings.state / "server" / "runs")


def gone(settings):
    server = film_server.Server(settings, None, lambda _: None)
    return server.ends(within_s=WAIT_S)


def test_runs_that_begin_together_share_one_server_which_outlives_the_run_that_started_it(settings, user):
    users = [user() for _ in range(3)]
    addresses = {process.stdout.readline() for process in users}
    assert len(addresses) == 1, "one server for all"
    assert addresses.pop().startswith("http://127.0.0.1:")
    pid = read_record(files_of(settings)).pid

    for process in users[:2]:  # whichever of them started it: two of three are killed
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    late = user()
    late.stdout.readline()
    assert read_record(files_of(settings)).pid == pid, "it serves whoever is left, and whoever comes"

    os.kill(users[2].pid, signal.SIGKILL)
    late.communicate("")
    assert gone(settings)
    assert read_record(files_of(settings)) is None


def test_a_server_whose_users_were_all_killed_while_it_started_ends_too(settings, user):
    process = user()
    files = files_of(settings)
    until = time.monotonic() + WAIT_S
    while read_record(files) is None and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert gone(settings)


def test_what_a_killed_server_left_is_not_believed_and_one_that_ends_while_it_starts_is_started_again_three_times(
    settings, monkeypatch
):
    files = files_of(settings)
    files.folder.mkdir(parents=True)
    write_record(files, Record(port=9, stage="answers", cpu_s=1.0, pid=os.getpid()))
    (files.folder / "breaks").touch()
    said = []

    def breaks(files, here, lives):
        words = [sys.executable, "-c", PROGRAM, files.folder, str(here.fileno()), "0"]
        return subprocess.Popen(words, pass_fds=(here.fileno(), lives))

    monkeypatch.setattr(film_server, "spawn", breaks)
    server = film_server.start(settings, tell=said.append)
    with pytest.raises(ServerDown, match=r"it ended while it started.*server\.log"):
        server.wait()
    server.stop()
    again = "It ended while it started; starting it again …"
    assert [words for words in said if "waiting" not in words] == ["Starting Prefect's server …", again, again]
