"""A person's approval: asked for before finals, bound to what was seen, gone by name when any of it changes."""

from __future__ import annotations

import pytest

from governor.errors import NotApproved


def test_a_run_stops_before_finals_a_yes_lets_it_finish_and_a_changed_motion_takes_the_yes_back(film_of):
    film = film_of("SH0040", "SH0080")
    waiting = film.run()
    assert (waiting.exit_code, waiting.film) == (3, None)
    assert waiting.next == ("gate approve SC010", "gate resume SC010")
    assert not film.ledger.takes(tier="final")

    film.approve()
    finished = film.run()
    assert (finished.exit_code, finished.generated) == (0, 2)
    assert finished.film is not None
    assert finished.approvals

    film.edit_shot("SC010_SH0080", motion="Bram looks out over the black water and does not move.")
    asks_again = film.run()

    assert asks_again.exit_code == 3
    assert len(asks_again.lapsed) == 1
    assert asks_again.lapsed[0].startswith("SC010_SH0080: prompt")
    assert "The approval of SC010_SH0080 lapsed: prompt" in asks_again.message
    assert {take.shot for take in film.ledger.takes(tier="final")[2:]} == set()


def test_a_yes_to_one_shot_makes_that_final_and_the_others_wait_for_theirs(drafted):
    drafted.say("approve", "SC010_SH0020", "--yes")

    outcome = drafted.run()

    assert (outcome.exit_code, outcome.generated) == (3, 1)
    assert outcome.message.startswith("3 finals wait")
    assert {take.shot for take in drafted.ledger.takes(tier="final")} == {"SC010_SH0020"}
    assert outcome.film is None


def test_more_than_the_person_allowed_is_no_yes(drafted):
    drafted.prices(drafted.root / "finals.prices.yaml")
    text = (drafted.root / "halt.prices.yaml").read_text(encoding="utf-8").replace("480p", "720p")
    (drafted.root / "finals.prices.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(NotApproved, match=r"\$1\.56"):
        drafted.say("approve", "SC010", "--yes", "--max", "1.00", "--prices", str(drafted.root / "finals.prices.yaml"))

    assert drafted.ledger.approvals("SC010") == ()
