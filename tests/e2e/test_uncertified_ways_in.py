"""No clip is made from a panel that no gate has passed:
every way in is tried, and the provider's bill stays as it was.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from governor.errors import UncertifiedInput
from manifests.certificate import Certificate, Certified, certificate_for
from manifests.decision import Decision
from manifests.errors import Uncertified
from manifests.finding import Finding, Verdict
from manifests.handwork import Handwork
from production.journey.errors import GenerationFailed

SHOT, OTHER = "SC010_SH0040", "SC010_SH0020"
FAILED = Verdict(
    scores=(),
    findings=(
        Finding(
            rule="V103", severity="error", subject="ilse", flaw="wardrobe:ilse", message="a raincoat", cure="again"
        ),
    ),
)


class Set:
    """A drafted film in which one shot's motion is new, so that its clip would really be bought."""

    def __init__(self, film: Any) -> None:
        film.edit_shot(SHOT, motion="Ilse turns her hands over and looks at the cuffs.")
        self.film, self.services = film, film.services
        self.panel, self.other = self._panel(SHOT), self._panel(OTHER)
        self.bills = film.previz.bills()

    def make_clip(self, panel: Any, made_from: Certified | None = None) -> Any:
        """The task's own function, as the flow calls it, in a run of its own. `made_from`: another picture than the
        panel.
        """
        from production.journey.requests import Opening, clip_of
        from production.journey.standing import attempt_at
        from production.purchasing.run import Run
        from tasks.make_clip import make_clip

        async def made() -> Any:
            scene = self.services.scene("SC010")
            epoch = self.services.ledger.begin_epoch(scene.id, "by hand")
            self.services.ledger.declare_caps({"run:by hand": 15_000_000})
            run = Run(self.services, scene, epoch)
            opens_on = made_from or (panel if isinstance(panel, Certified) else self.panel)
            shot, hashes = self.services.shot(SHOT), self.services.hashes()
            request = clip_of(self.services, hashes, shot, "draft", opens_on, None, Opening("", 0))
            attempt = attempt_at(self.services, "clip", request)
            return await make_clip.fn(run, SHOT, "draft", attempt, panel, None)

        return asyncio.run(made())

    def refuses(self, panel: Any, *why: type[Exception], made_from: Certified | None = None) -> None:
        with pytest.raises(why):
            self.make_clip(panel, made_from)
        assert self.film.previz.bills() == self.bills
        assert not self.services.ledger.marks_open()

    def _panel(self, shot: str) -> Certified:
        take = self.services.ledger.takes(shot=shot, stage="panel")[-1]
        certificate = self.services.ledger.certificate(take.asset.sha256, shot, "panel")
        return Certified(take.asset, certificate, shot=shot, stages=("panel",))


@pytest.fixture
def on_set(drafted):
    return Set(drafted)


def test_the_certified_panel_is_let_in(on_set):
    made = on_set.make_clip(on_set.panel)

    assert made.fresh
    assert len(on_set.film.previz.bills()) == len(on_set.bills) + 1


@pytest.mark.parametrize("way", ["artefact", "bytes", "path", "hash", "nothing", "look-alike", "certificate"])
def test_what_is_no_certified_panel_is_refused(on_set, way):
    artefact, certificate = on_set.panel.artefact, on_set.panel.certificate
    path = on_set.services.artefact_path(artefact)
    given = {
        "artefact": artefact,
        "bytes": path.read_bytes(),
        "path": path,
        "hash": artefact.sha256,
        "nothing": None,
        "look-alike": SimpleNamespace(artefact=artefact, certificate=certificate, sha256=artefact.sha256),
        "certificate": certificate,
    }
    on_set.refuses(given[way], Uncertified)


def test_another_shots_panel_is_refused_with_its_own_certificate_and_with_ours(on_set):
    on_set.refuses(on_set.other, Uncertified)
    on_set.refuses(_forced(on_set.other.artefact, on_set.panel.certificate), Uncertified)


def test_a_clip_of_another_picture_than_its_certified_panel_is_refused(on_set):
    on_set.refuses(on_set.panel, Uncertified, made_from=on_set.other)


def test_a_forged_certificate_that_fits_in_every_word_is_not_on_file(on_set):
    forged = on_set.other.certificate.model_copy(update={"shot": SHOT})
    certified = Certified(on_set.other.artefact, forged, shot=SHOT, stages=("panel",))

    on_set.refuses(certified, UncertifiedInput)


def test_a_certified_panel_cannot_be_changed_and_a_forced_one_is_looked_at_again(on_set):
    with pytest.raises(AttributeError):
        on_set.panel.artefact = on_set.other.artefact
    object.__setattr__(on_set.panel, "artefact", on_set.other.artefact)

    on_set.refuses(on_set.panel, Uncertified)


