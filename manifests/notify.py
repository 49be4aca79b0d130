"""Whom a film tells what, and when it keeps quiet.
The addresses themselves hold secrets, and stand in no file of the film.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field, StringConstraints, field_validator

from manifests.noun import Noun, Sha256, Text
from manifests.spending.standing_order import known_zone, window_after, window_at

Group = Literal["approval", "digest", "money", "mention"]
Event = Literal["approval", "reminder", "lapsed", "digest", "credit", "cap", "mention"]
"""All that anybody is ever told of."""

GROUPS: dict[Event, Group] = {
    "approval": "approval",
    "reminder": "approval",
    "lapsed": "approval",
    "digest": "digest",
    "credit": "money",
    "cap": "money",
    "mention": "mention",
}

Alias = Annotated[str, StringConstraints(strict=True, max_length=80)]
_Names = TypeVar("_Names", tuple[str, ...], dict[str, str])
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_HOURS = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"


class Notify(Noun):
    """film.yaml's `notify`: names of addresses by what they are told, and the hours in which nobody is told anything.

    A name such as `team` stands for an Apprise address in the environment, GATE_NOTIFY_TEAM, or in the file that
    GATE_KEYS names. `approval`: finals wait for an approval, or an approval has lapsed. `digest`: the morning's one
    message about a night. `money`: a provider's credit has ended, or a cap is reached to 80 or 100 %. `mention`: a note
    names somebody with an @; `people`: the address of a person by name, which then is told instead. `quiet`:
    "22:00-07:00" on the clocks of `zone` (an IANA name).
    """

    approval: tuple[Alias, ...] = ()
    digest: tuple[Alias, ...] = ()
    money: tuple[Alias, ...] = ()
    mention: tuple[Alias, ...] = ()
    people: dict[Text, Alias] = {}
    quiet: Annotated[str, StringConstraints(strict=True, pattern=_HOURS)] | None = None
    zone: str = "UTC"

    @field_validator("approval", "digest", "money", "mention", "people")
    @classmethod
    def _no_address_lies_about(cls, given: _Names) -> _Names:
        names = given.values() if isinstance(given, dict) else given
        if not all(_NAME.fullmatch(name) for name in names):
            raise ValueError(
                "write names of small letters here, such as team; the address that one stands for holds a "
                "secret, and belongs "
                "into the environment as GATE_NOTIFY_TEAM, or into the file that GATE_KEYS names"
            )
        return given

    @field_validator("quiet")
    @classmethod
    def _quiet_has_a_length(cls, hours: str | None) -> str | None:
        if hours and hours[:5] == hours[6:]:
            raise ValueError("quiet hours begin at one time and end at another")
        return hours

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        return known_zone(name)

    def names(self) -> tuple[str, ...]:
        """Every name once, in order."""
        groups = (*self.approval, *self.digest, *self.money, *self.mention, *self.people.values())
        return tuple(dict.fromkeys(groups))

    @property
    def mentions(self) -> bool:
        """Whether anybody is told that a note names somebody."""
        return bool(self.mention or self.people)

    def address_of(self, person: str) -> str:
        """The name of a person's own address; "" where there is none."""
        return next((name for who, name in self.people.items() if who.casefold() == person.casefold()), "")

    def told_of(self, event: Event) -> tuple[str, ...]:
        """The names that are told of an event, each once."""
        return tuple(dict.fromkeys(getattr(self, GROUPS[event])))

    def told(self, message: Message) -> tuple[str, ...]:
        """The names that a message goes to."""
        return message.to or self.told_of(message.event)

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the quiet hours that hold now end (UTC); None where it is not quiet."""
        window = window_at(*self._hours(), now) if self.quiet else None
        return window.closes if window else None

    def next_morning(self, now: datetime) -> datetime | None:
        """When the quiet hours that hold now, or else the next ones, end; None where the film has none."""
        if not self.quiet:
            return None
        return self.quiet_until(now) or window_after(*self._hours(), now).closes

    def _hours(self) -> tuple[str, str, str]:
        opens, _, closes = (self.quiet or "").partition("-")
        return opens, closes, self.zone


class Message(Noun):
    """One message that waits to be sent, or was. `key` names the event: each is told to each address at most once.

    `due` and `made_at`: ISO 8601 in UTC. `picture`: a file that goes along. `to`: the addresses that are told, by name,
    where they are not those of the event. A newer message of the same key takes an older one's place until it is sent.
    """

    schema_name: ClassVar[str] = "gate/message/1"

    event: Event
    key: Sha256
    scope: Text
    made_at: Text
    due: Text
    title: Annotated[str, Field(max_length=200)]
    body: Annotated[str, Field(max_length=8000)]
    picture: str = ""
    to: tuple[Alias, ...] = ()
