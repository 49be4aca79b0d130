"""One failed stage of a shot: its known facts, its weightiest flaw, and how the takes stand to that."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from checks.rules import catalogue
from checks.seeing.strangers import Stranger
from manifests.bible import Bible
from manifests.film import Stage
from manifests.finding import Finding, Score, Verdict
from manifests.scene import Shot

CLOSE = 0.1
"""A score on a scale of advantage or likeness that passed by less was marginal. Clean pictures pass by 0.2 and more."""

CLOSE_SHARE = 0.25
"""The same for rules on other scales, in parts of their threshold."""

FIRST = ("location", "missing", "identity", "wardrobe", "blocking", "prop")
"""Where takes share several flaws, the one that explains the others comes first: in a wrong place nobody is found."""


@dataclass(frozen=True, slots=True)
class JudgedTake:
    """One take and what its gate said. `prompt`: its words, "" where they are not known; `name`: "panel draft v002"."""

    key: str
    name: str
    provider: str
    seed: int
    prompt: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class FailureFacts:
    """All that is known of one failed stage of a shot.

    `takes`: those made of the shot as it stands, oldest first; the last one failed. `panel`: the scores by which the
    panel that the clip opens on was certified; none where there is no panel. `references`: what the reference check
    says. `strangers`: the locked views that look like somebody else's. `another_take`: whether the film allows one more
    take of the same request.
    """

    shot: Shot
    bible: Bible
    stage: Stage
    takes: tuple[JudgedTake, ...]
    panel: tuple[Score, ...] = ()
    references: Verdict = field(default_factory=lambda: Verdict(scores=(), findings=()))
    strangers: tuple[Stranger, ...] = ()
    another_take: bool = True


class Failure:
    """One flaw of the newest take, and how the other takes stand to it."""

    def __init__(self, facts: FailureFacts) -> None:
        self.facts, self.shot = facts, facts.shot
        self.finding = _weightiest(facts)
        self.kind, _, self.subject = self.finding.flaw.partition(":")

    @cached_property
    def alike(self) -> tuple[tuple[JudgedTake, Finding], ...]:
        """The takes that have the flaw, each with its finding."""
        found = [(take, self._in(take.verdict)) for take in self.facts.takes]
        return tuple((take, finding) for take, finding in found if finding is not None)

    def _in(self, verdict: Verdict) -> Finding | None:
        """The same flaw there, by the same rule where several rules name it."""
        same = [f for f in verdict.findings if f.severity == "error" and f.flaw == self.finding.flaw]
        return next((f for f in same if f.rule == self.finding.rule), same[0] if same else None)

    @property
    def every_seed(self) -> bool:
        """Whether at least two seeds, or two providers, were tried, and each take has the flaw."""
        tried = {(take.provider, take.seed) for take in self.facts.takes}
        return len(tried) > 1 and len(self.alike) == len(self.facts.takes)

    @property
    def tries(self) -> str:
        """How many of how many: "2 of 2 takes (2 seeds, previz)"."""
        takes, seeds = self.facts.takes, len({take.seed for take in self.facts.takes})
        makers = ", ".join(dict.fromkeys(take.provider for take in takes))
        return f"{len(self.alike)} of {len(takes)} takes show it ({seeds} seed{'' if seeds == 1 else 's'}, {makers})"

    def value(self, take: JudgedTake) -> float | None:
        """The rule's measurement in this take, of the same subject."""
        return next((score.value for score in self._scores(take) if score.value is not None), None)

    def _scores(self, take: JudgedTake) -> tuple[Score, ...]:
        about = (self.finding.rule, self.finding.subject)
        return tuple(score for score in take.verdict.scores if (score.rule, score.subject) == about)

    @cached_property
    def panel_score(self) -> Score | None:
        """The score by which the same rule, over the same subject, let the panel through."""
        same = (s for s in self.facts.panel if (s.rule, s.subject) == (self.finding.rule, self.finding.subject))
        return next((score for score in same if score.applies and score.value is not None), None)

    @property
    def panel_was_clear(self) -> bool:
        """Whether the panel passed the same rule by more than a hair."""
        return self.panel_score is not None and not marginal(self.panel_score)

    @property
    def newest(self) -> JudgedTake:
        """The take that is looked at."""
        return self.facts.takes[-1]

    @property
    def called(self) -> str:
        """The measurement, in words: "V102 identity of ilse"."""
        return f"{self.finding.rule} {catalogue.page(self.finding.rule).name} of {self.finding.subject}"

    @property
    def limit(self) -> float:
        """The threshold that the newest take failed."""
        return next((s.threshold for s in self._scores(self.newest)), catalogue.page(self.finding.rule).threshold)

    @property
    def disputed(self) -> bool:
        """Whether another eye let the newest take pass on just this; a verdict of two eyes says so by a finding."""
        about = (self.finding.rule, self.finding.subject)
        return any(
            found.flaw.startswith("disagreement:") and (found.rule, found.subject) == about
            for found in self.newest.verdict.findings
        )

    def passes(self, value: float) -> bool:
        """Whether this value would have passed."""
        lower = catalogue.page(self.finding.rule).direction == "lower is better"
        return value <= self.limit if lower else value >= self.limit


def marginal(score: Score) -> bool:
    """Whether a passed score lay close to its threshold: within 0.1 of it, or a quarter of it on an open scale."""
    if score.value is None or not score.applies:
        return False
    page = catalogue.page(score.rule)
    room = CLOSE if page.range in {"-1 to 1", "0 to 1"} else CLOSE_SHARE * abs(score.threshold)
    off = score.threshold - score.value if page.direction == "lower is better" else score.value - score.threshold
    return off < room


def frames_of(finding: Finding) -> list[tuple[int, float]]:
    """A clip finding's values at each key frame: number and value, in order ("at frame 10": 0.33)."""
    known = [(key.rpartition(" ")[2], value) for key, value in finding.evidence.items() if key.startswith("at frame ")]
    return sorted((int(number), float(value)) for number, value in known if number.isdigit())


def fits(finding: Finding) -> str:
    """The thing that the picture shows instead, where the gate can tell; else nothing."""
    return str(finding.evidence.get("fits", ""))


def _weightiest(facts: FailureFacts) -> Finding:
    """The flaw of the newest take that most takes have; among equals the one that explains others."""
    errors = [finding for finding in facts.takes[-1].verdict.findings if finding.severity == "error"]
    if not errors:
        raise ValueError(f"the newest take of {facts.shot.id} failed nothing")
    count = Counter(flaw for take in facts.takes for flaw in take.verdict.flaws)
    kinds = {kind: place for place, kind in enumerate(FIRST)}
    return min(errors, key=lambda f: (-count[f.flaw], kinds.get(f.flaw.partition(":")[0], len(kinds))))
