"""One row of a price file: what it answers, and how much of its unit a call uses.
Whole numbers and fractions, no floats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, model_validator

from manifests.keys import hash_json
from manifests.money import Usd
from manifests.noun import Noun, Text
from manifests.spending.price import PricedMode, PricedOperation, PricedSize, Usage

Unit = Literal[
    "output_second",
    "token",
    "clip",
    "call",
    "image",
    "megapixel",
    "first_megapixel",
    "extra_megapixel",
    "image_in",
    "token_in",
    "token_out",
    "token_out_image",
    "token_out_video",
    "credit",
]
Confidence = Literal["documented", "measured", "derived", "own"]
"""Whose word it is: the provider's page, somebody's bill or catalogue snapshot, our arithmetic, or the film-maker's."""

MILLION = 1_000_000
MS_PER_S = 1000
FRAMES_PER_S = 24
BINARY_MEGAPIXEL = 1 << 20
_EXTRAS = frozenset({"image_in", "extra_megapixel", "token_in", "token_out"})
"""Units that come on top of what is made; all others price the thing itself, and a call has one of those."""


class PriceRow(Noun):
    """One price. `usd` is for one unit (docs/prices.md says what each is), of tokens for a million.

    `resolutions`: None is any. `audio`: whether the output has sound; `any` where that makes no difference.
    `video_input`: the price of a call that is shown video. `seconds`: how long the clip is that unit `clip` prices.
    `least_percent`: the fewest seconds that are billed by the token, in percent of the output's. `bound_percent` of the
    likely price is held. `starts` and `until`: first and last day on which the price is asked. `fixed`: it cannot move,
    and so not grow stale.
    """

    provider: Text
    model: Text
    operation: PricedOperation | Literal["billing"]
    resolutions: Annotated[tuple[PricedSize, ...] | None, Field(min_length=1)] = None
    audio: bool | Literal["any"] = False
    video_input: bool = False
    mode: PricedMode = "standard"
    unit: Unit
    usd: Usd
    seconds: Annotated[int | None, Field(strict=True, ge=1, le=600)] = None
    least_percent: Annotated[int, Field(strict=True, ge=100, le=1000)] = 100
    bound_percent: Annotated[int, Field(strict=True, ge=100, le=1000)] = 100
    source: Text
    as_of: date
    confidence: Confidence = "own"
    starts: date | None = None
    until: date | None = None
    note: Text | None = None
    fixed: bool = False

    @model_validator(mode="after")
    def _fields_fit_the_unit(self) -> PriceRow:
        if (self.unit == "clip") != (self.seconds is not None):
            raise ValueError("`seconds` belongs to the unit clip, and the unit clip needs it")
        if (self.unit == "credit") != (self.operation == "billing"):
            raise ValueError("a credit is a rate of conversion: its operation is billing, and no other unit's is")
        if self.least_percent != 100 and self.unit != "token":
            raise ValueError("`least_percent` belongs to the unit token")
        return self

    @property
    def sha256(self) -> str:
        """The price as it stood when the quote was asked."""
        return hash_json(self.model_dump(mode="json"))

    @property
    def part(self) -> str:
        """Which part of a call it prices: what is made, or one of the extras. A call's parts add up."""
        return self.unit if self.unit in _EXTRAS else "credit" if self.unit == "credit" else "what is made"

    @property
    def call(self) -> tuple[str, str, str, str, bool]:
        """The kind of call that it prices, at any size, with or without sound."""
        return self.provider, self.model, self.operation, self.mode, self.video_input

    @property
    def places(self) -> tuple[tuple[str, ...], ...]:
        """The places it takes in a price list, one a size; two rows of a file may not share one."""
        named = (*map(str, self.call), self.part)
        also = (str(self.seconds), str(self.audio), str(self.starts))
        return tuple((*named, size, *also) for size in (self.resolutions or ("any",)))

    @property
    def exactness(self) -> tuple[bool, bool, bool, date]:
        """Of two rows that price the same part the greater counts: a clip's length, then its size, then its sound."""
        return self.seconds is not None, self.resolutions is not None, self.audio != "any", self.starts or date.min

    def answers(self, usage: Usage, today: date) -> bool:
        """Whether it prices a part of this call. `usage.audio` is known here."""
        return (
            self.call == (usage.provider, usage.model, usage.operation, usage.mode, usage.input_ms > 0)
            and self.audio in {"any", usage.audio}
            and (self.resolutions is None or usage.resolution in self.resolutions)
            and (self.starts is None or self.starts <= today)
            and (self.seconds is None or self.seconds * MS_PER_S == usage.output_ms)
        )

    def age_days(self, today: date) -> int:
        """Days since somebody looked it up."""
        return (today - self.as_of).days

    def stale(self, today: date, age_days: int) -> str | None:
        """Why it may no longer be used, in words that follow "its price"; None where it may."""
        if self.until is not None and today > self.until:
            return f"held until {self.until}"
        age = self.age_days(today)
        return f"is {age} days old, and the film takes {age_days}" if age > age_days and not self.fixed else None

    def words(self) -> str:
        """The priced call, in words for people."""
        sound = {True: " with sound", False: "", "any": ", any sound"}[self.audio]
        length = f" of {self.seconds} s" if self.seconds else ""
        mode = "" if self.mode == "standard" else f", {self.mode}"
        sizes = ", ".join(self.resolutions or ("any size",))
        part = f" ({self.unit.replace('_', ' ')})" if self.unit in _EXTRAS else ""
        return f"{self.operation}{length} at {sizes}{sound}{' from video' if self.video_input else ''}{mode}{part}"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many units a call uses: at least, likely, and at most."""

    low: Fraction
    likely: Fraction
    high: Fraction

    @classmethod
    def exactly(cls, count: Fraction | int) -> Counted:
        """A count that is known."""
        return cls(Fraction(count), Fraction(count), Fraction(count))


def count(row: PriceRow, usage: Usage) -> Counted:
    """How much of the row's unit the call uses. Zero where the call says nothing of it."""
    return _COUNT[row.unit](row, usage)


