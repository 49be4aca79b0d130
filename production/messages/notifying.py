"""Sends what is due, through Apprise: the one door for messages to people.

A message that cannot be sent never ends a run: it is said, written down, and tried again with the next one. In a
rehearsal nothing leaves the machine. Apprise's own words may hold an address; the repeated parts hold none.
"""

from __future__ import annotations

import asyncio
import logging
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from manifests.keys import hash_json
from manifests.notify import Event, Message
from manifests.redaction import GONE, redacted
from production.messages import messages, outbox
from production.messages.outbox import Letter
from wiring.errors import BadSetting
from wiring.keys import found, found_in
from wiring.services import Services

BATCH = timedelta(minutes=10)
"""Finals that begin to wait within so long of a message about others are told of together (product rule)."""

_LOOK_S = 60.0
_HERE = {"127.0.0.1", "localhost", "[::1]", "::1"}
_PIECE_MIN = 4


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The outcome of one message at one address. `why`: in words, where it was not delivered."""

    event: Event
    name: str
    title: str
    ok: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """One name of film.yaml: the variable it stands for, and where that was found ("" where it is nowhere)."""

    name: str
    variable: str
    where: str


def addresses(services: Services) -> tuple[Address, ...]:
    """Every name that the film tells of something, and where its address is; never the address."""
    notify, settings = services.folder.film.notify, services.settings
    return tuple(Address(name, _variable(name), found_in(settings, _variable(name)) or "") for name in notify.names())


def announce(services: Services, message: Message | None) -> None:
    """Queue a message where somebody is to be told of such a thing. Never raises for its own sake: it is said."""
    if message is None or not services.folder.film.notify.told(message):
        return
    try:
        outbox.put(services, message)
    except Exception as error:  # noqa: BLE001  a failed message does not end a run
        _say(services, message, f"it could not be queued ({type(error).__name__})")


def deliver_due(services: Services) -> tuple[DeliveryResult, ...]:
    """Send what is due now, but in the quiet hours only the digest.
    Never raises for its own sake; takes seconds at most.
    """
    notify = services.folder.film.notify
    if not notify.names():
        return ()
    try:
        now = services.ledger.now()
        quiet = notify.quiet_until(now) is not None
        letters = [each for each in outbox.due(services, now) if each.message.event == "digest" or not quiet]
        asking = [each for each in letters if each.message.event == "approval"]
        told = [one for letter in letters if letter not in asking for one in _tell(services, letter, now)]
        return (*told, *_tell_together(services, asking, now))
    except Exception as error:  # noqa: BLE001  a failed message does not end a run
        services.telemetry.say(services.folder.film.code, "message", "blocked", f"not sent ({type(error).__name__})")
        return ()


async def keep_telling(services: Services) -> None:
    """Send what falls due, for as long as it is awaited: a process that stays up runs this beside its work."""
    while True:
        await asyncio.to_thread(deliver_due, services)
        await asyncio.sleep(_LOOK_S)


def test(services: Services, names: Iterable[str]) -> tuple[DeliveryResult, ...]:
    """Send each address a line that asks for nothing."""
    title = f"{services.folder.film.title}: a test of this address"
    body = "Check the Gate can reach you here. Nothing is asked of you, and nothing is spent."
    told = []
    for name in names:
        why = _send(services, name, title, body, "")
        told.append(DeliveryResult("digest", name, title, ok=not why, why=why))
    return tuple(told)


def _tell_together(services: Services, asking: list[Letter], now: datetime) -> list[DeliveryResult]:
    """Scenes that wait for an approval, in one message; and not within ten minutes of the last such message."""
    if not asking or outbox.told_within(services, "approval", BATCH, now) is not None:
        return []
    waiting = [(letter, words) for letter in asking if (words := _still(services, letter)) is not None]
    if not waiting:
        return []
    first, told = waiting[0][0].message, list[DeliveryResult]()
    together = messages.together([words for _, words in waiting])
    for name in services.folder.film.notify.told_of("approval"):
        claimed = [
            letter for letter, _ in waiting if name in letter.open_at((name,)) and outbox.claim(services, letter, name)
        ]
        if claimed:
            why = _send(services, name, together.title, together.body, together.picture or first.picture)
            told.append(_closed(services, claimed, name, together.title, why))
    if any(one.ok for one in told):
        for letter, words in waiting:
            _remind(services, letter.message, words, now)
    return told


def _still(services: Services, letter: Letter) -> messages.MessageText | None:
    """The words as they are now; None where the approval was given meanwhile."""
    words = messages.waiting_now(services, letter.message.scope.partition(":")[2])
    if words is None:
        outbox.drop(services, letter.message, "it was answered before it was sent")
    return words


def _remind(services: Services, message: Message, words: messages.MessageText, now: datetime) -> None:
    """Once, in the morning after, unless this was the morning."""
    notify, made = services.folder.film.notify, datetime.fromisoformat(message.made_at)
    morning = notify.next_morning(now)
    if morning is None or notify.quiet_until(made) is not None:
        return
    key = hash_json(["reminder", message.key])
    reminder = message.model_copy(
        update={
            "event": "reminder",
            "key": key,
            "due": morning.isoformat(),
            "title": f"Still waiting: {words.title}"[:200],
            "body": words.body,
        }
    )
    announce(services, reminder)


def _tell(services: Services, letter: Letter, now: datetime) -> list[DeliveryResult]:  # noqa: ARG001
    message = letter.message
    if message.event == "reminder" and _still(services, letter) is None:
        return []
    told = []
    for name in letter.open_at(services.folder.film.notify.told(message)):
        if outbox.claim(services, letter, name):
            why = _send(services, name, message.title, message.body, message.picture)
            told.append(_closed(services, [letter], name, message.title, why))
    return told


def _closed(services: Services, letters: list[Letter], name: str, title: str, why: str) -> DeliveryResult:
    for letter in letters:
        if why:
            outbox.failed(services, letter.message, name, why)
        else:
            outbox.sent(services, letter.message, name)
    told = DeliveryResult(letters[0].message.event, name, title, ok=not why, why=why)
    if why:
        _say(services, letters[0].message, f"{name} was not told: {why}")
    else:
        services.telemetry.say(services.folder.film.code, "message", "done", f"{name}: {title}")
    return told


def _say(services: Services, message: Message, words: str) -> None:
    services.telemetry.say(services.folder.film.code, "message", "blocked", f"{message.event}: {words}")


def _send(services: Services, name: str, title: str, body: str, picture: str) -> str:
    """Send one message to one address; "" where it was taken, else why not, without the address."""
    settings = services.settings
    try:
        url = found(settings, _variable(name))
    except BadSetting as error:
        return str(error)
    if not url:
        return f"there is no address for it: set {_variable(name)}, or write it into the file that GATE_KEYS names"
    if (settings.rehearsal or settings.house.is_dir()) and urlsplit(url).hostname not in _HERE:
        return "this is a rehearsal, and nothing leaves the machine"
    attached = picture if picture and Path(picture).is_file() else None
    try:
        return _without(url, _apprise(url, title, body, attached))
    except Exception as error:  # noqa: BLE001  whatever a hundred plug-ins raise
        return f"the sender broke off ({type(error).__name__})"


def _apprise(url: str, title: str, body: str, picture: str | None) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its plug-ins name modules that Python 3.13 drops
        import apprise  # noqa: PLC0415  a hundred plug-ins, loaded when there is something to send

        sender = apprise.Apprise()
        with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as said:  # type: ignore[no-untyped-call]
            if not sender.add(url):
                return "it is not an address that Apprise knows"
            given: dict[str, Any] = {"title": title, "body": body, "body_format": apprise.NotifyFormat.TEXT}
            if sender.notify(**given, attach=picture):
                return ""
            words = " ".join(said.getvalue().split())
    return words or "it did not take the message"


def _without(url: str, words: str) -> str:
    """The sender's words without any part of the address beyond its scheme."""
    pieces = sorted({*re.split(r"[/?&=:@#,]+", unquote(url)), *re.split(r"[/?&=:@#,]+", url)}, key=len, reverse=True)
    for piece in pieces:
        if len(piece) >= _PIECE_MIN and piece not in {urlsplit(url).scheme, "http", "https", "localhost"}:
            words = words.replace(piece, GONE)
    return redacted(words)[:300]


def _variable(name: str) -> str:
    return f"GATE_NOTIFY_{name.upper()}"
