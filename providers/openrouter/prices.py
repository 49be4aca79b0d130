"""Reads OpenRouter's `pricing_skus` as rows of a price list:
GET /videos/models, where each price has a name of its own making.

A name is a base and dimensions: `video_tokens_1080p_with_video_input`. Of the names that fit a call the one with more
dimensions counts; of two that say different things, the dearer. A price that cannot be read becomes a row that no price
book takes, so that somebody is told; it is never free.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any, Literal, NamedTuple, get_args

from manifests.spending.price import PricedSize

SOURCE = "openrouter.ai/api/v1/videos/models, pricing_skus, asked by the program"
TOKEN_BOUND_PERCENT = 110
"""The frame that is really made can differ from the catalogue's by some pixels."""
VIDEO_LEAST_PERCENT = 180
"""Upstream bills a call that is shown video for a least number of tokens, by a table; this is its worst entry."""

_USD_MAX = 1000
_MICRO = Decimal("0.000001")
_SIZES = {size.lower(): size for size in get_args(PricedSize)}
_DIMENSION = re.compile(r"_(?:(with_audio|without_audio)|(with_video_input)|(\d{3,4}p|\d{1,2}k))(?=_|$)")


class _Sku(NamedTuple):
    """A price base: the price list's unit, how many of those one dollar or cent buys, and the kind of purchase."""

    unit: str
    times: Decimal
    operation: Literal["clip", "extend"] = "clip"
    made_from: str = ""


