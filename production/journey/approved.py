"""What is usual in a film, learnt once from its first approved shots and kept in the ledger.

It is fixed when the film has `PANELS_MIN` certified panels, by the first drift check after that, and stays: the same
picture is then judged alike in every run, whatever was approved since. It is learnt again when the locked pictures or
the eye change. An earlier certificate stays valid: its picture is judged as it was then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from governor.scene_records import SceneRecords
from manifests.film import Stage
from manifests.keys import hash_json
from manifests.noun import Noun, Sha256, ShotId, Text
from manifests.scene import Shot
from manifests.take import Take
from wiring.services import Services

if TYPE_CHECKING:
    from checks.scorer.learning import Learned
    from checks.scorer.subject import Panel
    from checks.seeing.masters import Rgb

NOTE = "baseline"
PANELS_MIN = 6
"""Certified panels before a film has a baseline: fewer say too little about a spread for a picture to fail by it."""

ANIMATIC = "previz"
"""The embedded provider, which lays the masters' own pixels into the frame."""

_LEARNED: dict[str, Learned] = {}
"""By the baseline's mark: one film's at a time in a run, a few in a server."""

_FILMS = 4
"""How many films are kept; then the one that was learnt first is forgotten."""

_LOOKING = Lock()

_KEPT_RULES = frozenset({"V111", "V112", "V113"})


class ApprovedClip(Noun):
    """A shot's certified clip, of `frames` frames: everybody is seen in it in further poses."""

    sha256: Sha256
    frames: Annotated[int, Field(ge=1)]


class ApprovedPanel(Noun):
    """One panel that the baseline was learnt from. `staged`: who stood where in it, so that it reads the same in every
    run.

    `clip`: what had been made of it by then, if anything.
    """

    shot: ShotId
    stage: Stage
    sha256: Sha256
    staged: Shot
    clip: ApprovedClip | None = None


class FilmBaseline(Noun):
    """A film's baseline as the ledger keeps it. `masters`: which locked pictures; `baseline`: as the local eye stores
    it.
    """

    schema_name: ClassVar[str] = "gate/film_baseline/2"

    eye: Text
    masters: Sha256
    panels: tuple[ApprovedPanel, ...]
    baseline: str


def fix_baseline(services: Services) -> FilmBaseline | None:
    """The film's baseline; learnt and written down now, if there is none and enough panels are certified. 2 CPU-s a
    panel.

    None while there are too few. Raises CheckError, VaultError.
    """
    from checks.scorer.framing import masters_of  # noqa: PLC0415  loads the pixel libraries
    from checks.scorer.learning import learn  # noqa: PLC0415

    if (known := film_baseline(services)) is not None:
        return known
    chosen = tuple(_chosen(services))
    if len(chosen) < PANELS_MIN:
        return None
    masters = masters_of(services.folder.bible, services.references(), services.folder.film.made_in)
    found = FilmBaseline(
        eye=services.eye_name(),
        masters=_masters(services),
        panels=chosen,
        baseline=learn(_shown(services, chosen), masters, services.eye()).baseline.stored(),
    )
    services.ledger.note(NOTE, _scope(services), found.stored())
    return film_baseline(services)


def film_baseline(services: Services) -> FilmBaseline | None:
    """The one that was fixed first for today's eye and locked pictures, or None."""
    notes = services.ledger.notes(kind=NOTE, scope=_scope(services))
    wanted = (services.eye_name(), _masters(services)) if notes else None  # every step asks, and most films have none
    for note in notes:
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
    today = services.rules(), services.eye_name()
    filed = [c for c in services.ledger.certificates(asset, shot, stage) if (c.rules, c.eye) == today]
    if filed and not any(s.applies for c in filed for s in c.scores if s.rule in _KEPT_RULES):
        return ""
    return hash_json(found.model_dump(mode="json"))[:16]


def learned(services: Services, mark: str) -> Learned | None:
    """What the gate is to know of the film: None for the empty mark.

    The shots that it was learnt from are looked at once a process, 0.4 CPU-s a picture: their heads and clothes are
    masters too. Raises CheckError, VaultError.
    """
    found = film_baseline(services) if mark else None
    if found is None:
        return None
    with _LOOKING:
        if mark not in _LEARNED:
            if len(_LEARNED) == _FILMS:
                del _LEARNED[next(iter(_LEARNED))]
            _LEARNED[mark] = _learned(services, found)
        return _LEARNED[mark]


