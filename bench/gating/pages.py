"""The figures of bench.gates as a table for a terminal, and as the opening of docs/eyes.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.gating.film import Answer

Found = Mapping[str, Mapping[str, "Counter[Answer]"]]
"""The answers by material and kind of take."""

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "eyes.md"
_BEGIN, _END = "<!-- gates: by bench/gates.py -->", "<!-- gates: end -->"
_GOOD = "good"


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
    """Two tables: what becomes of good pictures, and what becomes of flawed ones; in a hundred."""
    good = ["| of 100 good pictures | pass | a person is asked | fail | counted |", "|---|---|---|---|---|"]
    for material, by_kind in found.items():
        n = by_kind[_GOOD]
        good.append(f"| {material} | {_in_100(n, 'pass')} | {_in_100(n, 'ask')} | {_in_100(n, 'fail')} | {n.total()} |")
    kinds = list(dict.fromkeys(kind for by_kind in found.values() for kind in by_kind if kind != _GOOD))
    names = [name for name, by_kind in found.items() if set(by_kind) - {_GOOD}]
    flawed = [f"| of 100 pictures with | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for kind in kinds:
        cells = [_cell(found[name].get(kind)) for name in names]
        flawed.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(
        [
            *good,
            "",
            "Each cell: caught + asked about, *missed*.",
            "",
            *flawed,
            "",
            f"`python -m bench.gates`, seed {seed}.",
        ]
    )


def _cell(answers: Counter[Answer] | None) -> str:
    if not answers:
        return ""
    return f"{_in_100(answers, 'fail')} + {_in_100(answers, 'ask')}, *{_in_100(answers, 'pass')}*"


def _in_100(answers: Counter[Answer], word: Answer) -> int:
    return round(100 * answers[word] / max(1, answers.total()))
