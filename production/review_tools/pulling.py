"""Brings what people said in a review tool into the ledger: notes, and verdicts on takes, under their names.

Nothing that is imported spends: the ledger takes notes and verdicts through this door and refuses all else, an approval
above all. Each comment is recorded once, and knows where it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from governor.purchase import Decided
from manifests.decision import REVIEW_TOOL, Decision, Door, Label, Remark
from manifests.keys import hash_json
from manifests.scene import Scene
from manifests.take import Take
from production.bible.saying import now
from production.review.takes import name_of
from production.review_tools.contract import MARK, ReviewTool, ToolWord
from production.review_tools.errors import PUSH, ToolUnready
from production.review_tools.gathering import STAGES, Choice, gathered
from production.review_tools.pushing import alone, memory_of, tool_key
from providers.over_http.answers import printable
from wiring.services import Services

_WHO_MAX = 80


@dataclass(frozen=True, slots=True)
class ImportedWord:
    """One row that is new: what was said, and the take that it is about. `kind`: note or verdict."""

    said: ToolWord
    kind: str
    take: Take | None
    source: str


@dataclass
class PullResult:
    """What is new. `known`: how many rows the ledger has already; `lost`: what is about no take of ours, in words;
    `ignored`: status words that the film gives no meaning, with how often each came.
    """

    new: list[ImportedWord] = field(default_factory=list)
    known: int = 0
    lost: list[str] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)

    @property
    def notes(self) -> int:
        """How many notes are new."""
        return sum(each.kind == "note" for each in self.new)

    @property
    def verdicts(self) -> int:
        """How many verdicts are new."""
        return sum(each.kind == "verdict" for each in self.new)


def find_new(
    services: Services, tool: ReviewTool, scenes: Sequence[Scene], tell: Callable[[int, int], None]
) -> PullResult:
    """What people said there that the ledger lacks. Writes nothing. Raises ReviewToolError, ToolUnready where the tool
    has no such project.
    """
    result, project = PullResult(), tool.project(make=False)
    if not project:
        cause = "it shows this user no such project, so that nobody has said anything there"
        raise ToolUnready(tool.name, cause, f"Send the takes first: {PUSH[tool.name]}")
    memory = memory_of(services, tool, project)
    for number, scene in enumerate(scenes):
        tell(number, len(scenes))
        # Private shots too: their answers come back here alone.
        sheet = gathered(services, scene, Choice(stages=STAGES, failed=True, private=True)).sheet
        takes = services.ledger.takes(scene=scene.id)
        sources = _sources(services.ledger.decided(scene.id))
        for said in tool.said(sheet):
            shot, sha256 = memory.known(said.version)
            if not (shot or said.shot):
                continue  # somebody else's file in our folder
            about = replace(_safe(said), shot=said.shot or shot)
            _sort(result, about, _take_of(takes, about.shot, sha256 or said.mark), tool_key(tool), sources)
    return result


def record(services: Services, tool: ReviewTool, found: PullResult, who: str) -> int:
    """Write the rows down, oldest first, and give how many. `who`: under whose name stands what the tool names nobody
    for. What another pull has recorded meanwhile is left out. Raises NotAPerson under an agent's key.
    """
    written = 0
    with alone(services, tool):
        for each in found.new:
            scope = f"shot:{each.said.shot}"
            decided = services.ledger.decided(each.said.shot)
            if (each.kind, each.source) in _sources(decided):
                continue
            services.ledger.decide(_decision(each, scope, decided, tool, who))
            written += 1
    return written


def _sort(result: PullResult, said: ToolWord, take: Take | None, tool: str, sources: Sequence[tuple[str, str]]) -> None:
    """Put what was said where it belongs: new, known, or lost."""
    wanted = []
    if said.text:
        wanted.append(("note", f"{tool}:{said.id}:{hash_json(said.text)[:8]}"))
        wanted += [("note", f"{tool}:{said.id}:resolved")] if said.resolved_by else []
    if said.verdict is not None and not said.program:
        wanted.append(("verdict", _verdict_source(sources, f"{tool}:{said.id}:", said.verdict)))
    elif said.word and said.verdict is None:
        result.ignored[said.word] = result.ignored.get(said.word, 0) + 1
    for kind, source in wanted:
        if (kind, source) in sources:
            result.known += 1
        elif take is None and kind == "verdict":
            result.lost.append(f"{said.shot}: {said.who or 'somebody'} says {said.word}, and no take of ours is meant")
        else:
            result.new.append(ImportedWord(said, kind, take, source))


def _decision(each: ImportedWord, scope: str, decided: Iterable[Decided], tool: ReviewTool, who: str) -> Decision:
    said, take = each.said, each.take
    remark = _remark(each, decided, tool_key(tool))
    speaker = said.resolved_by if each.source.endswith(":resolved") else said.who
    door: Door = "program" if said.program else REVIEW_TOOL
    plain = Decision(
        kind="note", scope=scope, who=(speaker or who)[:_WHO_MAX], made_at=said.at or now(), door=door, remark=remark
    )
    if each.kind == "note":
        return plain.model_copy(update={"why": "" if each.source.endswith(":resolved") else said.text})
    assert take is not None  # only such verdicts are new
    assert take.asset is not None  # a take is found by its content
    good = said.verdict == "pass"
    label = Label(take=take.generation_key, asset=take.asset.sha256, good=good)
    why, subject = f"{tool.name}: {said.word}", f"{name_of(take)}: {said.verdict}"
    return plain.model_copy(update={"kind": "verdict", "why": why, "subject": subject, "label": label})


def _remark(each: ImportedWord, decided: Iterable[Decided], tool: str) -> Remark:
    """What it is about: the take with its frames, held within the take, and the note that it answers or closes."""
    said, asset = each.said, each.take.asset if each.take else None
    last = max(asset.frames, 1) - 1 if asset else 0
    frame = None if said.frame is None or asset is None else min(said.frame, last)
    to_frame = None if frame is None or said.to_frame is None else max(frame, min(said.to_frame, last))
    closes = each.source.endswith(":resolved")
    first = said.id if closes or _edited(each, decided, tool) else said.answers
    answers = _number(decided, f"{tool}:{first}:") if first else None
    return Remark(
        take=each.take.generation_key if each.take else None,
        asset=asset.sha256 if asset else None,
        frame=None if closes else frame,
        to_frame=None if closes else to_frame,
        answers=answers,
        resolves=True if closes and answers is not None else None,
        source=each.source,
    )


def _edited(each: ImportedWord, decided: Iterable[Decided], tool: str) -> bool:
    """Whether it is a comment whose words were changed since they were imported: then it answers itself."""
    return each.kind == "note" and _number(decided, f"{tool}:{each.said.id}:") is not None


def _number(decided: Iterable[Decided], beginning: str) -> int | None:
    """The number of the note that began a comment's thread."""
    for one in decided:
        remark = one.decision.remark
        if one.decision.kind == "note" and remark is not None and remark.source.startswith(beginning):
            return remark.answers or one.number
    return None


