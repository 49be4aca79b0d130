"""Markers: what people said of a shot, and the titles that stand over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import opentimelineio as otio

from assembly.timeline import METADATA
from assembly.turnover.reading import one_line
from assembly.turnover.timecode import Counting
from governor.decisions.undoing import standing
from manifests.assembly.film_cut import FilmCut, FilmShot
from manifests.decision import SAYS
from manifests.redaction import redacted
from production.review.status import said_of
from production.turnover.laying import span
from production.turnover.parts import MarkedWord, MediaFile, TurnoverParts
from wiring.services import Services

_COLOUR = otio.schema.MarkerColor
_GOOD = {"circle": True, "retake": False}


def words_of(services: Services, scene: str) -> dict[str, tuple[MarkedWord, ...]]:
    """The notes and verdicts on the scene's shots, by shot, oldest first, without those that somebody took back or
    closed. Of a private shot they have no words: a note may repeat the shot's.
    """
    records, takes = services.ledger.of_scene(scene), services.ledger.takes(scene=scene)
    found = {}
    for shot in services.scene(scene).shots:
        said = said_of(standing(records.decided_on(shot.id)), [take for take in takes if take.shot == shot.id])
        closed: dict[int, bool] = {
            each.answers: each.resolves for each in said if each.answers and each.resolves is not None
        }
        words = []
        for each in said:
            if each.kind not in {"note", "verdict", *SAYS} or each.resolves is not None or closed.get(each.number):
                continue
            label = next((d.decision.label for d in records.decided_on(shot.id) if d.number == each.number), None)
            good = label.good if label is not None else _GOOD.get(each.kind)
            last = each.to_frame if each.to_frame is not None else each.frame
            words.append(
                MarkedWord(
                    kind=each.kind.replace("_", " "),
                    who=each.who,
                    words="" if shot.private else redacted(each.why),
                    take=each.take or "",
                    frame=each.frame,
                    frames=1 if each.frame is None or last is None else last - each.frame + 1,
                    good=good,
                )
            )
        if words:
            found[shot.id] = tuple(words)
    return found


def markers_of(
    cut: FilmCut,
    shot: FilmShot,
    shown: MediaFile,
    parts: TurnoverParts,
    place: tuple[int, int, int],
    counting: Counting,
) -> Iterator[Any]:
    """The markers of a clip, in the clip's own frames. `place`: where it stands in the film, from frame to frame, and
    its file's first frame there.
    """
    start, end, first = place
    for word in parts.said.get(shot.label, ()):
        here = word.frame is not None and word.take == shown.key and first <= word.frame < first + end - start
        at = word.frame if here and word.frame is not None else first
        told = _told(word, shown)
        yield _marker(
            told, at, word.frames if here else 1, _colour(word), {"kind": word.kind, "who": word.who}, counting
        )
    for title in cut.titles:
        if start <= title.start < end:
            at, frames = first + title.start - start, min(title.end, end) - title.start
            yield _marker(title.title.text, at, frames, _COLOUR.PURPLE, {"kind": "title", "who": ""}, counting)


def _told(word: MarkedWord, shown: MediaFile) -> str:
    """good: the lamp is right; in other takes than the one that is shown: final v001 retake: the lamp is dark."""
    kind = {True: "good", False: "bad", None: "verdict"}[word.good] if word.kind == "verdict" else word.kind
    about = f"{word.take} " if word.take and word.take != shown.key else ""
    return f"{about}{kind}: {word.words}" if word.words else f"{about}{kind}"


def _colour(word: MarkedWord) -> str:
    named = {True: _COLOUR.GREEN, False: _COLOUR.RED}.get(word.good) if word.good is not None else None
    return str(named or (_COLOUR.CYAN if word.kind == "note" else _COLOUR.YELLOW))


def _marker(name: str, at: int, frames: int, colour: str, facts: dict[str, str], counting: Counting) -> Any:
    marker = otio.schema.Marker(name=one_line(name), marked_range=span(at, frames, counting), color=colour)
    marker.metadata[METADATA] = facts
    return marker
