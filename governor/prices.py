"""What a call may cost, from a dated book. What the book does not say is refused, never guessed and never zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from governor.errors import PriceRefused, StalePrice, UnknownPrice
from manifests.errors import ManifestError
from manifests.film import Resolution
from manifests.keys import hash_json
from manifests.money import Usd
from manifests.noun import Noun, Text
from manifests.price import Quote, Usage
from manifests.take import Operation

DEFAULT_BOOK = Path(__file__).with_name("prices.yaml")
BOOK_BYTES_MAX = 1 << 20
MS_PER_S = 1000
_Key = tuple[str, str, str, str, bool]


class PriceRow(Noun):
    """One price. `usd` is for one unit of *output*; `bound_percent` of the likely price is what is held."""

    provider: Text
    model: Text
    operation: Operation
    resolutions: Annotated[tuple[Resolution, ...], Field(min_length=1)]
    audio: bool = False
    unit: Literal["output_second", "image", "call"]
    usd: Usd
    bound_percent: Annotated[int, Field(strict=True, ge=100, le=1000)] = 100
    source: Text
    as_of: date
    fixed: bool = False

    @property
    def sha256(self) -> str:
        """What a quote remembers: the price as it stood when it was asked."""
        return hash_json(self.model_dump(mode="json"))

    def answers(self) -> tuple[_Key, ...]:
        """What the row answers for: one entry a resolution."""
        return tuple((self.provider, self.model, self.operation, size, self.audio) for size in self.resolutions)


class PriceFile(Noun):
    """A price file as people write it."""

    schema_: Annotated[Literal["gate/prices/1"], Field(alias="schema")]
    prices: Annotated[tuple[PriceRow, ...], Field(max_length=5000)]


class PriceBook:
    """Prices by provider, model, operation, resolution and sound. `today` and `price_age_days` decide what is stale."""

    def __init__(self, rows: Mapping[_Key, PriceRow], *, today: date, price_age_days: int) -> None:
        self._rows, self._today, self._age_days = dict(rows), today, price_age_days

    @classmethod
    def load(cls, extra: Path | Sequence[Path] | None = None, *, today: date, price_age_days: int = 365) -> PriceBook:
        """The default book with the rows of each extra file in the place of its own.

        Raises ManifestError naming file, line and field where a file cannot be read as prices.
        """
        extras = [extra] if isinstance(extra, Path) else list(extra or ())
        rows: dict[_Key, PriceRow] = {}
        for path in (DEFAULT_BOOK, *extras):
            rows.update(_read(path, today))
        return cls(rows, today=today, price_age_days=price_age_days)

    def price_of(self, usage: Usage) -> Quote:
        """What the usage may cost, in micro-dollars, each bound rounded up to a whole one.

        Raises UnknownPrice where the book has no row for it, StalePrice where the row is too old, and PriceRefused where
        the usage lacks what the unit counts: no image, or no second of output.
        """
        row = self._rows.get((usage.provider, usage.model, usage.operation, usage.resolution, usage.audio))
        if row is None:
            raise UnknownPrice(_words(usage), "the price book does not know it", self._nearest(usage))
        age_days = (self._today - row.as_of).days
        if age_days > self._age_days and not row.fixed:
            raise StalePrice(
                _words(usage), f"its price is {age_days} days old, and the film takes {self._age_days}",
                f"Look it up again ({row.source}) and date the row.",
            )  # fmt: skip
        parts, per = _units(row, usage)
        likely = -(-row.usd * parts // per)
        high = -(-row.usd * parts * row.bound_percent // (per * 100))
        return Quote(low_microusd=likely, likely_microusd=likely, high_microusd=high, price=row.sha256)

    def rows(self) -> tuple[PriceRow, ...]:
        """Every row, each once, in the order of provider, model and operation."""
        return tuple(
            sorted(set(self._rows.values()), key=lambda r: (r.provider, r.model, r.operation, r.resolutions, r.audio))
        )

    def _nearest(self, usage: Usage) -> str:
        """What the book does know of the same model, or provider."""
        known = [key for key in sorted(self._rows) if key[:2] == (usage.provider, usage.model)]
        if known:
            has = ", ".join(f"{key[2]} at {key[3]}{' with sound' if key[4] else ''}" for key in known)
            return f"It has {has} of this model; add the row, or ask for one of these."
        models = sorted({key[1] for key in self._rows if key[0] == usage.provider})
        return f"Of {usage.provider} it has {', '.join(models) or 'nothing'}; add a dated row with its source."


def _units(row: PriceRow, usage: Usage) -> tuple[int, int]:
    """How much of the row's unit is used, as a whole number and what it is to be divided by."""
    if row.unit == "call":
        return 1, 1
    count, per = (usage.output_ms, MS_PER_S) if row.unit == "output_second" else (usage.images, 1)
    if count == 0:
        raise PriceRefused(
            _words(usage), f"it is billed by the {row.unit.replace('_', ' ')}, and the call says none",
            "Say what the call makes, or correct the row's unit.",
        )  # fmt: skip
    return count, per


def _read(path: Path, today: date) -> dict[_Key, PriceRow]:
    """One file's rows. Raises ManifestError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ManifestError(
            path, 0, 0, "", f"it cannot be read ({error.strerror})", "Give the path of a price file."
        ) from error
    if len(content) > BOOK_BYTES_MAX:
        raise ManifestError(
            path, 0, 0, "", "it is larger than a megabyte", "Split it, or take out what is not a price."
        )
    yaml = YAML(typ="safe", pure=True)
    try:
        node, data = yaml.compose(content), yaml.load(content)
    except (YAMLError, ValueError, RecursionError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        cause = (getattr(error, "problem", None) or str(error) or "it nests too deep").partition("\n")[0]
        raise ManifestError(
            path, line, column, "", f"it is no YAML ({cause})", "Compare with governor/prices.yaml."
        ) from error
    try:
        file = PriceFile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        line, column = _place(node, first["loc"])
        field = ".".join(str(part) for part in first["loc"])
        cause = first["msg"].removeprefix("Value error, ")
        raise ManifestError(path, line, column, field, cause, "Compare with governor/prices.yaml.") from error
    return _by_key(path, node, file.prices, today)


def _by_key(path: Path, node: Any, rows: Iterable[PriceRow], today: date) -> dict[_Key, PriceRow]:
    found: dict[_Key, PriceRow] = {}
    for place, row in enumerate(rows):
        line, column = _place(node, ("prices", place))
        if row.as_of > today:
            raise ManifestError(
                path, line, column, f"prices.{place}.as_of", f"{row.as_of} has not come yet", "Write the day you looked it up."
            )  # fmt: skip
        for key in row.answers():
            if key in found:
                raise ManifestError(
                    path, line, column, f"prices.{place}", f"{key[1]} {key[2]} at {key[3]} is priced twice", "Keep one row."
                )  # fmt: skip
            found[key] = row
    return found


def _place(node: Any, location: tuple[int | str, ...]) -> tuple[int, int]:
    """Line and column, from 1, of the deepest part of `location` that the file has."""
    for step in location:
        if isinstance(step, int) and isinstance(node.value, list) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node.value, list):
            below = next((value for key, value in _pairs(node) if key.value == step), None)
            if below is None:
                break
            node = below
    return (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else (0, 0)


def _pairs(node: Any) -> list[tuple[Any, Any]]:
    return [pair for pair in node.value if isinstance(pair, tuple)]


def _words(usage: Usage) -> str:
    return (
        f"{usage.provider} {usage.model} {usage.operation} at {usage.resolution}{' with sound' if usage.audio else ''}"
    )
