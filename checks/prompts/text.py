"""Finds words in a text: whole words only, none inside quotes, and it knows what a negation denies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

_QUOTED = re.compile(r"\"[^\"]{1,200}\"|“[^”]{1,200}”|«[^»]{1,200}»")
_DENIES = re.compile(r"\b(?:no|not|never|without|avoid|hides?|removes?)\b|n[’']t\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?;]+(?=\s|$)|\n")
_DENIED_WORDS = 5
_KEPT = 1 << 14
"""Searches whose results are kept: a scene of 100 shots needs as many, and each plan of it asks the same again."""


def one_of(*words: str) -> str:
    """A pattern for one of these words or phrases, whole; longer ones first. A space stands for any white space."""
    ordered = sorted(words, key=len, reverse=True)
    return r"\b(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) + r")\b"


def listed(words: str) -> tuple[str, ...]:
    """A list of words that is written as text."""
    return tuple(words.split())


@cache
def pattern(text: str, *, cased: bool = False) -> re.Pattern[str]:
    """A compiled pattern; upper and lower case are the same unless `cased`."""
    return re.compile(text, 0 if cased else re.IGNORECASE)


@lru_cache(_KEPT)
def found(text: str, wanted: str, *, cased: bool = False) -> tuple[re.Match[str], ...]:
    """Every place in `text` that fits, quotes left out."""
    quoted = quotes(text)
    return tuple(
        match
        for match in pattern(wanted, cased=cased).finditer(text)
        if not any(start <= match.start() < end for start, end in quoted)
    )


@lru_cache(_KEPT)
def quotes(text: str) -> tuple[tuple[int, int], ...]:
    """Where the text quotes."""
    return tuple((match.start(), match.end()) for match in _QUOTED.finditer(text))


def denied(text: str, start: int) -> bool:
    """Whether a negation stands shortly before `start` in the same sentence: "no subtitles", "avoid any text"."""
    before = sentence_before(text, start)
    return bool(_DENIES.search(" ".join(before.split()[-_DENIED_WORDS:])))


def sentence_before(text: str, start: int) -> str:
    """The part of the sentence that stands before `start`."""
    return _SENTENCE.split(text[:start])[-1]


def sentence_after(text: str, end: int) -> str:
    """The part of the sentence that stands after `end`."""
    return _SENTENCE.split(text[end:], maxsplit=1)[0]


def sentence_at(text: str, start: int, end: int) -> str:
    """The whole sentence around a place."""
    return sentence_before(text, start) + text[start:end] + sentence_after(text, end)


def has(text: str, wanted: str) -> bool:
    """Whether the text has it outside of quotes."""
    return bool(found(text, wanted))


def forms(bases: Iterable[str]) -> frozenset[str]:
    """English verbs in the forms that a prompt has: walk, walks, walking; carry, carries; put, putting."""
    made: set[str] = set()
    for base in bases:
        made |= {base, third(base), _ing(base)}
    return frozenset(made)


def third(base: str) -> str:
    """The third person of an English verb: walks, carries, catches."""
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        return f"{base[:-1]}ies"
    return f"{base}es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else f"{base}s"


def _ing(base: str) -> str:
    if base.endswith("ie"):
        return f"{base[:-2]}ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        return f"{base[:-1]}ing"
    short = re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", base)
    return f"{base}{base[-1]}ing" if short else f"{base}ing"
