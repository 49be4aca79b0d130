"""What is there is not made again; what a change touches, and what hangs on it, is; nothing else is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.outcome import SceneOutcome
from flows.serving.last_outcome import ground, recall, remember
from production.messages.standstill import Ground
from production.planning.run_options import RunOptions


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


def test_what_another_version_kept_of_free_steps_is_made_anew_and_nothing_is_bought(drafted):
    """A class that has moved since is not an object to Prefect any more: it gives the plain JSON that was stored."""
    before, bills = drafted.run(), drafted.previz.bills()
    for path in (drafted.state / "vault" / "steps").iterdir():
        kept = path.read_text()
        path.write_text(
            kept.replace("production.gating.result.GateResult", "production.purchasing.gate_result.GateResult")
        )
    drafted.forget()

    after = drafted.run()

    assert (after.ending, after.exit_code) == (before.ending, before.exit_code) == ("waits for approval", 3)
    assert drafted.previz.bills() == bills
    assert [line.status for line in after.shots] == [line.status for line in before.shots]


def test_a_ledger_that_was_lost_is_written_again_from_what_the_provider_has(drafted):
    bills = drafted.previz.bills()
    (drafted.state / "ledger.sqlite").unlink()
    drafted.forget()

    outcome = drafted.run()

    assert outcome.ending == "waits for approval", outcome.message
    assert drafted.previz.bills() == bills
    assert drafted.ledger.audit() == []


@pytest.fixture
def make(drafted, rehearsed_here, monkeypatch) -> Callable[[], tuple[SceneOutcome, bool]]:
    """`gate run` itself; gives its outcome, and whether it asked for Prefect's server."""
    from desk.cli import making

    here, asked = making.server_for, []

    def server_for(services):
        asked.append(services)
        return here(services)

    monkeypatch.setattr(making, "server_for", server_for)

    def run() -> tuple[SceneOutcome, bool]:
        services = drafted.services
        os.environ.pop("PREFECT_API_URL")  # no server serves the film
        asked.clear()
        outcome = making.make(services, "SC010")
        return outcome, bool(asked)

    return run


def test_a_scene_that_waits_or_is_finished_starts_no_server_and_ends_with_the_same_outcome(drafted, make):
    first, _ = make()
    again, started = make()
    assert not started
    assert again == drafted.run() == first.model_copy(update={"generated": 0})
    assert again.ending == "waits for approval"

    drafted.approve()
    first, started = make()
    assert started
    assert first.generated == 4
    again, started = make()
    assert not started
    assert again == drafted.run() == first.model_copy(update={"generated": 0})
    assert again.ending == "finished"


def test_whatever_an_outcome_rests_on_makes_the_scene_run_again(drafted, make):
    outcome, _ = make()

    def now() -> Ground:
        drafted.forget()
        services = drafted.services
        os.environ.pop("PREFECT_API_URL")
        found = ground(services, "SC010", RunOptions())
        assert found is not None
        return found

    def knows() -> bool:
        return recall(drafted.services.settings, "SC010", now()) is not None

    def rewrite(path: Path) -> None:
        path.write_bytes(path.read_bytes())

    def lose(path: Path) -> None:
        path.rename(path.with_suffix(".away"))
        assert not knows()
        path.with_suffix(".away").rename(path)

    film, sheet = drafted.root / "film.yaml", Path(outcome.contact_sheet or "")
    changes: dict[str, Callable[[], object]] = {
        "a line of YAML": lambda: film.write_text(f"# To be checked.\n{film.read_text()}"),
        "a picture": lambda: rewrite(next((drafted.root / "assets").rglob("*.png"))),
        "a lost deliverable": lambda: lose(sheet),
        "another deliverable": lambda: rewrite(sheet),
        "a clip laid down": next((drafted.root / "out" / "SC010" / "clips").iterdir()).unlink,
        "a verdict": lambda: drafted.say("verdict", "SC010_SH0040", "fail", "--why", "her hand", "--yes"),
        "a cap": lambda: drafted.say("cap", "scene:SC010", "--usd", "5.00", "--why", "less", "--yes"),
        "an approval": drafted.approve,
    }
    for name, change in changes.items():
        remember(drafted.services.settings, now(), outcome)
        assert knows(), name
        change()
        assert not knows(), name

    remember(drafted.services.settings, now(), outcome)
    assert not knows(), "the finals have an approval, and are to be made"
