"""One server a film: a second process joins it, it outlives its starter, and it ends soon after its last user."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from wiring.alive import lock
from wiring.errors import ServerDown
from wiring.prefect_server import film_server
from wiring.prefect_server.record import Files, Record, read_record, write_record
from wiring.settings import read_settings

PROGRAM = """
import pathlib, socket, sys, time
from wiring.prefect_server import serve as server
from wiring.prefect_server.serve import _FilmServer
from wiring.prefect_server.record import Files, read_record, write_record
folder = pathlib.Path(sys.argv[1])
if (folder / "slow").exists():
    def slowly(files, record):
        for _ in range(200 if record.stage != "answers" else 0):
            time.sleep(0.01)
            if (now := read_record(files)) and now.stage == "answers":
                break
        write_record(files, record)
    server.write_record = slowly
class Light(_FilmServer):
    def _serve(self):
        if (folder / "breaks").exists():
            return
        self._await(folder / "prefect.db")
        self._here.listen()
        time.sleep(float(sys.argv[3]))
        self._answers()
        self._unused.wait()
Light(Files(folder), socket.socket(fileno=int(sys.argv[2]))).run()
"""
"""The server's own program, with nothing of Prefect's in it: half a second, not a minute, on a busy machine."""

USER = f"""
import pathlib, subprocess, sys
from wiring.prefect_server import film_server
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

LOCKS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
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


def light(files, here, lives):
    words = [sys.executable, "-c", PROGRAM, files.folder, str(here.fileno()), "0"]
    return subprocess.Popen(words, pass_fds=(here.fileno(), lives))


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
    assert read_record(files_of(settings)).pid == pid, "it serves the processes that are left, and new ones"

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

    monkeypatch.setattr(film_server, "spawn", light)
    server = film_server.start(settings, tell=said.append)
    with pytest.raises(ServerDown, match=r"it ended while it started.*server\.log"):
        server.wait()
    server.stop()
    again = "It ended while it started; starting it again …"
    assert [words for words in said if "waiting" not in words] == ["Starting Prefect's server …", again, again]


@pytest.mark.parametrize("others", [False, True])
def test_the_last_user_waits_for_a_server_that_has_not_said_yet_that_it_ends_and_no_other_user_does(
    settings, monkeypatch, others
):
    files, waits = files_of(settings), []
    files.folder.mkdir(parents=True)
    write_record(files, Record(port=9, stage="answers", cpu_s=1.0, pid=os.getpid()))
    lives, users = lock(files.lives, alone=True), lock(files.users, alone=not others)

    def end_while_it_waits(pause):
        waits.append(pause)
        os.close(lives)

    monkeypatch.setattr(film_server, "time", SimpleNamespace(monotonic=time.monotonic, sleep=end_while_it_waits))
    film_server.Server(settings, None, lambda _: None).stop()

    assert len(waits) == (0 if others else 1)
    os.close(users)
    if others:
        os.close(lives)


@pytest.fixture
def server_of(settings, monkeypatch):
    """Starts the light server from here; gives what it is told while it waits."""
    monkeypatch.setattr(film_server, "spawn", light)
    monkeypatch.setattr(film_server, "_TELL_S", (0.1, 0.1))
    files_of(settings).folder.mkdir(parents=True)
    with contextlib.ExitStack() as started:

        def start(tell):
            server = film_server.start(settings, tell=tell)
            started.callback(server.stop)
            return server

        yield start


@pytest.fixture
def locked(settings):
    """A process that keeps the database locked, as one that was not killed with the others would."""
    words = [sys.executable, "-c", LOCKS, files_of(settings).folder / "prefect.db"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "locked\n"
        yield process
        process.kill()


def test_a_main_thread_that_is_slow_to_write_does_not_take_back_that_the_server_answers(
    settings, server_of, monkeypatch
):
    monkeypatch.setattr(film_server, "_NO_PROGRESS_S", 15.0)
    (files_of(settings).folder / "slow").touch()
    assert server_of(lambda _: None).wait().startswith("http://127.0.0.1:")


def test_a_database_that_another_process_keeps_locked_is_waited_for_and_the_process_is_named(server_of, locked):
    said = []

    def hear(words):
        said.append(words)
        if "its database" in words:
            locked.stdin.close()

    server_of(hear).wait()
    assert f"it waits for its database, which process {locked.pid} (" in "\n".join(said)


def test_a_database_that_stays_locked_ends_the_start_with_who_has_it(server_of, locked, monkeypatch):
    monkeypatch.setattr(film_server, "_NO_PROGRESS_S", 5.0)
    said = []
    server = server_of(said.append)
    with pytest.raises(
        ServerDown, match=rf"process {locked.pid} \(.*\) has kept its database locked.*End that process"
    ):
        server.wait()
    assert sum("starting it again" in words for words in said) == 0
