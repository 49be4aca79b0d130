"""gate score --pairs: a whole file of comparisons in one process, a line for each."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from manifests.errors import GateError

if TYPE_CHECKING:
    from checks.faces.faces import FaceEye
    from checks.picture_scores import PictureScore
    from checks.scorer.any_pictures import Given, KnownPictures
    from checks.seeing.eye import Eye

_LINES_MAX = 100_000
_BYTES_MAX = 64_000_000
_REFERENCES_MAX = 16
_KEPT = 64
"""Sets of references that are kept measured: a file names a subject's references on many lines."""

Verdict = Literal["fail", "ask", "pass"]
WORST: tuple[Verdict, ...] = ("fail", "ask", "pass")


@dataclass(frozen=True, slots=True)
class Pair:
    """One line: the references, and the picture that should show the same; as the file writes them."""

    line: int
    references: tuple[str, ...]
    test: str


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """A pair's answer. `score`: likeness of the faces, else as a whole, 0 to 1, higher is more alike; None between
    cut-outs without a face. `error`: why it could not be scored; it then counts as failed.
    """

    pair: Pair
    score: float | None
    verdict: Verdict
    why: str
    error: str = ""

    def as_json(self) -> str:
        """One line of JSON."""
        named = {"refs": self.pair.references, "test": self.pair.test}
        said = {"error": self.error} if self.error else {"score": self.score, "verdict": self.verdict, "why": self.why}
        return json.dumps(named | said, ensure_ascii=False)

    def in_words(self) -> str:
        """One line for people."""
        count = len(self.pair.references)
        where = f"{self.pair.test} beside {count} {'reference' if count == 1 else 'references'}"
        if self.error:
            return f"{where}: {self.error}"
        likeness = "no likeness between cut-outs" if self.score is None else f"likeness {self.score:.2f}"
        return f"{where}: {self.verdict}, {likeness}; {self.why}"


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """The lines of a CSV with the columns refs and test, by semicolon or comma; references are separated by |.

    A first line "refs;test" may be left out. Raises click.BadParameter, which names the line.
    """
    try:
        if path.stat().st_size > _BYTES_MAX:
            raise _bad(f"{path} has more than {_BYTES_MAX // 1_000_000} MB; score it in parts")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(f"{path} cannot be read: {error}") from error
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",")
    pairs = tuple(_pairs(path, rows))
    if not 0 < len(pairs) <= _LINES_MAX:
        raise _bad(f"{path} has {len(pairs)} pairs, not 1 to {_LINES_MAX}")
    return pairs


def score_pairs(path: Path, eye: Eye, faces: FaceEye | None = None, *, as_json: bool) -> Verdict:
    """Print a line for each pair as it is done, and progress on standard error. Gives the worst verdict."""
    pairs = read_pairs(path)
    worst: Verdict = "pass"
    known = lru_cache(_KEPT)(lambda names: _known(path.parent, names, eye, faces))
    with click.progressbar(pairs, file=sys.stderr, label=f"{len(pairs)} pairs", hidden=not sys.stderr.isatty()) as bar:
        for pair in bar:
            scored = _scored(path.parent, pair, known, eye)
            worst = min(worst, scored.verdict, key=WORST.index)
            click.echo(scored.as_json() if as_json else scored.in_words())
    return worst


def _pairs(path: Path, rows: Iterator[list[str]]) -> Iterator[Pair]:
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and [cell.lower() for cell in cells] == ["refs", "test"]):
            continue
        references = tuple(name.strip() for name in cells[0].split("|") if name.strip())
        if len(cells) != 2 or not references or not cells[1]:
            raise _bad(f"{path}:{number} is not references;test, such as: a.png|b.png;x.png")
        if len(references) > _REFERENCES_MAX:
            raise _bad(f"{path}:{number} has {len(references)} references, not 1 to {_REFERENCES_MAX}")
        yield Pair(number, references, cells[1])


def _scored(folder: Path, pair: Pair, known: Callable[[tuple[str, ...]], KnownPictures], eye: Eye) -> ScoredPair:
    from checks.scorer.any_pictures import look_at_tests, score_against

    try:
        measured = known(pair.references)
        seen = look_at_tests(measured.references, [_given(folder, pair.test)])
        [score] = score_against(measured, seen, eye).pictures
    except GateError as error:
        return ScoredPair(pair, None, "fail", "", error=str(error))
    return ScoredPair(pair, score.likeness, *verdict_of(score))


def verdict_of(score: PictureScore) -> tuple[Verdict, str]:
    """The worst of the axes, and the reason in words; what cannot be told asks."""
    from checks.picture_scores import WHOLE

    said: dict[str, Verdict] = {}
    for axis, told in score.triage.items():
        said[axis] = next((each for each in WORST if each == told), "ask")  # CANNOT_TELL asks
    verdict = min(said.values(), key=WORST.index, default=WORST[1])
    off = [
        f"{axis}: {score.triage[axis]}"
        for axis in sorted(said)
        if said[axis] == verdict and verdict != "pass" and axis != WHOLE and not (axis == "identity" and score.face)
    ]
    if WHOLE in said:
        off.append(
            "as a whole it shows something else" if verdict == "fail" else "a likeness does not prove who it is: look"
        )
    unknown = "" if WHOLE in said or score.face else score.unknown
    why = "; ".join(filter(None, (score.differs, score.about_face, score.no_face, *off, unknown)))
    return verdict, why or "as usual among its references"


def _known(folder: Path, names: Sequence[str], eye: Eye, faces: FaceEye | None) -> KnownPictures:
    from checks.scorer.any_pictures import known_from, look_at

    return known_from(look_at([_given(folder, name) for name in names], [])[0], eye, faces)


def _given(folder: Path, name: str) -> Given:
    from checks.scorer.any_pictures import Given
    from checks.seeing.pictures import read_picture

    return Given(name, read_picture(folder / name))


def _bad(cause: str) -> click.BadParameter:
    return click.BadParameter(cause, param_hint="--pairs")
