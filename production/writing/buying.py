"""Buys a writer's answer once; a later call reads the kept answer, at no cost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from manifests.spending.price import Quote
from production.journey.asking import TRIES, Asking, asking
from production.journey.errors import GenerationFailed
from production.purchasing.beside import beside
from production.purchasing.generate import generate
from production.writing.answers import Written, bad_words, read_answer
from production.writing.commission import Commission
from production.writing.errors import NoWriter
from providers.contract import Writer
from providers.errors import NoVerdict
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class BoughtAnswer:
    """An answer, and what it cost. `key`: of the call it came from; `fresh`: it was bought now."""

    written: Written
    key: str
    cost_microusd: int
    fresh: bool


def writer_of(services: Services) -> Writer:
    """The film's writer. Raises NoWriter."""
    if (writer := services.writer()) is None:
        cure = "Name one in film.yaml, such as providers: {writer: gemini} (docs/writer.md)"
        raise NoWriter(services.folder.film.title, "film.yaml names no writer", cure)
    return writer


def pictures_max(writer: Writer) -> int:
    """How many pictures the writer's model looks at."""
    return writer.capabilities("write").references_max


def next_asking(services: Services, commission: Commission, *, again: bool = False) -> Asking:
    """The attempt at the question that is read or bought now: the newest that was made, or the first; `again`: one more
    after one that is over.
    """
    writer, newest = writer_of(services), None
    for number in range(1, TRIES + 2):
        attempt = asking(services, writer, commission.question, number)
        if attempt.take is None:
            return attempt if newest is None or (again and _is_over(newest)) else newest
        newest = attempt
    assert newest is not None  # the ledger sells no more than TRIES
    return newest


def quote_of(services: Services, attempt: Asking) -> Quote | None:
    """What the answer costs; None where it is bought already. Raises PriceRefused, and Invalid for more pictures than
    the writer looks at.
    """
    if attempt.take is not None and attempt.take.state == "settled":
        return None
    writer = writer_of(services)
    writer.question_payload(attempt.request)
    return writer.question_quote(attempt.request, services.prices.price_of)


async def buy(services: Services, commission: Commission, attempt: Asking) -> BoughtAnswer:
    """The answer, read or bought. Raises the ledger's refusals, the provider's errors, and BadWords where it cannot
    become a proposal; then it is paid for all the same.
    """
    if attempt.take is not None and attempt.take.state == "settled" and attempt.take.asset is None:
        raise bad_words(commission, "it was paid for, and could not be read")
    run = beside(services, services.scene(commission.scene), commission.subject)
    try:
        made = await generate(run, attempt, commission.subject, "write", "draft", ())
    except (NoVerdict, GenerationFailed) as error:
        raise bad_words(commission, error.cause) from error
    said: Mapping[str, Any] = json.loads(services.vault.path(made.asset.sha256).read_bytes())
    written = read_answer(commission, said, services.scene(commission.scene))
    return BoughtAnswer(written, made.take.generation_key, made.take.cost_microusd or 0, made.fresh)


def _is_over(attempt: Asking) -> bool:
    return attempt.take is not None and attempt.take.state in {"settled", "written_off"}
