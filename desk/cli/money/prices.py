"""gate prices: the dated price book, as the program reads it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from desk.cli.options import film_option, json_option, money, prices_option, print_json, settings_for

if TYPE_CHECKING:
    from governor.prices.book import PriceBook
    from governor.prices.row import PriceRow
    from wiring.live_prices import PriceListStatus

_COLUMNS = ("provider", "model", "operation", "size", "sound", "unit", "price", "as of", "age", "source")
_WIDTH = 120
_MODEL_LEAST, _SOURCE_MOST, _MAKERS_MOST = 16, 13, 2
_UNITS = {
    "output_second": "second",
    "megapixel": "MP",
    "first_megapixel": "first MP",
    "extra_megapixel": "extra MP",
    "image_in": "image in",
    "token": "Mtok",
    "token_in": "Mtok in",
    "token_out": "Mtok out",
    "token_out_image": "Mtok image",
    "token_out_video": "Mtok video",
}


@click.command()
@film_option
@prices_option
@click.option("--provider", help="Only prices of this provider.")
@click.option("--model", help="Only models whose name contains this.")
@click.option("--stale", "stale_only", is_flag=True, help="Only prices that are too old to be used.")
@json_option
def prices(
    film: Path | None, prices: Path | None, provider: str | None, model: str | None, stale_only: bool, as_json: bool
) -> None:
    """Print the price book: what each call costs, since when, and the source. Works outside a film's folder too."""
    book, limit, told = _book(film, prices)
    rows = [
        row
        for row in book.rows()
        if (provider is None or row.provider == provider)
        and (model is None or model.casefold() in row.model.casefold())
        and (not stale_only or book.stale(row))
    ]
    if as_json:
        oldest = max(map(book.age_days, rows), default=None)
        counts = {"rows": len(rows), "oldest_days": oldest, "stale": sum(book.stale(row) is not None for row in rows)}
        live = [_live(each) for each in told]
        print_json({"price_age_days": limit, **counts, "live": live, "prices": [_facts(book, row) for row in rows]})
        return
    _tell(book, rows, limit)
    for each in told:
        for line in _lines(each):
            click.echo(line)


def _book(film: Path | None, prices: Path | None) -> tuple[PriceBook, int, list[PriceListStatus]]:
    """The book as this film would read it, the age in days that it allows, and, once the book is read,
    what its providers told.

    Where there is no film it is our own lists, at the default age.
    """
    from datetime import UTC, datetime

    from manifests.film import Limits
    from manifests.reading.film_folder import read_film
    from wiring.live_prices import live_book

    settings = settings_for(film, prices)
    there = film is not None or (settings.film / "film.yaml").exists()
    folder = read_film(settings.film) if there else None
    limit = (folder.film.limits if folder else Limits()).price_age_days
    told: list[PriceListStatus] = []
    today = datetime.now(UTC).date()
    return (
        live_book(settings, folder.makers if folder else (), today=today, price_age_days=limit, tell=told.append),
        limit,
        told,
    )


def _live(told: PriceListStatus) -> dict[str, object]:
    listed = told.listed
    return {
        "provider": told.provider,
        "day": str(listed.day) if listed else None,
        "rows": len(listed.rows) if listed else 0,
        "moved": list(told.moved),
        "refused": list(listed.refused) if listed else [],
        "not_asked_because": told.why or None,
    }


def _lines(told: PriceListStatus) -> list[str]:
    """A provider's own price news, in words; nothing where it has no such list."""
    listed, why = told.listed, f"; it could not be asked today: {told.why}" if told.why else ""
    if listed is None:
        return [f"{told.provider}: our own list{why}."] if why else []
    head = f"{told.provider}: {len(listed.rows)} prices from its own list, of {listed.day}{why}."
    return [head, *(f"  moved: {words}" for words in told.moved), *(f"  refused: {words}" for words in listed.refused)]


def _tell(book: PriceBook, rows: list[PriceRow], limit: int) -> None:
    if not rows:
        click.echo("No price matches.")
        return
    lines = [dict(zip(_COLUMNS, _cells(book, row), strict=True)) for row in rows]
    wide = {name: max(len(name), *(len(line[name]) for line in lines)) for name in _COLUMNS}
    room = _WIDTH - sum(wide.values()) - len(wide) + 1 + wide["model"]
    wide["model"] = max(_MODEL_LEAST, min(wide["model"], room))
    for line in ({name: name for name in _COLUMNS}, *lines):
        told = line | {"model": _model(line["model"], wide["model"])}
        cells = (f"{told[n]:>{wide[n]}}" if n in {"price", "age"} else f"{told[n]:<{wide[n]}}" for n in _COLUMNS)
        click.echo(" ".join(cells).rstrip())
    oldest = max(rows, key=book.age_days)
    stale = sum(book.stale(row) is not None for row in rows)
    count = f"{len(rows)} prices" if len(rows) > 1 else "1 price"
    dated = f"the oldest is {book.age_days(oldest)} days old ({oldest.provider} {oldest.model}, {oldest.as_of})"
    click.echo(f"{count}; {dated}; {stale or 'none'} stale at {limit} days.")


def _cells(book: PriceBook, row: PriceRow) -> tuple[str, ...]:
    from manifests.money import format_usd

    shown = "+video" if row.video_input and row.operation == "clip" else ""
    what = row.operation + shown + ("" if row.mode == "standard" else f" {row.mode}")
    sound = {True: "on", False: "off", "any": "any"}[row.audio] if row.operation in {"clip", "extend"} else "-"
    unit = f"clip {row.seconds} s" if row.seconds else _UNITS.get(row.unit, row.unit)
    age = f"{book.age_days(row)}d{'!' if book.stale(row) else ''}"
    source = _short(re.split("[,/(:]", row.source, maxsplit=1)[0], _SOURCE_MOST)
    price = f"${format_usd(row.usd)}"
    return row.provider, row.model, what, _sizes(row), sound, unit, price, str(row.as_of), age, source


def _sizes(row: PriceRow) -> str:
    """`480p-1080p` for three or more that stand in a row; else each by name."""
    from manifests.spending.price import PricedSize

    sizes, known = row.resolutions or ("any",), get_args(PricedSize)
    run = len(sizes) > 2 and "|".join(sizes) in "|".join(known)
    return f"{sizes[0]}-{sizes[-1]}" if run else ",".join(sizes)


def _model(name: str, width: int) -> str:
    """The name, without the makers' names before it where it is too long."""
    cut = name
    for _ in range(_MAKERS_MOST):
        maker, slash, rest = cut.partition("/")
        if len(cut) > width and slash and not any(letter.isdigit() for letter in maker):
            cut = rest
    return _short(cut, width)


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _facts(book: PriceBook, row: PriceRow) -> dict[str, object]:
    fields = row.model_dump(mode="json", exclude={"usd"})
    return {**fields, **money("price", row.usd), "age_days": book.age_days(row), "stale": book.stale(row)}
