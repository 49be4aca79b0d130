"""The film as files: rendered from its cut, laid down in out/, with its deliverables. Free, and made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assembly.feature import subtitles
from assembly.feature.deliver import deliver, suffix
from assembly.feature.programme import programme_of
from assembly.stitch.pictures import Stitched
from assembly.stitch.programme import make
from manifests.assembly.film_cut import FilmCut
from manifests.assembly.parts import Deliverable
from manifests.film import frame_size
from manifests.keys import hash_json
from manifests.take import Artefact
from production.media.lay_down import lay_down
from production.post.record import (
    CutRecord,
    changes_since,
    cut_key,
    keep_record,
    others_of,
    read_record,
    recorded_shots,
)
from production.post.resolving import ResolvedFilm
from wiring.scratch import scratch
from wiring.services import Services

Progress = Callable[[str, float], None]
"""Called with what is under way, and its part done, 0 to 1."""

_SILENT_DBTP = -120.0
"""The peak that is told of a film without any sound, which has none."""

_ORDER = 1
"""Raise it when the same deliverable of the same master would come out another file."""


@dataclass(frozen=True, slots=True)
class RenderedFilm:
    """Where the film lies, and how it came about. `stitched`: None where nothing had changed, so that nothing was
    rendered. `changes`: against the last cut.
    """

    film: Path
    record: CutRecord
    stitched: Stitched | None
    changes: tuple[str, ...]
    subtitles: tuple[Path, ...]
    deliverables: tuple[Path, ...]


def render_film(
    services: Services, found: ResolvedFilm, progress: Progress = lambda _what, _part: None
) -> RenderedFilm:
    """Render what has changed since the last time, and lay all of it down in out/film/. A run that was killed goes on
    with the pieces that it had encoded. Raises what the assembly raises.
    """
    cut = found.cut
    last = read_record(services, cut.tier)
    changes, stitched = tuple(changes_since(last, cut)), None
    if last is not None and last.key == cut_key(cut) and services.vault.has(last.film.sha256):
        record = last
    else:
        record, stitched = _rendered(services, cut, last, progress)
        keep_record(services, cut.tier, record)
    out = services.settings.out / "film"
    name = f"{cut.code}_{cut.tier}"
    film = lay_down(services, record.film, out / f"{name}.mp4")
    record, made = _delivered(services, cut, record, out, name, progress)
    return RenderedFilm(film, record, stitched, changes, tuple(subtitles.write(cut, film)), made)


def _rendered(
    services: Services, cut: FilmCut, last: CutRecord | None, progress: Progress
) -> tuple[CutRecord, Stitched]:
    size = frame_size(cut.resolution, cut.aspect)
    finish = services.folder.film.finish.model_copy(
        update={"loudness_lufs": cut.loudness_lufs, "true_peak_dbtp": cut.true_peak_dbtp}
    )
    kept = services.settings.cache / "pieces"
    with scratch(services.settings) as folder:
        programme = programme_of(cut, services.vault.path, size, folder / "work", services.folder.root)
        made = make(programme, finish, folder / "film.mp4", folder / "work", kept, lambda part: progress("film", part))
        artefact = _stored(services, folder / "film.mp4", size, cut.frames)
    record = CutRecord(
        key=cut_key(cut),
        film=artefact,
        shots=recorded_shots(cut),
        others=others_of(cut),
        integrated_lufs=made.loudness.integrated_lufs,
        true_peak_dbtp=max(_SILENT_DBTP, made.loudness.true_peak_dbtp),
        silent=made.silent,
        deliverables=last.deliverables if last else {},
    )
    return record, made.stitched


def _delivered(
    services: Services, cut: FilmCut, record: CutRecord, out: Path, name: str, progress: Progress
) -> tuple[CutRecord, tuple[Path, ...]]:
    """The deliverables that assembly.yaml orders, each made once of the same master."""
    orders = services.folder.assembly.deliverables if services.folder.assembly else ()
    known, laid = dict(record.deliverables), []
    for order in orders:
        key = hash_json([_ORDER, record.film.sha256, order.model_dump(mode="json"), cut.title])
        said, sha = known.get(order.name, ("", ""))
        if said != key or not services.vault.has(sha):
            sha = _deliver(services, cut, record, order, progress)
            known[order.name] = (key, sha)
            record = record.model_copy(update={"deliverables": dict(known)})
            keep_record(services, cut.tier, record)
        file = Artefact(sha256=sha, media_type="video/mp4", size_bytes=services.vault.path(sha).stat().st_size)
        laid.append(lay_down(services, file, out / f"{name}_{order.name}.{suffix(order)}"))
    return record, tuple(laid)


def _deliver(services: Services, cut: FilmCut, record: CutRecord, order: Deliverable, progress: Progress) -> str:
    with scratch(services.settings) as folder:
        made = folder / f"made.{suffix(order)}"
        master = services.vault.path(record.film.sha256)
        deliver(order, master, cut.aspect, cut.title, made, folder / "work", lambda part: progress(order.name, part))
        return services.vault.put_file(made)


def _stored(services: Services, made: Path, size: tuple[int, int], frames: int) -> Artefact:
    bytes_ = made.stat().st_size
    return Artefact(
        sha256=services.vault.put_file(made),
        media_type="video/mp4",
        width=size[0],
        height=size[1],
        frames=frames,
        size_bytes=bytes_,
    )
