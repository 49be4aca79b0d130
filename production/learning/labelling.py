"""People's verdicts on takes, with the gates' measurements: from the ledger, or from a CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from checks.calibration import Labelled
from checks.rules import catalogue
from manifests.decision import Decision
from manifests.finding import Score
from manifests.keys import hash_file
from manifests.take import Take
from wiring.errors import BadLabels
from wiring.services import Services

_BYTES_MAX = 8_000_000
_LINES_MAX = 100_000
_GOOD = {"pass", "good", "ok", "yes", "true", "1"}
_BAD = {"fail", "bad", "no", "false", "0"}
_FILE_COLUMNS = ("file", "sha256")


@dataclass(frozen=True, slots=True)
class Gathered:
    """Labels with their values. `unnamed`: takes that were called bad without a rule;
    `unscored`: those no gate has measured.
    """

    labels: tuple[Labelled, ...]
    unnamed: int = 0
    unscored: int = 0


def from_ledger(services: Services, scenes: Iterable[str]) -> Gathered:
    """Every verdict of a person, and every approval of a draft, with the scores that were filed.
    A later word on a take counts.

    A good take is good by every rule that judged it; a bad one is bad by the rules that were named, and by no other.
    """
    labels, unnamed, unscored = list[Labelled](), 0, 0
    for scene in scenes:
        takes = {take.generation_key: take for take in services.ledger.takes(scene=scene)}
        said = said_of(services.ledger.of_scene(scene).decisions, takes)
        for key, by_rule in said.items():
            verdict = services.ledger.verdict(key)
            scores = worst_by_rule(verdict.scores) if verdict else {}
            unscored += not scores
            unnamed += by_rule == {"": False}
            labels += _labels(takes[key], scores, by_rule)
    return Gathered(tuple(labels), unnamed, unscored)


def from_file(path: Path, services: Services) -> Gathered:
    """A CSV with the columns file or sha256, rule, value and label;
    without a value, the one that a gate has filed counts.

    `file` is looked for beside the CSV. Raises BadLabels, naming the line.
    """
    filed = _Filed(services)
    return Gathered(tuple(_parsed(path, number, row, filed) for number, row in enumerate(labelled_rows(path), start=2)))


def worst_by_rule(scores: Iterable[Score]) -> dict[str, float]:
    """Of each rule the value that its verdict hung on: the worst of its subjects."""
    worst: dict[str, float] = {}
    for score in scores:
        if score.applies and score.value is not None:
            lower = catalogue.page(score.rule).direction == "lower is better"
            pick = max if lower else min
            worst[score.rule] = pick(score.value, worst.get(score.rule, score.value))
    return worst


def said_of(decisions: Iterable[Decision], takes: Mapping[str, Take]) -> dict[str, dict[str, bool]]:
    """By take, by rule ("" for all of it): the newest verdict."""
    by_asset = {take.asset.sha256: key for key, take in takes.items() if take.asset}
    said: dict[str, dict[str, bool]] = {}
    for decision in decisions:
        if decision.kind == "verdict" and decision.label is not None and decision.label.take in takes:
            label = decision.label
            for rule in label.rules or ("",):
                if not rule:
                    said[label.take] = {}  # a word on all of it takes back what was said of parts
                said.setdefault(label.take, {})[rule] = label.good
        elif decision.kind == "circle" and decision.remark is not None and decision.remark.asset in by_asset:
            said.setdefault(by_asset[decision.remark.asset], {}).setdefault("", True)
        elif decision.kind == "approve" and decision.binding is not None:
            for asset in (decision.binding.panel, decision.binding.draft):
                if asset in by_asset:
                    said.setdefault(by_asset[asset], {}).setdefault("", True)
    return said


def _labels(take: Take, scores: Mapping[str, float], by_rule: Mapping[str, bool]) -> Iterable[Labelled]:
    stage: Literal["panel", "clip"] = "clip" if take.stage == "clip" else "panel"
    source = f"{take.shot} {take.stage} {take.tier} v{take.version:03d}"
    for rule, value in scores.items():
        good = by_rule.get(rule, True if by_rule.get("") else None)
        if good is not None:
            yield Labelled(rule, value, good, source, stage)


class _Filed:
    """The gates' certificates, by content; read on first use."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._takes: dict[str, Take] | None = None

    def value(self, sha256: str, rule: str) -> tuple[float, Literal["panel", "clip"]] | None:
        if self._takes is None:
            self._takes = {take.asset.sha256: take for take in self._services.ledger.takes() if take.asset}
        take = self._takes.get(sha256)
        verdict = self._services.ledger.verdict(take.generation_key) if take else None
        found = worst_by_rule(verdict.scores).get(rule) if verdict else None
        if take is None or found is None:
            return None
        return found, "clip" if take.stage == "clip" else "panel"


def labelled_rows(path: Path) -> list[dict[str, str]]:
    """The lines of a CSV file of labels, by the names in its first. Raises BadLabels."""
    cure = "Write columns such as: file,rule,value,label"
    try:
        if not path.is_file() or path.stat().st_size > _BYTES_MAX:
            raise BadLabels(str(path), f"it is not a file of at most {_BYTES_MAX // 1_000_000} MB", "Name a CSV file.")
        text = path.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        names = [str(name).strip().lower() for name in reader.fieldnames or ()]
        if missing := {"rule", "label"} - set(names):
            raise BadLabels(f"{path}:1", f"it has no column {' and no column '.join(sorted(missing))}", cure)
        reader.fieldnames = names
        rows = [{key: (value or "").strip() for key, value in row.items() if isinstance(key, str)} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadLabels(str(path), f"it cannot be read as CSV ({error})", cure) from error
    if not 0 < len(rows) <= _LINES_MAX:
        raise BadLabels(str(path), f"it has {len(rows)} lines of labels, not 1 to {_LINES_MAX}", cure)
    return rows


def _parsed(path: Path, number: int, row: dict[str, str], filed: _Filed) -> Labelled:
    where, rule, word = f"{path}:{number}", row["rule"].upper(), row["label"].lower()
    catalogue.page(rule)  # raises for a rule that there is none of
    if word not in _GOOD | _BAD:
        raise BadLabels(where, f"{row['label'][:40]!r} is not a label", "Write pass or fail.")
    source = next((row[name] for name in _FILE_COLUMNS if row.get(name)), f"line {number}")
    if text := row.get("value", ""):
        return Labelled(rule, _number(where, text), word in _GOOD, source, "clip" if rule.startswith("Q") else "panel")
    sha256 = row.get("sha256") or _hash(where, path, row.get("file", ""))
    if (found := filed.value(sha256, rule)) is None:
        cause = f"no gate has filed a value of {rule} for {source[:80]}"
        raise BadLabels(where, cure="Give its value, or let a run judge it: gate run", cause=cause)
    return Labelled(rule, found[0], word in _GOOD, source, found[1])


def _number(where: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadLabels(where, f"{text[:40]!r} is not a number", "Write it like 0.31, or leave it out.")
    return value


def _hash(where: str, path: Path, name: str) -> str:
    file = path.parent / name
    if not name or not file.is_file():
        raise BadLabels(
            where, "it has no value and names no file that is there", "Give a value, a file, or its sha256."
        )
    return hash_file(file)
