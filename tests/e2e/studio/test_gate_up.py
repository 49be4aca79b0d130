"""gate up: a scene launched, suspended, killed, answered and retried through Prefect's API, as its page does it."""

from __future__ import annotations

import json

import httpx


def test_a_suspended_run_outlives_a_kill_of_everything_and_asks_for_one_yes_only_once(studio, gate):
    run = studio.launch()
    studio.until_state(run, "Suspended")
    inputs = studio.ask("POST", f"/flow_runs/{run}/input/filter", {"prefix": "", "limit": 50})
    words = next(i["value"] for i in inputs if i["key"].endswith("description"))
    assert "4 finals" in words
    address = words.split("![contact sheet](")[1].split(")")[0]
    assert address.startswith("http://127.0.0.1:"), "the contact sheet is served on loopback"
    sheet = httpx.get(address)
    assert sheet.headers["content-type"] == "image/jpeg"

    studio.kill()
    studio.start()

    assert studio.ask("GET", f"/flow_runs/{run}")["state"]["name"] == "Suspended"
    assert studio.answer(run, answer="make the finals", max_usd="1.00")["status"] == "REJECT", "a yes has a name"
    assert studio.answer(run, answer="make the finals", who="Mia", max_usd="lots")["status"] == "REJECT"
    assert studio.answer(run, answer="make the finals", who="Mia", max_usd="1.00")["status"] == "ACCEPT"
    studio.until_state(run, "Completed")
    assert (studio.film / ".gate" / "out" / "SC010" / "SC010_final.mp4").stat().st_size > 10_000
    said = studio.ledger().approvals("SC010")
    assert [(d.who, d.door) for d in said] == [("Mia", "prefect form")] * 4

    again = studio.launch()
    assert studio.until_state(again, "Completed", "Suspended")["name"] == "Completed", "the yes is in the ledger"
    takes = studio.ledger().takes(scene="SC010", stage="clip")
    assert len(takes) == len({take.generation_key for take in takes}) == 8

    told = json.loads(gate("status", "--film", str(studio.film), "--json").stdout)
    assert told["up"]["page_url"] == f"http://127.0.0.1:{studio.port}"
    assert told["runs"] == []
    assert httpx.get(told["up"]["room_url"]).status_code < 500, "the review room answers"
    before = len(studio.said)  # a server that was killed says on its own which of its loops found the database busy
    ended = gate("down", "--film", str(studio.film))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("Ended: process ")
    assert gate("status", "--film", str(studio.film)).stdout.startswith("Nothing is up for this film.")
    assert "Nothing is lost" in studio.said
    assert "Traceback" not in studio.said[before:]
