"""The sessions of the review room: every way in that is none is refused, changes nothing, and is written down."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from desk.room.guard import POLICY
from desk.room.sessions import WRITES

HERE = "http://127.0.0.1:8765"
AGENT = {"authorization": f"Bearer {'a' * 40}"}
MIA, BEN = "m" * 40, "b" * 40
SHOT = "SC010_SH0020"
NOTE = {"shot": SHOT, "text": "look here"}
HANDS = {"shot": SHOT, "work": "edit", "only": "ilse", "say": "her hood down"}
NO_WAYS_IN = [
    ("another Host", "GET", "/", {"host": "evil.example"}, 421),
    ("a rebound name with our port", "GET", "/api/scene/SC010", {"host": "evil.example:8765"}, 421),
    ("nobody", "GET", "/", {}, 401),
    ("nobody, and a picture", "GET", f"/media/{'0' * 64}.png", {}, 401),
    ("a cookie out of the air", "GET", "/", {"cookie": "gate_room=x"}, 401),
    ("a key that is nobody's", "GET", "/api/scene/SC010", {"authorization": "Bearer guess"}, 401),
    ("a link that never was", "GET", "/enter?once=guess", {}, 401),
]


async def test_who_does_not_belong_here_is_turned_away_and_written_down(room):
    for case, method, path, headers, status in NO_WAYS_IN:
        answer = await room.somebody().request(method, path, headers=headers)

        assert answer.status_code == status, case
        assert answer.headers["content-security-policy"] == POLICY
        assert room.refusals[-1]["what"] == f"{method} {path.partition('?')[0]}"
        assert room.refusals[-1]["address"]
    assert len(room.refusals) == len(NO_WAYS_IN)


FORGED = [
    ("no Origin", {"origin": ""}, 403),
    ("another page's Origin", {"origin": "https://evil.example"}, 403),
    ("the Origin null of a sandboxed frame", {"origin": "null"}, 403),
    ("no CSRF token", {"x-gate-csrf": ""}, 403),
    ("a CSRF token out of the air", {"x-gate-csrf": "guess"}, 403),
    ("a form's body, which a foreign page may send", {"content-type": "text/plain"}, 415),
]


async def test_a_word_that_a_foreign_page_sends_in_a_persons_browser_is_not_taken(room):
    mia = await room.person()
    words = [
        ("/api/note", NOTE),
        ("/api/say", {"shot": SHOT, "say": "circle"}),
        ("/api/says", {"verdicts": [{"shot": SHOT, "say": "circle"}]}),
        ("/api/yes", {}),
        ("/api/undo", {}),
        ("/api/hands", HANDS),
    ]
    for case, headers, status in FORGED:
        for path, body in words:
            assert (await mia.say(path, body, **headers)).status_code == status, f"{case}: {path}"

    assert room.words == []
    assert len(room.refusals) == len(FORGED) * len(words)
    assert {line["who"] for line in room.refusals} <= {"", "Mia"}


async def test_a_csrf_token_is_its_own_sessions(room):
    mia, ben = await room.person(MIA), await room.person(BEN)
    answer = await mia.say("/api/note", NOTE, **{"x-gate-csrf": ben.csrf})
    assert (answer.status_code, room.words) == (403, [])


async def test_nothing_is_said_by_a_get(room):
    mia = await room.person()
    words = ("note", "say", "says", "yes", "undo", "hands", f"composite/{SHOT}")
    for path in words:
        assert (await mia.client.get(f"/api/{path}")).status_code == 405
    assert len(room.refusals) == len(words)


NO_MEDIA = (
    "..%2f..%2fledger.sqlite",
    "%2e%2e/%2e%2e/ledger.sqlite",
    "..%5c..%5cledger.sqlite",
    "/etc/passwd",
    "ledger.sqlite",
    f"{'a' * 64}.svg",
    f"{'A' * 64}.png",
    f"{'a' * 64}.png%00.mp4",
    f"{'a' * 64}.png",
    f"{'a' * 63}.png",
    "http:%2f%2f169.254.169.254%2f",
)


async def test_a_path_a_url_and_an_unknown_hash_are_no_media(room):
    mia = await room.person()
    for name in NO_MEDIA:
        for folder in ("media", "small", "strip"):
            answer = await mia.client.get(f"/{folder}/{name}")
            assert answer.status_code == 404, name
            assert b"SQLite" not in answer.content
    assert len(room.refusals) == 3 * len(NO_MEDIA)


@pytest.mark.parametrize("same_bytes", [True, False])
async def test_a_link_out_of_the_vault_is_not_followed(room, tmp_path, same_bytes):
    mia = await room.person()
    asset = room.film.ledger.takes(shot=SHOT, stage="panel")[0].asset
    file = room.film.services.vault.path(asset.sha256)
    assert (await mia.client.get(f"/media/{asset.sha256}.png")).status_code == 200
    outside = tmp_path / "outside.png"
    shutil.copyfile(file, outside) if same_bytes else outside.write_bytes(b"secret")
    file.unlink()
    file.symlink_to(outside)

    answer = await mia.client.get(f"/media/{asset.sha256}.png")

    assert answer.status_code == 404
    assert b"secret" not in answer.content
    assert len(room.refusals) == 1


async def test_a_clip_is_served_by_its_hash_with_ranges_and_as_what_it_is(room):
    mia = await room.person()
    asset = room.film.ledger.takes(shot=SHOT, stage="clip")[0].asset
    whole = await mia.client.get(f"/media/{asset.sha256}.mp4")
    part = await mia.client.get(f"/media/{asset.sha256}.mp4", headers={"range": "bytes=10-19"})
    assert (whole.status_code, whole.headers["content-type"], len(whole.content)) == (
        200,
        "video/mp4",
        asset.size_bytes,
    )
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    small = await mia.client.get(f"/small/{asset.sha256}.jpg")
    strip = await mia.client.get(f"/strip/{asset.sha256}.jpg")
    for picture in (small, strip):
        assert (picture.headers["content-type"], picture.content[:2]) == ("image/jpeg", b"\xff\xd8")
        assert "immutable" in picture.headers["cache-control"], "a browser asks for it once"


async def test_a_private_shots_words_are_not_shown_though_they_were_kept_before_it_was_private(room):
    mia = await room.person()
    words = next(s for s in room.film.services.scene("SC010").shots if s.id == SHOT).motion
    assert words in (await mia.client.get("/api/scene/SC010")).text
    room.film.edit_shot(SHOT, private=True)
    for path in ("/api/scene/SC010", "/r/SC010"):
        answer = await mia.client.get(path)
        assert answer.status_code == 200
        assert words not in answer.text


async def test_a_link_lets_one_person_in_once_and_leads_nowhere_else(room):
    link = room.sessions.link(HERE, "/r/SC010")
    first, second = room.somebody(), room.somebody()
    came = await first.get(link)
    cookie = came.headers["set-cookie"]
    assert came.status_code == 200
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert (await first.get("/r/SC010")).status_code == 200
    assert (await second.get(link)).status_code == 401
    assert (await second.get("/r/SC010")).status_code == 401
    for away in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        page = await room.somebody().get(room.sessions.link(HERE, away))
        assert "evil" not in page.text
        assert "javascript" not in page.text


async def test_an_agent_reads_and_proposes_and_decides_nothing(room):
    agent = room.somebody()
    assert (await agent.get("/api/scene/SC010", headers=AGENT)).json()["scene"] == "SC010"
    said = await agent.post("/api/note", headers=AGENT, json={**NOTE, "proposes": "retake"})
    assert said.status_code == 200

    for path, body in [
        ("/api/say", {"shot": SHOT, "say": "circle"}),
        ("/api/say", {"shot": SHOT, "say": "hold"}),
        ("/api/says", {"verdicts": [{"shot": SHOT, "say": "circle"}]}),
        ("/api/note", {"shot": SHOT, "answers": said.json()["number"], "resolves": True}),
        ("/api/undo", {"words": [[SHOT, said.json()["number"]]]}),
        ("/api/yes", {"nonce": "x", "shots": {}}),
        ("/api/hands", HANDS),
    ]:
        assert (await agent.post(path, headers=AGENT, json=body)).status_code == 403
    assert (await agent.post(f"/api/composite/{SHOT}", headers=AGENT, content=b"")).status_code == 403
    assert (await agent.get("/api/tray/SC010", headers=AGENT)).status_code == 403

    note = room.film.ledger.decided("SC010")[0].decision
    assert (note.kind, note.door, note.who, note.remark.proposes) == ("note", "program", "scout", "retake")
    assert len(room.words) == 1
    assert [line["who"] for line in room.refusals] == ["scout"] * 9
    assert room.film.ledger.approvals("SC010") == ()


async def test_an_agents_key_is_no_persons_and_a_persons_key_in_a_header_is_a_programs(room):
    entered = await room.somebody().post("/enter", content="key=" + "a" * 40, headers={"origin": HERE})
    assert entered.status_code == 401
    program = await room.somebody().post(
        "/api/say", headers={"authorization": f"Bearer {MIA}"}, json={"shot": SHOT, "say": "circle"}
    )
    assert (program.status_code, room.words) == (403, [])


async def test_too_many_words_too_long_ones_and_nonsense_are_refused(room):
    mia = await room.person()
    assert (await mia.say("/api/note", {**NOTE, "text": "x" * 70_000})).status_code == 413
    for body in (
        [],
        {"shot": "../etc", "text": "x"},
        {**NOTE, "take": "http://169.254.169.254/"},
        {**NOTE, "frame": -1},
        {**NOTE, "frame": "NaN"},
        {**NOTE, "box": {"x": 0.9, "y": 0, "w": 0.9, "h": 1}},
        {**NOTE, "who": "Ben"},
        {"shot": SHOT, "text": " "},
        {**NOTE, "resolves": True},
        {**NOTE, "drawing": [{"kind": "pen", "points": [[0.1, 0.1], [1.2, 0.1]]}]},
        {**NOTE, "drawing": [{"kind": "pen", "points": [[0.1, 0.1]] * 501}]},
        {**NOTE, "drawing": [{"kind": "box", "points": [[0, 0], [1, 1]]}] * 41},
        {**NOTE, "drawing": [{"kind": "text", "points": [[0, 0]], "text": "x" * 121}]},
        {**NOTE, "drawing": [{"kind": "svg", "points": [[0, 0]]}]},
    ):
        assert (await mia.say("/api/note", body)).status_code == 400
    statuses = [(await mia.say("/api/note", NOTE)).status_code for _ in range(WRITES)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    assert room.words == [("note", "Mia")] * statuses.count(200)
    assert room.refusals[-1]["why"].startswith("the review room: too many")


async def test_a_picture_that_is_none_is_not_taken_in_as_a_composite(room):
    mia = await room.person()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:1/x"/></svg>'
    for body in (svg, b"", b"\x89PNG\r\n\x1a\nnonsense"):
        answer = await mia.client.post(
            f"/api/composite/{SHOT}", content=body, headers={"origin": HERE, "x-gate-csrf": mia.csrf}
        )
        assert answer.status_code == 409
    assert room.words == []


def test_the_room_fetches_nothing():
    folder = Path(__file__).parents[3] / "desk" / "room"
    said = "".join(file.read_text() for file in folder.glob("*.py"))
    assert "room_app" in said
    assert not any(
        name in said for name in ("httpx", "urllib", "http.client", "requests.get", "socket.create_connection")
    )


async def test_of_several_verdicts_one_that_is_refused_holds_up_none_of_the_others(room):
    mia = await room.person()
    stale = {"shot": SHOT, "say": "circle", "take": "0" * 64, "asset": "0" * 64}
    answer = await mia.say("/api/says", {"verdicts": [stale, {"shot": "SC010_SH0040", "say": "hold"}]})
    assert answer.json()["written"] == 1
    assert [sentence.partition(":")[0] for sentence in answer.json()["refused"]] == [SHOT]
    assert room.words == [("hold", "Mia")]
    for many in ([], [{"shot": SHOT, "say": "hold"}] * 201):
        assert (await mia.say("/api/says", {"verdicts": many})).status_code == 400
