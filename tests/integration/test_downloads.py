"""Downloads from a host on this machine that knows ranges, breaks off, changes its mind and sends us elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from providers.errors import Gone, Invalid, ProviderError, Unavailable, Undecodable, Withheld
from providers.over_http import addresses, connections, exchange
from providers.over_http.addresses import REDIRECTS_MAX
from providers.over_http.transport import Transport

KEY = "sk-test-canary-0123456789"
FILM = bytes(range(256)) * 400


class FileHost:
    """Plays its `script` once, one part a connection, then serves `content` as files are served, with ranges."""

    def __init__(self) -> None:
        self.content, self.tag, self.script, self.heads = FILM, '"v1"', [], []
        self._open: dict = {}

    async def start(self, tls: ssl.SSLContext | None = None) -> FileHost:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def stop(self) -> None:
        """Ends with every connection closed: one that outlived its loop would warn in a later test."""
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        for writer, talk in self._open.items():
            await asyncio.gather(talk, writer.wait_closed(), return_exceptions=True)

    def whole(self, head: str) -> bytes:
        """A file host's honest answer."""
        wanted = re.search(r"(?im)^range: bytes=(\d+)-", head)
        same = re.search(r"(?im)^if-range: (.*?)\r", head)
        if wanted and (not same or same[1] == self.tag):
            start = int(wanted[1])
            span = f"bytes {start}-{len(self.content) - 1}/{len(self.content)}"
            return said(206, self.content[start:], f"ETag: {self.tag}", f"Content-Range: {span}")
        return said(200, self.content, f"ETag: {self.tag}")

    def cut(self, size: int):
        """The same, breaking off after so many bytes of the body."""

        def play(head: str) -> bytes:
            front, _, body = self.whole(head).partition(b"\r\n\r\n")
            return front + b"\r\n\r\n" + body[:size]

        return play

    @property
    def ranges(self) -> list[str]:
        return [(re.findall(r"(?im)^range: (.*?)\r", head) or ["all"])[0] for head in self.heads]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open[writer] = asyncio.current_task()
        # A client that does not believe our certificate leaves at once, and one that breaks off takes no more.
        with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            play = self.script.pop(0) if self.script else self.whole
            writer.write(play(head) if callable(play) else play)
            await writer.drain()


