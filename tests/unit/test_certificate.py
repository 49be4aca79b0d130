from __future__ import annotations

import pytest

from manifests.certificate import Certificate, Certified, certificate_for
from manifests.errors import Uncertified
from manifests.finding import Finding, Score, Verdict
from manifests.take import Artefact

SHOT = "SC010_SH0010"
PANEL = Artefact(sha256="a" * 64, media_type="image/png", width=1280, height=720, size_bytes=1000)
PASSED = Score(rule="V101", subject="ada", value=0.9, threshold=0.8, passed=True)
FAILED = Score(rule="V101", subject="ada", value=0.1, threshold=0.8, passed=False)
SILENT = Score(rule="V101", subject="nobody", value=None, threshold=0.8, passed=False, applies=False)
FINDING = Finding(
    rule="V101", severity="error", subject="ada", flaw="identity:ada", message="It is somebody else", cure="Retake."
)


def _certificate(**changes) -> Certificate:
    fields = {
        "asset": PANEL.sha256,
        "shot": SHOT,
        "stage": "panel",
        "tier": "draft",
        "scores": (PASSED, SILENT),
        "references": (),
        "rules": "rules-1",
        "eye": "small",
    }
    return Certificate(**(fields | changes))


def _written(verdict: Verdict, references: tuple[str, ...] = ()) -> Certificate:
    return certificate_for(
        PANEL, verdict, shot=SHOT, stage="panel", tier="draft", references=references, rules="r", eye="e"
    )


def test_an_artefact_and_the_certificate_that_fits_it_are_certified():
    certified = Certified(PANEL, _certificate(), shot=SHOT, stages=("panel", "end_panel"))
    assert certified.sha256 == PANEL.sha256


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"asset": "b" * 64}, "other bytes (bbbbbbbbbbbb, not aaaaaaaaaaaa)"),
        ({"shot": "SC010_SH0020"}, "for SC010_SH0020"),
        ({"stage": "clip"}, "for a clip"),
        ({"scores": (PASSED, FAILED)}, "failed check (V101 ada)"),
    ],
)
def test_a_certificate_that_does_not_fit_is_refused_with_the_reason_and_the_next_command(changes, says):
    with pytest.raises(Uncertified) as refused:
        Certified(PANEL, _certificate(**changes), shot=SHOT, stages=("panel",))
    assert says in str(refused.value)
    assert str(refused.value).endswith("gate run SC010")
    assert not refused.value.retry_helps


@pytest.mark.parametrize("name", ["artefact", "certificate", "sha256"])
def test_a_certified_artefact_cannot_be_given_other_bytes(name):
    certified = Certified(PANEL, _certificate(), shot=SHOT, stages=("panel",))
    with pytest.raises(AttributeError):
        setattr(certified, name, PANEL)
    assert certified.artefact is PANEL


def test_a_failed_verdict_gets_no_certificate_and_says_why():
    with pytest.raises(Uncertified, match=r"It is somebody else.*gate explain SC010_SH0010"):
        _written(Verdict(scores=(FAILED,), findings=(FINDING,)))


def test_a_warning_does_not_withhold_the_certificate():
    warned = Verdict(scores=(PASSED,), findings=(FINDING.model_copy(update={"severity": "warning"}),))
    assert warned.passed
    assert warned.flaws == frozenset()
    assert _written(warned).scores == (PASSED,)


def test_the_same_gate_over_the_same_bytes_writes_the_same_certificate():
    verdict = Verdict(scores=(PASSED,), findings=())
    one, other = _written(verdict, ("c" * 64, "b" * 64)), _written(verdict, ("b" * 64, "c" * 64, "b" * 64))
    assert one.sha256 == other.sha256
    assert one.sha256 != _written(verdict).sha256


def test_takes_fail_alike_by_their_flaws():
    verdict = Verdict(
        scores=(FAILED,), findings=(FINDING, FINDING.model_copy(update={"severity": "info", "flaw": "x"}))
    )
    assert not verdict.passed
    assert verdict.flaws == {"identity:ada"}
