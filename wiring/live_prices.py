"""Today's prices of the film's providers, as they publish them: asked once a day, and remembered.

A plan and a run of one evening agree, because both read the answers that the first of them got. Where a provider cannot
be asked, its last answer counts, until that is too old or older than our own list. A row that cannot be read is
reported, and is not used as a price.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar

from governor.prices.book import OUR_LISTS, Live, PriceBook
from governor.prices.file import read_prices, take_rows
from governor.prices.row import PriceRow
from manifests.errors import GateError
from manifests.money import format_usd
from manifests.noun import Noun, Text
from manifests.reading.whole_file import put_text
from providers import registry
from providers.contract import Provider
from providers.errors import Invalid
from providers.surroundings import Surroundings
from wiring.errors import BadSetting
from wiring.keys import alias_of, key_of
from wiring.settings import Settings, make_state

ASK_S = 3.0
"""For all providers together: a command that prices something may wait so long, once a day."""

_UNITS = {"token": "million tokens", "output_second": "second"}
Rows = tuple[PriceRow, ...]


class LiveList(Noun):
    """A provider's price list of a day, as it is remembered. `refused`: a sentence for each row that is not a price."""

    schema_name: ClassVar[str] = "gate/live-prices/1"

    provider: Text
    day: date
    rows: tuple[PriceRow, ...]
    refused: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceListStatus:
    """The prices of one provider that count in this process. `listed`: None where our own list answers alone.
    `moved`: old and new prices.

    `why`: why it was not asked today, "" where it was.
    """

    provider: str
    listed: LiveList | None
    moved: tuple[str, ...] = ()
    why: str = ""


def live_book(
    settings: Settings,
    providers: Iterable[str],
    *,
    today: date,
    price_age_days: int,
    tell: Callable[[PriceListStatus], None],
) -> PriceBook:
    """The price book of a film: its own file, then what its `providers` tell, then our lists.

    A provider is asked only when one of its prices is needed. `tell` hears each answer once. Raises ManifestError.
    """
    live = live_prices(settings, providers, today=today, price_age_days=price_age_days, tell=tell)
    return PriceBook.load(settings.prices, today=today, price_age_days=price_age_days, live=live)


def live_prices(
    settings: Settings,
    providers: Iterable[str],
    *,
    today: date,
    price_age_days: int,
    tell: Callable[[PriceListStatus], None],
) -> Live:
    """By provider, its live rows; all are asked at once when the first of them is needed.
    Only those whose key is here.
    """
    names = frozenset(providers)

    @cache
    def heard() -> dict[str, PriceListStatus]:
        found = _told(settings, frozenset(name for name in names if _has_key(settings, name)), today, price_age_days)
        for told in found.values():
            tell(told)
        return found

    def rows(name: str) -> Rows:
        told = heard().get(name)
        return told.listed.rows if told and told.listed else ()

    return {name: partial(rows, name) for name in names}


@lru_cache(maxsize=8)
def _told(settings: Settings, names: frozenset[str], today: date, price_age_days: int) -> dict[str, PriceListStatus]:
    """Each provider's list: remembered from today, else asked for now,
    else remembered from the last day that still counts.
    """
    kept = {name: None if settings.rehearsal else _remembered(settings.state, name) for name in names}
    fresh = {name: listed for name, listed in kept.items() if listed and listed.day == today}
    answers = _asked(settings, sorted(names - fresh.keys()))
    found = {name: PriceListStatus(name, listed) for name, listed in fresh.items()}
    for name in sorted(names - fresh.keys()):
        before = _usable(kept[name], today, price_age_days)
        found[name] = _of_answer(settings, name, answers.get(name, f"no answer came in {ASK_S:g} s"), before, today)
    return found


def _of_answer(
    settings: Settings, name: str, answer: Sequence[Mapping[str, Any]] | str, before: LiveList | None, today: date
) -> PriceListStatus:
    if isinstance(answer, str):
        return PriceListStatus(name, before, why=answer)
    if not answer:
        return PriceListStatus(name, None)
    rows, refused = take_rows(({**row, "provider": name} for row in answer), today)
    listed = LiveList(provider=name, day=today, rows=rows, refused=refused)
    if not rows:
        return PriceListStatus(name, before, why=f"nothing that it told is a price: {refused[0]}")
    if not settings.rehearsal:
        make_state(settings)
        _remember(settings.state, listed)
    return PriceListStatus(name, listed, moved(rows, before.rows if before else _shipped(name, today)))


