"""Where Prefect's database is, and who keeps it from being written, read from the locks that the kernel lists."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys

import pytest

from wiring.prefect_server.database_holder import writer_of

LOCKS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(f"PRAGMA journal_mode = {sys.argv[2]}")
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["WAL", "DELETE"])
def locked(request, tmp_path):
    words = [sys.executable, "-c", LOCKS, tmp_path / "a.db", request.param]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "locked\n"
        yield process
        process.kill()


def test_the_process_that_writes_is_named_until_it_has_ended(tmp_path, locked):
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as reader:
        reader.execute("SELECT 1")
        assert writer_of(tmp_path / "a.db").startswith(f"process {locked.pid} ({sys.executable} -c import sqlite3")
        locked.kill()
        locked.wait()
        assert writer_of(tmp_path / "a.db") == ""


def test_one_that_cannot_be_seen_is_another_process(tmp_path, locked):
    assert writer_of(tmp_path / "a.db", proc=tmp_path) == "another process"
    (tmp_path / "locks").write_text(
        f"1: POSIX  ADVISORY  WRITE {os.getpid()} fe:00:1 0 EOF\n2: FLOCK  ADVISORY  WRITE 1 fe:00:1 0 EOF\n"
    )
    assert writer_of(tmp_path / "a.db", proc=tmp_path) == "another process"


def test_a_database_that_is_not_there_or_is_none_is_held_by_nobody(tmp_path):
    assert writer_of(tmp_path / "a.db") == ""
    assert not (tmp_path / "a.db").exists()
    (tmp_path / "a.db").write_bytes(b"no database" * 1000)
    assert writer_of(tmp_path / "a.db") == ""
