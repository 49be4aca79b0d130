"""Two that sell Seedance, ModelArk and Evolink: against their rehearsal,
and against a server that says what it is told to.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from governor.prices.book import PriceBook
from manifests.keys import generation_key, hash_file
from manifests.scene import Camera, Shot
from manifests.spending.grant import Grant
from manifests.take import Reference, Request
from providers import registry
from providers.contract import LostCall
from providers.surroundings import Surroundings
from rehearsal.faults import Script
from rehearsal.house import UPLOADS
from rehearsal.live import live

BOOK = PriceBook.load(today=datetime.now(UTC).date(), price_age_days=3650)
_NUMBERS = itertools.count(1)


class Pictures:
    """Locked pictures on disk, by content."""

    def __init__(self, folder):
        self._folder, self._by_hash = folder, {}
        folder.mkdir()

    def add(self, name, size=(640, 480), colour="grey"):
        path = self._folder / f"{name.replace('/', '_')}.png"
        Image.new("RGB", size, colour).save(path)
        self._by_hash[hash_file(path)] = path
        return hash_file(path)

    def path(self, sha256):
        return self._by_hash[sha256]

    def reference(self, role, name, **changes):
        return Reference(role=role, name=name, sha256=self.add(f"{role}/{name}", **changes))


class Buyer:
    """An adapter with a key and a folder of its own."""

    def __init__(self, name, folder, pictures, key, host, link_to=lambda _: None, models=None):
        self.pictures, self.key = pictures, key
        self.around = Surroundings(
            spool_dir=folder / "spool",
            read_reference=pictures.path,
            price_of=BOOK.price_of,
            canon=pictures.path,
            canon_names=list,
            key_of=lambda _: key,
            host=host,
            link_to=link_to,
            models=models or {},
            hurry=True,
        )
        self.provider = registry.build(name, self.around)

    def successor(self, **changes):
        """The adapter as another process would build it."""
        return registry.build(self.provider.name, replace(self.around, **changes))

    def clip(self, *references, mode="start_frame", seconds=4, **changes):
        return self._request("clip", references, mode, seconds, changes)

    def panel(self, *references, **changes):
        return self._request("panel", references, "start_frame", 4, changes)

    def _request(self, operation, references, mode, seconds, changes):
        shot = Shot(
            id="SC010_SH0010",
            location="quay",
            camera=Camera(size="wide"),
            motion="Rain.",
            duration_s=seconds,
            mode=mode,
        )
        fields = {
            "operation": operation,
            "shot": shot.id,
            "staging": shot,
            "prompt": "A quay in the rain.",
            "seed": 7,
            "references": references,
            "resolution": "480p",
            "frames": seconds * 24 if operation == "clip" else 1,
            **changes,
        }
        return Request(**fields)

    def marker(self, request):
        model = self.provider.model(request.operation)
        return generation_key(
            self.provider.name, model, request.operation, self.provider.build_payload(request), request.attempt
        )

    async def submit(self, request):
        """Buy it. However busy the machine is, the call is not late: that is tried elsewhere."""
        key = self.marker(request)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(self.provider, "leave_s", 60.0)
            return await self.provider.submit(Grant.mint(key, 1_000_000), key, request)

    async def find(self, request, sent_at=None):
        return await self.provider.find(
            LostCall(self.marker(request), self.provider.model(request.operation), request, sent_at)
        )

    async def ended(self, job_id):
        for _ in range(200):
            status = await self.provider.poll(job_id)
            if status.state != "running":
                return status
            await asyncio.sleep(0.02)
        raise AssertionError(status)


@pytest.fixture
def pictures(tmp_path):
    return Pictures(tmp_path / "pictures")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One rehearsal for a module, with an account for each test."""
    with live(tmp_path_factory.mktemp("rehearsal"), Script(pictures="plain", job_s=0)) as running:
        yield running


@pytest.fixture
def rehearsed(server, tmp_path, pictures):
    """Makes a buyer; what is given is the script's: faults=[…], account={…}, job_s=…"""

    def make(name, *, models=None, **script):
        number = next(_NUMBERS)
        key = f"sk-test-seedance-{number}"
        account = {"provider": name, "key": key, **script.pop("account", {})}
        told = {"pictures": "plain", "job_s": 0, "seed": number, **script, "accounts": [account]}
        server.tell(Script.model_validate(told))

        def link_to(sha256):
            server.house.picture(pictures.path(sha256).read_bytes())
            return f"{server.url}/vault.example.com/{UPLOADS}/{sha256}" if name == "evolink" else None

        def host(url):
            return server.host(url) if url.startswith("https://") else url

        buyer = Buyer(name, tmp_path, pictures, key, host, link_to, models)
        buyer.jobs = lambda: server.records.jobs(name, server.house.account(name, key).name)
        return buyer

    return make


class Canned:
    """A server that gives the next of `answers` (status, JSON, headers) and keeps what it was asked."""

    def __init__(self):
        self.answers, self.asked = [], []
        canned = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self):
                length = int(self.headers.get("content-length", 0))
                body = json.loads(self.rfile.read(length)) if length else None
                canned.asked.append((self.command, self.path, body, dict(self.headers)))
                status, told, *more = canned.answers.pop(0) if len(canned.answers) > 1 else canned.answers[0]
                content = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                for name, value in (more[0] if more else {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = answer  # noqa: N815  the library's names

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def canned():
    server = Canned()
    yield server
    server.close()


@pytest.fixture
def told(canned, tmp_path, pictures):
    """Makes a buyer whose provider is the canned server."""

    def make(name, **changes):
        def host(url):
            return url.replace("https:/", canned.url, 1) if url.startswith("https://") else url

        return Buyer(
            name,
            tmp_path,
            pictures,
            "sk-test-canned-0001",
            host,
            lambda sha: f"https://vault.example.com/{sha}.png",
            **changes,
        )

    return make