def _learned(services: Services, found: FilmBaseline) -> Learned:
    from checks.scorer.baseline import Baseline  # noqa: PLC0415  loads the pixel libraries
    from checks.scorer.compare import likenesses_in  # noqa: PLC0415
    from checks.scorer.framing import masters_of  # noqa: PLC0415
    from checks.scorer.learning import Learned, widened  # noqa: PLC0415

    masters = masters_of(services.folder.bible, services.references(), services.folder.film.made_in)
    seen = [likenesses_in(picture, masters) for shot in _shown(services, found.panels) for picture in shot]
    return Learned(widened(masters, seen), Baseline.from_stored(found.baseline))


def _shown(services: Services, chosen: Iterable[ApprovedPanel]) -> list[list[Panel]]:
    """Of each the panel, then the middle and the last frame of its clip: by its first a clip shows the panel once
    more.
    """
    from checks.scorer.frame_score import panel_of  # noqa: PLC0415
    from checks.seeing.masters import read_rgb  # noqa: PLC0415  loads the pixel libraries

    bible, references = services.folder.bible, services.references()
    out = []
    for panel in chosen:
        picture = read_rgb(services.vault.path(panel.sha256))
        if picture is not None:
            at = 1.0 if panel.stage == "end_panel" else 0.0
            moments = [(at, picture), *_moments(services, panel.clip)]
            out.append([panel_of(seen, panel.staged, progress, bible, references) for progress, seen in moments])
    return out


def _moments(services: Services, clip: ApprovedClip | None) -> Iterator[tuple[float, Rgb]]:
    """Frames of a clip and when in the shot they are, 0 to 1."""
    from checks.seeing.decode import decode  # noqa: PLC0415  loads the pixel libraries

    if clip is None:
        return
    end = max(1, clip.frames - 1)
    seen = decode(services.vault.path(clip.sha256), {end // 2, end})
    yield from ((index / end, picture) for index, picture in sorted(seen.kept.items()))


def _chosen(services: Services) -> Iterator[ApprovedPanel]:
    """In story order, the panels that add one of the first six of somebody in their clothes, or of a place."""
    from checks.scorer.learning import SHOTS  # noqa: PLC0415  loads the pixel libraries

    seen: Counter[str] = Counter()
    for panel in _certified(services):
        staged = panel.staged
        shows = [f"{member.character}/{member.wardrobe}" for member in staged.cast] + [f"at {staged.location}"]
        if any(seen[name] < SHOTS for name in shows):
            seen.update(shows)
            yield panel


def _certified(services: Services) -> Iterator[ApprovedPanel]:
    """Every certified panel that a model has made from the masters.

    A chained shot's is a frame of the clip before, and may drift. An animatic's lies pixel by pixel on its blocking,
    where V101 to V107 see all that there is, and says nothing of how near a model comes.
    """
    for name in sorted(services.folder.scenes):
        scene, records = services.folder.scenes[name], services.ledger.of_scene(name)
        takes = services.ledger.takes(scene=name)
        for shot in scene.shots:
            stages: tuple[Stage, ...] = ("panel", "end_panel")
            for stage in stages:
                if (newest := _newest(services, records, takes, shot.id, stage)) is not None:
                    clip = _clip(services, records, takes, shot.id) if stage == "panel" else None
                    yield ApprovedPanel(
                        shot=shot.id, stage=stage, sha256=newest[0], staged=shot.without_words(), clip=clip
                    )


def _clip(services: Services, records: SceneRecords, takes: Iterable[Take], shot: str) -> ApprovedClip | None:
    newest = _newest(services, records, takes, shot, "clip")
    return None if newest is None else ApprovedClip(sha256=newest[0], frames=newest[1].order.frames)


def _newest(
    services: Services, records: SceneRecords, takes: Iterable[Take], shot: str, stage: Stage
) -> tuple[Sha256, Take] | None:
    """Of a shot's stage the newest certified take that a model has made, with its SHA-256; None where the vault lacks
    its bytes.
    """
    today = services.rules(), services.eye_name()
    passed = [
        (take.asset.sha256, take)
        for take in takes
        if (take.shot, take.stage) == (shot, stage)
        and take.asset is not None
        and take.provider != ANIMATIC
        and not take.handwork
        and any((c.rules, c.eye) == today for c in records.certificates(take.asset.sha256, shot, stage))
    ]
    return passed[-1] if passed and services.vault.has(passed[-1][0]) else None


def _masters(services: Services) -> str:
    return hash_json(sorted(services.hashes().items()))


def _scope(services: Services) -> str:
    return f"film:{services.folder.film.code}"
