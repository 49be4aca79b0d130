"""The rehearsal as a program: on this machine only, for as long as somebody holds its input,
and not forgetful when killed.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from manifests.errors import ManifestError
from rehearsal.errors import NotRehearsed
from rehearsal.faults import read_script
from rehearsal.records import Records
from rehearsal.serve import listen, main

ROOT = Path(__file__).parents[3]
SCRIPT = "pictures: plain\njob_s: 0\nfaults:\n  - {fault: rate_limited, at: 2}\n"
KEY = {"Authorization": "Bearer rehearsal-openrouter"}
VIDEO = {"model": "bytedance/seedance-2.0-fast", "prompt": "A quay.", "duration": 4, "resolution": "480p"}


@contextlib.contextmanager
def program(state, script):
    file = state / "script.yaml"
    file.write_text(script)
    command = [sys.executable, "-m", "rehearsal.serve", "--state", state / "house", "--script", file]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def post(url):
    return httpx.post(f"{url}/openrouter.ai/api/v1/videos", json=VIDEO, headers=KEY, trust_env=False, timeout=30)


def test_a_killed_house_opens_again_with_its_jobs_its_bill_and_its_count_of_faults(tmp_path):
    with program(tmp_path, SCRIPT) as (process, url):
        job = post(url).json()["id"]
        process.send_signal(signal.SIGKILL)
        process.wait()
    with program(tmp_path, SCRIPT) as (_, url):
        assert post(url).status_code == 429  # the second call of this script, whichever server took the first
        told = httpx.get(f"{url}/openrouter.ai/api/v1/videos/{job}", headers=KEY, trust_env=False).json()
        assert told["status"] in {"in_progress", "completed"}
        bill = httpx.get(f"{url}/rehearsal/report", trust_env=False).json()["providers"]
    assert bill == [{"provider": "openrouter", "posts": 2, "jobs": 1, "refused": 1, "bill_microusd": 170_495}]
    records = Records(tmp_path / "house" / "house.sqlite")
    assert [record.id for record in records.jobs()] == [job]
    records.close()


def test_it_ends_when_its_standard_input_does(tmp_path):
    with program(tmp_path, SCRIPT) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        process.stdin.close()
        assert process.wait(20) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org", ""])
def test_it_binds_to_loopback_and_nothing_else(host):
    with pytest.raises(NotRehearsed, match="listens on this machine only"):
        listen(host, 0)


def test_another_address_is_refused_on_the_command_line(tmp_path, capsys):
    assert main(["--state", str(tmp_path), "--host", "0.0.0.0"]) == 2
    assert "listens on this machine only" in capsys.readouterr().err


def test_a_call_in_another_hosts_name_is_refused(server):
    # A page in a browser can make any name lead here; it cannot make the browser say another Host.
    answer = httpx.get(f"{server.url}/rehearsal/report", headers={"Host": "evil.example"}, trust_env=False)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("faults:\n  - {fault: storm}\n", ":2:6", "faults.0.fault"),
        ("faults:\n  - fault: stuck\n    onn: 3\n", ":3:5", "no such field"),
        ("job_s: 0.2\naccounts:\n  - provider: openrouter\n    limit_usd: 4\n", ":4:5", "in quotes"),
        ("faults:\n  - {fault: stuck, percent: 5}\n", ":2:5", "stuck takes no percent"),
    ],
)
def test_a_script_that_is_wrong_is_refused_with_line_and_column(tmp_path, text, place, words):
    path = tmp_path / "script.yaml"
    path.write_text(text)
    with pytest.raises(ManifestError, match=words) as refused:
        read_script(path)
    assert f"{path}{place}" in str(refused.value)


def test_a_script_for_a_provider_that_is_not_rehearsed_is_refused(tmp_path):
    path = tmp_path / "script.yaml"
    path.write_text("faults:\n  - {fault: stuck, provider: openruoter}\n")
    with pytest.raises(ManifestError, match=r":2:20 faults\.0\.provider: no provider openruoter is rehearsed"):
        read_script(path, ("openrouter", "fal"))


def test_another_script_can_be_put_while_it_runs(server):
    put = httpx.put(f"{server.url}/rehearsal/script", json={"faults": [{"fault": "stuck"}]}, trust_env=False)
    assert put.status_code == 200
    assert [line.name for line in server.report().faults] == ["stuck"]
    assert httpx.put(f"{server.url}/rehearsal/script", json={"storm": 1}, trust_env=False).status_code == 422
