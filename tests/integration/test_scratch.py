"""What killed processes leave behind is removed at the next start, and nothing of a living one is."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from manifests.reading.durable import write_durably
from wiring.opening import open_services
from wiring.scratch import scratch, sweep
from wiring.settings import read_settings

HOLDS = """
import os, pathlib, sys, time
from manifests.reading.durable import write_durably
from wiring.alive import lock
from wiring.scratch import scratch
from wiring.settings import read_settings
settings = read_settings(pathlib.Path(sys.argv[1]))
answer = settings.state / "providers" / "x" / "picture"
answer.parent.mkdir(parents=True)
claim = settings.state / "claims" / "SC010-1" / "dead"
claim.parent.mkdir(parents=True, exist_ok=True)
held = lock(claim, alone=True)
def pieces():
    yield b"half"
    with scratch(settings) as folder:
        (folder / "cut.mp4").write_bytes(b"half")
        def slowly(handle):
            print(folder, flush=True)
            time.sleep(60)
        os.fsync = slowly
        write_durably(answer, (b"half",), mode=0o600)
write_durably(settings.vault / "objects" / "ab" / ("ab" * 32), pieces(), mode=0o444)
"""


@pytest.fixture
def services(film):
    return open_services(read_settings(film))


def left(services):
    state = services.settings.state
    found = [*state.glob("tmp/*"), *state.glob("claims/*"), *state.glob("*/*/*/.tmp-*"), *state.glob("*/*/.*")]
    return {path.relative_to(state).parts[0] for path in found}


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_works_on_is_not(film, services, monkeypatch):
    with subprocess.Popen([sys.executable, "-c", HOLDS, film], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline().startswith(str(services.settings.state / "tmp"))
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 3600)
        assert sweep(services) == 0
        assert left(services) == {"tmp", "claims", "vault", "providers"}
        other.kill()
    with scratch(services.settings) as mine:
        assert sweep(services) == 5
        assert mine.is_dir()
        assert [path.name for path in services.settings.state.glob("tmp/*/*")] == []
    assert left(services) == set()


def test_a_folder_that_an_older_version_left_goes_after_a_day(services, monkeypatch):
    old = services.settings.state / "tmpabcd1234"
    old.mkdir()
    assert sweep(services) == 0
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100_000)
    assert sweep(services) == 1
    assert not old.exists()


@pytest.mark.parametrize(
    ("folder", "dead", "others"),
    [
        (".gate/providers/previz", ".job.x1.mp4", {"job.mp4"}),
        ("out/SC010/clips", ".a.mp4.0123456789abcdef.part", {"a.mp4", ".mine.part"}),
    ],
)
def test_what_is_made_without_a_lock_goes_a_day_after_its_maker_was_killed(
    film, services, monkeypatch, folder, dead, others
):
    (film / folder).mkdir(parents=True)
    for name in (dead, *others):
        (film / folder / name).touch()
    assert sweep(services) == 0
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100_000)
    assert sweep(services) == 1
    assert {path.name for path in (film / folder).iterdir()} == others


def test_a_finished_write_is_never_swept(services, monkeypatch):
    path = services.settings.vault / "objects" / "cd" / ("cd" * 32)
    write_durably(path, (b"whole",), mode=0o444)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100_000)
    sweep(services)
    assert path.read_bytes() == b"whole"
