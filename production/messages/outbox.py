"""Messages that wait and messages that were sent, in the ledger: the next run goes on where a killed process was.

Each event is told to each address at most once. It is claimed before it is sent: a process that dies in between has
sent it or has not, and nobody sends it again. What an address has refused is tried again, `TRIES` times in all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from manifests.notify import Message
from wiring.services import Services

TRIES = 3
QUEUED, CLAIMED, SENT, FAILED, DROPPED = "message", "message_claim", "message_sent", "message_fail", "message_drop"
"""Kinds of the ledger's notes."""


@dataclass
class Letter:
    """A message as the ledger has it: the newest words, and what became of it at each address by its name."""

    message: Message
    sent: set[str] = field(default_factory=set)
    claimed: dict[str, int] = field(default_factory=dict)
    failed: dict[str, list[str]] = field(default_factory=dict)
    sent_at: str = ""
    dropped: str = ""

    def open_at(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Of these addresses, the ones that may still be told:
        neither told, nor given up, nor claimed by somebody else.
        """
        if self.dropped:
            return ()
        return tuple(
            name
            for name in names
            if name not in self.sent and self.claimed.get(name, 0) == len(self.failed.get(name, ())) < TRIES
        )


def put(services: Services, message: Message) -> bool:
    """Queue a message; False where just this one is queued already.
    A newer one of the same key replaces it until it is sent.
    """
    known = read(services).get(message.key)
    if known and _words(known.message) == _words(message):
        return False
    services.ledger.note(QUEUED, message.scope, message.stored())
    return True


def read(services: Services) -> dict[str, Letter]:
    """Every message by its key, oldest first."""
    letters: dict[str, Letter] = {}
    for note in sorted(_notes(services)):
        _, kind, at, text = note
        if kind == QUEUED:
            message = Message.from_stored(text)
            letters.setdefault(message.key, Letter(message)).message = message
            continue
        key, _, rest = text.partition(" ")
        name, _, words = rest.partition(" ")
        if (letter := letters.get(key)) is None:
            continue
        if kind == CLAIMED:
            letter.claimed[name] = letter.claimed.get(name, 0) + 1
        elif kind == SENT:
            letter.sent.add(name)
            letter.sent_at = at
        elif kind == FAILED:
            letter.failed.setdefault(name, []).append(words)
        elif kind == DROPPED:
            letter.dropped = rest
    return letters


def due(services: Services, now: datetime) -> tuple[Letter, ...]:
    """The messages whose time has come, and that somebody has still to be told."""
    names = services.folder.film.notify
    return tuple(
        letter
        for letter in read(services).values()
        if datetime.fromisoformat(letter.message.due) <= now and letter.open_at(names.told(letter.message))
    )


def claim(services: Services, letter: Letter, name: str) -> bool:
    """Whether it is ours to send; of many simultaneous callers one gets True."""
    number = len(letter.failed.get(name, ())) + 1
    return services.ledger.note_once(CLAIMED, letter.message.scope, f"{letter.message.key} {name} {number}")


def sent(services: Services, message: Message, name: str) -> None:
    """Write down that an address has taken it."""
    services.ledger.note(SENT, message.scope, f"{message.key} {name}")


def failed(services: Services, message: Message, name: str, why: str) -> None:
    """Write down that an address has not taken it, and why."""
    services.ledger.note(FAILED, message.scope, f"{message.key} {name} {why[:300]}")


def drop(services: Services, message: Message, why: str) -> None:
    """It is not sent any more: its question has been answered."""
    services.ledger.note(DROPPED, message.scope, f"{message.key} {why}")


def told_within(services: Services, event: str, span: timedelta, now: datetime) -> datetime | None:
    """When an event of this kind was last told to anybody, if that is less than `span` ago."""
    times = [
        datetime.fromisoformat(letter.sent_at)
        for letter in read(services).values()
        if letter.sent_at and letter.message.event == event
    ]
    last = max(times, default=None)
    return last if last is not None and now - last < span else None


def _notes(services: Services) -> Iterator[tuple[int, str, str, str]]:
    for kind in (QUEUED, CLAIMED, SENT, FAILED, DROPPED):
        yield from ((note.id, note.kind, note.at, note.text) for note in services.ledger.notes(kind=kind))


def _words(message: Message) -> tuple[str, str, str]:
    return message.title, message.body, message.picture
