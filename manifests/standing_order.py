"""A person's word for the night: what may be spent while nobody looks, on what, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, StringConstraints, field_validator, model_validator

from manifests.money import Usd
from manifests.noun import Noun, SceneId, Sha256

_Clock = Annotated[str, StringConstraints(strict=True, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]

PRIORITY = 5
"""An order's place in the night where nobody says another: in the middle of 1 to 9."""


class Night(Noun):
    """One night of a standing order. `name` is the local date on which its window opens; times are ISO 8601 with a zone."""

    name: str
    opens: datetime
    closes: datetime

    @property
    def scope(self) -> str:
        """The cap that the night counts against."""
        return f"night:{self.name}"


class StandingOrder(Noun):
    """Leave to make a scene's drafts between two times of the day, every night until a person ends it.

    `opens` and `closes` are "HH:MM" on the clocks of `zone` (an IANA name), whatever that day's daylight saving; a window may
    go past midnight. `night_usd` caps each night. `plan` is the hash of the plan file the person saw, None for any plan.
    `priority`: 1 (made first) to 9, among the scenes of one night.
    """

    schema_name: ClassVar[str] = "gate/standing_order/1"

    scene: SceneId
    opens: _Clock
    closes: _Clock
    zone: str
    night_usd: Usd
    plan: Sha256 | None = None
    priority: Annotated[int, Field(strict=True, ge=1, le=9)] = PRIORITY

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        return known_zone(name)

    @model_validator(mode="after")
    def _window_has_a_length(self) -> StandingOrder:
        if self.opens == self.closes:
            raise ValueError("a window opens at one time and closes at another")
        return self

    def night_at(self, now: datetime) -> Night | None:
        """The night whose window is open at `now` (any zone), None while it is closed."""
        return window_at(self.opens, self.closes, self.zone, now)

    def next_night(self, now: datetime) -> Night:
        """The night whose window opens next after `now`."""
        return window_after(self.opens, self.closes, self.zone, now)

    def words(self) -> str:
        """The window, for people."""
        return f"{self.opens} to {self.closes} {self.zone}"


def known_zone(name: str) -> str:
    """The name itself. Raises ValueError where it is no IANA time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; write one like Europe/Amsterdam or UTC") from None
    return name


def window_at(opens: str, closes: str, zone: str, now: datetime) -> Night | None:
    """The window between two times of the day ("HH:MM" on the clocks of `zone`) that is open at `now`, or None."""
    today = now.astimezone(ZoneInfo(zone)).date()
    nights = (_night_of(opens, closes, zone, day) for day in (today - timedelta(days=1), today))
    return next((night for night in nights if night.opens <= now < night.closes), None)


def window_after(opens: str, closes: str, zone: str, now: datetime) -> Night:
    """The one of these windows that opens next after `now`."""
    today = now.astimezone(ZoneInfo(zone)).date()
    nights = (_night_of(opens, closes, zone, today + timedelta(days=days)) for days in range(3))
    return next(night for night in nights if night.opens > now)


def _night_of(opens: str, closes: str, zone: str, day: date) -> Night:
    clocks = ZoneInfo(zone)
    last = day if closes > opens else day + timedelta(days=1)
    begin = datetime.combine(day, time.fromisoformat(opens), clocks)
    end = datetime.combine(last, time.fromisoformat(closes), clocks)
    # In UTC, so that a night in which the clocks change has its true length.
    return Night(name=day.isoformat(), opens=begin.astimezone(UTC), closes=end.astimezone(UTC))
