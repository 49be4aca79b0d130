"""Whether a process of ours lives: known by a lock that the kernel takes from the dead."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from manifests.errors import GateError
from wiring.alive import alive, dead, forget, held, is_free, is_gone, works_here
from wiring.settings import read_settings
from wiring.up import Up, announced, has_ended, only_one, read_up

RUN = "0a1b"
HOLD = """
import pathlib, sys, time
from wiring.alive import alive
from wiring.settings import read_settings
with alive(read_settings(pathlib.Path(sys.argv[1])), sys.argv[2]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def settings(tmp_path, monkeypatch):
    for name in ("GATE_FILM", "GATE_STATE"):
        monkeypatch.delenv(name, raising=False)
    return read_settings(tmp_path)


@pytest.fixture
def other(settings):
    """A process that works on the run."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, settings.film, RUN], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_run_that_was_killed_is_gone_and_one_that_ended_or_was_never_here_is_not(settings, other):
    assert dead(settings) == []
    assert not is_gone(settings, "never here")
    assert not is_gone(settings, RUN)

    os.kill(other.pid, signal.SIGKILL)
    other.wait()

    assert is_gone(settings, RUN)
    assert dead(settings) == [RUN]
    forget(settings, RUN)
    assert not is_gone(settings, RUN)
    assert dead(settings) == []
    with alive(settings, RUN):
        assert not is_gone(settings, RUN)
        assert dead(settings) == []
        forget(settings, RUN)  # nobody forgets a living one
        assert works_here(settings, RUN)
    assert not is_gone(settings, RUN)


def test_what_an_earlier_process_left_says_nothing_about_one_that_was_begun_since(settings, other):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    now = datetime.now(UTC)
    assert is_gone(settings, RUN, now - timedelta(minutes=1))
    assert not is_gone(settings, RUN, now + timedelta(seconds=1)), "it was retried, and is on its way"


def test_whoever_leaves_by_an_error_has_not_died(settings):
    with pytest.raises(RuntimeError), alive(settings, RUN):
        raise RuntimeError("suspended")
    assert not is_gone(settings, RUN)


def test_a_retry_does_not_wait_for_an_orphan_and_while_either_lives_the_run_does(settings, other):
    with alive(settings, RUN):
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        assert not is_gone(settings, RUN)


def test_a_gate_up_is_believed_while_its_process_lives_and_there_is_one_at_most(settings):
    here = Up(pid=os.getpid(), api_url="http://a", page_url="http://b", media_url="http://c", room_url="http://d")
    with only_one(settings), announced(settings, here):
        assert read_up(settings) == here
        assert not has_ended(settings)
        with pytest.raises(GateError, match="runs already"), only_one(settings):
            pass
    assert read_up(settings) is None
    assert has_ended(settings)
    settings.up_file.write_text(
        here.model_dump_json()
    )  # as a killed one leaves it; its number is somebody else's by now
    assert read_up(settings) is None


def test_a_lock_that_nobody_ever_held_says_nothing(tmp_path):
    path = tmp_path / "lock"
    assert is_free(path) is None
    with held(path):
        assert is_free(path) is False


def test_a_lock_is_never_that_of_a_file_which_somebody_has_just_removed(tmp_path, monkeypatch):
    path, flock, removed = tmp_path / "lock", fcntl.flock, []

    def late(descriptor, how):
        if not removed:
            removed.append(path.unlink())
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with held(path):
        assert path.exists()
        assert is_free(path) is False
