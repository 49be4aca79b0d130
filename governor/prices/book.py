"""The most that a call may cost, from a dated book. A call without a price is refused;
no price is guessed, and none is zero.

How a call finds its price (docs/prices.md says it for people): the film's own file is asked first, then what the
provider itself told, then our list; the first that prices the call answers it alone. In it, the rows that fit are
sorted by the part of a call that they price; of two for one part the more exact counts; the parts add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from math import ceil
from pathlib import Path

from governor.errors import PriceRefused, StalePrice, UnknownPrice
from governor.prices.file import read_prices
from governor.prices.row import Counted, PriceRow, count
from manifests.keys import hash_json
from manifests.spending.price import Quote, Usage

OUR_LISTS = Path(__file__).with_name("price_lists")
NEAREST_MAX = 6
_YEARS_DAYS = 3 * 365
"""A clock that is further ahead of the newest known price is likely wrong:
a release of ours brings prices of its year.
"""

Live = Mapping[str, Callable[[], Sequence[PriceRow]]]
"""By provider, its own published prices of its models; empty where it does not say."""

_ANSWERS = frozenset({"score", "write"})
_PAYS_NOTHING_FOR = frozenset({"image_in", "extra_megapixel"})
"""Units that a call may use none of: it shows no pictures, or makes no more than the first megapixel."""


class PriceBook:
    """Prices by provider and model. `today` and `price_age_days` decide what is stale.

    `own` are rows that go before ours, one list per file; the first is asked first. `live` gives by provider what it
    told itself; they go between. Those and our lists are read when a provider is first asked for.
    """

    def __init__(
        self, own: Iterable[Sequence[PriceRow]], *, today: date, price_age_days: int, live: Live | None = None
    ) -> None:
        self._own, self._today, self._age_days = [tuple(rows) for rows in own], today, price_age_days
        self._live, self._ours = dict(live or {}), dict[str, tuple[PriceRow, ...]]()

    @classmethod
    def load(
        cls,
        extra: Path | Sequence[Path] | None = None,
        *,
        today: date,
        price_age_days: int = 365,
        live: Live | None = None,
    ) -> PriceBook:
        """The default book with each extra file before it; of several the last goes first.

        Raises ManifestError naming file, line and field where a file cannot be read as prices.
        """
        extras = [extra] if isinstance(extra, Path) else list(extra or ())
        own = [read_prices(path, today) for path in reversed(extras)]
        return cls(own, today=today, price_age_days=price_age_days, live=live)

    def price_of(self, usage: Usage) -> Quote:
        """The cost of the usage, in micro-dollars, each bound rounded up to a whole one.

        Where nobody knows whether there will be sound (`audio` None), low is the cheaper and the rest the dearer of
        both. Raises UnknownPrice where the book does not price the whole call, StalePrice where a row is too old, and
        PriceRefused where the usage lacks what a unit counts: no image, no second of output, no size of the frame.
        """
        if usage.audio is not None:
            return self._quote(usage)
        both = [self._quote(usage.model_copy(update={"audio": sound})) for sound in (False, True)]
        low, likely = min(quote.low_microusd for quote in both), max(quote.likely_microusd for quote in both)
        dearer = max(both, key=lambda quote: quote.high_microusd)
        return dearer.model_copy(update={"low_microusd": low, "likely_microusd": likely})

    def credit_microusd(self, provider: str, model: str) -> int | None:
        """The price of one credit of a model, the film's own row first;
        None where no row that may be used today says so.
        """
        rates = [
            row.usd
            for rows in self._files(provider)
            for row in rows
            if (row.provider, row.unit) == (provider, "credit")
            and row.model in {model, "credit"}
            and not self.stale(row)
        ]
        return rates[0] if rates else None

    def rows(self) -> tuple[PriceRow, ...]:
        """Every row that can answer a call, or is a rate: the film's own,
        then the live ones and ours that those leave standing.
        """
        rows = tuple(row for rows in self._own for row in rows)
        told = (row for told in self._live.values() for row in told())
        ours = (row for provider in _providers() for row in self._list(provider))
        for below in (told, ours):
            rows = (*rows, *(row for row in below if not _hidden(row, rows)))
        return rows

    def stale(self, row: PriceRow) -> str | None:
        """Why the row may not be used today, in words that follow "its price"; None where it may."""
        return row.stale(self._today, self._age_days)

    def age_days(self, row: PriceRow) -> int:
        """Days since somebody looked the row's price up."""
        return row.age_days(self._today)

    def _why_stale(self, row: PriceRow, why: str) -> tuple[str, str]:
        """Cause and fix. Where even the newest price of the provider is years old, the clock is the likelier cause."""
        look = f"Look it up again ({row.source}) and date the row."
        newest = max(r.as_of for rows in self._files(row.provider) for r in rows if r.provider == row.provider)
        if (self._today - newest).days <= _YEARS_DAYS:
            return f"its price {why}", look
        cause = (
            f"this machine's clock says {self._today}, and the newest price of {row.provider} known here is of {newest}"
        )
        return cause, f"Set the clock, if it is wrong. If it is right: {look[0].lower()}{look[1:]}"

    def _quote(self, usage: Usage) -> Quote:
        rows = self._tariff(usage)
        for row in rows:
            if why := self.stale(row):
                raise StalePrice(_words(usage), *self._why_stale(row, why))
        low, likely, high = Fraction(0), Fraction(0), Fraction(0)
        for row, used in ((row, _used(row, usage)) for row in rows):
            low, likely = low + row.usd * used.low, likely + row.usd * used.likely
            high += row.usd * used.high * row.bound_percent / 100
        hashes = [row.sha256 for row in rows]
        return Quote(
            low_microusd=ceil(low),
            likely_microusd=ceil(likely),
            high_microusd=ceil(high),
            price=hashes[0] if len(hashes) == 1 else hash_json(hashes),
        )

    def _tariff(self, usage: Usage) -> tuple[PriceRow, ...]:
        """The rows that add up to the call's price. Raises UnknownPrice unless they price the whole of it."""
        tariff = next((found for rows in self._files(usage.provider) if (found := self._fitting(rows, usage))), ())
        if not tariff:
            raise UnknownPrice(_words(usage), "the price book does not know it", self._nearest(usage))
        if missing := _unpriced(tariff, usage):
            raise UnknownPrice(_words(usage), f"the price book does not say what {missing} costs", self._nearest(usage))
        return tariff

    def _fitting(self, rows: Iterable[PriceRow], usage: Usage) -> tuple[PriceRow, ...]:
        """Of one file: for each part of the call the most exact row that fits."""
        parts: dict[str, PriceRow] = {}
        for row in rows:
            if row.answers(usage, self._today):
                known = parts.get(row.part)
                parts[row.part] = row if known is None or row.exactness > known.exactness else known
        return tuple(parts[name] for name in sorted(parts))

    def _files(self, provider: str) -> Iterator[tuple[PriceRow, ...]]:
        yield from self._own
        if provider in self._live:
            yield tuple(self._live[provider]())
        yield self._list(provider)

    def _list(self, provider: str) -> tuple[PriceRow, ...]:
        if provider not in self._ours:
            path = _providers().get(provider)
            self._ours[provider] = read_prices(path, self._today) if path else ()
        return self._ours[provider]

    def _nearest(self, usage: Usage) -> str:
        """The book's rows of the same model, or provider."""
        known = [row for rows in self._files(usage.provider) for row in rows if row.provider == usage.provider]
        if has := sorted({row.words() for row in known if row.model == usage.model}):
            return f"It has {'; '.join(has)} of this model; add the row, or ask for one of these."
        models = sorted({row.model for row in known})
        near = get_close_matches(usage.model, models, n=NEAREST_MAX, cutoff=0.4) or models[:NEAREST_MAX]
        more = f" and {len(models) - len(near)} more" if len(models) > len(near) else ""
        return (
            f"Of {usage.provider} it has {', '.join(sorted(near)) or 'nothing'}{more}; add a dated row with its source."
        )


