"""What a film teaches: each kind of flaw, what made it go away, in how many takes and for how much; the rules that
raised false alarms; the words that failed. Pure functions over a scene's history.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise

from checks.errors import CheckError
from checks.rules import catalogue
from governor.other_tools.generation_log import LogLine
from manifests.finding import Finding
from manifests.privacy import PRIVATE
from production.wrap.costs import failed, spent
from production.wrap.facts import Lesson, Mend, Reworded, RuleRecord
from production.wrap.history import SceneHistory

_WORDS = re.compile(r"\S+")
_PHRASES_MAX = 12
_PHRASE_WORDS_MAX = 24


@dataclass(slots=True)
class _Flaw:
    """One kind of flaw while it is counted."""

    rules: set[str] = field(default_factory=set)
    failed: int = 0
    shots: set[str] = field(default_factory=set)
    mends: Counter[str] = field(default_factory=Counter)
    takes: int = 0
    microusd: int = 0
    accepted: int = 0
    open: int = 0


def lessons(scenes: Iterable[SceneHistory]) -> tuple[Lesson, ...]:
    """A line for each kind of flaw ("missing", "hue"), whoever it was about; the one that cost most first."""
    found: dict[str, _Flaw] = defaultdict(_Flaw)
    for told in scenes:
        for takes in _stages(told):
            _count(told, takes, found)
    named = (
        Lesson(
            flaw=name,
            rules=tuple(sorted(flaw.rules)),
            failed=flaw.failed,
            shots=len(flaw.shots),
            mended=sum(flaw.mends.values()),
            mends=tuple(Mend(changed=changed, times=times) for changed, times in flaw.mends.most_common()),
            takes=flaw.takes,
            microusd=flaw.microusd,
            accepted=flaw.accepted,
            open=flaw.open,
        )
        for name, flaw in found.items()
    )
    return tuple(sorted(named, key=lambda each: (-each.microusd, -each.failed, each.flaw)))


def rule_records(scenes: Iterable[SceneHistory]) -> tuple[RuleRecord, ...]:
    """A line for each rule that failed a take or asked about one; the one with most false alarms first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for told in scenes:
        for line in told.pictures():
            verdict = told.verdict(line)
            for rule, severity in sorted({(f.rule, f.severity) for f in verdict.findings} if verdict else set()):
                if severity not in {"error", "ask"}:
                    continue
                good, kind = told.called_good(line, rule), "failed" if severity == "error" else "asked"
                counts[rule][kind] += 1
                if good is not None:
                    counts[rule][f"{kind} {'good' if good else 'bad'}"] += 1
    records = (
        RuleRecord(
            rule=rule,
            name=_name_of(rule),
            failed=of["failed"],
            false_alarms=of["failed good"],
            confirmed=of["failed bad"],
            asked=of["asked"],
            asked_good=of["asked good"],
            asked_bad=of["asked bad"],
        )
        for rule, of in counts.items()
    )
    return tuple(sorted(records, key=lambda each: (-each.false_alarms, -each.failed, -each.asked, each.rule)))


def reworded(scenes: Iterable[SceneHistory]) -> Iterator[Reworded]:
    """Where a failed take and the next one that passed had other words. A private shot's words are shown nowhere."""
    for told in scenes:
        for takes in _stages(told):
            for before, after in _pairs(told, takes):
                if (
                    before.shot in told.private
                    or PRIVATE in (before.prompt, after.prompt)
                    or before.prompt == after.prompt
                ):
                    continue
                gone, came = _changed_words(before.prompt, after.prompt)
                flaws = sorted(_kind(finding) for finding in _errors(told, before))
                yield Reworded(shot=before.shot or "", stage=before.stage, flaw=", ".join(flaws), gone=gone, came=came)


def _stages(told: SceneHistory) -> Iterator[list[LogLine]]:
    """The takes of each stage of each shot at one tier, oldest first."""
    groups: dict[tuple[str, str, str], list[LogLine]] = defaultdict(list)
    for line in told.pictures():
        groups[line.shot or "", line.stage, line.tier].append(line)
    yield from groups.values()


def _count(told: SceneHistory, takes: Sequence[LogLine], into: dict[str, _Flaw]) -> None:
    """Each flaw of a stage lasts from the first take that has it to the next judged one that does not."""
    lasting: dict[str, int] = {}
    for number, line in enumerate(takes):
        verdict = told.verdict(line)
        if verdict is None:
            continue
        here = {_kind(finding): finding for finding in _errors(told, line)}
        for kind, finding in here.items():
            flaw = into[kind]
            flaw.rules.add(finding.rule)
            flaw.failed += 1
            flaw.shots.add(line.shot or "")
            lasting.setdefault(kind, number)
        for kind in [each for each in lasting if each not in here]:
            tries = takes[lasting.pop(kind) + 1 : number + 1]
            flaw = into[kind]
            flaw.mends[line.changed or "another try"] += 1
            flaw.takes += len(tries)
            flaw.microusd += spent(tries)
    for kind, number in lasting.items():
        flaw, tries = into[kind], takes[number + 1 :]
        flaw.takes += len(tries)
        flaw.microusd += spent(tries)
        if told.called_good(takes[-1]):
            flaw.accepted += 1
        else:
            flaw.open += 1


def _pairs(told: SceneHistory, takes: Sequence[LogLine]) -> Iterator[tuple[LogLine, LogLine]]:
    """A take that failed, with the next one, where that passed."""
    judged = [line for line in takes if told.verdict(line) is not None]
    for before, after in pairwise(judged):
        if failed(told, before) and not failed(told, after):
            yield before, after


def _errors(told: SceneHistory, line: LogLine) -> tuple[Finding, ...]:
    verdict = told.verdict(line)
    return tuple(finding for finding in verdict.findings if finding.severity == "error") if verdict else ()


def _kind(finding: Finding) -> str:
    """The flaw without whom it is about: "missing" of "missing:pia"."""
    return finding.flaw.partition(":")[0]


def _name_of(rule: str) -> str:
    try:
        return catalogue.page(rule).name.replace("_", " ")
    except CheckError:
        return ""  # of an older version's rules


def _changed_words(before: str, after: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The phrases that went, and those that came."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    gone, came = list[str](), list[str]()
    for tag, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += [_phrase(old[a:b])] if b > a else []
            came += [_phrase(new[c:d])] if d > c else []
    return tuple(gone[:_PHRASES_MAX]), tuple(came[:_PHRASES_MAX])


def _phrase(words: Sequence[str]) -> str:
    more = len(words) > _PHRASE_WORDS_MAX
    return " ".join(words[:_PHRASE_WORDS_MAX]) + (" …" if more else "")
