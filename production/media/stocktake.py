"""Holds a store against what names its media: missing, changed and orphaned objects. It changes nothing.

Named are: what a canonical name stands for; the output of every take, and the pictures it was made from; what a
certificate is about, and the pictures it was judged against. These must be there. What lock.yaml, a call that was given
back, or a free step of this machine (a cut, a last frame, a guide) names is known: it may be gone, but where it is
there it is not an orphan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from manifests.question import Question
from manifests.take import Take
from vault.canon import CanonLink
from vault.contract import Vault
from vault.errors import Corrupt, Missing, VaultError
from wiring.lanes import Tell, in_lanes
from wiring.services import Services
from wiring.settings import Settings
from wiring.stores import Store

_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Stock:
    """The result of a stocktake. `sizes`: every object with its bytes; `missing`: the records that name an absent
    object; `changed` and `orphaned`.

    `changed`: by hash, or by canonical name where the link itself is damaged. `orphaned`: with its bytes.
    """

    place: str
    sizes: Mapping[str, int]
    names: int
    missing: Mapping[str, tuple[str, ...]]
    changed: Mapping[str, VaultError]
    orphaned: Mapping[str, int]

    @property
    def sound(self) -> bool:
        """Whether everything that is named is there as it was put in."""
        return not self.missing and not self.changed


def take_stock(services: Services, store: Store, *, reads: bool, tell: Tell) -> Stock:
    """Compare the store with the film's canon and ledger.
    `reads`: every byte is read and hashed; else only names are listed.

    Raises StoreDown, StoreRefused, LedgerTrouble.
    """
    sizes = dict(store.vault.sizes())
    links, damaged = store.canon.survey()
    named = _named(services, links)
    changed: dict[str, VaultError] = {error.thing: error for error in damaged}
    if reads:
        changed |= _examined(store.vault, sorted(sizes), tell)
    known = named.keys() | set(_known(services))
    return Stock(
        place=store.vault.place,
        sizes=sizes,
        names=len(links) + len(damaged),
        missing={sha256: tuple(sorted(who)) for sha256, who in sorted(named.items()) if sha256 not in sizes},
        changed=changed,
        orphaned={sha256: size for sha256, size in sorted(sizes.items()) if sha256 not in known},
    )


def known_objects(services: Services) -> frozenset[str]:
    """The content hashes of all that the film's canon, ledger and free steps name. What is stored beside them is an
    orphan.
    """
    links, _ = services.canon.survey()
    return frozenset(_named(services, links)) | frozenset(_known(services))


def _examined(vault: Vault, hashes: list[str], tell: Tell) -> dict[str, VaultError]:
    def look(sha256: str) -> VaultError | None:
        try:
            vault.examine(sha256)
        except (Corrupt, Missing) as error:
            return error
        return None

    results = zip(hashes, in_lanes(look, hashes, tell), strict=True)
    return {sha256: error for sha256, error in results if error is not None}


def _named(services: Services, links: tuple[CanonLink, ...]) -> dict[str, set[str]]:
    """The objects that must be there, and the records that name them."""
    named: dict[str, set[str]] = {}
    for link in links:
        named.setdefault(link.sha256, set()).add(link.name)
    for take in services.ledger.takes():
        who = f"{take.shot} {take.tier} {take.stage} v{take.version:03d}"
        for sha256 in _of_take(take):
            named.setdefault(sha256, set()).add(who)
    for certificate in services.ledger.every_certificate():
        who = f"certificate of {certificate.shot} {certificate.tier} {certificate.stage}"
        for sha256 in (certificate.asset, *certificate.references):
            named.setdefault(sha256, set()).add(who)
    return named


def _of_take(take: Take) -> Iterator[str]:
    if take.asset is not None:
        yield take.asset.sha256
    shown = take.request.pictures if isinstance(take.request, Question) else take.request.references
    for picture in shown:
        yield picture.sha256


def _known(services: Services) -> Iterator[str]:
    """The objects that something names, but that need not be there."""
    for locked in services.folder.lock.assets.values():
        yield locked.sha256
    for take in services.ledger.takes(released_too=True):
        yield from _of_take(take)
    yield from _of_free_steps(services.settings)


def _of_free_steps(settings: Settings) -> Iterator[str]:
    kept = (settings.vault / name for name in ("last_frames", "guides", "steps", "views"))
    for folder in (*kept, settings.cache / "guides"):
        for note in sorted(folder.glob("*")):
            if note.is_file():
                yield from _HASH.findall(note.read_text(encoding="utf-8", errors="replace"))