def test_a_failed_verdict_gets_no_certificate_and_a_failed_score_makes_one_void(on_set):
    good = on_set.panel.certificate
    with pytest.raises(Uncertified, match="a raincoat"):
        certificate_for(
            on_set.panel.artefact,
            FAILED,
            shot=SHOT,
            stage="panel",
            tier="draft",
            references=good.references,
            rules=good.rules,
            eye=good.eye,
        )
    scores = (good.scores[0].model_copy(update={"passed": False, "applies": True}), *good.scores[1:])
    void = good.model_copy(update={"scores": scores})
    on_set.services.ledger.file_certificate(void)

    on_set.refuses(_forced(on_set.panel.artefact, void), Uncertified)


def test_tampered_bytes_are_found_before_a_clip_is_made_of_them(on_set):
    path = on_set.services.artefact_path(on_set.panel.artefact)
    path.chmod(0o644)
    path.write_bytes(on_set.services.artefact_path(on_set.other.artefact).read_bytes())

    on_set.refuses(on_set.panel, GenerationFailed)


def test_a_forged_gate_result_in_prefects_cache_lets_nothing_through(film_of):
    film = film_of("SH0040", "SH0080")
    film.flaws({"shot": SHOT, "flaw": "wrong_wardrobe", "character": "ilse"})
    film.edit("film.yaml", lambda d: d["limits"].update(attempts=1))
    assert film.run().ending == "incomplete"
    bills = film.previz.bills()
    other = film.ledger.takes(shot="SC010_SH0080", stage="panel")[0]
    certificate = film.ledger.certificate(other.asset.sha256, other.shot, "panel")
    for claim in (None, "ab" * 32, certificate.sha256):
        assert _forge(film.state / "vault" / "steps", film.ledger.takes(shot=SHOT)[0].asset.sha256, claim)

        outcome = film.run()

        line = next(line for line in outcome.shots if line.shot == SHOT)
        assert line.status == "escalated", claim
        assert not film.ledger.takes(shot=SHOT, stage="clip")
        assert film.previz.bills() == bills
    assert "wears" in line.message  # the gate looked for itself, and says what is wrong


def _forced(artefact: Any, certificate: Certificate) -> Certified:
    """A Certified that never went through its own door."""
    made = object.__new__(Certified)
    object.__setattr__(made, "artefact", artefact)
    object.__setattr__(made, "certificate", certificate)
    return made


def _forge(steps: Path, asset: str, certificate: str | None) -> int:
    """Turn the verdict over this panel into a pass, in every cached result; gives how many there were."""
    forged = 0
    for path in steps.glob("panel-gate-*"):
        record = json.loads(path.read_bytes())
        result = json.loads(record["result"])
        if result["data"]["asset"]["sha256"] == asset:
            result["data"]["verdict"]["findings"] = []
            result["data"]["certificate"] = certificate
            record["result"] = json.dumps(result)
            path.write_text(json.dumps(record), encoding="utf-8")
            forged += 1
    return forged


def test_a_composite_is_no_way_round_the_gate_and_a_choice_is_none_for_other_bytes(drafted, tmp_path):
    blank = tmp_path / "blank.png"
    Image.new("RGB", (1280, 720), (18, 18, 18)).save(blank)
    bills, other = drafted.previz.bills(), drafted.ledger.takes(shot=OTHER, stage="panel")[0].asset
    drafted.say("comp", "import", SHOT, str(blank), "--yes")

    refused = next(line for line in drafted.run().shots if line.shot == SHOT)

    assert refused.status == "escalated"
    assert "V109" in refused.message
    made = drafted.ledger.takes(shot=SHOT, stage="panel")[-1]
    assert made.origin == "human"
    assert drafted.ledger.certificate(made.asset.sha256, SHOT, "panel") is None
    assert drafted.previz.bills() == bills

    drafted.say("undo", SHOT, "--yes")
    drafted.ledger.decide(
        Decision(
            kind="hands",
            scope=f"shot:{SHOT}",
            who="mallory",
            made_at="2026-11-21T12:00:00+00:00",
            door="command line",
            hands=Handwork(work="composite", asset=other),
        )
    )
    drafted.say("comp", "polish", SHOT, "--yes")
    drafted.ledger.decide(
        Decision(
            kind="hands",
            scope=f"shot:{SHOT}",
            who="mallory",
            made_at="2026-11-21T12:00:00+00:00",
            door="command line",
            hands=Handwork(work="use", asset=other.model_copy(update={"sha256": "f" * 64})),
        )
    )
    waits = next(line for line in drafted.run().shots if line.shot == SHOT)
    assert (waits.status, "which counts" in waits.message) == ("waits", True)
