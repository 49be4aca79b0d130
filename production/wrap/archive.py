"""The archive of a film: a BagIt bag (RFC 8493) of copies, which anybody can check without this program.

In it: the manifests, the approved references, the takes that stand with their prompts, the masters, the ledger's log,
decisions and certificates, the wrap report, the models that were used, and the licences that lie in the film's folder.
No key is in any of these. A private shot is left out with all that shows it, unless somebody asks for it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import bagit
from ruamel.yaml import YAML

from manifests.film import TierName
from manifests.keys import canonical_json
from manifests.reading.document import load_yaml, plain
from manifests.reading.sketches import FOLDER
from production.wrap.archive_records import decisions_of, log_of, models_of, prompts_of
from production.wrap.errors import ArchiveBroken, ArchiveRefused
from production.wrap.gather import Wrapped
from production.wrap.history import SceneHistory
from production.wrap.lay_out import lay_out
from wiring.services import Services

_LICENCES = ("LICENSE*", "LICENCE*", "COPYING*", "NOTICE*", "licences/**/*", "licenses/**/*")
_MANIFESTS = ("film.yaml", "lock.yaml", "pitch.yaml", "assembly.yaml", "bible/**/*.yaml")
_SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "video/mp4": "mp4"}
_MASTERS: tuple[TierName, ...] = ("final", "hero")


@dataclass(frozen=True, slots=True)
class Archived:
    """A finished bag. `left_out`: what is not in it, and why, one sentence each."""

    bag: Path
    files: int
    bytes: int
    left_out: tuple[str, ...]


def archive(
    services: Services, wrapped: Wrapped, into: Path, *, private: bool, tell: Callable[[str], None] = lambda _: None
) -> Archived:
    """Write the bag and read it back. It has its name only when it is whole: a start after a kill begins it anew.

    `private`: with private shots. `tell`: hears each part. Raises ArchiveRefused, ArchiveBroken, VaultError, OSError.
    """
    if into.exists():
        raise ArchiveRefused(str(into), "it is there already", "Name a new folder: gate wrap --archive DIR")
    part = into.with_name(f".{into.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    left_out: list[str] = []
    hidden = set() if private else {shot.shot for shot in wrapped.report.shots if shot.private}
    for name, write in (
        ("manifests", lambda to: _manifests(services, hidden, to)),
        ("references", lambda to: _references(services, to)),
        ("takes", lambda to: left_out.extend(_takes(services, wrapped.scenes, hidden, to))),
        ("masters", lambda to: left_out.extend(_masters(services, wrapped.scenes, hidden, to))),
        ("ledger", lambda to: _ledger(services, wrapped.scenes, hidden, to)),
        ("report", lambda to: lay_out(wrapped, to)),
        ("licences", lambda to: _licences(services, wrapped.scenes, to)),
    ):
        tell(name)
        (part / name).mkdir()
        write(part / name)
    tell("checksums")
    bagit.make_bag(str(part), bag_info=_bag_info(services), checksums=["sha256", "sha512"])
    _read_back(part)
    part.replace(into)
    payload = [path for path in (into / "data").rglob("*") if path.is_file()]
    left_out += [f"{shot} is private" for shot in sorted(hidden)]
    return Archived(into, len(payload), sum(path.stat().st_size for path in payload), tuple(left_out))


def _bag_info(services: Services) -> dict[str, str]:
    film = services.folder.film
    return {"External-Identifier": film.code, "External-Description": f"{film.title}: the archive of a film"}


def _read_back(bag: Path) -> None:
    """Read every byte again, as somebody does who gets the bag. Raises ArchiveBroken."""
    try:
        bagit.Bag(str(bag)).validate()
    except bagit.BagError as error:
        raise ArchiveBroken(str(bag), f"it does not read back: {error}", "Make it again: gate wrap --archive") from None


def _manifests(services: Services, hidden: set[str], into: Path) -> None:
    root = services.folder.root
    for path in _files(root, _MANIFESTS):
        _copy(path, into / path.relative_to(root))
    for path in _files(root, (f"{FOLDER}/*.json",)):
        if path.stem not in hidden:
            _copy(path, into / path.relative_to(root))
    for scene in services.folder.scenes.values():
        path = root / "scenes" / f"{scene.id}.yaml"
        if hidden.isdisjoint(shot.id for shot in scene.shots):
            _copy(path, into / "scenes" / path.name)
        else:
            _write(into / "scenes" / path.name, _without(path, hidden))


def _without(path: Path, hidden: set[str]) -> str:
    """A scene's file without these shots, and without its comments, which may speak of them."""
    document, text = plain(path, load_yaml(path)), StringIO()
    document["shots"] = [shot for shot in document["shots"] if shot["id"] not in hidden]
    YAML(typ="safe").dump(document, text)
    return text.getvalue()