def _sources(decided: Iterable[Decided]) -> Sequence[tuple[str, str]]:
    """Of each imported row, taken back or not, its kind and where it came from, in order."""
    about = ((each.decision.kind, each.decision.remark) for each in decided)
    return [(kind, remark.source) for kind, remark in about if remark is not None and remark.source]


def _verdict_source(sources: Sequence[tuple[str, str]], beginning: str, verdict: str) -> str:
    """Where a verdict comes from. A status may be changed there and back: then it is a new one each time."""
    said = [source for kind, source in sources if kind == "verdict" and source.startswith(beginning)]
    if said and said[-1].removeprefix(beginning).partition(":")[0] == verdict:
        return said[-1]
    return f"{beginning}{verdict}:{len(said)}"


def _take_of(takes: Sequence[Take], shot: str, sha256: str) -> Take | None:
    """The newest take whose content begins so; None for another maker's, and for a comment on the shot alone."""
    if len(sha256) < MARK:
        return None
    fits = (take for take in reversed(takes) if take.asset is not None and take.asset.sha256.startswith(sha256))
    return next((take for take in fits if take.shot == shot), None)


def _safe(said: ToolWord) -> ToolWord:
    """The same with words that may be kept: bounded, printable, and without keys; names and statuses on one line."""
    who, word = (printable(" ".join(each.split())) for each in (said.who, said.word))
    return replace(said, text=printable(said.text.strip()), who=who, word=word)
