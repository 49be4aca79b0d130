"""The file hosts: addresses that live for a while and need no key, Range as the real ones have it,
and keys that leak.
"""

from __future__ import annotations

import httpx
import pytest

from rehearsal import files
from rehearsal.house import UPLOADS

HOST = "replicate.delivery"


@pytest.fixture
def made(caller):
    """A made job, and what gives its address at a file host."""

    def make(*, ttl_s=None, **script):
        me = caller(**script)
        job_id = me.make()
        me.ended(job_id)
        return me, lambda: files.address(
            me.server.house, me.server.records.job(job_id), HOST, origin=me.server.url, ttl_s=ttl_s
        )

    return make


def get(url, **headers):
    return httpx.get(url, headers=headers, trust_env=False, timeout=10)


def test_an_address_needs_no_key_and_gives_the_whole_file(made):
    me, address = made()
    assert address().startswith(f"{me.server.url}/{HOST}/")
    answer = get(address())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "video/mp4"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["etag"]


def test_a_part_is_given_and_a_part_of_another_file_is_not(made):
    _, address = made()
    whole = get(address())
    tail = get(address(), Range="bytes=100-", **{"If-Range": whole.headers["etag"]})
    assert tail.status_code == 206
    assert tail.content == whole.content[100:]
    assert tail.headers["content-range"] == f"bytes 100-{len(whole.content) - 1}/{len(whole.content)}"
    other = get(address(), Range="bytes=100-", **{"If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, whole.content)
    assert get(address(), Range=f"bytes={len(whole.content)}-").status_code == 416


def test_an_address_expires_and_the_next_one_is_good(made):
    _, address = made(faults=[{"fault": "expired_url"}])
    first = address()
    assert get(first).status_code == 403
    assert "Request has expired" in get(first).text
    assert address() != first
    assert get(address()).status_code == 200


def test_an_address_that_is_too_old_has_expired(made):
    _, address = made(ttl_s=-5)
    assert get(address()).status_code == 403


def test_an_address_that_was_changed_is_refused(made):
    _, address = made()
    assert get(address().replace("expires=", "expires=9")).status_code == 403
    assert get(address().replace("/out.mp4", "/x/out.mp4")).status_code == 404


def test_a_cut_body_of_a_part_is_cut_too(made):
    _, address = made(faults=[{"fault": "truncated", "lasts": 2}])
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            get(address(), Range="bytes=1000-")
    assert get(address(), Range="bytes=1000-").status_code == 206


def test_data_that_was_removed_is_no_longer_at_its_address(made):
    _, address = made(faults=[{"fault": "data_removed"}])
    assert get(address()).status_code == 404


def test_a_key_that_comes_to_a_file_host_is_told_in_the_report(made):
    me, address = made()
    get(address())
    assert me.server.report().leaks == ()  # nobody else's test may have left any
    get(address(), Authorization="Bearer sk-test-leaked")
    assert me.server.report().leaks == (f"{HOST}: authorization",)


def test_a_picture_that_was_uploaded_is_known_by_its_address(made):
    me, _ = made()
    name = me.server.house.picture(b"a picture")
    url = f"{me.server.url}/files-api.evolink.ai/{UPLOADS}/{name}"
    assert get(url).content == b"a picture"
    assert me.server.house.picture(url) == name
    assert me.server.house.picture("https://elsewhere.example/a.png") == ""
