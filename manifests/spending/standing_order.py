"""A person's standing order for the night: how much may be spent while nobody looks, on what, and until when."""

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
    """One night of a standing order. `name` is the local date on which its window opens;
    times are ISO 8601 with a zone.
    """

    name: str
    opens: datetime
    closes: datetime

    @property
    def scope(self) -> str:
        """The cap that the night counts against."""
        return f"night:{self.name}"


class StandingOrder(Noun):
    """Leave to make a scene's drafts between two times of the day, every night until a person ends it.

    `opens` and `closes` are "HH:MM" on the clocks of `zone` (an IANA name), whatever that day's daylight saving; a
    window may go past midnight. `night_usd` caps each night. `plan` is the hash of the plan file the person saw, None
    for any plan. `priority`: 1 (made first) to 9, among the scenes of one night.
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

    def now_words(self, now: datetime) -> str:
        """Whether the window is open at `now`, until or from when (UTC), and which nights before then have none."""
        if night := self.night_at(now):
            return f"open now, until {night.closes:%H:%M} UTC"
        following = self.next_night(now)
        skipped = [day.isoformat() for day in _days_from(now, self.zone) if self._skips(day, now, following)]
        none = f"; no window on {', '.join(skipped)}, when the clocks skip those hours" if skipped else ""
        return f"closed now, opens {following.opens:%d %b %H:%M} UTC{none}"

    def _skips(self, day: date, now: datetime, following: Night) -> bool:
        night = _night_of(self.opens, self.closes, self.zone, day)
        return night.opens >= night.closes and now <= night.opens < following.opens


def known_zone(name: str) -> str:
    """The name itself. Raises ValueError where it is not an IANA time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; write one like Europe/Amsterdam or UTC") from None
    return name


def window_at(opens: str, closes: str, zone: str, now: datetime) -> Night | None:
    """The window between two times of the day ("HH:MM" on the clocks of `zone`) that is open at `now`, or None."""
    today = now.astimezone(ZoneInfo(zone)).date()
    nights = (_night_of(opens, closes, zone, day) for day in (today - timedelta(days=1), today))
    return next((night for night in nights if night.opens <= now < night.closes), None)


def window_after(opens: str, closes: str, zone: str, now: datetime) -> Night:
    """The one of these windows that opens next after `now`. One that lies in hours that the clocks skip never opens."""
    nights = (_night_of(opens, closes, zone, day) for day in _days_from(now, zone))
    return next(night for night in nights if now < night.opens < night.closes)


def _days_from(now: datetime, zone: str) -> list[date]:
    """Today there and the days after, enough for a window to open:
    the clocks skip hours twice a year, once even a day.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    return [today + timedelta(days=days) for days in range(5)]


def _night_of(opens: str, closes: str, zone: str, day: date) -> Night:
    last = day if closes > opens else day + timedelta(days=1)
    # In UTC, so that a night in which the clocks change has its true length.
    return Night(name=day.isoformat(), opens=_moment(day, opens, zone), closes=_moment(last, closes, zone))


def _moment(day: date, clock: str, zone: str) -> datetime:
    """When the clocks of `zone` show that time: the first of two such moments;
    where they skip it, the moment they go on.
    """
    shown = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))
    first, second = shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)
    if first <= second:
        return first
    before, after = second, first  # of a time that is skipped, Python reads one on each side of the change
    offset = before.astimezone(shown.tzinfo).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(shown.tzinfo).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
