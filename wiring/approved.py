"""What is usual in a film, learnt once from its first approved panels and kept in the books.

It is fixed when the film has `PANELS_MIN` certified panels, by the first drift check after that, and stays: the same picture
is then judged alike in every run, whatever was approved since. It is learnt anew when the locked pictures or the eye change.
What was certified before keeps its certificate: it is judged as it was then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, ClassVar

from manifests.film import Stage
from manifests.keys import hash_json
from manifests.noun import Noun, Sha256, ShotId, Text
from manifests.scene import Shot
from wiring.services import Services

if TYPE_CHECKING:
    from checks.scorer.learning import Learned
    from checks.scorer.subject import Panel

NOTE = "baseline"
PANELS_MIN = 6
"""Certified panels before a film has a baseline: fewer say too little about a spread for a picture to fail by it."""

ANIMATIC = "previz"
"""The embedded provider, which lays the masters' own pixels into the frame."""

_LEARNED: dict[str, Learned] = {}
"""By the baseline's mark: one film's at a time in a run, a few in a server."""

_LOOKING = Lock()

_KEPT_RULES = frozenset({"V111", "V112", "V113"})


class ApprovedPanel(Noun):
    """One panel that the baseline was learnt from. `staged`: who stood where in it, so that it reads the same in every run."""

    shot: ShotId
    stage: Stage
    sha256: Sha256
    staged: Shot


class FilmBaseline(Noun):
    """A film's baseline as the books keep it. `masters`: which locked pictures; `baseline`: as the local eye stores it."""

    schema_name: ClassVar[str] = "gate/film_baseline/2"

    eye: Text
    masters: Sha256
    panels: tuple[ApprovedPanel, ...]
    baseline: str


def fix_baseline(services: Services) -> FilmBaseline | None:
    """The film's baseline; learnt and written down now, if there is none and enough panels are certified. 0.6 CPU-s a panel.

    None while there are too few. Raises CheckError, VaultError.
    """
    from checks.scorer.framing import masters_of  # noqa: PLC0415  loads the pixel libraries
    from checks.scorer.learning import learn  # noqa: PLC0415

    if (known := film_baseline(services)) is not None:
        return known
    chosen = tuple(_chosen(services))
    if len(chosen) < PANELS_MIN:
        return None
    masters = masters_of(services.folder.bible, services.references())
    found = FilmBaseline(
        eye=services.eye().name, masters=_masters(services), panels=chosen,
        baseline=learn(_panels(services, chosen), masters, services.eye()).baseline.stored(),
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
    """What the gate is to know of the film: None for the empty mark.

    The panels that it was learnt from are looked at once a process, 0.3 CPU-s each: their heads and clothes are masters too.
    Raises CheckError, VaultError.
    """
    found = film_baseline(services) if mark else None
    if found is None:
        return None
    with _LOOKING:
        if mark not in _LEARNED:
            _LEARNED[mark] = _learned(services, found)
        return _LEARNED[mark]


def _learned(services: Services, found: FilmBaseline) -> Learned:
    from checks.scorer.baseline import Baseline  # noqa: PLC0415  loads the pixel libraries
    from checks.scorer.compare import likenesses_in  # noqa: PLC0415
    from checks.scorer.framing import masters_of  # noqa: PLC0415
    from checks.scorer.learning import Learned, widened  # noqa: PLC0415

    masters = masters_of(services.folder.bible, services.references())
    seen = [likenesses_in(panel, masters) for panel in _panels(services, found.panels)]
    return Learned(widened(masters, seen), Baseline.from_stored(found.baseline))


def _panels(services: Services, chosen: Iterable[ApprovedPanel]) -> list[Panel]:
    from checks.masters import read_rgb  # noqa: PLC0415  loads the pixel libraries
    from checks.scorer.frame_score import panel_of  # noqa: PLC0415

    bible, references = services.folder.bible, services.references()
    return [
        panel_of(picture, panel.staged, 1.0 if panel.stage == "end_panel" else 0.0, bible, references)
        for panel in chosen
        if (picture := read_rgb(services.vault.path(panel.sha256))) is not None
    ]


def _chosen(services: Services) -> Iterator[ApprovedPanel]:
    """In story order, the panels that add one of the first six of somebody in their clothes, or of a place."""
    from checks.scorer.learning import PICTURES  # noqa: PLC0415  loads the pixel libraries

    seen: Counter[str] = Counter()
    for panel in _certified(services):
        staged = panel.staged
        shows = [f"{member.character}/{member.wardrobe}" for member in staged.cast] + [f"at {staged.location}"]
        if any(seen[name] < PICTURES for name in shows):
            seen.update(shows)
            yield panel


def _certified(services: Services) -> Iterator[ApprovedPanel]:
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
                    yield ApprovedPanel(shot=shot.id, stage=stage, sha256=passed[-1], staged=shot.without_words())


def _masters(services: Services) -> str:
    return hash_json(sorted(services.hashes().items()))


def _scope(services: Services) -> str:
    return f"film:{services.folder.film.code}"
