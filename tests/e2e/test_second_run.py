"""What is there is not made again; what a change touches, and what hangs on it, is; nothing else is."""

from __future__ import annotations

from pathlib import Path


def test_a_second_run_makes_nothing_and_each_shot_says_why_in_one_line(drafted):
    bills, attempts = drafted.previz.bills(), [tuple(row) for row in drafted.attempts()]

    outcome = drafted.run()

    assert (outcome.generated, outcome.ending) == (0, "waits for approval")
    assert drafted.previz.bills() == bills
    assert [tuple(row) for row in drafted.attempts()] == attempts
    said = drafted.say("explain", "SC010_SH0040").splitlines()
    assert len(said) == 1
    assert said[0].startswith("SC010_SH0040: ")
    assert "draft clip made from the same words, pictures and model" in said[0]


def test_a_draft_that_a_person_changed_is_kept_beside_the_one_that_is_laid_down_anew(drafted):
    draft = drafted.run().draft
    assert Path(draft) == drafted.root / "out" / "SC010" / "SC010_draft.mp4"
    ours = Path(draft).read_bytes()
    Path(draft).write_bytes(b"graded by hand")

    assert Path(drafted.run().draft).read_bytes() == ours
    assert Path(draft).with_name("SC010_draft_kept1.mp4").read_bytes() == b"graded by hand"
    assert len(list(Path(draft).parent.glob("*_kept*"))) == 1


def test_new_words_for_one_wardrobe_touch_the_shots_that_wear_it_and_their_chain_alone(drafted):
    # SC010_SH0060 does not name Pia: it hangs on the shot before by its chain alone.
    drafted.edit(
        "bible/characters/pia.yaml", lambda d: d["wardrobes"]["dungarees"].update(words="green dungarees, white shoes.")
    )

    assert drafted.stale() == {"SC010_SH0040", "SC010_SH0050", "SC010_SH0060"}
    assert "changed: prompt" in drafted.say("explain", "SC010_SH0040")
    assert drafted.say("explain", "SC010_SH0020").startswith("SC010_SH0020: ")
    outcome = drafted.run()

    assert outcome.generated == 4  # one panel, three clips
    newest = [(row["shot"], row["stage"]) for row in drafted.attempts()][-4:]
    clips = [(f"SC010_SH00{number}", "clip") for number in (40, 50, 60)]
    assert newest == [("SC010_SH0040", "panel"), *clips]
    assert drafted.stale() == set()


def test_a_threshold_that_is_changed_and_changed_back_makes_nothing(drafted):
    drafted.edit("film.yaml", lambda d: d.update(thresholds={"V103": 0.02}))
    stricter = drafted.run()
    drafted.edit("film.yaml", lambda d: d.pop("thresholds"))

    outcome = drafted.run()

    assert [(o.ending, o.generated) for o in (stricter, outcome)] == [("waits for approval", 0)] * 2, outcome.message
    assert drafted.stale() == set()


def test_books_that_were_lost_are_written_anew_from_what_the_provider_has(drafted):
    bills = drafted.previz.bills()
    (drafted.state / "ledger.sqlite").unlink()
    drafted.forget()

    outcome = drafted.run()

    assert outcome.ending == "waits for approval", outcome.message
    assert drafted.previz.bills() == bills
    assert drafted.ledger.audit() == []