def _references(services: Services, into: Path) -> None:
    for name, sha256 in sorted(services.hashes().items()):
        _copy(services.vault.path(sha256), into / f"{name}.png")


def _takes(services: Services, scenes: Iterable[SceneHistory], hidden: set[str], into: Path) -> Iterator[str]:
    """The takes that stand, each beside the prompts of its shot; gives what has no take."""
    for told in scenes:
        by_key = {take.generation_key: take for take in services.ledger.takes(scene=told.scene.id)}
        standing = {step.key for step in told.plan.steps if step.does == "cached" and step.key in by_key}
        for shot in told.scene.shots:
            if shot.id in hidden:
                continue
            mine = [by_key[key] for key in sorted(standing, key=str) if key and by_key[key].shot == shot.id]
            for take in mine:
                if take.asset is not None and take.asset.media_type in _SUFFIX:
                    name = f"{take.stage}_{take.tier}_v{take.version:03d}.{_SUFFIX[take.asset.media_type]}"
                    _copy(services.vault.path(take.asset.sha256), into / shot.id / name)
            if not any(take.stage == "clip" for take in mine):
                yield f"{shot.id} has no clip that stands"
            _write(into / shot.id / "prompts.json", canonical_json(prompts_of(told, shot.id)))


def _masters(services: Services, scenes: Iterable[SceneHistory], hidden: set[str], into: Path) -> Iterator[str]:
    """The finished films and their timelines, as the runs laid them down; gives what is not there."""
    for told in scenes:
        scene, out = told.scene.id, services.settings.out / told.scene.id
        found = [path for tier in _MASTERS for path in sorted(out.glob(f"{scene}_{tier}.*")) if path.is_file()]
        if not found:
            yield f"{scene} has no master"
        elif any(shot.id in hidden for shot in told.scene.shots):
            yield f"the master of {scene} shows a private shot"
        else:
            for path in found:
                _copy(path, into / scene / path.name)
    for path in sorted((services.settings.out / "film").glob("*")) if not hidden else ():
        if path.is_file() and not path.name.startswith("."):
            _copy(path, into / path.name)


def _ledger(services: Services, scenes: Iterable[SceneHistory], hidden: set[str], into: Path) -> None:
    told = tuple(scenes)
    scenes_of = {each.scene.id for each in told}
    _write(into / "log.jsonl", "".join(f"{line}\n" for line in log_of(services.ledger.log(), scenes_of, hidden)))
    _write(into / "decisions.jsonl", "".join(f"{line}\n" for line in decisions_of(told, hidden)))
    filed = (each.stored() for each in services.ledger.every_certificate() if each.shot not in hidden)
    _write(into / "certificates.jsonl", "".join(f"{line}\n" for line in filed))


def _licences(services: Services, scenes: Iterable[SceneHistory], into: Path) -> None:
    root = services.folder.root
    for path in _files(root, _LICENCES):
        _copy(path, into / path.relative_to(root))
    _write(into / "models.csv", models_of(scenes))


def _files(root: Path, patterns: Iterable[str]) -> list[Path]:
    found = {path for pattern in patterns for path in root.glob(pattern) if path.is_file() and not path.is_symlink()}
    return sorted(found)


def _copy(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, to)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
