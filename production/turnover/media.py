"""Lays down the media of a turnover: the takes of each shot, cards and slates as clips, sounds, and LUTs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from assembly import card
from assembly.errors import UnfitClip
from assembly.feature import words
from assembly.feature.programme import luts_of
from assembly.turnover import media
from assembly.turnover.media import WrittenMedia
from assembly.turnover.timecode import Counting
from manifests.assembly.film_cut import FilmCut, FilmShot
from manifests.film import TierName, frame_size
from manifests.keys import hash_file, hash_json
from manifests.names import scene_of_shot
from production.journey.requests import tier_of
from production.post.takes import ShotTakes, version_of
from production.turnover.folder import TurnoverFolder
from production.turnover.markers import words_of
from production.turnover.parts import LUTS, MEDIA, MarkedWord, MediaFile, TurnoverParts
from wiring.services import Services

Alternates = Literal["none", "passed", "all"]
Progress = Callable[[int, int], None]

_RULE = 1
"""Raise it when the same take would come out another file."""

_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file that is to lie below media/. `name`: without its reel; `content`: a hash of what it is made from."""

    name: str
    kind: Literal["take", "card", "sound"]
    file: Path
    content: str
    frames: int = 0
    source: str = ""
    shot: str = ""
    take: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True)
class TurnoverOrder:
    """What a turnover is made of, and how."""

    services: Services
    cut: FilmCut
    takes: Mapping[str, ShotTakes]
    counting: Counting
    alternates: Alternates


def lay_media(order: TurnoverOrder, folder: TurnoverFolder, work: Path, progress: Progress) -> TurnoverParts:
    """Make what is not there yet; each file has its name when it is whole. `work`: for what is drawn on the way. Raises
    FolderRefused, AssemblyError, VaultError.
    """
    cut, services = order.cut, order.services
    work.mkdir(parents=True, exist_ok=True)
    shown = [_shown(order, shot, work) for shot in cut.shots]
    others = [_others(order, shot) for shot in cut.shots]
    root = services.folder.root
    sounds = [
        WantedFile(
            media.sound_name(root / each.file, order.counting),
            "sound",
            root / each.file,
            each.sha256,
            source=each.sha256,
        )
        for each in cut.sounds
    ]
    wanted = _named([*shown, *(each for takes in others for each in takes), *sounds])
    laid: dict[WantedFile, MediaFile] = {}
    unfit = [gone for shot in cut.shots for gone in _gone(order, shot)]
    size = frame_size(cut.resolution, cut.aspect)
    for number, (each, (name, reel)) in enumerate(wanted.items(), start=1):
        progress(number - 1, len(wanted))
        try:
            laid[each] = _laid(each, (name, reel), order.counting, size, folder, work)
        except UnfitClip as refusal:
            if each in shown:
                raise
            unfit.append((each.shot, f"{each.tier} {each.take}", refusal.cause))
    progress(len(wanted), len(wanted))
    return TurnoverParts(
        shown=tuple(laid[each] for each in shown),
        alternates=tuple(tuple(laid[each] for each in takes if each in laid) for takes in others),
        luts=tuple(_luts(shot, root, folder, work) for shot in cut.shots),
        sounds=tuple(laid[each] for each in sounds),
        said=_said(services, cut),
        unfit=tuple(unfit),
    )


def _said(services: Services, cut: FilmCut) -> dict[str, tuple[MarkedWord, ...]]:
    scenes = sorted({scene_of_shot(shot.item.shot) for shot in cut.shots if shot.item})
    return {shot: said for scene in scenes for shot, said in words_of(services, scene).items()}


def _shown(order: TurnoverOrder, shot: FilmShot, work: Path) -> WantedFile:
    item, cut, size = shot.item, order.cut, frame_size(order.cut.resolution, order.cut.aspect)
    if item is not None and item.clip is not None:
        takes = order.takes[item.shot]
        return _take(order, item.shot, item.take, _tier(cut, takes), item.clip.sha256)
    name = _UNSAFE.sub("_", shot.label).strip("_")
    picture = work / f"{name}.png"
    if item is None:
        words.card(shot.card or "", size, picture)
    else:
        panel = order.services.vault.path(item.panel.sha256) if item.panel else None
        card.missing(item.shot, item.note, panel, size, picture)
    content = hash_json([hash_file(picture), size, shot.frames])
    name = f"{name}{'_slate' if item else ''}{media.CLIP_SUFFIX}"
    return WantedFile(name, "card", picture, content, shot.frames, shot=item.shot if item else "")


