"""gate up: a scene launched, suspended, killed, answered and retried through Prefect's API, as its page does it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import httpx
from ruamel.yaml import YAML


def _say_yes_in_the_room(studio, *, starts):
    """As its page does it: the link that gate up printed, the tray, the approval. Ten seconds later the run goes on."""

    def newest():
        links = [line.split()[1] for line in studio.said.splitlines() if line.startswith("Room ")]
        return links[-1] if len(links) == starts else None

    link = studio.until(newest, "the link into the room")
    room = link.split("/enter")[0]
    with httpx.Client(base_url=room, headers={"origin": room}) as mia:
        assert mia.get(link).status_code == 200
        csrf = mia.get("/r/SC010").text.split('data-csrf="')[1].split('"')[0]
        tray = mia.get("/api/tray/SC010").json()
        yes = {"nonce": tray["nonce"], "shots": {shot: each["digest"] for shot, each in tray["shots"].items()}}
        answer = mia.post("/api/yes", json=yes, headers={"x-gate-csrf": csrf})
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["words"]) == 4
        studio.until(lambda: mia.get("/api/going/SC010").json()["outcome"] == "went on" or None, "the run going on")


def words_of(studio, run):
    """What the form of a suspended run says. Prefect writes it a moment after the run is called Suspended."""

    def look():
        inputs = studio.ask("POST", f"/flow_runs/{run}/input/filter", {"prefix": "", "limit": 50})
        return next((i["value"] for i in inputs or () if i["key"].endswith("description")), None)

    return studio.until(look, "the words of the form")


def _starts_by_itself(studio, gate):
    """A schedule fires without anybody: the night's own at its hour, and one that is due in a few seconds."""
    in_window = datetime.now(UTC) - timedelta(hours=2), datetime.now(UTC) + timedelta(hours=2)
    opens, closes = (f"{when:%H:%M}" for when in in_window)
    words = ("--opens", opens, "--closes", closes, "--zone", "UTC", "--usd", "5", "--why", "tonight", "--yes")
    left = gate("order", "SC010", *words, "--film", str(studio.film))
    assert left.returncode == 0, left.stderr

    def nights():
        schedules = (studio.deployments().get("overnight-drafts") or {}).get("schedules", [])
        return [each for each in schedules if each["active"]] or None

    studio.until(nights, "the night's schedule")
    deployment = studio.deployments()["overnight-drafts"]["id"]

    def scheduled():
        mine = {"deployments": {"id": {"any_": [deployment]}}, "sort": "EXPECTED_START_TIME_ASC"}
        runs = studio.ask("POST", "/flow_runs/filter", mine) or []
        return {run["expected_start_time"][:19]: run["id"] for run in runs if run["auto_scheduled"]}

    def its_run():
        """The run of a schedule that is due in seconds. A scheduler that reads it later leaves it to the next day."""
        due = datetime.now(UTC) + timedelta(seconds=8)
        soon = {"schedule": {"interval": 86400, "anchor_date": due.isoformat(), "timezone": "UTC"}, "active": True}
        studio.ask("POST", f"/deployments/{deployment}/schedules", [soon])
        while datetime.now(UTC) < due:
            if run := scheduled().get(f"{due:%Y-%m-%dT%H:%M:%S}"):
                return run
            time.sleep(0.3)
        return None

    first = studio.until(its_run, "the run of a schedule that is due in seconds")
    studio.until(
        lambda: opens in {when[11:16] for when in scheduled()} or None, "the night's run among the upcoming ones"
    )
    studio.until_state(first, "Completed")


def _another_seed(studio, shot):
    path, yaml = studio.film / "scenes" / "SC010.yaml", YAML()
    document = yaml.load(path)
    next(each for each in document["shots"] if each["id"] == shot)["seed"] = 7
    yaml.dump(document, path)


def test_a_suspended_run_outlives_a_kill_of_everything_and_asks_for_one_yes_only_once(studio, gate):
    run = studio.launch()
    studio.until_state(run, "Suspended")
    words = words_of(studio, run)
    assert "4 finals" in words
    assert "/r/SC010). You can approve them there, too." in words
    address = words.split("![contact sheet](")[1].split(")")[0]
    assert address.startswith("http://127.0.0.1:"), "the contact sheet is served on loopback"
    sheet = httpx.get(address)
    assert sheet.headers["content-type"] == "image/jpeg"

    studio.kill()
    studio.start()

    studio.until_state(run, "Suspended")
    assert studio.answer(run, answer="make them all", who="Mia")["status"] == "REJECT", "the form has no such answer"
    assert studio.answer(run, answer="make the finals", who="Mia", max_usd="lots")["status"] == "REJECT"
    _say_yes_in_the_room(studio, starts=2)
    studio.until_state(run, "Completed")
    assert (studio.film / "out" / "SC010" / "SC010_final.mp4").stat().st_size > 10_000
    said = studio.ledger().approvals("SC010")
    assert [d.door for d in said] == ["review room"] * 4

    _another_seed(studio, "SC010_SH0060")
    film = studio.launch("film")
    scene = studio.until(lambda: studio.begun_by(film), "the scene's own run")
    studio.until_state(scene, "Suspended")
    assert "approve 1 final, which costs nothing" in words_of(studio, scene), "the ledger has the other approvals"
    studio.until_state(film, "Completed")  # a scene that waits for a person holds up no film
    approved = gate("approve", "SC010_SH0060", "--yes", "--film", str(studio.film))
    assert "continues by itself in Prefect" in approved.stdout, approved.stdout + approved.stderr
    studio.until_state(scene, "Completed")

    takes = studio.ledger().takes(scene="SC010", stage="clip")
    assert len(takes) == len({take.generation_key for take in takes}) == 10

    told = json.loads(gate("status", "--film", str(studio.film), "--json").stdout)
    assert told["up"]["page_url"] == f"http://127.0.0.1:{studio.port}"
    assert told["runs"] == []
    assert httpx.get(told["up"]["room_url"]).status_code < 500, "the review room answers"
    _starts_by_itself(studio, gate)
    before = len(studio.said)  # a server that was killed says on its own which of its loops found the database busy
    ended = gate("down", "--film", str(studio.film))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("Stopped: process ")
    assert gate("status", "--film", str(studio.film)).stdout.startswith("No services run for this film.")
    assert "Nothing is lost" in studio.said
    assert "Traceback" not in studio.said[before:]
