"""A `gate up` in processes of its own, driven through Prefect's API, and its page in a real browser."""

from __future__ import annotations

import contextlib
import itertools
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

from flows.serving.watching import SILENT
from governor.ledger import Ledger
from tests.e2e.chromium import chromium

GATE = Path(sys.executable).with_name("gate")
WAIT_S = 180.0
"""A bound, not a claim: a run of four short shots takes a few seconds on an idle machine."""


class Studio:
    """A `gate up` of one film, in a session of its own so that all of it can be killed at once."""

    def __init__(self, film: Path, port: int, log: Path) -> None:
        self.film, self.port, self._log = film, port, log
        self._process: subprocess.Popen[bytes] | None = None
        # One for all calls: a new one reads the machine's certificates, which a loopback address does not need.
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}/api", verify=False, trust_env=False, timeout=20)

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "GATE_"))}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [GATE, "up", "--film", self.film, "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        self.until(lambda: (self.film / ".gate" / "up.json").exists() or None, "gate up")
        self.until(lambda: "scene" in self.deployments() or None, "the deployments")

    def kill(self) -> None:
        """kill -9 of every process of it: command, server, worker, runs. Of one that never started there is none."""
        if self._process is None:
            return
        for pid in self.processes():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        (self.film / ".gate" / "up.json").unlink(missing_ok=True)

    def close(self) -> None:
        """Kill it, and let its connections go."""
        self.kill()
        self._http.close()

    def kill_serving_process(self) -> None:
        """kill -9 of `gate up` itself; the server goes with it, and a run under way is an orphan."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self.until(lambda: not set(self.processes()) - {self._process.pid} or None, "the end of what hung on it")
        (self.film / ".gate" / "up.json").unlink(missing_ok=True)

    def kill_server(self) -> int:
        """kill -9 of Prefect's server alone; gives the code that `gate up` ends with by itself."""
        assert self._process is not None
        children = [pid for pid in self.processes() if _parent(pid) == self._process.pid]
        server = next(
            pid for pid in children if b"wiring.prefect_server.serve" in Path(f"/proc/{pid}/cmdline").read_bytes()
        )
        os.kill(server, signal.SIGKILL)
        return self._process.wait(WAIT_S)

    def processes(self) -> list[int]:
        """Every process that was told of its film: command, server, worker, and runs,
        which have sessions of their own.
        """
        told = f"GATE_FILM={self.film}\0".encode()
        found = [self._process.pid] if self._process is not None else []
        for environment in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if told in environment.read_bytes():
                    found.append(int(environment.parent.name))
        return found

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One call of the API; None while nobody answers, or while its database is busy (503),
        as Prefect's clients take it.
        """
        with contextlib.suppress(httpx.TransportError):
            answer = self._http.request(method, path, json=body)
            assert answer.is_success or answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
            return answer.json() if answer.is_success and answer.content else None
        return None

    def deployments(self) -> dict[str, dict[str, Any]]:
        return {each["name"]: each for each in self.ask("POST", "/deployments/filter", {}) or []}

    def until(self, look: Callable[[], Any], what: str) -> Any:
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            if (found := look()) is not None:
                return found
            time.sleep(0.3)
        raise AssertionError(f"{what} did not come; gate up said:\n{self.said}")

    @property
    def said(self) -> str:
        return self._log.read_text()

    def launch(self, name: str = "scene", **parameters: object) -> str:
        deployment = self.until(lambda: self.deployments().get(name), "the deployment")
        asked = {"state": {"type": "SCHEDULED"}, "idempotency_key": uuid.uuid4().hex, "parameters": parameters}
        run = self.until(lambda: self.ask("POST", f"/deployments/{deployment['id']}/create_flow_run", asked), "the run")
        return str(run["id"])

    def retry(self, run: str) -> None:
        """What the page's Retry does."""
        again = {"state": {"type": "SCHEDULED", "name": "AwaitingRetry"}}
        self.until(lambda: self.ask("POST", f"/flow_runs/{run}/set_state", again), "the retry")

    def newest(self) -> dict[str, Any] | None:
        runs = self.ask("POST", "/flow_runs/filter", {"sort": "EXPECTED_START_TIME_DESC", "limit": 1})
        return runs[0] if runs else None

    def begun_by(self, run: str) -> str | None:
        """The run that a film's run has begun for its scene."""
        tagged = {"flow_runs": {"tags": {"all_": [f"film-run:{run}"]}}}
        found = self.ask("POST", "/flow_runs/filter", tagged)
        return str(found[0]["id"]) if found else None

    def until_state(self, run: str, *names: str) -> dict[str, Any]:
        """Wait for one of these states; gives it. Fails at once where the run ends in another way.

        One that was silent for too long may be taken for dead, on a busy machine or when a kill swallowed its last
        word. It is put back within seconds where it is not, so that is waited for.
        """

        def look() -> dict[str, Any] | None:
            seen = self.ask("GET", f"/flow_runs/{run}")
            state = seen and seen["state"]
            if state and state["name"] not in names and (state["message"] or "").startswith(SILENT):
                return None
            assert not state or state["name"] not in {"Failed", "Crashed"} - set(names), state["message"]
            return state if state and state["name"] in names else None

        found: dict[str, Any] = self.until(look, f"state {names}")
        return found

    def until_not(self, run: str, name: str) -> None:
        """Wait until the run is in another state: a click in the page takes a moment to reach the server."""

        def look() -> bool | None:
            seen = self.ask("GET", f"/flow_runs/{run}")
            return bool(seen and seen["state"]["name"] != name) or None

        self.until(look, f"the end of {name}")

    def answer(self, run: str, **form: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.ask("POST", f"/flow_runs/{run}/resume", {"run_input": form})
        return answer

    def ledger(self) -> Ledger:
        state = self.film / ".gate"
        return Ledger.open(state / "ledger.sqlite", stop_file=state / "STOP")


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _free_port() -> int:
    """One whose two neighbours are free, too: the pictures and the review room are there."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        with (
            contextlib.suppress(OSError),
            socket.create_server(("127.0.0.1", port + 1)),
            socket.create_server(("127.0.0.1", port + 2)),
        ):
            return port


@pytest.fixture
def studio_of(tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    """Starts the studio of a film's folder, on `port` where one is named; all of them are killed at the end."""
    number = itertools.count()
    with contextlib.ExitStack() as made:  # one that cannot be killed is said, and the others are killed all the same

        def start(film: Path, port: int = 0) -> Studio:
            studio = Studio(film, port or _free_port(), tmp_path / f"up-{next(number)}.log")
            made.callback(studio.close)
            studio.start()
            return studio

        yield start


@pytest.fixture
def studio(drafted_folder: Path, tmp_path: Path, studio_of: Callable[[Path], Studio]) -> Studio:
    """A studio over a copy of the film whose drafts are made; its Prefect begins empty."""
    shutil.copytree(drafted_folder, tmp_path / "film")
    shutil.rmtree(tmp_path / "film" / ".gate" / "prefect", ignore_errors=True)
    return studio_of(tmp_path / "film")


@pytest.fixture
def browser() -> Iterator[Any]:
    """A headless Chromium that reaches nothing but loopback.
    `context.foreign`: the other addresses that it was about to call.
    """
    with chromium() as started:
        context = started.new_context(viewport={"width": 1280, "height": 900}, timezone_id="UTC", locale="en-GB")
        context.foreign = []

        def turn_away(route: Any) -> None:
            context.foreign.append(route.request.url)
            route.abort()

        context.route(lambda url: "//127.0.0.1:" not in url, turn_away)
        yield context
