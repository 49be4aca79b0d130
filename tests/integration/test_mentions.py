"""A note that names somebody with an @ is told to that person, or to the film's own address for it."""

from __future__ import annotations

import httpx
import pytest
from ruamel.yaml import YAML

from desk.cli.options import open_film
from desk.room.app import room_app
from desk.room.sessions import Key, Sessions
from production.messages.mentions import mentioned

HERE = "http://127.0.0.1:8765"
SHOT = "SC010_SH0010"
AGENT, BEN = "a" * 40, "b" * 40


def edit(film, file, change):
    yaml = YAML()
    document = yaml.load(film / file)
    change(document)
    yaml.dump(document, film / file)


@pytest.fixture
async def note(film, receiver, monkeypatch):
    """Ada is in the room, Ben Carter may come in. Gives what sends a note; every address is the receiver's."""
    for name in ("TEAM", "BEN"):
        monkeypatch.setenv(f"GATE_NOTIFY_{name}", receiver.url)
    edit(film, "film.yaml", lambda about: about.update(notify={"mention": ["team"]}))
    services = open_film(film)
    keys = (Key.of("Ben Carter", BEN), Key.of("scout", AGENT, agent=True))
    sessions = Sessions.on_loopback(8765, who="Ada", log=services.settings.state / "room.log", keys=keys)
    transport = httpx.ASGITransport(app=room_app(services, sessions))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as room:
        await room.get(sessions.link(HERE).removeprefix(HERE))
        csrf = (await room.get("/board/SC010")).text.split('data-csrf="')[1].split('"')[0]

        async def say(text: str, token: str = "") -> int:
            headers = {"authorization": f"Bearer {token}"} if token else {"origin": HERE, "x-gate-csrf": csrf}
            answer = await room.post("/api/note", json={"shot": SHOT, "text": text}, headers=headers)
            assert answer.status_code == 200, answer.text
            return answer.json()["number"]

        yield say


async def test_the_films_address_is_told_once_of_each_person_whom_a_note_names(note, receiver):
    await note("@BenCarter, and @ben.carter too? @Ada herself, @Nobody. The hands are wrong.")
    (message,) = receiver.received
    assert message["title"] == f"Ada mentioned Ben Carter on {SHOT}"
    assert "The hands are wrong." in message["message"]
    assert "gate review SC010" in message["message"]
    await note("No name in this one: ben@example.org")
    await note("@BenCarter", AGENT)
    assert len(receiver.received) == 1


async def test_a_person_with_an_address_is_told_instead_of_the_film(film, note, receiver, monkeypatch):
    monkeypatch.delenv("GATE_NOTIFY_TEAM")
    edit(film, "film.yaml", lambda about: about["notify"].update(people={"Ben Carter": "ben"}))
    await note("@bencarter look")
    assert receiver.titles == [f"Ada mentioned Ben Carter on {SHOT}"]


async def test_no_word_of_a_note_about_a_private_shot_goes_out(film, note, receiver):
    edit(film, "scenes/SC010.yaml", lambda scene: scene["shots"][0].update(private=True))
    await note("@BenCarter she dies here")
    (message,) = receiver.received
    assert "dies" not in str(message)
    assert "The shot is private" in message["message"]


async def test_a_film_that_tells_nobody_of_mentions_sends_nothing(film, note, receiver):
    edit(film, "film.yaml", lambda about: about.pop("notify"))
    await note("@BenCarter look")
    assert receiver.received == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ada: look", ("Ada",)),
        ("(@ada-)", ("Ada",)),
        ("@Adam and ada", ()),
        ("@JoséLuis.", ("José Luis",)),
    ],
)
def test_a_name_is_an_at_sign_and_the_name_without_its_spaces(text, found):
    assert mentioned(text, ["Ada", "José Luis"]) == found