def said(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    lines = (f"HTTP/1.1 {status} X", f"Content-Length: {len(body) if length is None else length}", *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.fixture
async def host():
    running = await FileHost().start()
    yield running
    await running.stop()


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch):
    monkeypatch.setattr(exchange, "_PAUSE_S", 0.001)


def client(host, **changes):
    settings = {
        "provider": "acme",
        "base_url": f"{host.url}/api.acme.example",
        "free_s": 5.0,
        "authorise": lambda: {"Authorization": f"Bearer {KEY}"},
        **changes,
    }
    return Transport(**settings)


async def fetched(host, tmp_path, path="/cdn.acme.example/o.mp4", **changes):
    into = tmp_path / "made" / "o.mp4"
    size = await client(host, **changes).download(host.url + path, into, bytes_max=1 << 20)
    assert [each.name for each in into.parent.iterdir()] == ["o.mp4"]
    assert size == len(into.read_bytes())
    return into.read_bytes()


async def failed(host, tmp_path, path="/cdn.acme.example/o.mp4", bytes_max=1 << 20, **changes):
    with pytest.raises(ProviderError) as raised:
        await client(host, **changes).download(host.url + path, tmp_path / "made" / "o.mp4", bytes_max=bytes_max)
    assert list((tmp_path / "made").iterdir()) == []
    assert KEY not in f"{raised.value} {raised.value.raw}"
    return raised.value


async def test_a_download_that_breaks_off_goes_on_where_it_was(host, tmp_path):
    host.script = [host.cut(1000), host.cut(70_000)]
    assert await fetched(host, tmp_path) == FILM
    assert host.ranges == ["all", "bytes=1000-", "bytes=71000-"]
    assert 'if-range: "v1"' in host.heads[1].lower()


async def test_a_file_that_changed_meanwhile_begins_anew(host, tmp_path):
    def changed(head):
        host.content, host.tag = FILM[::-1], '"v2"'
        return host.whole(head)

    host.script = [host.cut(1000), changed]
    assert await fetched(host, tmp_path) == FILM[::-1]
    assert host.ranges == ["all", "bytes=1000-"]


@pytest.mark.parametrize(
    "rest",
    [
        said(206, FILM[999:], 'ETag: "v1"', f"Content-Range: bytes 999-{len(FILM) - 1}/{len(FILM)}"),
        said(206, FILM[1000:], 'ETag: "v1"', f"Content-Range: bytes 1000-{len(FILM)}/{len(FILM) + 1}"),
        said(206, FILM[1000:], 'ETag: "v2"', f"Content-Range: bytes 1000-{len(FILM) - 1}/{len(FILM)}"),
        said(206, FILM[1000:], 'ETag: "v1"'),
        said(206, FILM[1000:], 'ETag: "v1"', "Content-Range: pages 2-3/4"),
        said(416, b"", f"Content-Range: bytes */{len(FILM)}"),
    ],
    ids=["another start", "another size", "another file", "no range", "no bytes", "no such rest"],
)
async def test_a_rest_that_is_not_the_rest_of_ours_begins_anew(host, tmp_path, rest):
    host.script = [host.cut(1000), rest]
    assert await fetched(host, tmp_path) == FILM
    assert host.ranges == ["all", "bytes=1000-", "all"]


@pytest.mark.parametrize("proof", ['ETag: W/"v1"', "X-None: 1"])
async def test_what_proves_not_to_be_the_same_file_is_fetched_from_its_beginning(host, tmp_path, proof):
    host.script = [said(200, FILM[:1000], proof, length=len(FILM))]
    assert await fetched(host, tmp_path) == FILM
    assert host.ranges == ["all", "all"]


async def test_a_date_will_do_where_there_is_no_tag(host, tmp_path):
    host.tag = "Fri, 20 Nov 2026 09:00:00 GMT"
    host.script = [said(200, FILM[:1000], f"Last-Modified: {host.tag}", length=len(FILM))]
    host.script.append(
        said(206, FILM[1000:], f"Last-Modified: {host.tag}", f"Content-Range: bytes 1000-{len(FILM) - 1}/{len(FILM)}")
    )
    assert await fetched(host, tmp_path) == FILM
    assert host.ranges == ["all", "bytes=1000-"]


@pytest.mark.parametrize(
    "bad", [said(500), said(503), said(429), said(200, b"abc", length=6), said(206, FILM), said(416), b""]
)
async def test_a_bad_answer_is_asked_again(host, tmp_path, bad):
    host.script = [bad, bad]
    assert await fetched(host, tmp_path) == FILM


async def test_an_empty_file_is_damaged_and_is_not_asked_for_again(host, tmp_path):
    host.script = [said(200)] * 3
    assert type(await failed(host, tmp_path)) is Undecodable
    assert host.ranges == ["all"]


async def test_a_download_that_always_comes_short_is_unavailable_and_leaves_nothing(host, tmp_path):
    host.script = [said(200, b"abc", length=6)] * 10_000
    assert type(await failed(host, tmp_path, download_s=0.2)) is Unavailable


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (said(403), Withheld),
        (said(200, b"<p>", "Content-Type: text/html; charset=utf-8"), Withheld),
        (said(404), Gone),
        (said(410), Gone),
    ],
)
async def test_what_is_not_there_is_gone_and_what_refuses_us_is_withheld(host, tmp_path, bad, kind):
    host.script = [bad]
    assert type(await failed(host, tmp_path)) is kind
    assert len(host.heads) == 1


@pytest.mark.parametrize("content", [said(200, b"x" * 11), b"HTTP/1.1 200 X\r\n\r\n" + b"x" * 11, said(200, length=11)])
async def test_a_download_above_its_limit_ends(host, tmp_path, content):
    host.script = [content]
    assert type(await failed(host, tmp_path, bytes_max=10)) is Invalid
    assert len(host.heads) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_and_our_key_stays_at_home(host, tmp_path, status):
    host.script = [said(status, b"", "Location: /cdn.acme.example/o.mp4")]
    assert await fetched(host, tmp_path, "/api.acme.example/content/1") == FILM
    assert [KEY in head for head in host.heads] == [True, False]
    assert [head.split()[1] for head in host.heads] == ["/api.acme.example/content/1", "/cdn.acme.example/o.mp4"]


async def test_a_rest_is_asked_for_through_redirects_too(host, tmp_path):
    onward = said(302, b"", "Location: /cdn.acme.example/o.mp4")
    host.script = [onward, host.cut(1000), onward]
    assert await fetched(host, tmp_path) == FILM
    assert host.ranges == ["all", "all", "bytes=1000-", "bytes=1000-"]


