"""Who is to blame for a failed gate: the locked pictures, the panel, the manifest, the words, or who made it.

Rules over facts that are on file already; no pixel is looked at here. They are asked in a fixed order (`diagnose`), the first
that holds decides, and each says with which numbers. docs/diagnosis.md tells them to people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from checks import catalogue, wording
from checks.strangers import Stranger
from manifests.bible import Bible
from manifests.diagnosis import Change, Confidence, Diagnosis, Layer
from manifests.film import Stage
from manifests.finding import Finding, Score, Verdict
from manifests.privacy import PRIVATE
from manifests.scene import Shot

WIDE = 0.25
"""Advantage of what a picture shows over what was asked, from which on it fits that by a wide margin. It is the least advantage
that a right picture had over its best rival (the source of V102 to V104); wrong ones of the example film have 0.47 to 0.75."""

CLOSE = 0.1
"""A score on a scale of advantage or likeness that passed by less was marginal. Clean pictures pass by 0.2 and more."""

CLOSE_SHARE = 0.25
"""The same for rules on other scales, in parts of their threshold."""

_FIRST = ("location", "missing", "identity", "wardrobe", "blocking", "prop")
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
class Facts:
    """All that is known of one failed stage of a shot.

    `takes`: those made of the shot as it stands, oldest first; the last one failed. `panel`: the scores by which the panel that
    the clip opens on was certified; none where there is no panel. `references`: what the reference check says. `strangers`: the
    locked views that look like somebody else's.
    """

    shot: Shot
    bible: Bible
    stage: Stage
    takes: tuple[JudgedTake, ...]
    panel: tuple[Score, ...] = ()
    references: Verdict = field(default_factory=lambda: Verdict(scores=(), findings=()))
    strangers: tuple[Stranger, ...] = ()


def diagnose(facts: Facts) -> Diagnosis:
    """Name the layer. Raises ValueError where the newest take failed nothing."""
    case = _Case(facts)
    rules: tuple[_Rule, ...] = (_asked_for, _late, _panel_was_right, _reference, _panel_was_close, _manifest, _left_out)
    found = next((answer for rule in rules if (answer := rule(case))), None)
    answer = found or _luck_of_the_model(case)
    fix = answer.fix or (_say_changes(facts.shot, answer.changes) if answer.changes else None)
    return Diagnosis(
        shot=facts.shot.id, stage=facts.stage, take=facts.takes[-1].key, flaw=case.finding.flaw, layer=answer.layer,
        confidence=answer.confidence, because=answer.because, fix=fix, changes=answer.changes,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Answer:
    layer: Layer
    confidence: Confidence
    because: tuple[str, ...]
    fix: str | None = None
    changes: tuple[Change, ...] = ()


class _Case:
    """One flaw of the newest take, and how the other takes stand to it."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.shot = facts, facts.shot
        self.finding = _worst(facts)
        self.kind, _, self.subject = self.finding.flaw.partition(":")

    @cached_property
    def alike(self) -> tuple[tuple[JudgedTake, Finding], ...]:
        """The takes that have the flaw, each with its finding."""
        return tuple(
            (take, finding) for take in self.facts.takes for finding in take.verdict.findings
            if finding.severity == "error" and finding.flaw == self.finding.flaw
        )  # fmt: skip

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

    def value(self, finding: Finding, take: JudgedTake) -> float | None:
        """What the rule measured where it found this."""
        scores = (s for s in take.verdict.scores if (s.rule, s.subject) == (finding.rule, finding.subject))
        return next((score.value for score in scores if score.value is not None), None)

    @cached_property
    def panel_score(self) -> Score | None:
        """The score by which the same rule, over the same subject, let the panel through."""
        same = (s for s in self.facts.panel if (s.rule, s.subject) == (self.finding.rule, self.finding.subject))
        return next((score for score in same if score.applies and score.value is not None), None)

    @property
    def panel_was_clear(self) -> bool:
        """Whether the panel passed the same rule by more than a hair."""
        return self.panel_score is not None and not marginal(self.panel_score)

    def in_frames(self, finding: Finding) -> list[tuple[int, float]]:
        """The values at the clip's key frames, in order, as the finding keeps them."""
        return frames_of(finding)


