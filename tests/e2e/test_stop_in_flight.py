"""STOP while shots are in flight: nothing new goes out, what is out comes home, and go and resume finish."""

from __future__ import annotations

from providers.contract import JobStatus
from providers.errors import Unavailable


def test_a_stop_lets_what_is_in_flight_come_home_and_nothing_new_go_out(film_of, monkeypatch):
    film = film_of("SH0020", "SH0040", "SH0080")
    out_when_stopped: set[str] = set()
    unreachable: set[str] = set()
    poll = film.previz.poll

    async def stop_at_the_first_clip(job_id: str) -> JobStatus:
        """Somebody touches the file while a clip is being made."""
        clips = [row["job_id"] for row in film.attempts() if row["stage"] == "clip"]
        if job_id in clips and not out_when_stopped:
            (film.state / "STOP").touch()
            out_when_stopped.update(row["generation_key"] for row in film.attempts() if row["sent"])
            unreachable.add(job_id)
        if job_id in unreachable:
            raise Unavailable("previz", "its network is down", "When it is back: gate resume")
        return await poll(job_id)

    monkeypatch.setattr(film.previz, "poll", stop_at_the_first_clip)
    outcome = film.run()

    assert outcome.exit_code == 6, outcome.message
    assert out_when_stopped
    assert {row["generation_key"] for row in film.attempts()} == out_when_stopped
    [left] = [row for row in film.attempts() if row["state"] != "settled"]
    assert (left["state"], left["stage"]) == ("submitted", "clip")
    assert outcome.generated == len(out_when_stopped) - 1

    # It is collected as soon as its provider can be reached again: under the STOP, and while its own shot is on hold.
    unreachable.clear()
    film.say("hold", left["shot"], "--why", "the director is not sure", "--yes")
    collected = film.run()
    assert (collected.exit_code, collected.generated, collected.held_microusd) == (6, 1, 0)
    assert {row["state"] for row in film.attempts()} == {"settled"}
    again = film.run()
    assert (again.exit_code, again.generated) == (6, 0)  # it stays stopped

    film.say("undo", left["shot"], "--excluded", "--yes")
    film.say("go", "--why", "the test is over", "--yes")
    resumed = film.run()

    assert resumed.exit_code == 3, resumed.message
    assert resumed.generated == 6 - len(out_when_stopped)  # three panels and three clips in all
    assert film.ledger.audit() == []
