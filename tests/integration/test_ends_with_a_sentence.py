"""However a command ends, a person reads a sentence: a fault is reported in a file, and no traceback is shown."""

from __future__ import annotations

import errno
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from prefect.exceptions import PrefectHTTPStatusError, TerminationSignal

from production.planning import film_lint

SECRET = "sk-or-v1-0123456789abcdef0123456789abcdef"


def raising(error):
    def fails(*_):
        raise error

    return fails


def test_an_unknown_fault_is_written_into_a_report_without_keys_and_a_sentence_names_it(film, gate, monkeypatch):
    monkeypatch.setattr(
        film_lint, "findings_of", raising(LookupError(f"no such thing; Authorization: Bearer {SECRET}"))
    )
    code, out, err = gate("lint")
    assert code == 1
    assert "Traceback" not in out + err
    assert SECRET not in err
    (report,) = (film / ".gate" / "reports").iterdir()
    assert f"The report is in {report}; send it" in err
    assert err.count("\n") == 1
    words = report.read_text()
    assert "Traceback (most recent call last)" in words
    assert "LookupError: no such thing" in words
    assert "gate lint" in words
    assert SECRET not in words
    assert report.stat().st_mode & 0o077 == 0


def test_a_report_outside_of_a_film_goes_into_the_temporary_folder(tmp_path, gate, monkeypatch):
    from desk.cli.tools import rule

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(rule.rule, "callback", raising(ZeroDivisionError("by nothing")))
    code, _, err = gate("rule", "V101")
    assert code == 1
    (report,) = tmp_path.glob("gate-*.txt")
    assert str(report) in err


def nested():
    error = RuntimeError("(pysqlite3.dbapi2.OperationalError) a flush failed")
    error.__cause__ = sqlite3.OperationalError("database or disk is full")
    return ExceptionGroup("some tasks", [error])


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EDQUOT, "Disk quota exceeded"), nested()],
    ids=["without a file", "quota", "SQLite, in a group"],
)
def test_a_full_disk_is_one_sentence_that_names_a_folder_and_what_to_do(film, gate, monkeypatch, error):
    monkeypatch.setattr(film_lint, "findings_of", raising(error))
    code, out, err = gate("lint")
    assert (code, out) == (1, "")
    assert ": the disk is full (" in err
    assert "Free some space there" in err
    assert err.count("\n") == 1
    assert not (film / ".gate" / "reports").exists()


def test_a_full_disk_under_standard_output_is_a_sentence_too():
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-c", "from desk.cli.main import main; main()", "rule", "V101"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1
    assert "the disk is full" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "error",
    [
        PrefectHTTPStatusError(
            "Server error '503 Service Unavailable'",
            request=httpx.Request("POST", "http://127.0.0.1/api"),
            response=httpx.Response(503),
        ),
        httpx.ConnectError("All connection attempts failed"),
    ],
    ids=["503", "gone"],
)
def test_a_server_that_is_too_busy_or_gone_is_a_sentence(film, gate, monkeypatch, error):
    monkeypatch.setattr(film_lint, "findings_of", raising(error))
    code, _, err = gate("lint")
    assert code == 1
    assert err.startswith("gate: Prefect's server: it is too busy, or has ended (")
    assert "gate resume" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "begun", ["", "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); "], ids=["by hand", "in the background"]
)
def test_sigterm_ends_a_command_as_ctrl_c_does(begun):
    program = (
        begun + "import time; from desk.cli import main as cli; cli.gate.main = lambda **_: (print('works', "
        "flush=True), time.sleep(60)); cli.main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "works\n"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "Interrupted. Nothing is lost; gate resume continues.\n"


def test_sigterm_while_a_flow_runs_is_the_same(film, gate, monkeypatch):
    monkeypatch.setattr(film_lint, "findings_of", raising(TerminationSignal(signal.SIGTERM)))
    code, _, err = gate("lint")
    assert (code, err) == (130, "Interrupted. Nothing is lost; gate resume continues.\n")