_Rule = Callable[[_Case], _Answer | None]


def marginal(score: Score) -> bool:
    """Whether a passed score lay close to its threshold: within 0.1 of it, or a quarter of it on an open scale."""
    if score.value is None or not score.applies:
        return False
    page = catalogue.page(score.rule)
    room = CLOSE if page.range in {"-1 to 1", "0 to 1"} else CLOSE_SHARE * abs(score.threshold)
    off = score.threshold - score.value if page.direction == "lower is better" else score.value - score.threshold
    return off < room


def frames_of(finding: Finding) -> list[tuple[int, float]]:
    """What a finding over a clip says of each key frame: number and value, in order ("at frame 10": 0.33)."""
    known = [(key.rpartition(" ")[2], value) for key, value in finding.evidence.items() if key.startswith("at frame ")]
    return sorted((int(number), float(value)) for number, value in known if number.isdigit())


def _worst(facts: Facts) -> Finding:
    """The flaw of the newest take that most takes have; among equals the one that explains others."""
    errors = [finding for finding in facts.takes[-1].verdict.findings if finding.severity == "error"]
    if not errors:
        raise ValueError(f"the newest take of {facts.shot.id} failed nothing")
    count = Counter(flaw for take in facts.takes for flaw in take.verdict.flaws)
    kinds = {kind: place for place, kind in enumerate(_FIRST)}
    return min(errors, key=lambda f: (-count[f.flaw], kinds.get(f.flaw.partition(":")[0], len(kinds))))


def _asked_for(case: _Case) -> _Answer | None:
    """The words ask for what was made. A picture that fits another line of the manifest throughout is for `_manifest`."""
    if not case.every_seed or (not case.panel_was_clear and _rival(case)):
        return None
    words = wording.asks_for_it(case.finding.flaw, _fits(case.finding), case.shot, case.facts.bible)
    if not words:
        return None
    quoted = _quoted(case.shot, words)
    because = (case.tries, f"the shot's own words speak of {quoted}, against its {_line_of(case.kind)}")
    return _Answer("prompt", "strong", because, f"Take {quoted} out of the motion or sound of {case.shot.id}")


def _late(case: _Case) -> _Answer | None:
    """The first key frame is right and the last is wrong: it came up within the clip."""
    frames = case.in_frames(case.finding)
    if case.facts.stage != "clip" or len(frames) < 2:
        return None
    (first, began), (last, ended) = frames[0], frames[-1]
    if not _passes(case.finding, case.facts.takes[-1], began) or _passes(case.finding, case.facts.takes[-1], ended):
        return None
    limit = _limit(case.finding, case.facts.takes[-1])
    words = f"{_called(case)} is right at frame {first} ({began:.2f}, {limit:g} needed) and wrong at frame {last} ({ended:.2f})"
    return _Answer("model", "strong", (words, case.tries), _another_maker(case))


def _panel_was_right(case: _Case) -> _Answer | None:
    """The certified panel passes the same rule clearly, and the clip fails it from the beginning."""
    score = case.panel_score
    if case.facts.stage != "clip" or score is None or marginal(score):
        return None
    frames, value = case.in_frames(case.finding), case.value(case.finding, case.facts.takes[-1])
    since = f"from frame {frames[0][0]} on" if frames else "in the clip"
    because = (
        f"the panel it opens on has {_called(case)} {score.value:.2f} ({score.threshold:g} needed)",
        f"{since} it is {'not measurable' if value is None else f'{value:.2f}'}",
        case.tries,
    )
    return _Answer("model", "strong" if case.every_seed else "fair", because, _another_maker(case))


