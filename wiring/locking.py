"""Writes lock.yaml: a person's word that these are the pictures."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from ruamel.yaml import YAML

from manifests.lock import Lock, LockedAsset
from wiring.services import Services

_HEAD = "# yaml-language-server: $schema=.gate/schema/lock.json\n# Written by `gate lock`: the approved pictures, by content.\n"


@dataclass(frozen=True, slots=True)
class Locked:
    """What a lock changed, by canonical name; `missing` are named in the bible and not in the assets folder."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]
    missing: tuple[str, ...]


def lock_assets(services: Services, who: str) -> Locked:
    """Lock every picture in the assets folder that the bible names, approved by `who`; retire links to what is gone."""
    folder, wanted = services.folder, set(services.folder.bible.assets())
    found = {_name(folder.assets, path): path for path in sorted(folder.assets.rglob("*.png"))}
    old = folder.lock.assets
    assets: dict[str, LockedAsset] = {}
    for name in sorted(wanted & set(found)):
        with Image.open(found[name], formats=("PNG",)) as picture:
            width, height = picture.size
        sha256 = services.vault.put_file(found[name])
        kept = old.get(name)
        approved_by = kept.approved_by if kept and kept.sha256 == sha256 else who
        assets[name] = LockedAsset(sha256=sha256, width=width, height=height, approved_by=approved_by)
        services.canon.link(name, sha256, approved_by)
    retired = tuple(name for name in services.canon.names() if name not in wanted and name not in found)
    for name in retired:
        services.canon.unlink(name)
    _write(folder.root / "lock.yaml", Lock(assets=assets))
    return Locked(
        tuple(n for n in assets if n not in old),
        tuple(n for n in assets if n in old and old[n].sha256 != assets[n].sha256),
        retired,
        tuple(sorted(wanted - set(found))),
    )


def _write(path: Path, lock: Lock) -> None:
    yaml, text = YAML(), io.StringIO()
    yaml.width = 200
    yaml.dump(lock.model_dump(mode="json"), text)
    part = path.with_name(f".{path.name}.part")
    part.write_text(_HEAD + text.getvalue())
    part.replace(path)


def _name(assets: Path, path: Path) -> str:
    return path.relative_to(assets).with_suffix("").as_posix()
