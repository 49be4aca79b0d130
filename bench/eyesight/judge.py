"""The judge on the film set: a vision model's verdicts on the same pictures,
bought only up to a sum that is named beforehand.

It is shown what a film's judge is shown: the four views of the cast, the plate and the next room's, and a control. A
picture's score is the least that it gives to anybody's presence, face or clothes, or to the place. Answers that are not
verdicts are asked for once more, and then counted as refused.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import cv2

from bench.eyesight.auc import auc
from bench.filmset.brush import Picture
from bench.filmset.drifts import AXES
from bench.filmset.frame import plate
from bench.filmset.labelled import Item, Labelled, Masters, Say, cast_of, film_scene, scene_of
from checks.errors import NoAnswer
from checks.judge.answer import Answer, read_answer
from checks.judge.question import Judged, QuestionSheet, lay_out, pictures_at_once
from governor.prices.book import PriceBook
from manifests.bible import Bible, Character, Location, Style, Wardrobe, plate_name, view_name
from manifests.keys import generation_key, hash_file
from manifests.money import MICROUSD_PER_USD, format_usd
from manifests.scene import Camera, CastMember, Mark, Shot
from manifests.spending.grant import Grant
from manifests.spending.price import PriceOf
from providers import registry
from providers.contract import VisionJudge
from providers.errors import Invalid, NoVerdict
from providers.surroundings import Surroundings
from wiring.keys import key_of
from wiring.settings import read_settings

_CLOTHES = "own"
_AT_ONCE = 4
_TRIES = 2
_SIZES: Mapping[str, Any] = {"wide": "wide", "full": "full", "medium": "medium", "close": "medium_close_up"}


@dataclass(slots=True)
class Asked:
    """One question and the pictures that it is about."""

    sheet: QuestionSheet
    items: tuple[Item, ...]


@dataclass(slots=True)
class Files:
    """Pictures on disk by content, and a film's canonical ones by name."""

    folder: Path
    paths: dict[str, Path] = field(default_factory=dict)

    def keep(self, picture: Picture) -> str:
        """Write a picture (RGB or RGBA) and give its content hash."""
        path = self.folder / f"{len(self.paths):06d}.png"
        cv2.imwrite(
            str(path), cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA if picture.shape[2] == 4 else cv2.COLOR_RGB2BGR)
        )
        sha256 = hash_file(path)
        self.paths[sha256] = path
        return sha256


def report(name: str, seed: int, scenes: int, consistent: int, usd: float, say: Say) -> dict[str, Any] | None:
    """AUC per axis of the judge `name`; None, and a line that says why,
    where there is no key or it would cost too much.
    """
    settings = read_settings()
    try:
        key_of(settings, name)
    except Invalid as error:
        say(f"judge: {error}; its row stays empty")
        return None
    with tempfile.TemporaryDirectory() as folder:
        files, book = Files(Path(folder)), PriceBook.load(today=datetime.now(UTC).date())
        around = Surroundings(
            Path(folder, "spool"),
            files.paths.__getitem__,
            book.price_of,
            lambda _: Path(folder),
            list,
            key_of=partial(key_of, settings),
            host=settings.host,
        )
        judge = registry.build(name, around)
        assert isinstance(judge, VisionJudge)
        asked = [each for number in range(scenes) for each in _questions(seed, number, scenes, consistent, files)]
        return _bought(judge, asked, book.price_of, usd, say)


def _bought(
    judge: VisionJudge, asked: Sequence[Asked], price_of: PriceOf, usd: float, say: Say
) -> dict[str, Any] | None:
    quotes = [judge.question_quote(each.sheet.question, price_of) for each in asked]
    most = sum(quote.high_microusd for quote in quotes)
    say(
        f"judge: {len(asked)} questions, likely {format_usd(sum(q.likely_microusd for q in quotes))} USD, at "
        f"most {format_usd(most)}"
    )
    if most > usd * MICROUSD_PER_USD:
        say(f"judge: that is over {usd:g} USD, and nobody was asked; allow it with --judge-usd, or take --quick")
        return None
    scores, refused, billed = asyncio.run(_answers(judge, asked, [q.high_microusd for q in quotes], say))
    return summary(scores) | {
        "refused": refused,
        "questions": len(asked),
        "billed_microusd": billed,
        "model": judge.model("score"),
    }


def summary(scores: Sequence[tuple[Item, float]]) -> dict[str, Any]:
    """AUC per axis and over all, with intervals."""
    good = [(item.scene, value) for item, value in scores if item.axis is None]
    found = {
        axis: auc(good, [(i.scene, value) for i, value in scores if i.axis and axis in {i.axis, "all"}])
        for axis in (*AXES, "all")
    }
    return {"auc": {a: f.value for a, f in found.items()}, "interval": {a: (f.low, f.high) for a, f in found.items()}}


