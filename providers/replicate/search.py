"""Tells one listed prediction from another: by model, by input, and by when it was made;
pictures may lie elsewhere each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from manifests.take import Request
from providers.capabilities import FRAME_ROLES

KEPT = timedelta(minutes=50)
"""Inputs are kept for an hour; then a prediction can no longer be told from another."""

_CLOCKS = timedelta(minutes=1)
_SENT_LATE = timedelta(minutes=10)
_PICTURES = ("image", "last_frame_image", "reference_images")


@dataclass(frozen=True, slots=True)
class Sent:
    """A call as it went out. `bare`: its input without pictures."""

    model: str
    request: Request
    bare: Mapping[str, Any]
    at: datetime

    @property
    def since(self) -> datetime:
        """Clocks differ."""
        return self.at - _CLOCKS

    @property
    def until(self) -> datetime:
        """The end of the window: a job that was made later is another call's."""
        return self.at + _SENT_LATE

    def compare(self, listed: Mapping[str, Any]) -> Literal["it", "perhaps", "another"]:
        """Whether a listed prediction is this call's. One that cannot be told from it makes a proof impossible."""
        if not self.since <= _time(listed.get("created_at"), self.at) <= self.until:
            return "another"
        if listed.get("model") != self.model:
            return "another"
        asked = listed.get("input")
        if not isinstance(asked, Mapping) or not asked:  # its data was removed
            return "perhaps"
        if bare(asked) == self.bare and _shown(asked) == self._shown:
            return "it"
        same = all(asked.get(name) == self.bare[name] for name in ("seed", "duration", "resolution"))
        return "perhaps" if same and str(asked.get("prompt", "")).startswith(self.request.prompt) else "another"

    @property
    def _shown(self) -> tuple[bool, bool, int]:
        roles = [r.role for r in self.request.references]
        return "start_frame" in roles, "end_frame" in roles, sum(role not in FRAME_ROLES for role in roles)


def bare(asked: Mapping[str, Any]) -> dict[str, Any]:
    """An input without its pictures, and without what is said to be nothing."""
    return {name: value for name, value in asked.items() if name not in _PICTURES and value is not None}


def _shown(asked: Mapping[str, Any]) -> tuple[bool, bool, int]:
    """Which pictures were sent: a first frame, a last one, how many references."""
    return bool(asked.get("image")), bool(asked.get("last_frame_image")), _count(asked.get("reference_images"))


def _count(told: object) -> int:
    return len(told) if isinstance(told, list) else 0


def iso(when: datetime) -> str:
    """A time as Replicate writes it."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time(told: object, otherwise: datetime) -> datetime:
    """A time that it tells; one that cannot be read is as likely as not the one that is looked for."""
    try:
        when = datetime.fromisoformat(str(told))
    except ValueError:
        return otherwise
    return when if when.tzinfo else when.replace(tzinfo=UTC)