_DOLLAR, _CENT, _TOKEN = Decimal(1), Decimal("0.01"), Decimal(1_000_000)
_MINIMUM = "minimum"
_BASES = {
    "video_tokens": _Sku("token", _TOKEN),
    "duration_seconds": _Sku("output_second", _DOLLAR),
    "text_to_video_duration_seconds": _Sku("output_second", _DOLLAR, made_from="text"),
    "image_to_video_duration_seconds": _Sku("output_second", _DOLLAR, made_from="image"),
    "reference_duration_seconds": _Sku("output_second", _DOLLAR, made_from="references"),
    "cents_per_second_output": _Sku("output_second", _CENT),
    "cents_per_video_output_second": _Sku("output_second", _CENT),
    "cents_per_second_video_continuation": _Sku("output_second", _CENT, operation="extend"),
    "cents_per_image_input": _Sku("image_in", _CENT),
    "reference_images": _Sku("image_in", _DOLLAR),
    "minimum_cents_per_generation": _Sku(_MINIMUM, _CENT),
}
_LONGEST_FIRST = sorted(_BASES, key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Sku:
    """One price and the calls it is for. None is any: of size, of sound.
    `made_from`: text, image, references, or "" for any.
    """

    base: _Sku
    usd: Decimal
    size: str | None = None
    audio: bool | None = None
    video_input: bool = False

    @property
    def says(self) -> frozenset[str]:
        """The dimensions that it names."""
        named = {"size": self.size, "audio": self.audio, "made from": self.base.made_from or None}
        return frozenset(name for name, value in named.items() if value is not None) | (
            {"video"} if self.video_input else frozenset()
        )

    def fits(self, call: _Call) -> bool:
        """Whether it prices the call."""
        return (
            self.base.operation == call.operation
            and self.size in {None, call.size}
            and self.audio in {None, call.audio}
            and self.base.made_from in {"", call.made_from}
            and (call.video_input or not self.video_input)
        )


class _Call(NamedTuple):
    operation: str
    size: str | None
    audio: bool
    video_input: bool
    made_from: str = ""


def rows_of(catalogue: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The rows of all models, in the shape of our price lists' rows, without the day, which the caller knows.

    A row whose unit is a SKU's own name is one that was not understood.
    """
    models = catalogue.get("data")
    listed = models if isinstance(models, list) else ()
    return tuple(row for model in listed if isinstance(model, dict) for row in _rows_of_model(model))


def _rows_of_model(model: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    name, skus = model.get("id"), model.get("pricing_skus")
    if not isinstance(name, str) or not isinstance(skus, Mapping):
        return
    head = {"provider": "openrouter", "model": name, "source": SOURCE, "confidence": "documented"}
    known, odd, whole = [], [], True
    for key, value in skus.items():
        sku = parse(str(key), value)
        if sku is None:
            odd.append({**head, "operation": "clip", "unit": str(key)[:80], "usd": str(value)[:40]})
            whole = whole and _base_of(str(key)) is not None and _amount(value) is not None
        else:
            known.append(sku)
    yield from odd
    if whole:  # else a part of its price is unknown, and our dated list answers for it
        yield from ({**head, **row} for row in _tariff(model, _telling(known)))


def parse(key: str, value: object) -> Sku | None:
    """Read one SKU; None for a name or an amount that is not understood, and for a price of nothing."""
    base, usd = _base_of(key), _amount(value)
    if base is None or usd is None:
        return None
    rest, sku = key.removeprefix(base), Sku(_BASES[base], usd * _BASES[base].times)
    while rest:
        said = _DIMENSION.match(rest)
        if said is None:
            return None
        sound, video, size = said.groups()
        if (sound and sku.audio is not None) or (size and sku.size is not None):
            return None
        if sound:
            sku = replace(sku, audio=sound == "with_audio")
        elif video:
            sku = replace(sku, video_input=True)
        else:
            sku = replace(sku, size=_SIZES.get(size, size))
        rest = rest[said.end() :]
    return sku


def _base_of(key: str) -> str | None:
    return next((base for base in _LONGEST_FIRST if key == base or key.startswith(f"{base}_")), None)


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 < amount < _USD_MAX else None


def _telling(skus: list[Sku]) -> list[Sku]:
    """Those that say something: a price for one sound that is also the price for any says nothing of sound."""
    plain = {(sku.base, sku.size, sku.video_input): sku.usd for sku in skus if sku.audio is None}
    return [s for s in skus if s.audio is None or plain.get((s.base, s.size, s.video_input)) != s.usd]


def _tariff(model: Mapping[str, Any], skus: list[Sku]) -> Iterator[dict[str, Any]]:
    """The rows of one model whose SKUs are all understood."""
    made = [sku for sku in skus if sku.base.unit in {"token", "output_second"}]
    least = max((sku.usd for sku in skus if sku.base.unit == _MINIMUM), default=Decimal(0))
    sizes = _listed(model.get("supported_resolutions"), str) or [*{sku.size for sku in made if sku.size}]
    asked = [_SIZES[size.lower()] for size in sizes if size.lower() in _SIZES]
    for operation, video_input in (("clip", False), ("clip", True), ("extend", True)):
        if video_input and operation == "clip" and not any(sku.video_input for sku in made):
            continue
        cells = {
            (size, audio): price
            for size in (asked if model.get("supported_resolutions") else [None, *asked])
            for audio in ((False,) if model.get("generate_audio") is False else (False, True))
            if (price := _dearest(made, _Call(operation, size, audio, video_input)))
        }
        for sound, named, price in _grouped(cells):
            row = {"operation": operation, "video_input": video_input, "audio": sound, "resolutions": named}
            yield from _priced(row, price, least, _listed(model.get("supported_durations"), int))
    if shown := max((sku.usd for sku in skus if sku.base.unit == "image_in"), default=None):
        yield {"operation": "clip", "audio": "any", "unit": "image_in", "usd": _usd(shown)}


def _dearest(skus: Iterable[Sku], call: _Call) -> tuple[str, Decimal] | None:
    """Unit and price of a call, whatever it is made from: the dearest of the names that no fuller name overrides."""
    found = []
    for made_from in ("text", "image", "references"):
        fitting = [sku for sku in skus if sku.fits(call._replace(made_from=made_from))]
        found += [sku for sku in fitting if not any(sku.says < other.says for other in fitting)]
    if len({sku.base.unit for sku in found}) != 1:
        return None
    return found[0].base.unit, max(sku.usd for sku in found)


def _grouped(cells: Mapping[tuple[str | None, bool], tuple[str, Decimal]]) -> Iterator[tuple[Any, Any, Any]]:
    """Sound, sizes and price of as few rows as say the same."""
    by_size: dict[str | None, dict[bool, tuple[str, Decimal]]] = {}
    for (size, audio), price in cells.items():
        by_size.setdefault(size, {})[audio] = price
    rows: dict[tuple[object, tuple[str, Decimal]], list[str | None]] = {}
    for size, sounds in by_size.items():
        if len(sounds) == 2 and len(set(sounds.values())) == 1:
            rows.setdefault(("any", sounds[False]), []).append(size)
            continue
        for sound, price in sounds.items():
            rows.setdefault((sound, price), []).append(size)
    for (said, price), sizes in rows.items():
        if None in sizes:
            yield said, None, price
        if named := [size for size in sizes if size is not None]:
            yield said, named, price


def _priced(
    row: dict[str, Any], price: tuple[str, Decimal], least: Decimal, lengths: list[int]
) -> Iterator[dict[str, Any]]:
    """The row, and where a generation has a least price one more for each length that is below it."""
    (unit, usd), shown = price, row["video_input"]
    row = {name: value for name, value in row.items() if value is not None}
    if least and (unit == "token" or not lengths):
        yield {**row, "unit": "minimum_cents_per_generation", "usd": _usd(least)}
        return
    more = {"bound_percent": TOKEN_BOUND_PERCENT} if unit == "token" else {}
    more |= {"least_percent": VIDEO_LEAST_PERCENT} if unit == "token" and shown else {}
    yield {**row, "unit": unit, "usd": _usd(usd), **more}
    for seconds in lengths:
        if usd * seconds < least:
            yield {**row, "unit": "clip", "seconds": seconds, "usd": _usd(least)}


def _usd(amount: Decimal) -> str:
    """As price lists write it, rounded up to a whole micro-dollar."""
    return f"{amount.quantize(_MICRO, ROUND_CEILING):f}"


def _listed(value: object, kind: type[Any]) -> list[Any]:
    """A catalogue's list; it may be null, and a member may be anything."""
    return [each for each in value if isinstance(each, kind) and each is not True] if isinstance(value, list) else []
