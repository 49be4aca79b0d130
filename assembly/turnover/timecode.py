"""Timecode by SMPTE ST 12-1, and the rates of a turnover, in whole frames and fractions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from assembly.errors import UnfitRate

RATES = {
    "23.976": Fraction(24_000, 1001),
    "24": Fraction(24),
    "25": Fraction(25),
    "29.97": Fraction(30_000, 1001),
    "30": Fraction(30),
}
"""The rates of a turnover, in frames a second, by the names that editing programs give them."""

_WRITTEN = re.compile(r"(\d\d):(\d\d):(\d\d)([:;])(\d\d)", re.ASCII)
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Counting:
    """How a timeline counts its frames. `rate`: in frames a second; `drop_frame`: whether timecode leaves out the
    numbers 00 and 01 of each minute, but for each tenth, so that it keeps up with the clock.
    """

    rate: Fraction
    drop_frame: bool = False

    @property
    def base(self) -> int:
        """The frame numbers of a second of timecode: 30 for 29.97."""
        return -(-self.rate.numerator // self.rate.denominator)

    @property
    def ntsc(self) -> bool:
        """Whether it runs at 1000/1001 of a whole rate."""
        return self.rate.denominator == 1001

    def timecode(self, frame: int) -> str:
        """The timecode of a frame, counted from 00:00:00:00; it begins again after 24 hours. Raises ValueError below
        0.
        """
        if frame < 0:
            raise ValueError(f"there is no timecode before 00:00:00:00, and this is frame {frame}")
        number = frame % self._frames_of(_MINUTES_A_DAY)
        if self.drop_frame:
            tens, rest = divmod(number, self._frames_of(10))
            # The first minute of ten keeps its first two numbers.
            number += 2 * (9 * tens + max(0, rest - 2) // self._frames_of(1))
        seconds, frames = divmod(number, self.base)
        minutes, seconds = divmod(seconds, 60)
        mark = ";" if self.drop_frame else ":"
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{mark}{frames:02d}"

    def frame(self, timecode: str) -> int:
        """The frame that a timecode names. Raises ValueError for one that this counting does not have."""
        found = _WRITTEN.fullmatch(timecode)
        if found is None or (found[4] == ";") != self.drop_frame:
            raise ValueError(f"{timecode!r} is not written as {'HH:MM:SS;FF' if self.drop_frame else 'HH:MM:SS:FF'}")
        hours, minutes, seconds, frames = (int(found[group]) for group in (1, 2, 3, 5))
        dropped = self.drop_frame and seconds == 0 and frames < 2 and minutes % 10 != 0
        if hours > 23 or minutes > 59 or seconds > 59 or frames >= self.base or dropped:
            raise ValueError(f"there is no timecode {timecode} at {self.name}")
        minutes += 60 * hours
        number = (60 * minutes + seconds) * self.base + frames
        return number - 2 * (minutes - minutes // 10) if self.drop_frame else number

    @property
    def name(self) -> str:
        """23.976, 24, 25, 29.97, 29.97 drop-frame or 30."""
        name = next((name for name, rate in RATES.items() if rate == self.rate), str(self.rate))
        return f"{name} drop-frame" if self.drop_frame else name

    def _frames_of(self, minutes: int) -> int:
        """The frames of so many minutes of timecode: of one that drops numbers, or of tens of them."""
        dropped = 2 * (minutes - minutes // 10) if self.drop_frame else 0
        return minutes * 60 * self.base - dropped


def counting_of(fps: int, rate: str | None = None, *, drop_frame: bool = False) -> Counting:
    """How a film of `fps` whole frames a second is turned over at `rate`, a name of RATES; at its own where none is
    asked for. Raises UnfitRate where its frames would not stay as they are, and for drop-frame at another rate than
    29.97.
    """
    asked = Fraction(fps) if rate is None else RATES[rate]
    found = Counting(asked, drop_frame)
    if found.base != fps:
        whole = [name for name, each in RATES.items() if Counting(each).base == fps]
        cause = f"a film of {fps} frames a second has no frames at {rate}: it would have to be made again"
        raise UnfitRate(f"--rate {rate}", cause, f"Choose one that keeps each frame: --rate {' or '.join(whole)}")
    if drop_frame and asked != RATES["29.97"]:
        cure = "Add --rate 29.97" if fps == 30 else "Leave --drop-frame out"
        raise UnfitRate(
            "--drop-frame", f"drop-frame timecode is for 29.97, and this turnover has {Counting(asked).name}", cure
        )
    return found
