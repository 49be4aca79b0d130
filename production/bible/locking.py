"""Writes lock.yaml: a person's approval of these pictures."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from ruamel.yaml import YAML

from governor.decisions.undoing import set_aside
from manifests.keys import hash_file
from manifests.lock import Lock, LockedAsset
from manifests.reading.film_folder import read_lock
from manifests.reading.whole_file import put_text
from manifests.view_shot import BIBLE, view_shots
from production.bible.views import command, is_cut_from, lock_now
from wiring.pictures import as_stored
from wiring.services import Services

_HEAD = (
    "# yaml-language-server: $schema=.gate/schema/lock.json\n# Written by `gate lock`: the approved pictures, "
    "by content.\n"
)


@dataclass(frozen=True, slots=True)
class LockChanges:
    """The changes of a lock, by canonical name; `missing` are named in the bible and not in the assets folder.

    `sent_back`: views that lie there and are not approved, since a person wants others; each with what is to be done.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]
    missing: tuple[str, ...]
    sent_back: dict[str, str]


def lock_assets(services: Services, who: str) -> LockChanges:
    """Lock every picture in the assets folder that the bible names, approved by `who`; retire links to what is gone.

    A view that was sent back, and still lies there, is left as it was in the lock: nobody wants it.
    """
    folder, wanted = services.folder, set(services.folder.bible.assets())
    found = {_name(folder.assets, path): path for path in sorted(folder.assets.rglob("*.png"))}
    old, sent_back = read_lock(folder.root).assets, _sent_back(services, found)
    assets: dict[str, LockedAsset] = {}
    for name in sorted(wanted & set(found)):
        if name in sent_back:
            if name in old:
                assets[name] = old[name]
            continue
        stored = as_stored(found[name], services.settings.srgb_copies)
        with Image.open(stored, formats=("PNG",)) as picture:
            width, height = picture.size
        sha256 = services.vault.put_file(stored)
        kept = old.get(name)
        approved_by = kept.approved_by if kept and kept.sha256 == sha256 else who
        assets[name] = LockedAsset(sha256=sha256, width=width, height=height, approved_by=approved_by)
        services.canon.link(name, sha256, approved_by)
    retired = tuple(name for name in services.canon.names() if name not in wanted and name not in found)
    for name in retired:
        services.canon.unlink(name)
    _write(folder.root / "lock.yaml", Lock(assets=assets))
    return LockChanges(
        tuple(n for n in assets if n not in old),
        tuple(n for n in assets if n in old and old[n].sha256 != assets[n].sha256),
        retired,
        tuple(sorted(wanted - set(found))),
        {name: sent_back[name] for name in sorted(wanted & set(sent_back))},
    )


def _sent_back(services: Services, found: Mapping[str, Path]) -> dict[str, str]:
    """The views in the assets folder that were sent back and not made again since, each with its fix.
    An approved view is not among them.
    """
    keys = set_aside(services.ledger.decided(BIBLE))
    takes = [take for take in services.ledger.takes(scene=BIBLE, stage="view") if take.generation_key in keys]
    every, lock = view_shots(services.folder.bible), lock_now(services).assets
    return {
        one.name: f"Another: {command(one)}; or it counts all the same: gate undo {one.id}, then gate lock"
        for one in (every.shots if every else ())
        if takes
        and one.name in found
        and is_cut_from(services, found[one.name], [t for t in takes if t.shot == one.id])
        and not (
            one.name in lock
            and lock[one.name].sha256 == hash_file(as_stored(found[one.name], services.settings.srgb_copies))
        )
    }


def _write(path: Path, lock: Lock) -> None:
    yaml, text = YAML(), io.StringIO()
    yaml.width = 200
    yaml.dump(lock.model_dump(mode="json"), text)
    put_text(_HEAD + text.getvalue(), path)


def _name(assets: Path, path: Path) -> str:
    return path.relative_to(assets).with_suffix("").as_posix()