def moved(rows: Sequence[PriceRow], before: Sequence[PriceRow]) -> tuple[str, ...]:
    """A sentence for each price that is not what it was; a price that was not known before has not moved."""
    said = []
    for row in rows:
        for size in row.resolutions or (None,):
            was = _answering(row, size, before)
            if was is not None and (was.unit, was.usd) != (row.unit, row.usd):
                said.append(f"{row.model} {row.words()}: {_price(was)} → {_price(row)}")
    return tuple(dict.fromkeys(said))


def _answering(row: PriceRow, size: str | None, before: Sequence[PriceRow]) -> PriceRow | None:
    """The row that answered the same calls: of several the most exact."""
    fitting = [
        other
        for other in before
        if (other.call, other.part, other.seconds) == (row.call, row.part, row.seconds)
        and (other.resolutions is None or size in other.resolutions)
        and (row.audio in {"any", other.audio} or other.audio == "any")
    ]
    return max(fitting, key=lambda other: other.exactness, default=None)


def _price(row: PriceRow) -> str:
    return f"${format_usd(row.usd)} a {_UNITS.get(row.unit, row.unit.replace('_', ' '))}"


def _shipped(name: str, today: date) -> Rows:
    path = OUR_LISTS / f"{name}.yaml"
    return read_prices(path, today) if path.exists() else ()


def _usable(listed: LiveList | None, today: date, price_age_days: int) -> LiveList | None:
    """A remembered list that may still be used: not too old, and not older than what we ship."""
    if listed is None or any(row.stale(today, price_age_days) for row in listed.rows):
        return None
    newest = max((row.as_of for row in _shipped(listed.provider, today)), default=date.min)
    return listed if listed.day >= newest else None


def _asked(settings: Settings, names: Sequence[str]) -> dict[str, Sequence[Mapping[str, Any]] | str]:
    """Each provider's rows, or why it told none. In a thread of its own:
    there may be a loop here that must not be waited in.
    """
    answers: dict[str, Sequence[Mapping[str, Any]] | str] = {}

    async def one(name: str, provider: Provider) -> None:
        try:
            async with asyncio.timeout(ASK_S):
                answers[name] = await provider.live_prices()
        except TimeoutError:
            return
        except GateError as error:
            answers[name] = error.cause
        except Exception as error:  # noqa: BLE001  a list of any shape must not end a command: our own list answers
            answers[name] = f"its list cannot be read ({type(error).__name__})"

    async def everybody(providers: Mapping[str, Provider]) -> None:
        await asyncio.gather(*(one(name, provider) for name, provider in providers.items()))

    built = {name: registry.build(name, _for_asking(settings, name)) for name in names}
    asked = {name: provider for name, provider in built.items() if not provider.embedded}
    if asked:
        # A daemon: a name that the network never resolves keeps its thread, and must not keep the command.
        thread = threading.Thread(target=lambda: asyncio.run(everybody(asked)), daemon=True)
        thread.start()
        thread.join(ASK_S + 0.5)
    return dict.fromkeys(built.keys() - asked.keys(), ()) | answers


def _has_key(settings: Settings, name: str) -> bool:
    """Keys that cannot be read count as absent here; a command that needs one says what is wrong with them."""
    try:
        return alias_of(settings, name) is not None
    except BadSetting:
        return False


def _for_asking(settings: Settings, name: str) -> Surroundings:
    """As much as it takes to ask for a list."""

    def nothing(*_: object) -> Any:
        raise Invalid(name, "it is only asked for its prices here", "Report it.")

    return Surroundings(
        spool_dir=settings.state / "providers" / name,
        read_reference=nothing,
        price_of=nothing,
        canon=nothing,
        canon_names=list,
        key_of=partial(key_of, settings),
        host=settings.host,
        hurry=True,
    )


def _file(state: Path, name: str) -> Path:
    return state / "prices" / f"{name}.json"


def _remembered(state: Path, name: str) -> LiveList | None:
    try:
        listed = LiveList.from_stored(_file(state, name).read_bytes())
    except (OSError, ValueError):  # nothing there, or another version's: it is asked for again
        return None
    return listed if listed.provider == name else None


def _remember(state: Path, listed: LiveList) -> None:
    put_text(listed.stored(), _file(state, listed.provider))
