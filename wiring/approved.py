"""What is usual in a film, learnt once from its first approved panels and kept in the books.

It is fixed when the film has `PANELS_MIN` certified panels, by the first drift check after that, and stays: the same picture
is then judged alike in every run, whatever was approved since. It is learnt anew when the locked pictures or the eye change.
What was certified before keeps its certificate: it is judged as it was then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from manifests.film import Stage
from manifests.keys import hash_json
from manifests.noun import Noun, Sha256, ShotId, Text
from manifests.scene import Shot
from wiring.services import Services

if TYPE_CHECKING:
    from checks.scorer.baseline import Baseline
    from checks.scorer.learning import Learned

NOTE = "baseline"
PANELS_MIN = 6
"""Certified panels before a film has a baseline: fewer say too little about a spread for a picture to fail by it."""

ANIMATIC = "previz"
"""The embedded provider, which lays the masters' own pixels into the frame."""

_KEPT_RULES = frozenset({"V111", "V112", "V113"})


class ApprovedPanel(Noun):
    """One panel that the baseline was learnt from."""

    shot: ShotId
    stage: Stage
    sha256: Sha256


class FilmBaseline(Noun):
    """A film's baseline as the books keep it. `masters`: which locked pictures; `baseline`: as the local eye stores it."""

    schema_name: ClassVar[str] = "gate/film_baseline/1"

    eye: Text
    masters: Sha256
    panels: tuple[ApprovedPanel, ...]
    baseline: str


def fix_baseline(services: Services) -> FilmBaseline | None:
    """The film's baseline; learnt and written down now, if there is none and enough panels are certified. 0.5 CPU-s a panel.

    None while there are too few. Raises CheckError, VaultError.
    """
    from checks.masters import read_rgb  # noqa: PLC0415  loads the pixel libraries
    from checks.scorer.frame_score import panel_of  # noqa: PLC0415  loads the pixel libraries
    from checks.scorer.framing import masters_of  # noqa: PLC0415
    from checks.scorer.learning import usual  # noqa: PLC0415

    if (known := film_baseline(services)) is not None:
        return known
    chosen = tuple(_chosen(services))
    if len(chosen) < PANELS_MIN:
        return None
    references = services.references()
    panels = [
        panel_of(picture, shot, 1.0 if panel.stage == "end_panel" else 0.0, services.folder.bible, references)
        for panel, shot in chosen
        if (picture := read_rgb(services.vault.path(panel.sha256))) is not None
    ]
    baseline = usual(panels, masters_of(services.folder.bible, references), services.eye())
    found = FilmBaseline(
        eye=services.eye().name, masters=_masters(services), panels=tuple(panel for panel, _ in chosen),
        baseline=baseline.stored(),
    )  # fmt: skip
    services.ledger.note(NOTE, _scope(services), found.stored())
    return film_baseline(services)


def film_baseline(services: Services) -> FilmBaseline | None:
    """The one that was fixed first for today's eye and locked pictures, or None."""
    wanted = services.eye().name, _masters(services)
    for note in services.ledger.notes(kind=NOTE, scope=_scope(services)):
        try:
            found = FilmBaseline.from_stored(note.text)
        except ValueError:
            continue  # an older program's; today's learns its own
        if (found.eye, found.masters) == wanted:
            return found
    return None


def baseline_mark(services: Services, asset: str, shot: str, stage: Stage) -> str:
    """Which baseline judges these bytes: its name, or "" for none. It belongs into a gate's key.

    What today's rules and eye have certified without one stays judged without one.
    """
    found = film_baseline(services)
    if found is None:
        return ""
    today = services.rules(), services.eye().name
    filed = [c for c in services.ledger.certificates(asset, shot, stage) if (c.rules, c.eye) == today]
    if filed and not any(s.applies for c in filed for s in c.scores if s.rule in _KEPT_RULES):
        return ""
    return hash_json(found.model_dump(mode="json"))[:16]


def learned(services: Services, mark: str) -> Learned | None:
    """What the gate is to know of the film: None for the empty mark."""
    found = film_baseline(services) if mark else None
    if found is None:
        return None
    from checks.scorer.framing import masters_of  # noqa: PLC0415  loads the pixel libraries
    from checks.scorer.learning import Learned  # noqa: PLC0415

    return Learned(masters_of(services.folder.bible, services.references()), _read_baseline(found.baseline))


@lru_cache(maxsize=8)
def _read_baseline(text: str) -> Baseline:
    from checks.scorer.baseline import Baseline  # noqa: PLC0415  loads the pixel libraries

    return Baseline.from_stored(text)


def _chosen(services: Services) -> Iterator[tuple[ApprovedPanel, Shot]]:
    """In story order, the panels that add one of the first six of somebody in their clothes, or of a place."""
    from checks.scorer.learning import PICTURES  # noqa: PLC0415  loads the pixel libraries

    seen: Counter[str] = Counter()
    for panel, shot in _certified(services):
        shows = [f"{member.character}/{member.wardrobe}" for member in shot.cast] + [f"at {shot.location}"]
        if any(seen[name] < PICTURES for name in shows):
            seen.update(shows)
            yield panel, shot


def _certified(services: Services) -> Iterator[tuple[ApprovedPanel, Shot]]:
    """Every certified panel that a model has made from the masters.

    A chained shot's is a frame of the clip before, and may drift. An animatic's lies pixel by pixel on its blocking, where
    V101 to V107 see all that there is, and says nothing of how near a model comes.
    """
    today = services.rules(), services.eye().name
    for name in sorted(services.folder.scenes):
        scene, books = services.folder.scenes[name], services.ledger.of_scene(name)
        takes = services.ledger.takes(scene=name)
        for shot in scene.shots:
            stages: tuple[Stage, ...] = ("panel", "end_panel")
            for stage in stages:
                made = [
                    take.asset.sha256 for take in takes
                    if (take.shot, take.stage) == (shot.id, stage) and take.asset is not None and take.provider != ANIMATIC
                    and not take.handwork
                ]  # fmt: skip
                passed = [
                    sha256 for sha256 in made
                    if any((c.rules, c.eye) == today for c in books.certificates(sha256, shot.id, stage))
                ]  # fmt: skip
                if passed and services.vault.has(passed[-1]):
                    yield ApprovedPanel(shot=shot.id, stage=stage, sha256=passed[-1]), shot


def _masters(services: Services) -> str:
    return hash_json(sorted(services.hashes().items()))


def _scope(services: Services) -> str:
    return f"film:{services.folder.film.code}"
