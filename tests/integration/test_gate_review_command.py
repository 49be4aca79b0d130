"""gate review: who may open it to others, and the page it writes for people without a server."""

from __future__ import annotations

import json
import socket

import pytest

KEY = "k" * 32


def test_nobody_opens_the_room_to_others_without_a_key(film, gate):
    code, _, said = gate("review", "--host", "192.0.2.1")
    assert code == 2
    assert "beyond loopback everybody needs a key" in said
    assert "GATE_ROOM_TOKEN" in said


def test_a_key_that_can_be_guessed_is_none(film, gate, monkeypatch):
    monkeypatch.setenv("GATE_ROOM_TOKEN", "letmein")
    code, _, said = gate("review", "--host", "192.0.2.1")
    assert (code, "at least 24 characters" in said, "letmein" in said) == (2, True, False)


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        (f"mia person {KEY}\n", 0o644, "other users may read the keys"),
        (f"mia {KEY}\n", 0o600, "it is not a key"),
        (f"mia director {KEY}\n", 0o600, "it is not a key"),
        (f"scout agent {KEY}\n", 0o600, "everybody needs a key"),  # an agent alone is nobody
    ],
)
def test_a_file_of_keys_is_for_its_owner_and_names_persons(film, gate, text, mode, words):
    keys = film / "keys"
    keys.write_text(text)
    keys.chmod(mode)
    code, _, said = gate("review", "--host", "192.0.2.1", "--keys", str(keys))
    assert (code, words in said, KEY in said) == (2, True, False)


def test_an_address_at_which_nothing_can_listen_is_said(film, gate, monkeypatch):
    def refuse(*_where):
        raise OSError(99, "Cannot assign requested address")

    monkeypatch.setenv("GATE_ROOM_TOKEN", KEY)
    monkeypatch.setattr("socket.create_server", refuse)
    code, _, said = gate("review", "--host", "192.0.2.1")
    assert (code, "nothing can listen at 192.0.2.1" in said) == (2, True)


def test_a_room_that_listens_everywhere_says_by_which_name_it_is_called(film, gate, monkeypatch):
    create = socket.create_server
    monkeypatch.setenv("GATE_ROOM_TOKEN", KEY)
    monkeypatch.setattr("socket.create_server", lambda _where: create(("127.0.0.1", 0)))
    code, _, said = gate("review", "--host", "0.0.0.0")
    assert (code, "name the host under which people reach it" in said) == (2, True)


def test_a_scene_that_is_only_planned_is_exported_too(film, gate):
    code, said, _ = gate("review", "SC010", "--export", "page")
    assert (code, "index.html" in said) == (0, True)
    page = (film / "page" / "index.html").read_text(encoding="utf-8")
    facts = json.loads((film / "page" / "review.json").read_text(encoding="utf-8"))
    assert facts["schema"] == "gate/review/1"
    assert [(shot["id"], shot["status"]) for shot in facts["shots"]] == [
        ("SC010_SH0010", "planned"),
        ("SC010_SH0020", "planned"),
    ]
    assert "default-src 'none'" in page

    assert gate("review", "SC010", "--export", "page")[0] == 0, "a page of ours is written again"
    (film / "other").mkdir()
    (film / "other" / "mine.txt").write_text("mine")
    assert gate("review", "SC010", "--export", "other")[0] == 2


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"schema": "gate/verdicts/1"}', '{"schema": "gate/verdicts/2"}', "[" * 5000]
)
def test_a_file_that_holds_no_verdicts_is_refused_in_a_sentence(film, gate, text):
    (film / "verdicts.json").write_text(text)
    code, _, said = gate("review", "--import", "verdicts.json", "--yes")
    assert code == 2
    assert said.startswith("gate: ")
