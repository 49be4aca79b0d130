"""The cost of a judge's looks, from the price book and the adapter's own quote:
panels one by one against several in one call.

    python bench/judge.py                    the harbour's panels, by every judge that has a price today
    python bench/judge.py --json

The references of a question are sent once however many pictures are judged, so that what is judged together is cheaper.
It asks nobody and spends nothing; it cannot say what a judge really answers, nor how often it is right.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from checks.judge.question import PICTURES_MAX, Judged, lay_out
from governor.errors import PriceRefused
from governor.prices.book import PriceBook
from manifests.keys import hash_file
from manifests.money import format_usd
from manifests.question import Question
from manifests.reading.film_folder import read_film
from manifests.scene import Shot
from manifests.spending.price import Quote
from providers import registry
from providers.contract import VisionJudge
from providers.surroundings import Surroundings

HARBOUR = Path(__file__).parents[1] / "examples" / "harbour"
SHOTS = ("SC010_SH0040", "SC010_SH0050", "SC010_SH0060")
"""Three shots of the same two people in the same room, as they follow one another in the story."""

MODELS = (
    "gemini-3.8-flash",
    "gemini-3.5-flash",
    "gemini-3.5-flash-lite",
    "gemini-3-flash-preview",
    "gemini-3.1-flash-lite",
)


def main(words: list[str] | None = None) -> int:
    """Print the cost of three panels, judged alone and together, and of a clip's key frames."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="facts for programs")
    told = parser.parse_args(words)
    rows = [row for model in MODELS if (row := _row(model))]
    if told.json:
        print(json.dumps(rows))
        return 0
    print(
        f"{'model':<26}{'3 alone':>10}{'at most':>10}{'together':>10}{'at most':>10}"
        f"{'ratio':>7}{'a clip':>10}{'at most':>10}"
    )
    for row in rows:
        figures = ("alone", "alone_high", "together", "together_high")
        amounts = "".join(f"{format_usd(int(row[name])):>10}" for name in figures)
        clip = "".join(f"{format_usd(int(row[name])):>10}" for name in ("clip", "clip_high"))
        print(f"{row['model']:<26}{amounts}{row['ratio']:>7}{clip}")
    return 0


def _row(model: str) -> dict[str, float | int | str] | None:
    film, hashes = read_film(HARBOUR), _hashes()
    shots = [shot for shot in film.scenes["SC010"].shots if shot.id in SHOTS]
    book = PriceBook.load(today=datetime.now(UTC).date(), price_age_days=film.film.limits.price_age_days)
    around = Surroundings(
        Path(),
        Path,
        book.price_of,
        Path,
        list,
        models={"score": model},
    )
    judge = registry.build("gemini", around)
    assert isinstance(judge, VisionJudge)

    def asked(groups: Iterable[list[Shot]], moments: tuple[float, ...] = (0.0,)) -> list[Question]:
        judged = ([Judged(f"{n:064d}", shot, at) for n, shot in enumerate(group) for at in moments] for group in groups)
        return [lay_out(each, film.bible, hashes, "f" * 64).question for each in judged]

    try:
        alone = _sum(judge, book, asked([shot] for shot in shots))
        together = _sum(judge, book, asked([shots[:PICTURES_MAX]]))
        clip = _sum(judge, book, asked([[shots[0]]], (0.1, 0.5, 1.0)))
    except PriceRefused:
        return None
    return {
        "model": model,
        "alone": alone[0],
        "alone_high": alone[1],
        "together": together[0],
        "together_high": together[1],
        "ratio": f"{together[0] / alone[0]:.2f}",
        "clip": clip[0],
        "clip_high": clip[1],
    }


def _sum(judge: VisionJudge, book: PriceBook, questions: list[Question]) -> tuple[int, int]:
    """Likely and at most, in micro-dollars."""
    quotes: list[Quote] = [judge.question_quote(question, book.price_of) for question in questions]
    return sum(q.likely_microusd for q in quotes), sum(q.high_microusd for q in quotes)


def _hashes() -> dict[str, str]:
    assets = HARBOUR / "assets"
    return {str(path.relative_to(assets).with_suffix("")): hash_file(path) for path in assets.rglob("*.png")}


if __name__ == "__main__":
    sys.exit(main())
