"""`tiers: draft: approve: person`: no paid draft is bought before a person approved it; and a dearer draft takes a
decision.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from governor.errors import ApprovalLapsed, DraftsNotDecided, NotApproved
from governor.ledger import Ledger
from manifests.errors import GateError
from production.planning import plan_file
from production.planning.draft_approval import binding_of_attempt, drafts_that_wait
from production.planning.limits import plan_within_limits
from production.planning.rehearsing import bring_draft_resolution
from production.planning.run_options import RunOptions
from wiring.opening import open_services
from wiring.settings import read_settings

SHOT = "SC010_SH0010"
SCENE = "SC010"


@pytest.fixture
def asked(paid, monkeypatch):
    """A paid film that asks before each draft, with one shot's panel made. Its purchases say so, as a run's own do."""

    def ask(film: dict) -> None:
        film["tiers"] = {"draft": {"resolution": "480p", "approve": "person"}}

    paid.edit("film.yaml", ask)
    paid.make(SHOT, "panel")
    minted = Ledger.hold

    def hold(ledger: Ledger, purchase):
        attempt = paid._attempt(purchase.shot, purchase.stage, purchase.tier, purchase.attempt)
        clip = purchase.stage == "clip"
        bound = binding_of_attempt(paid.services, attempt) if clip else None
        resolution = attempt.request.resolution if clip else None
        return minted(ledger, replace(purchase, draft_approval=True, binding=bound, resolution=resolution))

    monkeypatch.setattr(Ledger, "hold", hold)
    return paid


def approve(asked, gate, *words):
    return gate("approve", SCENE, *words, "--yes", "--prices", "p.yaml")


def test_the_ledger_gives_no_grant_for_a_draft_that_nobody_approved(asked, gate):
    with pytest.raises(NotApproved, match=r"nobody has approved it .*picture and its words.*--tier draft"):
        asked.hold(SHOT, "clip")
    assert [take.stage for take in asked.services.ledger.takes(scene=SCENE)] == ["panel"]
    assert approve(asked, gate, "--tier", "draft")[0] == 0
    asked.hold(SHOT, "clip")


def test_what_is_approved_is_shown_with_its_picture_its_words_and_its_price(asked, gate, monkeypatch):
    waits = drafts_that_wait(asked.services, asked.services.scene(SCENE))
    assert waits.keys() == {SHOT}, "the other shot has no picture yet"
    panel = asked.services.ledger.takes(shot=SHOT, stage="panel")[0].asset.sha256
    assert waits[SHOT].picture == str(asked.services.vault.path(panel))
    assert "She sets a cup down." in waits[SHOT].prompt
    assert waits[SHOT].binding.price_microusd == 240_000, "four seconds at $0.05, and a fifth more may be billed"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda *_, **__: True)
    _, _, shown = gate("approve", SCENE, "--prices", "p.yaml")
    assert waits[SHOT].picture in shown
    assert "She sets a cup down." in shown
    assert "$0.24" in shown


def test_an_approval_of_a_draft_lapses_by_name_and_covers_one_take(asked, gate):
    approve(asked, gate, "--tier", "draft")
    asked.edit("scenes/SC010.yaml", lambda scene: scene["shots"][0].update(motion="She drops the cup."))
    with pytest.raises(ApprovalLapsed, match=r"prompt, .*take changed since"):
        asked.hold(SHOT, "clip")
    approve(asked, gate, "--tier", "draft")
    asked.make(SHOT, "clip", flaw="hands")
    with pytest.raises(ApprovalLapsed, match="something else: take changed since"):
        asked.hold(SHOT, "clip", number=2)


def test_the_plan_says_which_drafts_wait_and_the_approval_lets_them_run(asked, gate):
    def blocked():
        plan = json.loads(gate("plan", SCENE, "--prices", "p.yaml", "--json")[1])
        steps = (s for s in plan["steps"] if (s["tier"], s["stage"]) == ("draft", "clip"))
        return [(s["does"], s["why"]) for s in steps], plan["sentence"]

    steps, sentence = blocked()
    assert steps == [
        ("blocked", "waits for your approval"),
        ("blocked", "waits for its picture and your approval"),
    ]
    assert "2 drafts wait for your approval" in sentence
    approve(asked, gate)
    assert blocked()[0][0][0] == "run"


def test_a_free_draft_asks_nobody(asked):
    asked.prices.write_text(asked.prices.read_text().replace('"0.05"', '"0.00"'))
    assert drafts_that_wait(asked.services, asked.services.scene(SCENE)) == {}
    asked.hold(SHOT, "clip")


def test_dearer_drafts_take_a_decision_with_a_reason(paid, gate):
    prices = paid.prices.read_text()
    paid.prices.write_text(
        prices.replace("resolutions: [480p], unit: output_second", "resolutions: [480p, 1080p], unit: output_second")
    )
    paid.edit("film.yaml", lambda film: film.update(tiers={"draft": {"resolution": "720p", "approve": "none"}}))
    services = paid.services
    with pytest.raises(DraftsNotDecided, match=r'drafts of TEA: .*720p.*gate drafts 720p --why "..."'):
        plan_file.start(services, services.scene(SCENE), RunOptions())
    plan = plan_within_limits(services, services.scene(SCENE)).plan
    assert {s.block for s in plan.steps if (s.tier, s.stage) == ("draft", "clip")} == {"resolution"}

    paid.make(SHOT, "panel")
    assert refused_by_the_ledger(paid) is DraftsNotDecided
    assert gate("drafts", "720p", "--why", " ", "--yes")[0] == 3
    assert gate("drafts", "720p", "--why", "the client reads the label", "--yes")[0] == 0
    plan_file.start(paid.services, paid.services.scene(SCENE), RunOptions())
    assert refused_by_the_ledger(paid) is None

    assert gate("drafts", "480p", "--why", "enough", "--yes")[0] == 0
    assert "resolution: 480p" in (paid.root / "film.yaml").read_text()
    plan_file.start(paid.services, paid.services.scene(SCENE), RunOptions())


def test_a_rehearsal_makes_drafts_as_the_films_own_books_let_it(paid, gate, tmp_path):
    assert gate("drafts", "720p", "--why", "the client reads the label", "--yes")[0] == 0
    copy = tmp_path / "copy"
    shutil.copytree(paid.root, copy, ignore=shutil.ignore_patterns(".gate"))
    apart = open_services(read_settings(copy))
    bring_draft_resolution(paid.services.settings, apart)
    assert apart.ledger.draft_resolution("TEA") == "720p"


def refused_by_the_ledger(paid) -> type[GateError] | None:
    """What the ledger itself says to such a draft, whatever the plan says."""
    held = Ledger.hold

    def hold(ledger, purchase):
        return held(ledger, replace(purchase, resolution="720p"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ledger, "hold", hold)
        try:
            paid.hold(SHOT, "clip")
        except DraftsNotDecided as refusal:
            return type(refusal)
    return None
