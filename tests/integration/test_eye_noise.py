"""What a model's distances mean: learnt beside the built-in one's, so that the same picture gets the same verdict."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from checks.gates.panel_gate import PanelCase, gate_panel
from checks.scorer.channels import similarity
from checks.scorer.framing import masters_of
from checks.scorer.noise_learning import learn_noise
from checks.seeing.eye import Eye, Fit, Picture, TunedEye, Vectors, open_eye
from checks.seeing.eye_noise import BUILT_IN_NOISE, EyeNoise, Noise
from checks.seeing.masters import References
from manifests.reading.film_folder import FilmFolder, read_film
from wiring.own_eyes import masters_here

HARBOUR = Path(__file__).parents[2] / "examples" / "harbour"
DULL = 0.2


class DullEye:
    """The built-in model with a number that all pictures share: each cosine distance is a fifth of what it was."""

    name, noise = "dull/1", BUILT_IN_NOISE

    def __init__(self, eye: Eye) -> None:
        self._eye = eye

    def embed(self, pictures: Sequence[Picture], fit: Fit = "letterbox") -> Vectors:
        rows = self._eye.embed(pictures, fit) * np.sqrt(DULL)
        return np.hstack([rows, np.full((len(rows), 1), np.sqrt(1 - DULL), np.float32)]).astype(np.float32)


@pytest.fixture(scope="module")
def film() -> FilmFolder:
    return read_film(HARBOUR)


@pytest.fixture(scope="module")
def masters(film: FilmFolder) -> References:
    return masters_here(film)


@pytest.fixture(scope="module")
def learnt(film: FilmFolder, masters: References) -> EyeNoise:
    return learn_noise(DullEye(open_eye()), open_eye(), masters_of(film.bible, masters))


def test_the_built_in_models_own_noise_is_one_to_the_last_digit(film: FilmFolder, masters: References) -> None:
    known = masters_of(film.bible, masters)
    learnt = learn_noise(open_eye(), open_eye(), known)
    assert (learnt.figure, learnt.head, learnt.place) == (Noise(), Noise(), Noise())


def test_a_model_with_smaller_distances_is_known_by_them(learnt: EyeNoise) -> None:
    for part in (learnt.figure, learnt.head, learnt.place):
        assert part.scale == pytest.approx(DULL, rel=0.01)
        assert part.spread == pytest.approx(1, abs=0.01)


def test_the_same_panel_gets_the_same_scores_from_a_model_with_smaller_distances(
    film: FilmFolder, masters: References, learnt: EyeNoise
) -> None:
    shot = film.scenes["SC010"].shots[1]
    case = PanelCase(HARBOUR / "assets" / "locations" / "quay.png", shot, 0.0, film.bible, masters, size=(1280, 720))
    usual = gate_panel(case, open_eye())
    dull = gate_panel(case, TunedEye(DullEye(open_eye()), learnt))
    untuned = gate_panel(case, DullEye(open_eye()))

    def values(verdict: object) -> list[float | None]:
        return [score.value for score in verdict.scores]  # type: ignore[attr-defined]

    assert values(dull) == pytest.approx(values(usual), abs=2e-3, nan_ok=True)
    assert [f.rule for f in dull.findings] == [f.rule for f in usual.findings]
    assert values(untuned) != pytest.approx(values(usual), abs=2e-3, nan_ok=True)


def test_a_channels_floor_and_spread_are_those_of_the_model(learnt: EyeNoise) -> None:
    usual = similarity("ada", "figure_embedding", 0.1, "a")
    assert similarity("ada", "figure_embedding", 0.1 * DULL, "dull/1", learnt).value == pytest.approx(usual.value, 0.01)
    wide = EyeNoise(eye="wide/1", figure=Noise(spread=2))
    assert similarity("ada", "figure_embedding", 0.1, "wide/1", wide).value == pytest.approx(usual.value / 2, abs=1e-4)
    assert similarity("ada", "torso_map", 5, "wide/1", wide).value == similarity("ada", "torso_map", 5, "a").value
