"""One rehearsal on loopback for a module, and a caller with an account of its own for each test."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from rehearsal.faults import Script
from rehearsal.live import Live, live
from rehearsal.records import PlayedJob

_NUMBERS = itertools.count(1)
_PATIENCE_S = 20.0
VIDEO = {
    "model": "bytedance/seedance-2.0-fast",
    "prompt": "A quay in the rain.",
    "duration": 4,
    "resolution": "480p",
    "aspect_ratio": "16:9",
    "seed": 7,
    "generate_audio": False,
}


class Caller:
    """Somebody with a key at OpenRouter, and the script that the rehearsal plays for them."""

    def __init__(self, server: Live, **script: Any) -> None:
        self.number = next(_NUMBERS)
        self.key = f"sk-test-caller-{self.number}"
        self.server, self._script = server, {"job_s": 0.0, "pictures": "plain", **script}
        terms = self._script.pop("account", {})
        self._script["accounts"] = [{"provider": "openrouter", "key": self.key, **terms}]
        self.tell()
        self.http = httpx.Client(
            base_url=server.host("https://openrouter.ai"),
            headers={"Authorization": f"Bearer {self.key}"},
            trust_env=False,
            timeout=30,
        )

    def tell(self, **changes: Any) -> None:
        """Play another script; its faults are counted for this caller alone."""
        accounts = [{**self._script["accounts"][0], **changes.pop("account", {})}]
        self._script = {**self._script, **changes, "accounts": accounts}
        self.server.tell(Script.model_validate({**self._script, "seed": self.number}))

    @property
    def jobs(self) -> list[PlayedJob]:
        return self.server.records.jobs("openrouter", self._name)

    @property
    def posts(self) -> int:
        return sum(post.account == self._name for post in self.server.records.posts())

    @property
    def _name(self) -> str:
        account = self.server.house.account("openrouter", self.key)
        assert account is not None
        return account.name

    def post(self, **changes: Any) -> httpx.Response:
        """POST a video, with these fields changed; None leaves one out."""
        body = {name: value for name, value in {**VIDEO, **changes}.items() if value is not None}
        return self.http.post("/api/v1/videos", json=body)

    def make(self, **changes: Any) -> str:
        """POST a video that is accepted, and give its id."""
        answer = self.post(**changes)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def poll(self, job_id: str) -> httpx.Response:
        return self.http.get(f"/api/v1/videos/{job_id}")

    def ended(self, job_id: str) -> dict[str, Any]:
        """The last answer of a job's polls."""
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            answer = self.poll(job_id)
            told: dict[str, Any] = answer.json()
            if answer.status_code == 200 and told["status"] in {"completed", "failed", "cancelled"}:
                return told
            time.sleep(0.01)
        raise AssertionError(f"{job_id} has no end: {told}")

    def content(self, job_id: str, **headers: str) -> httpx.Response:
        return self.http.get(f"/api/v1/videos/{job_id}/content", params={"index": 0}, headers=headers)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("rehearsal"), Script(pictures="plain", job_s=0)) as running:
        yield running


@pytest.fixture
def caller(server: Live) -> Iterator[Callable[..., Caller]]:
    """Makes a caller; what is given is the script's: faults=[…], account={…}, job_s=…"""
    made: list[Caller] = []

    def make(**script: Any) -> Caller:
        made.append(Caller(server, **script))
        return made[-1]

    yield make
    for each in made:
        each.http.close()
