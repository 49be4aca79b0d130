"""Where our key goes, and what is kept of a provider's words: nothing of the key, nor of a private shot."""

from __future__ import annotations

import pytest

from manifests.privacy import NOT_KEPT, speaking_of
from providers.errors import Invalid, KeyLimit, OutcomeUnknown
from providers.over_http import answers


async def test_words_are_kept_bounded_printable_and_without_our_key(server, client, failed, key):
    server.answers = [(400, f"key {key} \x1b[31m\u202e" + "x" * 9000)]
    raw = (await failed(client().submit("/jobs", {}))).raw
    assert raw.startswith("key [key] \\u001b[31m\\u202e")
    assert len(raw) < answers.RAW_CHARACTERS_MAX + 100


async def test_our_key_goes_below_our_own_bases_only(server, client, key, tmp_path):
    ours = client(base_url=f"{server.url}/api.acme.example/v1", also_ours=(f"{server.url}/eu.acme.example",))
    server.answers = [(200, b"{}")]
    for path in ("/api.acme.example/v1/o", "/eu.acme.example/o", "/cdn.acme.example/o", "/api.acme.example/v10/o"):
        await ours.download(server.url + path, tmp_path / "o", bytes_max=10)
    assert [key in head for head, _ in server.requests] == [True, True, False, False]


@pytest.mark.parametrize(
    "path",
    [
        "https://api.other.example/v1/jobs",
        "/../admin",
        "@evil.example/jobs",
        "/%2e%2e/admin",
        "https://[::1",
        ".evil.example/",
    ],
)
async def test_a_call_with_our_key_goes_nowhere_else(server, client, failed, path):
    ours = client(base_url=f"{server.url}/v1")
    for call in (ours.submit(path, {}), ours.ask(path)):
        assert type(await failed(call)) is Invalid
    assert server.requests == []


async def test_a_call_goes_to_an_address_of_ours_that_the_provider_named(server, client, key):
    ours = client(base_url=f"{server.url}/v1/", also_ours=(f"{server.url}/eu",))
    await ours.ask(f"{server.url}/eu/get_result?id=1")
    await ours.submit("/jobs?webhook=https://me.example/hook", {})
    paths = ["/eu/get_result?id=1", "/v1/jobs?webhook=https://me.example/hook"]
    assert [head.split()[1] for head, _ in server.requests] == paths
    assert all(key in head for head, _ in server.requests)


async def test_whatever_a_table_says_of_an_answer_is_made_safe(server, client, failed, key):
    def careless(reply):
        return Invalid("acme", f"told {reply.data['error']}", "Fix it.", reply.data["error"])

    server.answers = [(400, f'{{"error": "{key} https://f.example/o?sig=CANARY"}}')]
    error = await failed(client(classify=careless).submit("/jobs", {}))
    assert "CANARY" not in f"{error} {error.raw} {error.args}"
    assert "[key]" in error.cause


async def test_half_of_a_key_is_no_word_to_keep_either(client):
    ours = client(authorise=lambda: {"Authorization": "Key 0123-4567-89ab:canary-of-fal"})
    assert ours.safe("not canary-of-fal nor 0123-4567-89ab") == "not [key] nor [key]"


async def test_an_answer_keeps_its_headers_without_secrets(server, client, key):
    server.answers = [
        (200, "{}", "X-Fal-Billable-Units: 5.2", "Set-Cookie: sid=CANARY", "X-Key: CANARY", f"X-Echo: {key}")
    ]
    reply = await client(authorise=lambda: {"x-key": key}).ask("/jobs/1")
    assert reply.headers["x-fal-billable-units"] == "5.2"
    assert reply.headers["x-echo"] == "[key]"
    assert "CANARY" not in str(reply.headers)
    assert "5.2" not in repr(reply)


async def test_a_key_that_a_body_quotes_is_in_no_part_of_the_answer(server, client, key):
    server.answers = [(200, f'{{"id": "7", "error": "the key {key} may not", "twice": "{key}"}}')]
    reply = await client().ask("/jobs/7")
    assert reply.data == {"id": "7", "error": "the key [key] may not", "twice": "[key]"}
    assert key not in repr(reply)


async def test_what_is_said_of_a_private_shot_is_understood_and_not_repeated(server, client, failed):
    said = '{"error": {"code": 403, "message": "Key limit exceeded for your quaddel"}}'
    server.answers = [(403, said, "X-Request-Id: 7")]
    with speaking_of(private=True):
        error = await failed(client().submit("/jobs", {}))
        server.answers = [(200, '{"id": "7", "prompt": "your quaddel"}')]
        reply = await client().ask("/jobs/7")
        server.answers = [b"HTTP/1.1 quaddel\r\n\r\n"]
        unknown = await failed(client().submit("/jobs", {}))
    assert type(error) is KeyLimit
    assert (error.raw, reply.raw, reply.data["id"]) == (NOT_KEPT, NOT_KEPT, "7")
    assert type(unknown) is OutcomeUnknown
    assert "quaddel" not in f"{error} {unknown} {unknown.raw} {reply.raw}"
    server.answers = [(403, said)]
    assert "quaddel" in str(await failed(client().submit("/jobs", {})))
