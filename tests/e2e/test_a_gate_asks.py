"""A gate that is not sure asks a person and buys nothing;
the answer goes on from the next step, or makes another take.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from manifests.spending.grant import Grant
from manifests.spending.price import Quote
from production.planning.plan_scene import plan_scene
from providers.handoff.job import HandJob
from providers.previz.adapter import Previz
from providers.previz.flaws import Flaw, FlawScript

PRICES = Path(__file__).parents[2] / "docs" / "handoff.prices.yaml"
SHOT, OTHER = "SC010_SH0020", "SC010_SH0040"
FREE = Quote(low_microusd=0, likely_microusd=0, high_microusd=0, price="0" * 64)


@pytest.fixture
def film(film_of):
    """Somebody makes the panel of one shot elsewhere, so that nobody knows who stands where in it;
    previz makes the rest.
    """
    small = film_of("SH0020", "SH0040")
    small.prices(PRICES)
    small.edit_shot(SHOT, providers={"panel": "handoff"})
    # Wide enough that the right picture is asked about too: a film may say so.
    small.edit("film.yaml", lambda d: d.update(ask_bands={"V102": 2.0}))
    return small


async def save(film, flaws=()) -> None:
    """Draw what each open folder asks for, and save it there."""
    services = film.services
    for folder in sorted((film.state / "handoffs").iterdir()):
        job = HandJob.from_stored((folder / ".job.json").read_bytes())
        if (folder / job.save_as).exists():
            continue
        previz = Previz(film.state / "drawn", services.vault.path, services.prices.price_of, FlawScript(flaws))
        previz.quote = lambda request, price_of: FREE
        made = await previz.submit(Grant.mint(job.generation_key, 0), job.generation_key, job.request)
        assert (await previz.poll(made.job_id)).state == "done"
        (folder / job.save_as).write_bytes(
            (await previz.fetch(made.job_id, film.state / "drawn" / "out")).path.read_bytes()
        )


def asked(film):
    """The film with its question: one shot waits for an answer, the other is drafted."""
    assert film.run().ending == "waits for hands"
    asyncio.run(save(film))
    return film.run()


def panels(film):
    return [row["version"] for row in film.attempts() if (row["shot"], row["stage"]) == (SHOT, "panel")]


def status_of(outcome, shot=SHOT):
    return next(line.status for line in outcome.shots if line.shot == shot)


def test_a_shot_that_only_asks_waits_while_others_go_on_and_a_yes_goes_on_from_the_next_step(film):
    outcome = asked(film)

    assert (outcome.ending, outcome.exit_code) == ("waits for an answer", 3)
    assert (status_of(outcome), status_of(outcome, OTHER)) == ("asks", "done")
    question = "V102 is this ilse?"
    assert question in outcome.message
    assert "asks between 0.05 and 2.05" in outcome.message
    assert outcome.next[0] == f"gate verdict {SHOT} pass"
    assert panels(film) == [1]  # the take is kept, and no other is made
    [verdict] = film.verdicts(SHOT, "panel")
    assert (verdict.passed, verdict.failed, len(verdict.questions)) == (False, False, 2)
    step = next(s for s in plan_scene(film.services, film.services.scene("SC010")).of(SHOT) if s.stage == "panel")
    assert (step.does, step.block) == ("blocked", "asked")
    for command in (("status", "SC010"), ("explain", SHOT), ("plan", "SC010")):
        assert "is this ilse?" in " ".join(film.say(*command).split()), command
    told = json.loads(film.say("explain", SHOT, "--json"))
    assert told["takes"][0]["asks"]

    again = film.run()  # nobody has answered: the same words, and nothing made
    assert (again.ending, again.generated, again.message) == ("waits for an answer", 0, outcome.message)

    film.say("verdict", SHOT, "pass", "--why", "it is her, I drew it", "--yes")
    decision = film.ledger.decided(SHOT)[-1].decision
    assert (decision.kind, decision.why) == ("verdict", "it is her, I drew it")
    assert film.ledger.verdict(decision.label.take).questions  # what the gate said stays until the next run

    outcome = film.run()
    assert (outcome.ending, outcome.generated) == ("waits for approval", 1)  # the clip alone
    assert status_of(outcome) == "done"
    assert panels(film) == [1]
    [passed] = film.ledger.certificates(decision.label.asset, SHOT, "panel")
    said = [score for score in passed.scores if score.ask]
    assert {(score.rule, score.passed) for score in said} == {("V102", True)}
    assert "panels by handoff: it only asks, with 1 of 12 approved shots" in film.say(
        "rule", "V102", "--film", film.root
    )


def test_a_question_that_the_films_usual_values_settle_is_asked_of_nobody(film, monkeypatch):
    from checks.rules.panel_rules import IDENTITY_KEPT
    from manifests.finding import Verdict
    from production.gating import panel as gate_panel

    real = gate_panel.look

    def as_usual(case, eye, faces):
        found = real(case, eye, faces)
        kept = tuple(IDENTITY_KEPT.score(member.character, 0.3, {}) for member in case.shot.cast)
        return Verdict(scores=(*found.scores, *kept), findings=found.findings)

    monkeypatch.setattr(gate_panel, "look", as_usual)
    outcome = asked(film)

    assert (outcome.ending, status_of(outcome)) == ("waits for approval", "done")
    [verdict] = film.verdicts(SHOT, "panel")
    assert verdict.passed
    told = [found.message for found in verdict.findings if found.rule == "V102"]
    assert told
    assert all(message.endswith("settled by V111, +0.3 deviations from usual") for message in told)
    asset = film.ledger.takes(shot=SHOT, stage="panel")[0].asset.sha256
    assert film.ledger.certificate(asset, SHOT, "panel") is not None


def test_a_no_makes_another_take_within_the_films_attempts(film):
    asked(film)
    film.say("retake", SHOT, "--change", "seed", "--why", "another face", "--yes")
    assert film.run().ending == "waits for hands"  # the second take is laid out for its maker
    asyncio.run(save(film))

    outcome = film.run()

    assert (outcome.ending, panels(film)) == ("waits for an answer", [1, 2])
    film.say("verdict", SHOT, "pass", "--yes")
    assert film.run().ending == "waits for approval"
    assert panels(film) == [1, 2]


def test_without_a_band_and_on_the_embedded_animatic_nobody_is_asked(film):
    film.edit("film.yaml", lambda d: d.update(ask_bands={"V102": 0.0}))
    assert asked(film).ending == "waits for approval"


def test_a_picture_that_shows_nobody_is_asked_about_and_no_other_is_bought_while_few_are_approved(film):
    film.edit("film.yaml", lambda d: d.update(ask_bands={"V102": 0.0}, limits={**d.get("limits", {}), "attempts": 3}))
    assert film.run().ending == "waits for hands"
    asyncio.run(save(film, (Flaw(flaw="missing_character", shot=SHOT, stage="panel"),)))

    outcome = film.run()

    assert (outcome.ending, panels(film)) == ("waits for an answer", [1])
    [verdict] = film.verdicts(SHOT, "panel")
    assert not verdict.failed
    assert "is ilse there?" in outcome.message
    film.say("verdict", SHOT, "pass", "--why", "she is behind the door", "--yes")
    assert film.run().ending == "waits for approval"
    assert panels(film) == [1]


def test_a_film_that_goes_on_without_an_answer_asks_nobody_and_says_so(film):
    film.edit("film.yaml", lambda d: d.update(when_unsure="go_on"))

    assert asked(film).ending == "waits for approval"
    [verdict] = film.verdicts(SHOT, "panel")
    assert verdict.passed
    assert any("nobody was asked" in finding.message for finding in verdict.findings)