async def _answers(
    judge: VisionJudge, asked: Sequence[Asked], highs: Sequence[int], say: Say
) -> tuple[list[tuple[Item, float]], int, int]:
    lanes, out, refused, billed = asyncio.Semaphore(_AT_ONCE), list[tuple[Item, float]](), 0, 0

    async def one(number: int, each: Asked) -> None:
        nonlocal refused, billed
        async with lanes:
            answers, cost = await _answer(judge, each.sheet, highs[number])
        billed += cost
        refused += answers is None
        out.extend((item, score_of(answer)) for item, answer in zip(each.items, answers or (), strict=False))
        if number % 20 == 0:
            say(f"judge: question {number} of {len(asked)}, {format_usd(billed)} USD billed")

    await asyncio.gather(*(one(number, each) for number, each in enumerate(asked)))
    return out, refused, billed


async def _answer(judge: VisionJudge, sheet: QuestionSheet, high: int) -> tuple[tuple[Answer, ...] | None, int]:
    billed = 0
    for attempt in range(1, _TRIES + 1):
        key = generation_key(judge.name, judge.model("score"), "score", sheet.question.payload(), attempt)
        job = await judge.ask(Grant.mint(key, high), key, sheet.question)
        billed += (await judge.poll(job.job_id)).bill_microusd or 0
        try:
            return read_answer(sheet, await judge.verdict(job.job_id, sheet.question)), billed
        except (NoVerdict, NoAnswer):
            continue
    return None, billed


def score_of(answer: Answer) -> float:
    """The least that is given to anybody's presence, face or clothes, or to the place; 0 to 1, higher is better."""
    values = [seen.presence for seen in answer.characters.values()]
    axes = [axis for seen in answer.characters.values() for axis in (seen.identity, seen.wardrobe)]
    values += [axis.score for axis in axes if axis.score is not None]
    if answer.location.scores:
        values.append(answer.location.scores[answer.claim.location])
    return min(values, default=1.0)


def _questions(seed: int, number: int, scenes: int, consistent: int, files: Files) -> Iterable[Asked]:
    done, after = film_scene(seed, number, consistent), (number + 1) % scenes
    neighbour, elsewhere = cast_of(seed, after), scene_of(seed, after)[0].room
    bible = _bible((done.masters, neighbour))
    hashes = {
        plate_name(done.masters.location): files.keep(done.masters.plates[0]),
        plate_name(elsewhere.name): files.keep(plate(elsewhere)),
    }
    for masters in (done.masters, neighbour):
        for entity, views in masters.views.items():
            hashes |= {view_name(entity, _CLOTHES, view): files.keep(picture) for view, picture in views.items()}
    yield from _grouped(done, bible, hashes, files)


def _grouped(done: Labelled, bible: Bible, hashes: Mapping[str, str], files: Files) -> Iterable[Asked]:
    at_once = pictures_at_once(max(len(item.frames[0].placed) for item in done.items))
    for first in range(0, len(done.items), at_once):
        items = done.items[first : first + at_once]
        judged = [
            Judged(files.keep(item.frames[0].picture), _shot(item, first + n), 0.0) for n, item in enumerate(items)
        ]
        yield Asked(lay_out(judged, bible, hashes), items)


def _shot(item: Item, number: int) -> Shot:
    cast = tuple(
        CastMember(
            character=p.entity,
            wardrobe=_CLOTHES,
            start=Mark(
                x=(p.figure.left + p.figure.right) / 2,
                y=min(p.figure.bottom, 2.0),
                scale=min(6.0, p.figure.bottom - p.figure.top),
            ),
        )
        for p in item.frames[0].placed
    )
    return Shot(
        id=f"SC010_SH{number:04d}",
        location=item.frames[0].location,
        cast=cast,
        camera=Camera(size=_SIZES[item.framing]),
        motion="They stand and talk.",
        duration_s=4,
    )


def _bible(both: Sequence[Masters]) -> Bible:
    people = {
        entity: Character(
            id=entity,
            name=entity.replace("_", " "),
            height_m=1.7,
            identity="As in the locked views.",
            wardrobes={_CLOTHES: Wardrobe(words="As in the locked views.")},
        )
        for masters in both
        for entity in masters.views
    }
    rooms = {
        m.location: Location(id=m.location, name=m.location.replace("_", " "), words="As in the plate.", light="any")
        for m in both
    }
    return Bible(characters=people, locations=rooms, style=Style(words="A drawn film."))