def _reference(case: _Case) -> _Answer | None:
    """The locked pictures of the subject are themselves at odds, small, or fail their own check."""
    subjects = set(case.subject.split("+")) | {case.finding.subject}
    odd = [s for s in case.facts.strangers if s.name.split("/")[1] in subjects]
    if odd:
        first = odd[0]
        other = "/".join(first.looks_like)
        because = tuple(
            f"{s.name} looks more like {'/'.join(s.looks_like)} ({s.other:.2f}) than like its own other views ({s.own:.2f})"
            for s in odd[:4]
        )
        return _Answer(
            "reference", "strong", (*because, case.tries),
            f"Put the right picture at assets/{first.name}.png (it seems to be of {other}), then: gate lock",
        )  # fmt: skip
    wrong = [f for f in case.facts.references.findings if f.severity != "info" and _is_of(f.subject, subjects)]
    if wrong:
        return _Answer("reference", "strong", tuple(f"{f.rule} {f.message}" for f in wrong[:4]), wrong[0].cure)
    small = [
        s for s in case.facts.references.scores if s.rule == "R105" and _is_of(s.subject, subjects) and marginal(s)
    ]  # fmt: skip
    if small and case.every_seed and case.kind in {"identity", "wardrobe"}:
        because = tuple(f"{s.subject} has {s.value:.0f} lines, {s.threshold:g} are the least" for s in small[:4])
        name = small[0].subject
        return _Answer("reference", "fair", (*because, case.tries), f"Draw or export {name} larger, then: gate lock")
    return None


def _panel_was_close(case: _Case) -> _Answer | None:
    """The panel passed the same rule by a hair: the clip went on from a picture that was hardly right."""
    score = case.panel_score
    if case.facts.stage != "clip" or score is None:
        return None
    because = (
        f"the panel it opens on passed {_called(case)} by a hair ({score.value:.2f}, {score.threshold:g} needed)",
        case.tries,
    )
    change = (
        Change(field="chain", was="true", now="false")
        if case.shot.chain
        else Change(field="seed", was=str(case.shot.seed), now=str(case.shot.seed + 101))
    )
    return _Answer("panel", "strong" if case.every_seed else "fair", because, changes=(change,))


def _manifest(case: _Case) -> _Answer | None:
    """Something else of the bible fits better by a wide margin, the same one in every take: perhaps the line is wrong."""
    rival = _rival(case)
    if rival is None:
        return None
    finding, value = case.finding, case.value(case.finding, case.facts.takes[-1])
    asked, changes = _changes(case, rival)
    fits = [finding.evidence.get(name) for name in ("fit_rival", "fit_asked")]
    told = " against ".join(f"{fit:.2f}" for fit in fits if isinstance(fit, float)) or f"by {-(value or 0.0):.2f}"
    because = [
        f"the manifest says {asked}, the picture fits {rival} better ({told}): is the manifest wrong?",
        case.tries,
    ]
    if said := wording.asks_for_it(finding.flaw, rival, case.shot, case.facts.bible):
        because.append(f"the shot's own words speak of {_quoted(case.shot, said)} too")
    return _Answer("manifest", "strong" if case.every_seed else "fair", tuple(because), changes=changes)


def _left_out(case: _Case) -> _Answer | None:
    """No take is right, and the words do not say what was wanted."""
    prompt = case.facts.takes[-1].prompt
    missing = wording.leaves_out(case.finding.flaw, prompt, case.shot, case.facts.bible) if prompt else ""
    if not missing or not case.every_seed:
        return None
    because = (case.tries, f"the prompt does not say {missing}")
    return _Answer("prompt", "strong", because, f"Say {missing} in the shot's words, or in the bible's")