async def test_we_are_sent_on_three_times_and_no_more(host, tmp_path):
    onward = said(302, b"", "Location: /cdn.acme.example/again")
    host.script = [onward] * REDIRECTS_MAX
    assert await fetched(host, tmp_path) == FILM
    host.script, host.heads = [onward] * 99, []
    assert "more than 3 times" in str(await failed(host, tmp_path / "b"))
    assert len(host.heads) == 1 + REDIRECTS_MAX


@pytest.mark.parametrize(
    "place",
    [
        "http://cdn.acme.example/o",
        "https://127.0.0.1/o",
        "https://169.254.169.254/o",
        "https://[::1]/o",
        "file:///etc/passwd",
        "https://me:secret@cdn.acme.example/o",
        "//127.0.0.1:9/o",
        "https://localhost/o",
    ],
)
async def test_a_redirect_to_an_unsafe_place_is_refused(host, tmp_path, place):
    host.script = [said(302, b"", f"Location: {place}")]
    assert type(await failed(host, tmp_path)) is Invalid
    assert len(host.heads) == 1


async def test_a_host_that_means_a_private_number_is_not_called(host, tmp_path):
    async def rebound(name, port):
        return ["8.8.8.8", "127.0.0.1"]

    error = None
    with pytest.raises(Invalid) as raised:
        await client(host, resolve=rebound).download(
            f"https://cdn.acme.example:{host.port}/o", tmp_path / "o", bytes_max=1
        )
    error = raised.value
    assert "127.0.0.1" in str(error)
    assert host.heads == []


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """A certificate of our own making for cdn.acme.example, and a client's trust in it."""
    folder, now = tmp_path_factory.mktemp("tls"), datetime.now(UTC)
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "acme")]),
    )
    names = x509.SubjectAlternativeName([x509.DNSName("cdn.acme.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "host.pem").write_bytes(
        made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "host.pem")
    return serving, ssl.create_default_context(cafile=folder / "host.pem")


@pytest.fixture
async def tls_host(signed, monkeypatch):
    """It stands at 127.0.0.1 and at nothing else, and for these tests that number is a public one."""
    serving, trusting = signed
    monkeypatch.setattr(connections, "_certificates", lambda: trusting)
    monkeypatch.setattr(addresses, "_is_global", lambda number: ipaddress.ip_address(number).version == 4)
    running = await FileHost().start(serving)
    yield running
    await running.stop()


def sent_to(*numbers):
    asked = []

    async def resolve(name, port):
        asked.append(name)
        return list(numbers)

    return resolve, asked


async def test_the_number_that_was_checked_is_called_and_tls_still_wants_the_name(tls_host, tmp_path):
    resolve, asked = sent_to("127.0.0.1")
    ours = client(tls_host, base_url="https://api.acme.example", resolve=resolve)
    await ours.download(f"https://cdn.acme.example:{tls_host.port}/o.mp4?x=1", tmp_path / "o", bytes_max=1 << 20)
    assert (tmp_path / "o").read_bytes() == FILM
    [head] = tls_host.heads
    assert f"host: cdn.acme.example:{tls_host.port}\r\n" in head.lower()
    assert head.startswith("GET /o.mp4?x=1 ")
    assert (asked, KEY in head) == (["cdn.acme.example"], False)


async def test_a_host_that_cannot_prove_its_name_gives_us_nothing(tls_host, tmp_path, monkeypatch):
    monkeypatch.setattr(
        exchange, "_PAUSE_S", 61.0
    )  # longer than it may take: there is one try, and nothing ends it early
    ours = client(tls_host, base_url="https://api.acme.example", resolve=sent_to("127.0.0.1")[0], download_s=60.0)
    with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
        await ours.download(f"https://other.acme.example:{tls_host.port}/o", tmp_path / "o", bytes_max=1 << 20)
    assert tls_host.heads == []


async def test_the_next_number_is_tried_where_nobody_answers_at_the_first(tls_host, tmp_path):
    ours = client(tls_host, base_url="https://api.acme.example", resolve=sent_to("127.0.0.9", "127.0.0.1")[0])
    await ours.download(f"https://cdn.acme.example:{tls_host.port}/o", tmp_path / "o", bytes_max=1 << 20)
    assert (len(tls_host.heads), (tmp_path / "o").read_bytes()) == (1, FILM)
