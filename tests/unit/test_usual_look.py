"""Which baseline judges a picture: the first that was fixed, and none for what was certified without one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from manifests.certificate import Certificate
from manifests.finding import Score
from production.journey.approved import (
    NOTE,
    ApprovedClip,
    FilmBaseline,
    _clip,
    baseline_mark,
    film_baseline,
    fix_baseline,
)

ASSET = "a" * 64


class LedgerOfOneScene:
    """The two questions of the ledger that are asked here."""

    def __init__(self) -> None:
        self.written: list[tuple[str, str, str]] = []
        self.filed: list[Certificate] = []

    def note(self, kind, scope, text):
        self.written.append((kind, scope, text))

    def notes(self, *, kind=None, scope=None):
        return tuple(SimpleNamespace(text=text) for k, s, text in self.written if (k, s) == (kind, scope))

    def certificates(self, asset, shot, stage):
        return tuple(c for c in self.filed if (c.asset, c.shot, c.stage) == (asset, shot, stage))


@pytest.fixture
def services():
    film = SimpleNamespace(film=SimpleNamespace(code="HRB"), scenes={}, bible=None)
    return SimpleNamespace(
        ledger=LedgerOfOneScene(),
        folder=film,
        eye_name=lambda: "small",
        rules=lambda: "rules-1",
        hashes=lambda: {"p": "1"},
    )


def fixed(services, *, eye="small", baseline="first", masters=None) -> FilmBaseline:
    from production.journey.approved import _masters

    found = FilmBaseline(eye=eye, masters=masters or _masters(services), panels=(), baseline=baseline)
    services.ledger.note(NOTE, "film:HRB", found.stored())
    return found


def certificate(*scores: Score) -> Certificate:
    return Certificate(
        asset=ASSET,
        shot="SC010_SH0010",
        stage="panel",
        tier="draft",
        scores=scores,
        references=(),
        rules="rules-1",
        eye="small",
    )


def kept(value: float | None) -> Score:
    return Score(rule="V111", subject="ada", value=value, threshold=-2.5, passed=True, applies=value is not None)


def test_the_first_baseline_stays_the_films(services):
    first = fixed(services)
    fixed(services, baseline="second")
    assert film_baseline(services) == first


@pytest.mark.parametrize("other", [{"eye": "large"}, {"masters": "b" * 64}], ids=["another eye", "other masters"])
def test_a_baseline_of_another_eye_or_of_other_masters_does_not_count(services, other):
    fixed(services, **other)
    assert film_baseline(services) is None
    assert baseline_mark(services, ASSET, "SC010_SH0010", "panel") == ""


def test_what_was_certified_without_a_baseline_is_judged_without_one(services):
    fixed(services)
    assert baseline_mark(services, ASSET, "SC010_SH0010", "panel")
    services.ledger.filed = [certificate(kept(None))]
    assert baseline_mark(services, ASSET, "SC010_SH0010", "panel") == ""


def test_what_was_certified_with_the_baseline_is_judged_with_it_again(services):
    fixed(services)
    before = baseline_mark(services, ASSET, "SC010_SH0010", "panel")
    services.ledger.filed = [certificate(kept(-0.4))]
    assert baseline_mark(services, ASSET, "SC010_SH0010", "panel") == before


def made(sha256, provider="openrouter", stage="clip", shot="SC010_SH0010"):
    asset, order = SimpleNamespace(sha256=sha256), SimpleNamespace(frames=97)
    return SimpleNamespace(shot=shot, stage=stage, provider=provider, asset=asset, order=order, handwork=False)


def test_of_an_approved_shot_its_newest_certified_clip_by_a_model_shows_everybody_in_further_poses(services):
    first, second, unsure, drawn = ("1" * 64, "2" * 64, "3" * 64, "4" * 64)
    certified = SimpleNamespace(rules="rules-1", eye="small")
    records = SimpleNamespace(certificates=lambda sha256, shot, stage: () if sha256 == unsure else (certified,))
    services.vault = SimpleNamespace(has=lambda sha256: True)
    takes = [made(first), made(second), made(unsure), made(drawn, provider="previz"), made("5" * 64, stage="panel")]
    assert _clip(services, records, takes, "SC010_SH0010") == ApprovedClip(sha256=second, frames=97)
    assert _clip(services, records, takes[2:], "SC010_SH0010") is None


def test_a_film_with_too_few_approved_panels_has_no_baseline(services):
    assert fix_baseline(services) is None
    assert services.ledger.written == []
