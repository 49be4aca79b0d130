"""One word for where a shot stands, out of what people said, what the gates passed and what the plan would do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from governor.errors import Excluded
from governor.purchase import Decided
from manifests.decision import SAYS, Decision, Say
from manifests.spending.plan import PlanStep
from manifests.take import Take
from production.review.model import ReviewRemark, Status
from production.review.takes import name_of

_SAID: dict[Say, Status] = {
    "circle": "circled",
    "post_fix": "circled",
    "retake": "retake",
    "edit_layer": "retake",
    "composite": "comp",
    "hold": "hold",
    "omit": "omit",
}
_BLOCKS: dict[str, Status] = {"stopped": "blocked:stop", "cap": "blocked:budget", "moderation": "blocked:moderation"}
_OF_THE_SHOT = frozenset({"hold", "omit"})
"""The kinds of decisions about a whole shot, whichever take is on the screen."""


def status_of(
    steps: Sequence[PlanStep],
    shown: Take | None,
    words: Sequence[Decided],
    *,
    excluded: Excluded | None,
    yes: bool,
    credit: bool,
) -> Status:
    """The status. `words`: everybody's last decision; `excluded`: whether people excluded it; `yes`: whether an
    approval stands for its final; `credit`: whether it waits for credit.
    """
    if excluded is not None:
        return excluded.kind
    kinds = {word.decision.kind for word in words}
    draft = [step for step in steps if step.tier == "draft"]
    final = [step for step in steps if step.tier != "draft"]
    drafted = bool(draft) and all(step.does == "cached" for step in draft)
    if final and all(step.does == "cached" for step in final):
        return "final"
    if credit and (not drafted or yes):
        return "blocked:credit"
    if blocked := _blocked([*([] if drafted else draft), *(final if yes else [])]):
        return blocked
    if shown is not None and shown.stage == "clip" and shown.tier != "draft":
        return "final?"
    said = _SAID[next(say for say in SAYS if say in kinds)] if len(kinds) == 1 else None
    if said == "circled" and not drafted:
        said = None  # a gate refuses it, whatever a person thinks of it: no final can be made
    return said or ("circled" if yes else _to_be_looked_at(draft, shown, drafted=drafted))


def _blocked(steps: Iterable[PlanStep]) -> Status | None:
    return next((_BLOCKS[s.block] for s in steps if s.does == "blocked" and s.block in _BLOCKS), None)


def _to_be_looked_at(draft: Sequence[PlanStep], shown: Take | None, *, drafted: bool) -> Status:
    if drafted:
        return "draft?"
    if shown is None or not any(
        step.does == "blocked" and step.block in {"escalated", "attempts", "asked"} for step in draft
    ):
        return "planned"
    return "draft?" if shown.stage == "clip" else "panel?"


def last_words(decided: Iterable[Decided], shown: Take | None) -> tuple[Decided, ...]:
    """Each person's last verdict on the take that is shown, or on the shot as a whole; oldest first."""
    newest: dict[str, Decided] = {}
    for word in decided:
        about = _about(word.decision)
        if word.decision.kind in SAYS and (
            word.decision.kind in _OF_THE_SHOT or about is None or (shown is not None and about == shown.generation_key)
        ):
            newest.pop(word.decision.who, None)
            newest[word.decision.who] = word
    return tuple(newest.values())


def _about(decision: Decision) -> str | None:
    """The generation key of the take that a decision is about; None where it is about the shot."""
    for named in (decision.remark, decision.retake, decision.label):
        if named is not None:
            return named.take
    return None


def disagreement(words: Sequence[Decided]) -> str:
    """Who says what, where not everybody says the same; "" where they do."""
    if len({word.decision.kind for word in words}) < 2:
        return ""
    return "; ".join(f"{word.decision.who} says {word.decision.kind.replace('_', ' ')}" for word in words)


def said_of(standing: Iterable[Decided], takes: Iterable[Take]) -> tuple[ReviewRemark, ...]:
    """The remarks on a shot that the room shows: notes, verdicts and approvals."""
    names = {take.generation_key: name_of(take) for take in takes}
    found = []
    for each in standing:
        decision, remark = each.decision, each.decision.remark
        if decision.kind in {"note", "approve", "reject", "verdict", "hands", *SAYS}:
            about = _about(decision)
            found.append(
                ReviewRemark(
                    number=each.number,
                    kind=decision.kind,
                    who=decision.who,
                    made_at=decision.made_at,
                    door=decision.door,
                    why=decision.why,
                    subject=decision.subject,
                    take=names.get(about or ""),
                    frame=remark.frame if remark else None,
                    to_frame=remark.to_frame if remark else None,
                    box=remark.box if remark else None,
                    proposes=remark.proposes if remark else None,
                    key=about,
                    drawing=remark.drawing if remark else (),
                    answers=remark.answers if remark else None,
                    resolves=remark.resolves if remark else None,
                )
            )
    return tuple(found)
