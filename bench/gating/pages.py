"""The figures of bench.gates as a table for a terminal, and as the opening of docs/eyes.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bench.gating.film import Answer
from bench.gating.looks import LOOKS

Found = Mapping[str, Mapping[str, "Counter[Answer]"]]
"""The answers by material and kind of take."""

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "eyes.md"
_BEGIN, _END = "<!-- gates: by bench/gates.py -->", "<!-- gates: end -->"
_GOOD = "good"
ANY_FLAW = "any flaw"
"""Of material whose flaws are counted together."""


def plain(found: Found) -> Iterator[str]:
    """A line for each material and kind."""
    for material, by_kind in found.items():
        yield f"{material}:"
        for kind, answers in by_kind.items():
            words = ("pass", "ask", "fail") if kind == _GOOD else ("missed", "asked", "caught")
            shares = zip(words, (answers["pass"], answers["ask"], answers["fail"]), strict=True)
            yield f"  {kind:28} {answers.total():4} takes: " + ", ".join(f"{word} {count}" for word, count in shares)


def write(found: Found, seed: int) -> None:
    """Put the tables between their marks in docs/eyes.md. Raises ValueError where the page has no such marks."""
    page = _PAGE.read_text(encoding="utf-8")
    before, mark, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not mark or not end:
        raise ValueError(f"{_PAGE.name} has no place for the table of the gates")
    _PAGE.write_text(f"{before}{_BEGIN}\n{tables(found, seed)}\n{_END}{after}", encoding="utf-8")


def tables(found: Found, seed: int) -> str:
    """What becomes of good pictures, of flawed ones, and of both in each look; in a hundred."""
    looks = {look.name for look in LOOKS}
    kinds_of_film = {name: by_kind for name, by_kind in found.items() if name not in looks}
    lines = ["| of 100 good pictures | pass | a person is asked | fail | counted |", "|---|---|---|---|---|"]
    lines += [_good(name, by_kind[_GOOD]) for name, by_kind in found.items()]
    lines += ["", "Each cell: caught + asked about, *missed*.", ""]
    lines += [f"| of 100 pictures with | {' | '.join(kinds_of_film)} |", "|---" * (len(kinds_of_film) + 1) + "|"]
    lines += _flaws(kinds_of_film)
    in_looks = {name: by_kind for name, by_kind in found.items() if name in looks}
    if in_looks:
        lines += ["", f"| of 100 pictures with | {' | '.join(in_looks)} |", "|---" * (len(in_looks) + 1) + "|"]
        lines += _flaws(in_looks)
    return "\n".join([*lines, "", f"`python -m bench.gates`, seed {seed}."])


def _good(name: str, n: Counter[Answer]) -> str:
    return f"| {name} | {_in_100(n, 'pass')} | {_in_100(n, 'ask')} | {_in_100(n, 'fail')} | {n.total()} |"


def _flaws(found: Found) -> Iterator[str]:
    """A row for all flaws together, and one for each."""
    total = {name: _sum(each for kind, each in by_kind.items() if kind != _GOOD) for name, by_kind in found.items()}
    counted = " / ".join(str(each.total()) for each in total.values())
    yield f"| any flaw ({counted} counted) | {' | '.join(_cell(each) for each in total.values())} |"
    kinds = dict.fromkeys(kind for by_kind in found.values() for kind in by_kind if kind not in {_GOOD, ANY_FLAW})
    for kind in kinds:
        yield f"| {kind} | {' | '.join(_cell(by_kind.get(kind)) for by_kind in found.values())} |"


def _sum(each: Iterable[Counter[Answer]]) -> Counter[Answer]:
    return sum(each, Counter())


def _cell(answers: Counter[Answer] | None) -> str:
    if not answers:
        return ""
    return f"{_in_100(answers, 'fail')} + {_in_100(answers, 'ask')}, *{_in_100(answers, 'pass')}*"


def _in_100(answers: Counter[Answer], word: Answer) -> int:
    return round(100 * answers[word] / max(1, answers.total()))
