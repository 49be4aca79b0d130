"""Tells people that a note in the review room names them: at their own address where the film has one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from manifests.names import scene_of_shot
from manifests.notify import Message
from production.messages.messages import mention
from production.messages.notifying import announce
from wiring.services import Services

_NAMED = re.compile(r"@([\w.-]+)")
_MOST = 8
"""So many people of one note are told."""


def mentioned(text: str, people: Iterable[str]) -> tuple[str, ...]:
    """Those of `people` whom a note names: an `@`, and the name without its spaces, in any case."""
    named = {each.rstrip(".-").casefold() for each in _NAMED.findall(text)}
    return tuple(sorted({name for name in people if _handle(name) in named}))[:_MOST]


def announce_mentions(services: Services, shot: str, text: str, *, by: str, number: int, people: Iterable[str]) -> bool:
    """Queue a message about each person of `people`, or who spoke about the scene, that a note names, but its author;
    whether any is to go out. `number`: the note's. Of a private shot's note no word is told.
    """
    if not services.folder.film.notify.mentions:
        return False
    decided = (each.decision for each in services.ledger.decided(scene_of_shot(shot)))
    known = {*people, *(decision.who for decision in decided if decision.door != "program")} - {by}
    told: list[Message] = []
    for name in mentioned(text, known):
        words = "" if services.folder.is_private(shot) else text
        told.append(mention(services, shot, words, by=by, number=number, name=name))
        announce(services, told[-1])
    return bool(told)


def _handle(name: str) -> str:
    return "".join(name.split()).casefold()
