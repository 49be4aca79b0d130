"""A person's word for the night: what may be spent while nobody looks, on what, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import StringConstraints, field_validator, model_validator

from manifests.money import Usd
from manifests.noun import Noun, SceneId, Sha256

_Clock = Annotated[str, StringConstraints(strict=True, pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


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
    """

    schema_name: ClassVar[str] = "gate/standing_order/1"

    scene: SceneId
    opens: _Clock
    closes: _Clock
    zone: str
    night_usd: Usd
    plan: Sha256 | None = None

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{name!r} is no time zone; write one like Europe/Amsterdam or UTC") from None
        return name

    @model_validator(mode="after")
    def _window_has_a_length(self) -> StandingOrder:
        if self.opens == self.closes:
            raise ValueError("a window opens at one time and closes at another")
        return self

    def night_at(self, now: datetime) -> Night | None:
        """The night whose window is open at `now` (any zone), None while it is closed."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        nights = (self._night_of(today - timedelta(days=1)), self._night_of(today))
        return next((night for night in nights if night.opens <= now < night.closes), None)

    def next_night(self, now: datetime) -> Night:
        """The night whose window opens next after `now`."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        nights = (self._night_of(today + timedelta(days=days)) for days in range(3))
        return next(night for night in nights if night.opens > now)

    def words(self) -> str:
        """The window, for people."""
        return f"{self.opens} to {self.closes} {self.zone}"

    def _night_of(self, day: date) -> Night:
        zone = ZoneInfo(self.zone)
        last = day if self.closes > self.opens else day + timedelta(days=1)
        opens = datetime.combine(day, time.fromisoformat(self.opens), zone)
        closes = datetime.combine(last, time.fromisoformat(self.closes), zone)
        # In UTC, so that a night in which the clocks change has its true length.
        return Night(name=day.isoformat(), opens=opens.astimezone(UTC), closes=closes.astimezone(UTC))
