"""What the vault holds beyond what the film needs as it stands. It lists; nothing here deletes.

A film needs its canonical pictures, the finals and drafts that stand with the panels they were made from, and
everything that those were made from in turn. The other takes can be made again only by paying again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from governor.other_tools.generation_log import LogLine
from manifests.certificate import Certificate
from production.media.stocktake import known_objects
from production.wrap.costs import failed
from production.wrap.facts import Deletable
from production.wrap.history import SceneHistory
from wiring.services import Services

Kind = Literal["failed takes", "other takes", "nothing names it"]
_KINDS: tuple[Kind, ...] = ("nothing names it", "failed takes", "other takes")


@dataclass(frozen=True, slots=True)
class Spare:
    """One object that the film does not need. `what`: the takes that it is, in words."""

    sha256: str
    kind: Kind
    bytes: int
    what: str


def spare_objects(services: Services, scenes: Iterable[SceneHistory]) -> tuple[Spare, ...]:
    """Every such object, by kind, the largest first. No object is read. Raises StoreDown, StoreRefused."""
    told = tuple(scenes)
    sizes = dict(services.vault.sizes())
    needed, known = _needed(services, told), known_objects(services)
    takes: dict[str, list[tuple[SceneHistory, LogLine]]] = {}
    for scene in told:
        for line in scene.pictures():
            takes.setdefault(line.asset or "", []).append((scene, line))
    found = []
    for sha256, size in sizes.items():
        if sha256 in needed:
            continue
        if sha256 in takes:
            of = takes[sha256]
            kind: Kind = "failed takes" if all(failed(scene, line) for scene, line in of) else "other takes"
            found.append(Spare(sha256, kind, size, "; ".join(_named(line) for _, line in of)))
        elif sha256 not in known:
            found.append(Spare(sha256, "nothing names it", size, ""))
    return tuple(sorted(found, key=lambda each: (_KINDS.index(each.kind), -each.bytes, each.sha256)))


def sums(spare: Iterable[Spare]) -> Iterator[Deletable]:
    """How many objects of each kind, and how many bytes; kinds without any are left out."""
    listed = tuple(spare)
    for kind in _KINDS:
        of = [each for each in listed if each.kind == kind]
        if of:
            yield Deletable(kind=kind, objects=len(of), bytes=sum(each.bytes for each in of))


def _needed(services: Services, scenes: Iterable[SceneHistory]) -> frozenset[str]:
    """The canonical pictures; what stands or was called good by a person, and all that it was made from."""
    needed = set(services.hashes().values()) | {locked.sha256 for locked in services.folder.lock.assets.values()}
    for told in scenes:
        by_asset = {line.asset: line for line in told.lines if line.asset}
        filed = _certificates(services, told)
        left = [*_standing(told), *(line.asset or "" for line in told.pictures() if told.called_good(line))]
        while left:
            sha256 = left.pop()
            if sha256 in needed:
                continue
            needed.add(sha256)
            if line := by_asset.get(sha256):
                left += [shown.sha256 for shown in line.references]
            left += [ref for certificate in filed.get(sha256, ()) for ref in certificate.references]
    return frozenset(needed)


def _standing(told: SceneHistory) -> Iterator[str]:
    by_key = {line.generation_key: line.asset for line in told.lines if line.asset}
    for step in told.plan.steps:
        if step.opens_on:
            yield step.opens_on
        if step.does == "cached" and (asset := by_key.get(step.key)):
            yield asset
    for drafted in told.plan.drafts.values():
        yield from (made.sha256 for made in (drafted.panel, drafted.end_panel, drafted.clip) if made is not None)


def _certificates(services: Services, told: SceneHistory) -> Mapping[str, list[Certificate]]:
    filed: dict[str, list[Certificate]] = {}
    shots = {shot.id for shot in told.scene.shots}
    for certificate in services.ledger.every_certificate():
        if certificate.shot in shots:
            filed.setdefault(certificate.asset, []).append(certificate)
    return filed


def _named(line: LogLine) -> str:
    return f"{line.shot} {line.tier} {line.stage.replace('_', ' ')} v{line.take or 0:03d}"