def _others(order: TurnoverOrder, shot: FilmShot) -> list[WantedFile]:
    """The shot's other takes whose files there are."""
    vault = order.services.vault
    return [_take(order, shot.label, take, tier, sha) for tier, take, sha in _asked(order, shot) if vault.has(sha)]


def _gone(order: TurnoverOrder, shot: FilmShot) -> list[tuple[str, str, str]]:
    """The other takes whose files the vault lacks."""
    lacks, has = "the vault lacks its file", order.services.vault.has
    return [(shot.label, f"{tier} {take}", lacks) for tier, take, sha in _asked(order, shot) if not has(sha)]


def _asked(order: TurnoverOrder, shot: FilmShot) -> list[tuple[str, str, str]]:
    """The alternates that were asked for, in the order of tier and version: those that passed, or all that there are;
    tier, version and content of each.
    """
    item = shot.item
    if item is None or order.alternates == "none":
        return []
    takes = order.takes[item.shot]
    tier = _tier(order.cut, takes)
    found = {(str(tier), version): clip.artefact.sha256 for version, clip in takes.passed.items()}
    if order.alternates == "all":
        made = order.services.ledger.takes(scene=scene_of_shot(item.shot))
        mine = [take for take in made if take.shot == item.shot and take.stage == "clip"]
        found |= {(str(take.tier), version_of(take)): take.asset.sha256 for take in mine if take.asset}
    if item.clip is not None:
        found.pop((tier, item.take), None)
    return [(at, version, sha) for (at, version), sha in sorted(found.items())]


def _tier(cut: FilmCut, takes: ShotTakes) -> TierName:
    return "draft" if cut.tier == "draft" else tier_of(takes.shot)


def _take(order: TurnoverOrder, shot: str, take: str, tier: str, sha256: str) -> WantedFile:
    naming = order.services.folder.film.naming
    named = naming.format(scene=scene_of_shot(shot), shot=shot, task=tier, version=int(take[1:] or 1))
    name = f"{_UNSAFE.sub('_', named).strip('_.')}{media.CLIP_SUFFIX}"
    return WantedFile(name, "take", order.services.vault.path(sha256), sha256, 0, sha256, shot, take, tier)


def _named(wanted: Sequence[WantedFile]) -> dict[WantedFile, tuple[str, str]]:
    """The name and reel of each file. Where two would have one name, the reel makes them differ."""
    each_once = list(dict.fromkeys(wanted))
    reels = media.reels_of({f"{number:06d}": each.content for number, each in enumerate(each_once)})
    taken = [each.name.casefold() for each in each_once]
    found = {}
    for number, each in enumerate(each_once):
        reel, path = reels[f"{number:06d}"], Path(each.name)
        alone = taken.count(each.name.casefold()) == 1
        found[each] = (each.name if alone else f"{path.stem}_{reel}{path.suffix}", reel)
    return found


def _laid(
    wanted: WantedFile,
    named: tuple[str, str],
    counting: Counting,
    size: tuple[int, int],
    folder: TurnoverFolder,
    work: Path,
) -> MediaFile:
    name, reel = named
    key = hash_json([_RULE, wanted.kind, wanted.content, wanted.frames, counting.name, reel])

    def make(into: Path) -> WrittenMedia:
        match wanted.kind:
            case "take":
                return media.copy_clip(wanted.file, into, counting, reel, work)
            case "card":
                return media.still_clip(wanted.file, into, counting, reel, size, wanted.frames)
            case "sound":
                return media.bring_sound(wanted.file, into, counting)

    path = folder.keep_or_make(f"{MEDIA}/{name}", key, make)
    written = media.sound_facts(path, counting) if wanted.kind == "sound" else media.clip_facts(path)
    return MediaFile(
        name=name,
        reel=reel,
        kind=wanted.kind,
        sha256=folder.sha256(f"{MEDIA}/{name}"),
        written=written,
        source=wanted.source,
        shot=wanted.shot,
        take=wanted.take,
        tier=wanted.tier,
    )


def _luts(shot: FilmShot, root: Path, folder: TurnoverFolder, work: Path) -> tuple[str, ...]:
    names = luts_of(shot, root, work)
    for name in names:
        folder.keep_or_make(f"{LUTS}/{name}", name, partial(media.put_copy, work / name))
    return names