def seedance_tokens(width: int, height: int, video_ms: int) -> int:
    """Tokens of one video: 24 frames a second and one more, a token for 1024 pixels, parts of a token dropped."""
    return width * height * (FRAMES_PER_S * video_ms + MS_PER_S) // (1024 * MS_PER_S)


def _tokens(row: PriceRow, usage: Usage) -> Counted:
    if 0 in {usage.output_ms, usage.width, usage.height}:
        return Counted.exactly(0)
    shown = usage.output_ms + usage.input_ms
    billed = max(shown, -(-usage.output_ms * row.least_percent // 100))
    low, high = (Fraction(seedance_tokens(usage.width, usage.height, ms), MILLION) for ms in (shown, billed))
    return Counted(low, high, high)


def _megapixels(width: int, height: int, least: int) -> Counted:
    """Providers do not say whether a megapixel is 1000² or 1024², and whether parts of one are rounded up."""
    pixels = width * height
    if pixels == 0:
        return Counted.exactly(0)
    whole = (max(least, -(-pixels // size)) for size in (BINARY_MEGAPIXEL, MILLION))
    return Counted(max(Fraction(least), Fraction(pixels, BINARY_MEGAPIXEL)), *map(Fraction, whole))


def _made(_: PriceRow, usage: Usage) -> Counted:
    one = _megapixels(usage.width, usage.height, 1)
    return Counted(one.low * usage.images, one.likely * usage.images, one.high * usage.images)


def _first(_: PriceRow, usage: Usage) -> Counted:
    return Counted.exactly(usage.images if usage.width * usage.height else 0)


def _extra(row: PriceRow, usage: Usage) -> Counted:
    parts = [_made(row, usage), *(_megapixels(*picture, 0) for picture in usage.pictures_in)]
    first = _first(row, usage).low
    return Counted(
        sum((p.low for p in parts), -first),
        sum((p.likely for p in parts), -first),
        sum((p.high for p in parts), -first),
    )


_COUNT: dict[Unit, Callable[[PriceRow, Usage], Counted]] = {
    "output_second": lambda _, usage: Counted.exactly(Fraction(usage.output_ms, MS_PER_S)),
    "token": _tokens,
    "clip": lambda _row, _usage: Counted.exactly(1),
    "call": lambda _row, _usage: Counted.exactly(1),
    "image": lambda _, usage: Counted.exactly(usage.images),
    "megapixel": _made,
    "first_megapixel": _first,
    "extra_megapixel": _extra,
    "image_in": lambda _, usage: Counted.exactly(len(usage.pictures_in)),
    "token_in": lambda _, usage: Counted.exactly(Fraction(usage.tokens_in, MILLION)),
    "token_out": lambda _, usage: Counted.exactly(Fraction(usage.tokens_out, MILLION)),
    "token_out_image": lambda _, usage: Counted.exactly(Fraction(usage.tokens_out_media, MILLION)),
    "token_out_video": lambda _, usage: Counted.exactly(Fraction(usage.tokens_out_media, MILLION)),
}
