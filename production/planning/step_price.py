"""What the next take of a planned step costs, and what of that is for seconds that are bought and do not play."""

from __future__ import annotations

from dataclasses import dataclass

from governor.errors import PriceRefused
from governor.prices.book import PriceBook
from manifests.money import format_usd
from manifests.scene import Shot
from manifests.spending.price import Quote, Usage
from manifests.take import Request
from providers.contract import Provider


@dataclass(frozen=True, slots=True)
class Priced:
    """One take. `plays_ms`, `bought_ms`: of a clip; 0 of a still. `longer_microusd`: what the seconds in between are
    likely to cost.
    """

    quote: Quote
    plays_ms: int = 0
    bought_ms: int = 0
    longer_microusd: int = 0


def priced(provider: Provider, request: Request, shot: Shot, book: PriceBook) -> Priced:
    """Price one take of the shot. Raises PriceRefused where the book cannot."""
    asked: list[Usage] = []

    def price_of(usage: Usage) -> Quote:
        asked.append(usage)
        return book.price_of(usage)

    quote = provider.quote(request, price_of)
    if request.operation != "clip":
        return Priced(quote)
    plays, bought = round(shot.frames * 1000 / shot.fps), round(request.frames * 1000 / request.fps)
    longer = 0
    if bought > plays:
        longer = max(0, quote.likely_microusd - _likely_of(plays, bought, quote, asked, book))
    return Priced(quote, plays, bought, longer)


def unit_prices(book: PriceBook) -> dict[str, str]:
    """Every price row of the book in a few words ("$0.14/s"), by its hash."""
    return {
        row.sha256: f"${format_usd(row.usd)}/{_UNITS.get(row.unit, row.unit.replace('_', ' '))}" for row in book.rows()
    }


_UNITS = {"output_second": "s", "token": "M tokens", "token_in": "M tokens", "token_out": "M tokens"}


def _likely_of(plays: int, bought: int, quote: Quote, asked: list[Usage], book: PriceBook) -> int:
    """What a clip of the length that plays would cost by the same price rows; where they price no such length, its
    share of the seconds.
    """
    try:
        shorter = [book.price_of(usage.model_copy(update={"output_ms": plays})) for usage in asked]
    except PriceRefused:
        shorter = []
    if [each.price for each in shorter] == [quote.price]:
        return shorter[0].likely_microusd
    return quote.likely_microusd * plays // bought
