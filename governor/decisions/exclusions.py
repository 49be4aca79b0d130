"""The shots that people have put on hold or omitted from the film.
It is decided here; the ledger, a run, a plan, the review room and the reports all ask.

A shot that one person excludes stays excluded until that person takes it back, or says something else of the shot. It
is omitted from the film where everybody who excluded it says so and nobody has said otherwise since; else it is on
hold.
"""

from __future__ import annotations

from collections.abc import Iterable

from governor.decisions.undoing import standing
from governor.errors import Excluded
from governor.purchase import Decided
from manifests.decision import SAYS

_EXCLUDES = frozenset({"hold", "omit"})


def excluded(decided: Iterable[Decided]) -> dict[str, Excluded]:
    """The excluded shots, each with the refusal that says who excluded it and how that is taken back."""
    found = ((shot, _excluded(shot, tuple(words.values()))) for shot, words in sorted(_last_words(decided).items()))
    return {shot: refusal for shot, refusal in found if refusal is not None}


def word_of(decided: Iterable[Decided], shot: str, who: str) -> int | None:
    """The number of this person's decision that excludes the shot, even if others followed it;
    None where none does.
    """
    word = _last_words(decided).get(shot, {}).get(who)
    return word.number if word is not None and word.decision.kind in _EXCLUDES else None


def _last_words(decided: Iterable[Decided]) -> dict[str, dict[str, Decided]]:
    """Everybody's last word about each shot, by shot and giver, oldest first."""
    last: dict[str, dict[str, Decided]] = {}
    for each in standing(decided):
        kind, _, shot = each.decision.scope.partition(":")
        if each.decision.kind in SAYS and kind == "shot":
            of_shot = last.setdefault(shot, {})
            of_shot.pop(each.decision.who, None)
            of_shot[each.decision.who] = each
    return last


def _excluded(shot: str, words: tuple[Decided, ...]) -> Excluded | None:
    """`words`: everybody's last word, oldest first."""
    excluding = [each for each in words if each.decision.kind in _EXCLUDES]
    if not excluding:
        return None
    others = [each for each in words if each not in excluding and each.number > excluding[0].number]
    omitted = not others and all(each.decision.kind == "omit" for each in excluding)
    said = [_said(each) for each in excluding]
    if not omitted and all(each.decision.kind == "omit" for each in excluding):
        said += [f"{each.decision.who} says {each.decision.kind.replace('_', ' ')}" for each in others]
    givers = " and ".join(each.decision.who for each in excluding)
    back = "takes" if len(excluding) == 1 else "take"
    return Excluded(
        shot,
        ", ".join(said),
        f"{givers} {back} it back with: gate undo {shot} --excluded; or with U in the review room",
        kind="omit" if omitted else "hold",
    )


def _said(each: Decided) -> str:
    did = "put it on hold" if each.decision.kind == "hold" else "omitted it from the film"
    return f"{each.decision.who} {did}" + (f" ({each.decision.why})" if each.decision.why else "")
