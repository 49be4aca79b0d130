"""Imports notes and verdicts from an exported page, under the name of the person who imports them;
an approval is never among them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from desk.room.answers import NoteSaid, VerdictSaid, note_remark
from desk.room.errors import RoomRefused
from manifests.decision import Decision, Door, Remark
from manifests.errors import GateError
from production.bible.saying import remark_on, say, send_back
from wiring.services import Services

SCHEMA = "gate/verdicts/1"
DOOR: Door = "command line"
_BYTES_MAX = 4_000_000
_WORDS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many entries were new, how many were recorded already, and why others were refused, a sentence each."""

    notes: int
    verdicts: int
    known: int
    refused: tuple[str, ...]


def take_in(services: Services, file: Path, who: str) -> ImportResult:
    """Write its notes and verdicts down. Raises RoomRefused for any other file, and for an approval in it."""
    document = _read(file)
    if document.get("film") != services.folder.film.code:
        raise _bad(
            file, f"it is about the film {str(document.get('film'))[:20]!r}", "Name the film's folder: --film DIR"
        )
    scene, known = str(document.get("scene")), 0
    said = [each.decision for each in services.ledger.decided(scene)] if scene in services.folder.scenes else []
    counts, refused = {"notes": 0, "verdicts": 0}, list[str]()
    for kind, model in (("notes", NoteSaid), ("verdicts", VerdictSaid)):
        for number, each in enumerate(document[kind], start=1):
            try:
                word = model.model_validate_json(json.dumps(each))
                if _is_known(word, said, who):
                    known += 1
                    continue
                _write(services, word, who)
                counts[kind] += 1
            except ValidationError as error:
                first = error.errors(include_input=False, include_url=False)[0]
                refused.append(f"{kind} {number}: {first['msg']}")
            except GateError as error:
                refused.append(f"{kind} {number}: {error}")
    return ImportResult(counts["notes"], counts["verdicts"], known, tuple(refused))


def _write(services: Services, word: NoteSaid | VerdictSaid, who: str) -> None:
    asset, frame = word.asset, word.frame
    if isinstance(word, NoteSaid):
        remark = note_remark(services, word).model_copy(update={"proposes": None})
        say(services, "note", word.shot, who=who, door=DOOR, why=word.text, remark=remark)
        return
    remark = remark_on(services, word.shot, word.take, asset=asset, frame=frame)
    if word.say == "retake" and word.change is not None:
        send_back(
            services, word.shot, change=word.change, flaw=word.flaw, why=word.why, who=who, door=DOOR, remark=remark
        )
        return
    why = word.why or ("from a file" if word.say == "retake" else "")
    say(services, word.say, word.shot, who=who, door=DOOR, why=why, subject=word.subject, remark=remark)


def _is_known(word: NoteSaid | VerdictSaid, said: Iterable[Decision], who: str) -> bool:
    kind, text = ("note", word.text) if isinstance(word, NoteSaid) else (word.say, None)
    return any(
        d.kind == kind
        and d.who == who
        and d.scope == f"shot:{word.shot}"
        and (text is None or d.why == text)
        and (d.remark or d.retake) is not None
        and (d.remark.take if d.remark else d.retake.take if d.retake else None) == word.take
        and (not isinstance(word, NoteSaid) or _is_same(d.remark, word))
        for d in said
    )


def _is_same(remark: Remark | None, note: NoteSaid) -> bool:
    return remark is not None and (remark.frame, remark.drawing, remark.resolves) == (
        note.frame,
        note.drawing,
        note.resolves,
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        if not file.is_file() or file.stat().st_size > _BYTES_MAX:
            raise _bad(file, f"it is not a file of at most {_BYTES_MAX // 1_000_000} MB", "Name verdicts.json.")
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _bad(file, "it cannot be read as JSON", "Download it from the page again.") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise _bad(file, "it is not a file of verdicts", "Download it from the page again.")
    lists = [document.get(name) for name in ("notes", "verdicts")]
    if not all(isinstance(each, list) and len(each) <= _WORDS_MAX for each in lists):
        raise _bad(
            file, f"its notes and verdicts are not lists of at most {_WORDS_MAX}", "Download it from the page again."
        )
    says = {str(each.get("say")) for each in document["verdicts"] if isinstance(each, dict)}
    if set(document) - {"schema", "film", "scene", "notes", "verdicts"} or says & {"approve", "yes", "final"}:
        raise _bad(
            file,
            "finals cannot be approved by a file: nobody knows who wrote it",
            "Approve them in the review room: gate review",
        )
    return document


def _bad(file: Path, cause: str, cure: str) -> RoomRefused:
    return RoomRefused(str(file), cause, cure, status=400)