def _providers() -> dict[str, Path]:
    return {path.stem: path for path in sorted(OUR_LISTS.glob("*.yaml"))}


def _unpriced(tariff: Sequence[PriceRow], usage: Usage) -> str | None:
    """A part of the call that no row prices, in words; None where the price is whole."""
    units = {row.unit for row in tariff}
    if units & {"call", "clip"}:
        return None  # one price, whatever the call uses
    wanted = {
        "the thing itself": usage.operation in _ANSWERS or any(row.part == "what is made" for row in tariff),
        "a token of input": "token_in" in units or usage.tokens_in == 0,
        "a token of text": "token_out" in units or (usage.tokens_out == 0 and usage.operation not in _ANSWERS),
        "more than the first megapixel": units.isdisjoint({"first_megapixel"})
        or "extra_megapixel" in units
        or (usage.width * usage.height <= 1_000_000 and not usage.pictures_in),
    }
    return next((name for name, priced in wanted.items() if not priced), None)


def _used(row: PriceRow, usage: Usage) -> Counted:
    """How much of the row's unit the call uses. Raises PriceRefused where it does not say."""
    used = count(row, usage)
    if used.high == 0 and row.unit not in _PAYS_NOTHING_FOR:
        raise PriceRefused(
            _words(usage),
            f"it is billed by the {row.unit.replace('_', ' ')}, and the call says none",
            "Say what the call makes, and in which frame; or correct the row's unit.",
        )
    return used


def _hidden(row: PriceRow, own: Sequence[PriceRow]) -> bool:
    """Whether the film's own rows answer every call that this one of ours would."""
    same = [other for other in own if other.call == row.call and other.seconds in {None, row.seconds}]
    sounds = (True, False) if row.audio == "any" else (row.audio,)
    return all(
        any(o.audio in {"any", sound} and (o.resolutions is None or size in o.resolutions) for o in same)
        for size in (row.resolutions or ("any",))
        for sound in sounds
    )


def _words(usage: Usage) -> str:
    sound = {True: " with sound", False: "", None: ", with sound or without"}[usage.audio]
    return f"{usage.provider} {usage.model} {usage.operation} at {usage.resolution}{sound}"
