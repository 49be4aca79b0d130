"""gate up: a scene launched, suspended, killed, answered and retried through Prefect's API, as its page does it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from governor.ledger import Ledger

GATE = Path(sys.executable).with_name("gate")
WAIT_S = 180.0
"""A bound, not a claim: a run of four short shots takes a few seconds on an idle machine."""


class Studio:
    """A `gate up` of one film, in a session of its own so that all of it can be killed at once."""

    def __init__(self, film: Path, port: int, log: Path) -> None:
        self.film, self.port, self._log = film, port, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "GATE_"))}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [GATE, "up", "--film", self.film, "--port", str(self.port)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True,
            )  # fmt: skip
        self.until(lambda: self.ask("POST", "/deployments/filter", {}) or None, "the deployment")

    def kill(self) -> None:
        """kill -9 of every process of it: command, server, worker, runs."""
        assert self._process is not None
        session = self._process.pid
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if status.read_text().rpartition(")")[2].split()[3] == str(session):
                    os.kill(int(status.parent.name), signal.SIGKILL)
        self._process.wait()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One call of the API; None while nobody answers, or while its database is busy (503), as Prefect's clients take it."""
        with contextlib.suppress(httpx.TransportError):
            answer = httpx.request(method, f"http://127.0.0.1:{self.port}/api{path}", json=body, timeout=20)
            assert answer.is_success or answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
            return answer.json() if answer.is_success and answer.content else None
        return None

    def until(self, look: Callable[[], Any], what: str) -> Any:
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            if (found := look()) is not None:
                return found
            time.sleep(0.3)
        raise AssertionError(f"{what} did not come; gate up said:\n{self._log.read_text()}")

    def launch(self) -> str:
        deployment = self.ask("POST", "/deployments/filter", {})[0]
        assert deployment["entrypoint"] == "flows.scene.render_scene", "a module, never a file"
        asked = {"state": {"type": "SCHEDULED"}, "idempotency_key": uuid.uuid4().hex}
        run = self.until(lambda: self.ask("POST", f"/deployments/{deployment['id']}/create_flow_run", asked), "the run")
        return str(run["id"])

    def until_state(self, run: str, *names: str) -> str:
        def look() -> str | None:
            seen = self.ask("GET", f"/flow_runs/{run}")
            name = seen and seen["state"]["name"]
            assert name not in {"Failed", "Crashed"} - set(names), seen["state"]["message"]
            return name if name in names else None

        return str(self.until(look, f"state {names}"))

    def answer(self, run: str, **form: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.ask("POST", f"/flow_runs/{run}/resume", {"run_input": form})
        return answer


@pytest.fixture
def studio(drafted_folder: Path, tmp_path: Path) -> Iterator[Studio]:
    """A studio over a copy of the film whose drafts are made; its Prefect begins empty."""
    shutil.copytree(drafted_folder, tmp_path / "film")
    shutil.rmtree(tmp_path / "film" / ".gate" / "prefect", ignore_errors=True)
    here = Studio(tmp_path / "film", _free_port(), tmp_path / "up.log")
    here.start()
    try:
        yield here
    finally:
        here.kill()


def test_a_suspended_run_outlives_a_kill_of_everything_and_asks_for_one_yes_only_once(studio: Studio) -> None:
    run = studio.launch()
    studio.until_state(run, "Suspended")
    inputs = studio.ask("POST", f"/flow_runs/{run}/input/filter", {"prefix": "", "limit": 50})
    words = next(i["value"] for i in inputs if i["key"].endswith("description"))
    assert "4 finals" in words
    address = words.split("![contact sheet](")[1].split(")")[0]
    assert address.startswith("http://127.0.0.1:"), "the contact sheet is served on loopback"
    sheet = httpx.get(address)
    assert sheet.headers["content-type"] == "image/jpeg"

    studio.kill()
    studio.start()

    assert studio.ask("GET", f"/flow_runs/{run}")["state"]["name"] == "Suspended"
    assert studio.answer(run, answer="make the finals", max_usd="1.00")["status"] == "REJECT", "a yes has a name"
    assert studio.answer(run, answer="make the finals", who="Mia", max_usd="lots")["status"] == "REJECT"
    assert studio.answer(run, answer="make the finals", who="Mia", max_usd="1.00")["status"] == "ACCEPT"
    studio.until_state(run, "Completed")
    assert (studio.film / ".gate" / "out" / "SC010" / "SC010_final.mp4").stat().st_size > 10_000
    said = _ledger(studio).approvals("SC010")
    assert [(d.who, d.door) for d in said] == [("Mia", "prefect form")] * 4

    again = studio.launch()
    assert studio.until_state(again, "Completed", "Suspended") == "Completed", "the yes is in the ledger"
    takes = _ledger(studio).takes(scene="SC010", stage="clip")
    assert len(takes) == len({take.generation_key for take in takes}) == 8


def _ledger(studio: Studio) -> Ledger:
    state = studio.film / ".gate"
    return Ledger.open(state / "ledger.sqlite", stop_file=state / "STOP")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
