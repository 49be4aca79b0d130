"""The vault in a bucket where S3 fails: lost races, torn downloads, refusals, nobody there,
and keys that do not fit.
"""

from __future__ import annotations

import logging
import socket
import threading
import traceback
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from manifests.keys import hash_bytes
from vault.bucket import Bucket, Patience
from vault.canon import Canon
from vault.errors import SourceChanged, StoreDown, StoreRefused, VaultError
from vault.local import LocalVault
from vault.s3 import S3Vault
from vault.shelves import BucketShelf

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 3000
SHA = hash_bytes(PNG)
ONCE = Patience(connect_s=1, read_s=2, attempts=1)
APRON = "characters/marit/apron/front"


# A server that says what it is told to


@dataclass
class Scripted:
    """Gives one answer a request, (status, error code or body, headers), the last one for ever;
    keeps what was asked.
    """

    answers: list[tuple[int, str | bytes, dict[str, str]]]
    asked: list[str] = field(default_factory=list)

    def next(self, asked: str) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append(asked)
        status, said, headers = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(said, bytes):
            return status, said, headers
        text = "it repeats the key: sk-test-id-4711 sk-test-secret-0815"
        return status, f"<Error><Code>{said}</Code><Message>{text}</Message></Error>".encode(), headers


@pytest.fixture
def scripted(s3):
    """Starts such a server; gives it and a bucket on it."""
    running = []

    def start(*answers, patience: Patience = ONCE) -> tuple[Scripted, Bucket]:
        script = Scripted(list(answers))

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # which knows how to say that it waits for the body

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                conditions = (self.headers[name] for name in ("If-None-Match", "If-Match") if self.headers[name])
                status, body, headers = script.next(" ".join((self.command, *conditions)))
                self.send_response(status)
                for name, value in {
                    "Content-Length": str(len(body)),
                    "ETag": '"1"',
                    "Connection": "close",
                    **headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_PUT = do_HEAD = answer  # noqa: N815  http.server's names

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        running.append((server, thread))
        return script, Bucket("film", endpoint=f"http://127.0.0.1:{server.server_port}", patience=patience)

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join(10)
        server.server_close()


NOTHING = (404, b"", {})


def test_a_writer_that_loses_a_race_looks_again_and_is_content_with_the_same_bytes(scripted):
    same = (200, b"", {"Content-Length": str(len(PNG)), "x-amz-meta-sha256": SHA})
    script, bucket = scripted(
        NOTHING, (409, "ConditionalRequestConflict", {}), NOTHING, (412, "PreconditionFailed", {}), same
    )
    bucket.put("a", PNG, sha256=SHA, media_type="image/png")
    assert script.asked == ["HEAD", "PUT *", "HEAD", "PUT *", "HEAD"]


def test_what_is_there_and_is_other_bytes_is_replaced_only_as_it_was_seen(scripted):
    other = (200, b"", {"Content-Length": "7", "ETag": '"seen"'})
    script, bucket = scripted(other, (412, "PreconditionFailed", {}), NOTHING, (200, b"", {}))
    bucket.put("a", PNG, sha256=SHA, media_type="image/png")
    assert script.asked == ["HEAD", 'PUT "seen"', "HEAD", "PUT *"]


def test_a_race_that_never_ends_is_given_up_after_a_few_tries(scripted, monkeypatch):
    monkeypatch.setattr("vault.bucket._PAUSES_S", (0.0, 0.0, 0.0))
    conflict = [NOTHING, (409, "ConditionalRequestConflict", {})] * 3
    script, bucket = scripted(*conflict)
    with pytest.raises(StoreDown, match="others write it at the same time") as refused:
        bucket.put("a", PNG, sha256=SHA, media_type="image/png")
    assert refused.value.retry_helps
    assert len(script.asked) == 6


def test_a_download_that_breaks_off_is_begun_again(scripted, tmp_path):
    torn = (200, PNG[:500], {"Content-Length": str(len(PNG))})
    script, bucket = scripted(torn, torn, (200, PNG, {}))
    vault = S3Vault(bucket, LocalVault(tmp_path))
    assert vault.read(SHA) == PNG
    assert script.asked == ["GET"] * 3


def test_a_download_that_always_breaks_off_leaves_nothing_behind(scripted, tmp_path):
    script, bucket = scripted((200, PNG[:500], {"Content-Length": str(len(PNG))}))
    with pytest.raises(StoreDown, match="cannot be reached"):
        S3Vault(bucket, LocalVault(tmp_path)).read(SHA)
    assert script.asked == ["GET"] * 3
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_boto3_repeats_a_request_only_so_often(scripted):
    script, bucket = scripted((503, "SlowDown", {}), patience=Patience(1, 2, attempts=2))
    with pytest.raises(StoreDown, match="SlowDown"):
        bucket.get("a")
    assert script.asked == ["GET"] * 2


@pytest.mark.parametrize(
    ("status", "code", "kind", "cure"),
    [
        (404, "NoSuchBucket", StoreRefused, "Make the bucket first"),
        (403, "InvalidAccessKeyId", StoreRefused, "AWS_ACCESS_KEY_ID"),
        (403, "SignatureDoesNotMatch", StoreRefused, "AWS_SECRET_ACCESS_KEY"),
        (400, "ExpiredToken", StoreRefused, "AWS_PROFILE"),
        (403, "AccessDenied", StoreRefused, "s3:ListBucket"),
        (401, "Unauthorized", StoreRefused, "s3:PutObject"),
        (400, "AuthorizationHeaderMalformed", StoreRefused, "AWS_DEFAULT_REGION"),
        (403, "RequestTimeTooSkewed", StoreRefused, "clock"),
        (501, "NotImplemented", StoreRefused, "R2"),
        (418, "Teapot", StoreRefused, "GATE_VAULT"),
        (400, "BadDigest", SourceChanged, "try again"),
        (500, "InternalError", StoreDown, "try again"),
        (429, "TooManyRequests", StoreDown, "try again"),
        (503, "<script>", StoreDown, "try again"),
    ],
)
def test_what_a_server_refuses_is_said_with_its_cure_and_without_its_own_words(scripted, status, code, kind, cure):
    script, bucket = scripted((status, code, {}))
    for ask in (lambda: bucket.get("a"), lambda: list(bucket.list_all(""))):
        with pytest.raises(kind) as refused:
            ask()
        assert cure in refused.value.cure
        assert "s3://film" in refused.value.thing
        assert not leaks(refused.value)
        assert "<" not in str(refused.value)
    assert len(script.asked) == 2


# Nobody there, and keys that do not fit


def leaks(error: BaseException) -> list[str]:
    """The parts of a key in all that a log would print of the error."""
    text = "".join(traceback.format_exception(error)) + repr(error)
    return [part for part in ("sk-test-id-4711", "sk-test-secret-0815", "sk-planted") if part in text]


def every_call(bucket: Bucket, tmp_path):
    vault, canon = S3Vault(bucket, LocalVault(tmp_path / "copies")), Canon(BucketShelf(bucket))
    return [
        lambda: vault.put_bytes(PNG),
        lambda: vault.path("0" * 64),
        lambda: vault.read("0" * 64),
        lambda: vault.has("0" * 64),
        lambda: vault.link("0" * 64, seconds=9),
        lambda: vault.examine("0" * 64),
        lambda: list(vault.sizes()),
        canon.names,
        canon.links,
        lambda: canon.resolve(APRON),
        lambda: canon.link(APRON, "1" * 64, "Ada"),
        lambda: canon.unlink(APRON),
    ]


def refusals(bucket: Bucket, tmp_path) -> list[VaultError]:
    found = []
    for call in every_call(bucket, tmp_path):
        with pytest.raises(VaultError) as refused:
            call()
        found.append(refused.value)
    return found


def test_a_server_that_is_down_is_a_clear_error_of_every_call(s3, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    bucket = Bucket("film", endpoint=f"http://127.0.0.1:{port}", patience=ONCE)
    for refusal in refusals(bucket, tmp_path):
        assert isinstance(refusal, StoreDown)
        assert refusal.retry_helps
        assert "EndpointConnectionError" in refusal.cause
        assert "GATE_VAULT_ENDPOINT" in refusal.cure


def test_a_server_that_never_answers_is_not_waited_for_longer_than_was_said(s3):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        bucket = Bucket("film", endpoint=endpoint, patience=Patience(0.3, 0.3, attempts=1))
        with pytest.raises(StoreDown, match="ReadTimeoutError"):
            bucket.look("a")


def test_a_bucket_that_is_not_there_is_named(s3, tmp_path):
    for call in (every_call(Bucket("no-such-bucket", endpoint=s3.endpoint), tmp_path)[n] for n in (0, 6, 7, 8, 10)):
        with pytest.raises(StoreRefused, match=r"s3://no-such-bucket: there is no such bucket\. Make the bucket first"):
            call()


@pytest.mark.parametrize(
    "change",
    [
        {"AWS_SECRET_ACCESS_KEY": "sk-planted-wrong"},
        {"AWS_ACCESS_KEY_ID": "sk-planted-unknown"},
        {"AWS_ACCESS_KEY_ID": "sk-planted\nwith a line end"},
        {"AWS_ACCESS_KEY_ID": "sk-planted-ключ"},
        {"AWS_SECRET_ACCESS_KEY": ""},
        {"AWS_PROFILE": "nobody"},
    ],
    ids="-".join,
)
def test_no_key_is_in_any_error_or_log(s3, tmp_path, monkeypatch, caplog, change):
    for name, value in change.items():
        monkeypatch.setenv(name, value)
    with caplog.at_level(logging.INFO):
        try:
            found = refusals(Bucket(s3.bucket, endpoint=s3.endpoint, patience=ONCE), tmp_path)
        except StoreRefused as error:  # boto3 saw it at once
            found = [error]
    assert {type(error) for error in found} == {StoreRefused}
    assert [leak for error in found for leak in leaks(error)] == []
    assert "sk-" not in caplog.text
