"""What the gate measured on each take of one film, kept in a file, so that it can be counted again at no cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from bench.gating.film import NEW, Answer, answer, known_from
from checks.scorer.frame_score import RULES as KEPT_RULES
from checks.scorer.learning import SHOTS
from manifests.finding import Verdict
from manifests.noun import Noun
from manifests.scene import Shot

Counted = dict[str, Counter[Answer]]
"""By kind of take."""


class Judged(Noun):
    """One take: the shot that asked for it, and what the gate measured before the film's limits were known."""

    shot: Shot
    verdict: Verdict


class Record(Noun):
    """One film. `approved`: its approved panels; `takes`: by kind. All are gated with what is usual in the film."""

    approved: tuple[Judged, ...]
    takes: Mapping[str, tuple[Judged, ...]]

    def counted(self) -> Counted:
        """The answers of the film's gate, with the limits that its approved panels give by today's code."""
        # The first ones were gated before what is usual was learnt from them.
        first, later = self.approved[:SHOTS], self.approved[SHOTS:]
        known = known_from([*(_new(each.verdict) for each in first), *(each.verdict for each in later)])
        return {kind: Counter(answer(each.verdict, known) for each in takes) for kind, takes in self.takes.items()}

    def counted_when_new(self) -> Counted:
        """The answers of the same film's gate before anybody has approved anything: nobody knows what is usual."""
        return {kind: Counter(answer(_new(each.verdict), NEW) for each in takes) for kind, takes in self.takes.items()}


def _new(verdict: Verdict) -> Verdict:
    codes = {rule.code for rule in KEPT_RULES.values()}
    return Verdict(
        scores=tuple(score for score in verdict.scores if score.rule not in codes),
        findings=tuple(found for found in verdict.findings if found.rule not in codes),
    )


def kept(path: Path) -> Record | None:
    """The record in this file; None where there is none."""
    return Record.model_validate_json(path.read_bytes()) if path.is_file() else None


def keep(record: Record, path: Path) -> None:
    """Write it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(record.model_dump_json(), encoding="utf-8")
