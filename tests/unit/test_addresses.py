"""Which addresses may be called, and which of them get our key."""

from __future__ import annotations

import pytest

from providers.errors import Invalid
from providers.over_http.addresses import checked, is_below, parsed, refuse_in_clear, refuse_unsafe
from providers.over_http.answers import Again
from providers.over_http.transport import Transport

ACME = "https://api.acme.example/v1"


@pytest.mark.parametrize(
    "url",
    [
        "http://files.acme.example/o.mp4",
        "ftp://files.acme.example/o",
        "file:///etc/passwd",
        "data:text/plain,x",
        "gopher://files.acme.example/o",
        "concat:/etc/passwd|/etc/hosts",
        "https://me:secret@files.acme.example/o",
        "https://127.0.0.1/o",
        "https://169.254.169.254/latest",
        "https://127.1/o",
        "https://0x7f000001/o",
        "https://2130706433/o",
        "https://[::1]/o",
        "https://[::ffff:127.0.0.1]/o",
        "https://localhost/o",
        "https://localhost./o",
        "https://db.internal/o",
        "https://db.internal./o",
        "https://10.0.0.8/o",
        "https:///o",
        "https://intranet/o",
        "https://a b.example/o",
        "https://ex\\ample.com/o",
        "https://224.0.0.1/o",
        "https://[64:ff9b::7f00:1]/o",
        "https://[2002:7f00:1::]/o",
        "https://[ff02::1]/o",
        "https://[fe80::1]/o",
        "https://[::1",
        "https://acme.example:port/o",
        "",
        "https://" + "a" * 70_000,
    ],
)
def test_an_unsafe_address_of_an_output_is_refused(url):
    with pytest.raises(Invalid):
        refuse_unsafe(url, "https://api.acme.example")


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.acme.example/o.mp4",
        "https://api.acme.example/o",
        "https://8.8.8.8/o",
        "https://[2606:4700::1111]/o",
        "https://acme-files.s3.eu-west-1.amazonaws.com/o?X-Amz-Signature=abc",
        "https://éclair.example/o",
    ],
)
def test_a_public_address_of_an_output_is_taken(url):
    assert refuse_unsafe(url, "https://api.acme.example") is None


def test_whatever_lies_at_the_origin_of_our_bases_may_be_fetched():
    here = ("http://127.0.0.1:8080/api.acme.example/v1", "http://127.0.0.1:9090/eu.acme.example")
    assert refuse_unsafe("http://127.0.0.1:8080/cdn.acme.example/o", *here) is None
    assert refuse_unsafe("http://127.0.0.1:9090/cdn.acme.example/o", *here) is None
    with pytest.raises(Invalid):
        refuse_unsafe("http://127.0.0.1:7070/cdn.acme.example/o", *here)


@pytest.mark.parametrize(
    "url", [f"{ACME}", f"{ACME}/", f"{ACME}/jobs/1?x=1", f"{ACME}/a/../jobs", "https://API.acme.example:443/v1/jobs"]
)
def test_our_key_goes_to_what_lies_below_a_base(url):
    assert is_below(parsed(url), ("https://eu.acme.example/v1/", ACME))


@pytest.mark.parametrize(
    "url",
    [
        "https://api.acme.example/v10/jobs",
        "https://api.acme.example/",
        "https://api.acme.example/v1/../admin",
        "https://api.acme.example/v1/%2e%2e/admin",
        "https://api.acme.example/v1/x%2f..%2f..%2fadmin",
        "https://api.acme.example/v1\\..\\admin",
        "http://api.acme.example/v1/jobs",
        "https://api.acme.example:8443/v1/jobs",
        "https://api.acme.example.evil.example/v1/jobs",
        "https://me@api.acme.example/v1/jobs",
        "https://cdn.acme.example/v1",
    ],
)
def test_our_key_goes_nowhere_else(url):
    assert not is_below(parsed(url), (ACME,))


@pytest.mark.parametrize(
    "base", ["http://api.acme.example", "http://10.0.0.8/v1", "https://me:secret@api.acme.example", "x"]
)
def test_a_base_that_would_not_keep_a_key_is_refused_at_once(base):
    with pytest.raises(Invalid):
        refuse_in_clear(base)
    with pytest.raises(Invalid):
        Transport(provider="acme", base_url=ACME, also_ours=(base,))


@pytest.mark.parametrize("base", ["https://api.acme.example/v1", "http://127.0.0.1:8080/x", "http://localhost:8080"])
def test_a_base_is_https_or_on_this_machine(base):
    assert refuse_in_clear(base) is None


def answering(*numbers):
    asked = []

    async def resolve(host, port):
        asked.append((host, port))
        if not numbers:
            raise OSError("no such host")
        return list(numbers)

    resolve.asked = asked
    return resolve


async def test_a_hosts_name_is_looked_up_once_and_its_numbers_are_what_is_called():
    resolve = answering("8.8.8.8", "2606:4700::1111", "8.8.8.8")
    found = await checked(parsed("https://éclair.example:8443/o"), resolve)
    assert (found, resolve.asked) == (("8.8.8.8", "2606:4700::1111"), [("xn--clair-9ra.example", 8443)])


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "10.0.0.8",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "ff02::1",
        "::127.0.0.1",
        "64:ff9b:1::a00:1",
        "no number",
    ],
)
async def test_a_host_with_any_number_that_is_not_public_is_refused(number):
    with pytest.raises(Invalid, match="not a public address"):
        await checked(parsed("https://cdn.acme.example/o"), answering("8.8.8.8", number))


async def test_a_public_host_behind_a_network_without_ipv4_is_taken():
    assert await checked(parsed("https://cdn.acme.example/o"), answering("64:ff9b::808:808")) == ("64:ff9b::808:808",)


async def test_a_name_that_means_nothing_just_now_is_asked_again():
    with pytest.raises(Again):
        await checked(parsed("https://cdn.acme.example/o"), answering())
