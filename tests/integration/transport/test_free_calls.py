"""Calls that cost nothing: asked again until they are answered or their time is over, and files on their way up."""

from __future__ import annotations

import asyncio

import pytest

from providers.errors import Gone, Invalid, NoCredit, Unavailable


@pytest.mark.parametrize("bad", ["reset", b"", (200, "<html>"), (429, "{}"), (500, "{}"), (503, "{}"), (301, "{}")])
async def test_a_free_call_is_asked_again_until_it_works(server, client, bad):
    server.answers = [bad, bad, (200, '{"state": "done"}')]
    assert (await client().ask("/jobs/1")).data == {"state": "done"}
    assert len(server.requests) == 3


@pytest.mark.parametrize("bad", ["reset", (200, "<html>"), (429, "{}"), (502, "{}"), "hang", "drip"])
async def test_a_free_call_ends_at_its_deadline_and_never_says_failed(server, client, failed, bad):
    server.answers = [bad]
    assert type(await failed(client(free_s=0.6).ask("/jobs/1"))) is Unavailable


@pytest.mark.parametrize(
    ("status", "kind"), [(404, Gone), (410, Gone), (401, Invalid), (402, NoCredit), (400, Invalid)]
)
async def test_a_free_call_that_is_refused_is_not_asked_again(server, client, failed, status, kind):
    server.answers = [(status, '{"error": "limit"}')]
    assert type(await failed(client().ask("/jobs/1"))) is kind
    assert len(server.requests) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_free_call_can_say_something_and_take_another_status_for_an_answer(server, client, method):
    server.answers = [(503, "{}"), (409, '{"status": "ALREADY_COMPLETED"}')]
    ours = client()
    reply = await ours.ask(
        "/jobs/1/cancel", method=method, body={"why": "no"}, headers={"X-A": "b"}, statuses={202, 409}
    )
    assert reply.data == {"status": "ALREADY_COMPLETED"}
    assert [body for _, body in server.requests] == [b'{"why":"no"}'] * 2
    assert all(head.startswith(method) and "x-a: b" in head.lower() for head, _ in server.requests)


async def test_a_free_call_may_be_answered_with_nothing_where_nothing_is_meant(server, client):
    server.answers = [(204, "")]
    reply = await client().ask("/jobs/1", method="DELETE", statuses={204})
    assert (reply.status, reply.data) == (204, None)
    server.answers = [(404, '{"status": "NOT_FOUND"}')]
    assert (await client().ask("/jobs/1", method="DELETE", statuses={404})).status == 404


@pytest.mark.parametrize(("patience", "asked"), [(0, 1), (1, 2), (3, 4)])
async def test_a_fresh_id_is_asked_for_again_before_its_404_is_believed(server, client, failed, patience, asked):
    server.answers = [(404, "{}")]
    assert type(await failed(client().ask("/jobs/1", patience_404=patience))) is Gone
    assert len(server.requests) == asked


async def test_a_410_is_believed_at_once(server, client, failed):
    server.answers = [(410, "{}")]
    assert type(await failed(client().ask("/jobs/1", patience_404=5))) is Gone
    assert len(server.requests) == 1


async def test_a_fresh_id_that_is_known_after_all_is_answered(server, client):
    server.answers = [(404, "{}"), (404, "{}"), (200, '{"state": "running"}')]
    assert (await client().ask("/jobs/1", patience_404=2)).data == {"state": "running"}


@pytest.mark.parametrize("said", [(429, "{}", "Retry-After: 0.3"), (503, '{"retry_after": 0.3}')])
async def test_a_pause_that_is_asked_for_is_kept(server, client, said, monkeypatch):
    slept, sleep = [], asyncio.sleep

    async def noted(pause_s):
        slept.append(pause_s)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", noted)
    server.answers = [said, (200, "{}")]
    await client().ask("/jobs/1")
    assert 0.3 < slept[0] <= 0.4


async def test_a_pause_longer_than_the_deadline_ends_the_call_now(server, client, failed):
    server.answers = [(429, "{}", "Retry-After: 30")]
    error = await failed(client(free_s=20).ask("/jobs/1"))
    assert type(error) is Unavailable
    assert "30 s of peace" in error.cause
    assert len(server.requests) == 1


async def test_what_a_table_calls_unavailable_is_asked_again(server, client):
    def classify(reply):
        return Unavailable("acme", "overloaded", "Wait.", reply.raw) if reply.status == 400 else None

    server.answers = [(400, "{}"), (200, "{}")]
    assert (await client(classify=classify).ask("/jobs/1")).status == 200


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "0a1b2c.png"
    path.write_bytes(b"a picture")
    return path


async def test_a_file_goes_up_as_a_field_of_a_form_and_again_after_a_fault(server, client, key, picture):
    server.answers = [(502, "{}"), "reset", (201, '{"urls": {"get": "https://f.example/1"}}')]
    reply = await client().upload("/files", picture, media_type="image/png", field="content")
    assert reply.data["urls"]["get"] == "https://f.example/1"
    assert len(server.requests) == 3
    head, body = server.requests[-1]
    assert head.startswith("POST /files ")
    assert key in head
    assert b'name="content"; filename="0a1b2c.png"\r\nContent-Type: image/png\r\n\r\na picture\r\n' in body


async def test_a_part_of_a_file_goes_up_by_itself(server, client, picture):
    await client().upload("/part", picture, media_type="image/png", piece=(2, 4))
    assert server.requests[-1][1] == b"pict"


async def test_a_file_goes_up_raw_and_without_our_key_to_an_address_that_was_signed_elsewhere(
    server, client, key, picture
):
    server.answers = [(200, "")]
    ours = client(base_url=f"{server.url}/api")
    await ours.upload(f"{server.url}/store/1?X-Amz-Signature=a", picture, media_type="image/png", headers={"X-B": "c"})
    [(head, body)] = server.requests
    assert head.startswith("PUT /store/1?X-Amz-Signature=a ")
    assert "content-type: image/png" in head.lower()
    assert "x-b: c" in head.lower()
    assert (key in head, body) == (False, b"a picture")


@pytest.mark.parametrize(
    ("said", "place", "kind"),
    [
        ((403, "{}"), "/store/1", Gone),
        ((403, "{}"), "/api/files", Invalid),
        ((413, "{}"), "/api/files", Invalid),
        ((503, "{}"), "/store/1", Unavailable),
        ((200, "{}"), "https://10.0.0.8/x", Invalid),
    ],
)
async def test_a_file_that_cannot_go_up_says_why(server, client, failed, picture, said, place, kind):
    server.answers = [said]
    ours = client(base_url=f"{server.url}/api", download_s=0.2 if kind is Unavailable else 60.0)
    address = place if "://" in place else server.url + place
    assert type(await failed(ours.upload(address, picture, media_type="image/png"))) is kind
