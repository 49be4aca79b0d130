"""A film in the product's own nouns, made from pictures, and the gate's answer on one picture of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from bench.filmset.brush import Picture
from checks.faces.faces import FaceEye
from checks.fail_limits import FailLimits, ask_instead, fail_limits
from checks.gates.panel_gate import PanelCase, gate_panel
from checks.scorer.frame_score import panel_of
from checks.scorer.framing import masters_of
from checks.scorer.learning import SHOTS, Learned, learn
from checks.seeing.eye import Eye
from checks.seeing.masters import References
from checks.unsure import approved_twice, settle, settled_as_approved, settled_as_usual
from manifests.bible import Bible, Character, Location, Style, Wardrobe, plate_name, view_name
from manifests.finding import Verdict
from manifests.keys import hash_file
from manifests.scene import Shot
from production.learning.labelling import worst_by_rule

Answer = Literal["pass", "ask", "fail"]
DRESS = "usual"
"""Everybody's one wardrobe."""

_METRES = 1.7


@dataclass(frozen=True, slots=True)
class Made:
    """A picture (RGB) as a provider may deliver it, and the shot that asked for it."""

    picture: Picture
    shot: Shot


@dataclass(frozen=True, slots=True)
class Film:
    """What a gate knows of a film. `learned`: from its first approved pictures; None in a film that has none."""

    folder: Path
    bible: Bible
    references: References
    learned: Learned | None = None


def film_of(folder: Path, views: Mapping[str, Mapping[str, Picture]], plates: Mapping[str, Picture]) -> Film:
    """Write the references into `folder`. `views`: RGBA by character and view; `plates`: RGB by location."""
    paths = {
        **{view_name(who, DRESS, view): rgba for who, each in views.items() for view, rgba in each.items()},
        **{plate_name(place): rgb for place, rgb in plates.items()},
    }
    files = {name: _written(folder / f"{name.replace('/', '-')}.png", pixels) for name, pixels in paths.items()}
    bible = Bible(
        characters={
            who: Character(
                id=who,
                name=who,
                height_m=_METRES,
                identity="as drawn",
                wardrobes={DRESS: Wardrobe(words="as drawn")},
            )
            for who in views
        },
        locations={place: Location(id=place, name=place, words="as drawn", light="as drawn") for place in plates},
        style=Style(words="as drawn"),
    )
    return Film(folder, bible, References(files, {name: hash_file(path) for name, path in files.items()}))


def with_approved(film: Film, approved: Sequence[Made], eye: Eye) -> Film:
    """The film after a person has approved these panels: its usual values are from the first six."""
    panels = [[panel_of(m.picture, m.shot, 0.0, film.bible, film.references)] for m in approved[:SHOTS]]
    learned = learn(panels, masters_of(film.bible, film.references), eye)
    return replace(film, learned=learned)


def measured(made: Made, film: Film, eye: Eye, faces: FaceEye | None) -> Verdict:
    """What the panel gate measures on a picture, before the film's limits say which rules may fail it."""
    path = _written(film.folder / "take.png", made.picture)
    case = PanelCase(path, made.shot, 0.0, film.bible, film.references, learned=film.learned, bands={})
    return gate_panel(case, eye, faces)


@dataclass(frozen=True, slots=True)
class Known:
    """What a film's approved pictures tell: from which values on the rules may fail one, and how far off two are."""

    limits: FailLimits
    twice: Mapping[str, float]


NEW = Known({}, {})
"""What a film knows of which nothing is approved."""


def known_from(approved: Iterable[Verdict]) -> Known:
    """The same as the product takes it from these."""
    values: dict[str, list[float]] = {}
    for verdict in approved:
        for code, value in worst_by_rule(verdict.scores).items():
            values.setdefault(code, []).append(value)
    return Known(fail_limits(values, {}), approved_twice(values))


def answer(verdict: Verdict, known: Known) -> Answer:
    """Pass, ask or fail, as a run takes it: a rule that may be wrong about this film asks, and what is as usual, or was
    approved twice, is settled.
    """
    asks = ask_instead(verdict, known.limits)
    settled = settle(asks, settled_as_usual(asks) | settled_as_approved(asks, known.twice))
    if settled.failed:
        return "fail"
    return "ask" if settled.questions else "pass"


def _written(path: Path, pixels: Picture) -> Path:
    how = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    cv2.imwrite(str(path), np.asarray(cv2.cvtColor(pixels, how), np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return path
