"""The roster: the characters, locations and props in the store, read from the store itself and never from memory."""

from __future__ import annotations

from dataclasses import dataclass

from manifests.bible import Bible


@dataclass(frozen=True, slots=True)
class RosterGap:
    """Names of canonical pictures that only one side knows, sorted."""

    only_in_store: tuple[str, ...]
    only_in_bible: tuple[str, ...]


def compare(bible: Bible, stored: frozenset[str]) -> RosterGap:
    """Hold the bible against the names enumerated from the store."""
    wanted = frozenset(bible.assets())
    return RosterGap(tuple(sorted(stored - wanted)), tuple(sorted(wanted - stored)))