def _luck_of_the_model(case: _Case) -> _Answer:
    """Nothing that was given is at fault, as far as can be seen: who made it is."""
    because = [case.tries]
    if case.facts.takes[-1].prompt and case.kind in _FIRST:
        because.append("the words say what was wanted")
    if case.facts.references.scores:
        because.append("the locked pictures pass their own check")
    if case.every_seed:
        return _Answer("model", "fair", tuple(because), _another_maker(case))
    scene = case.shot.id.partition("_")[0]
    return _Answer("model", "weak", tuple(because), f"Another seed may mend it: gate resume {scene}")


def _rival(case: _Case) -> str | None:
    """What fits better by `WIDE` in every take, and is the same in each; None where there is no such thing."""
    if len(case.alike) != len(case.facts.takes) or case.kind not in {"location", "wardrobe", "identity"}:
        return None
    rivals = {_fits(finding) for _, finding in case.alike}
    values = [case.value(finding, take) for take, finding in case.alike]
    wide = all(value is not None and value <= -WIDE for value in values)
    rival = next(iter(rivals))
    return rival if wide and len(rivals) == 1 and _changes(case, rival)[1] else None


def _changes(case: _Case, rival: str) -> tuple[str, tuple[Change, ...]]:
    """What the manifest says now, and the change by which it would say what the picture shows; none that the bible lacks."""
    bible, member = case.facts.bible, next((m for m in case.shot.cast if m.character == case.subject), None)
    if case.kind == "location" and rival in bible.locations:
        return case.shot.location, (Change(field="location", was=case.shot.location, now=rival),)
    if member is None:
        return "", ()
    worn = member.wardrobe
    if case.kind == "wardrobe" and rival in bible.characters[member.character].wardrobes and rival != worn:
        return f"{case.subject} in {worn}", (Change(field="wardrobe", was=worn, now=rival, member=case.subject),)
    elsewhere = {m.character for m in case.shot.cast}
    if case.kind == "identity" and rival in bible.characters and rival not in elsewhere:
        wears = str(case.finding.evidence.get("fits_in", ""))
        found = wears if wears in bible.characters[rival].wardrobes else next(iter(bible.characters[rival].wardrobes))
        dressed = Change(field="wardrobe", was=worn, now=found, member=case.subject)
        return case.subject, (
            *((dressed,) if found != worn else ()),
            Change(field="character", was=case.subject, now=rival, member=case.subject),
        )
    return "", ()


def _fits(finding: Finding) -> str:
    return str(finding.evidence.get("fits", ""))


def _limit(finding: Finding, take: JudgedTake) -> float:
    scores = (s for s in take.verdict.scores if (s.rule, s.subject) == (finding.rule, finding.subject))
    return next((score.threshold for score in scores), catalogue.page(finding.rule).threshold)


def _passes(finding: Finding, take: JudgedTake, value: float) -> bool:
    limit = _limit(finding, take)
    return value <= limit if catalogue.page(finding.rule).direction == "lower is better" else value >= limit


def _called(case: _Case) -> str:
    return f"{case.finding.rule} {catalogue.page(case.finding.rule).name} of {case.finding.subject}"


def _line_of(kind: str) -> str:
    return {"location": "location", "wardrobe": "wardrobe", "identity": "cast", "missing": "cast"}.get(
        kind, "blocking and camera"
    )


def _quoted(shot: Shot, words: str) -> str:
    """The words in quotes; not those of a private shot."""
    return f"something else ({PRIVATE})" if shot.private else f"'{words}'"


def _is_of(name: str, subjects: set[str]) -> bool:
    """Whether a canonical picture is of one of them."""
    return bool(subjects & set(name.split("/")[1:2]))


def _another_maker(case: _Case) -> str:
    scene, stage = case.shot.id.partition("_")[0], "clip" if case.facts.stage == "clip" else "panel"
    return f"Ask another: gate provider compare {scene} --to NAME --stage {stage}"


def _say_changes(shot: Shot, changes: tuple[Change, ...]) -> str:
    return f"{shot.id}: {', '.join(change.words for change in changes)}; accept it: gate fix {shot.id}"
