"""The journal as values: every call of the film, with what was asked, what came, what the gate and people said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from governor.other_tools.generation_log import LogLine
from manifests.decision import Decision
from manifests.privacy import PRIVATE
from manifests.redaction import redacted
from production.wrap.history import PICTURES, CallHistory

_RAW_MAX = 1200
_ASKED = {"judge": "question to the judge", "write": "question to the writer"}
_SHOWN = PICTURES | {"view"}
_FAILED = {"refused", "in_doubt", "released", "written_off"}
_KINDS = {
    "approve": "approved it",
    "reject": "rejected it",
    "retake": "asked for a retake",
    "circle": "circled it",
    "hold": "put it on hold",
    "omit": "omitted it from the film",
    "undo": "took a decision back",
    "note": "noted",
    "fix": "accepted a fix",
}
_MINUTES = 16


@dataclass(frozen=True, slots=True)
class JournalComment:
    """A person's word on a shot or a take. `what`: the act, in words."""

    at: str
    who: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class JournalReference:
    """A picture that the provider was shown. `sha256`: its content, from which its small picture is named."""

    role: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class GateWords:
    """What the gate found: the rule, its words, and whether it failed the take, asked, or only remarked."""

    rule: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One call. `at`: ISO 8601 in UTC. `spent`: micro-dollars, None while it is not known. `asset`: the picture or clip
    that came, "" where nothing did. `verdict`: passed, failed, asks, or "" where no gate looked. `private`: it has no
    words and no pictures.
    """

    call: str
    at: str
    scene: str
    shot: str
    title: str
    outcome: str
    provider: str
    model: str
    prompt: str
    shown: tuple[JournalReference, ...]
    seed: int | None
    format: str
    changed: str
    spent: int | None
    asset: str
    moving: bool
    verdict: str
    found: tuple[GateWords, ...]
    said: tuple[JournalComment, ...]
    raw: str
    private: bool

    @property
    def cost(self) -> int:
        """What is known of its cost, in micro-dollars."""
        return self.spent or 0

    @property
    def day(self) -> str:
        """The date on which it was asked, in UTC."""
        return self.at[:10]


def entries_of(told: CallHistory) -> Iterator[JournalEntry]:
    """Every call of a scene, or for the reference views, oldest first, but for those that were given back before they
    were sent.
    """
    about = _by_take(told.decisions)
    for line in told.lines:
        if line.outcome == "released" and not line.raw:
            continue
        hidden = line.prompt == PRIVATE or line.shot in told.private
        yield _entry(told, line, about.get(line.generation_key or "", ()), hidden=hidden)


def said_of_shot(told: CallHistory, shot: str) -> tuple[JournalComment, ...]:
    """What people said of a shot as a whole, oldest first; their words on a take stand with the take."""
    return tuple(_said(d) for d in told.decisions if d.scope == f"shot:{shot}" and not _take_of(d))


def days_of(entries: Iterable[JournalEntry]) -> dict[str, list[JournalEntry]]:
    """The entries by day, both in order."""
    days: dict[str, list[JournalEntry]] = {}
    for entry in sorted(entries, key=lambda each: each.at):
        days.setdefault(entry.day, []).append(entry)
    return days


def _entry(told: CallHistory, line: LogLine, about: Iterable[Decision], *, hidden: bool) -> JournalEntry:
    verdict = told.verdict(line)
    found = () if verdict is None else tuple(GateWords(f.rule, f.severity, f.message) for f in verdict.findings)
    passed = "" if verdict is None else "failed" if verdict.failed else "asks" if verdict.questions else "passed"
    return JournalEntry(
        call=line.call,
        at=line.opened_at,
        scene=line.scene,
        shot=line.shot or line.scene,
        title=_title(line),
        outcome=line.outcome.replace("_", " "),
        provider=line.provider,
        model=line.model,
        prompt="" if hidden else redacted(line.prompt),
        shown=() if hidden else tuple(JournalReference(r.role, r.name, r.sha256) for r in line.references),
        seed=line.seed,
        format=_format(line),
        changed=line.changed or "",
        spent=line.spent,
        asset="" if hidden or line.stage not in _SHOWN else line.asset or "",
        moving=line.stage == "clip",
        verdict=passed,
        found=() if hidden else found,
        said=tuple(_said(decision) for decision in about),
        raw="" if hidden or line.outcome not in _FAILED else redacted(line.raw)[:_RAW_MAX],
        private=hidden,
    )


def _title(line: LogLine) -> str:
    """Draft panel v002; what was asked of whom, where no picture was."""
    if line.stage in _ASKED:
        return _ASKED[line.stage]
    take = f" v{line.take:03d}" if line.take else ""
    if line.stage == "view":
        return f"reference view{take}"
    return f"{line.tier} {line.stage.replace('_', ' ')}{take}"


def _format(line: LogLine) -> str:
    """720p, 4 s at 24 fps; 720p for a still."""
    parts = [line.resolution or ""]
    if line.stage == "clip" and line.frames and line.fps:
        parts.append(f"{line.frames / line.fps:g} s at {line.fps} fps")
    return ", ".join(part for part in parts if part)


def _by_take(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    found: dict[str, list[Decision]] = {}
    for decision in decisions:
        if take := _take_of(decision):
            found.setdefault(take, []).append(decision)
    return found


def _take_of(decision: Decision) -> str:
    """The generation key of the take that a decision is about; "" for one about the shot."""
    if decision.label is not None:
        return decision.label.take
    return (decision.remark.take if decision.remark is not None else None) or ""


def _said(decision: Decision) -> JournalComment:
    what = _KINDS.get(decision.kind, decision.kind.replace("_", " "))
    if decision.label is not None:
        rules = f" ({', '.join(decision.label.rules)})" if decision.label.rules else ""
        what = f"called it {'good' if decision.label.good else 'bad'}{rules}"
    about = f": {decision.subject}" if decision.subject and decision.kind in {"retake", "fix"} else ""
    return JournalComment(
        decision.made_at[:_MINUTES].replace("T", " "), decision.who, what + about, redacted(decision.why)
    )
