"""The phases of a film: what each has produced, and what it needs before it begins. Pure: it reads counted facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from manifests.money import rounded_usd

State = Literal["done", "under way", "can begin", "needs more"]


@dataclass(frozen=True, slots=True)
class SceneFacts:
    """One scene as it stands. `unready`: how many shots the readiness gate holds back, by kind; `first_fix`: the fix of
    the first of each kind. `drafts`, `finals`: shots whose draft and final passed. `asked`: shots that wait for
    somebody. `refused`: why nothing can be planned, "" where it can. `cut`, `film`: the files of the draft cut and the
    final one.
    """

    scene: str
    shots: int = 0
    proposed: int = 0
    left_out: int = 0
    ready: int = 0
    unready: Mapping[str, int] = field(default_factory=dict)
    first_fix: Mapping[str, str] = field(default_factory=dict)
    drafts: int = 0
    finals: int = 0
    asked: int = 0
    approved: int = 0
    refused: str = ""
    cut: str = ""
    film: str = ""


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """A film as it stands. `locked` of `pictures` that the film cannot do without are approved; `unlocked`: the first
    that is not. `views`: of characters, missing beside those. `unwritten`: words that are still empty, by file.
    `open_calls`: paid calls whose outcome is not known yet.
    """

    title: str
    code: str
    cap_microusd: int
    logline: bool = False
    treatment_words: int = 0
    kind: str = ""
    profile: bool = False
    has_pitch: bool = False
    characters: int = 0
    places: int = 0
    props: int = 0
    pictures: int = 0
    locked: int = 0
    unlocked: str = ""
    views: int = 0
    unwritten: tuple[str, ...] = ()
    scenes: tuple[SceneFacts, ...] = ()
    takes: int = 0
    settled_microusd: int = 0
    open_calls: int = 0

    def total(self, name: str) -> int:
        """A number of all scenes together."""
        return sum(int(getattr(scene, name)) for scene in self.scenes)

    @property
    def wanted(self) -> int:
        """The shots that are to be in the film."""
        return self.total("shots") - self.total("left_out")


@dataclass(frozen=True, slots=True)
class Need:
    """What is missing before a phase begins, and the command or the file that brings it. `optional`: the phase can
    begin without it.
    """

    what: str
    fix: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase. `produced`: what is there, a clause each. `needs`: what is missing before it begins."""

    number: int
    name: str
    state: State
    produced: tuple[str, ...]
    needs: tuple[Need, ...]


_NO_SHOT = Need("there is no shot", "gate import SCRIPT, or gate new scene")


def phases_of(facts: FilmFacts) -> tuple[Phase, ...]:
    """All eight phases, in order."""
    return tuple(_phase(number, name, facts) for number, name in enumerate(NAMES))


NAMES = ("init", "pitch", "pre-production", "matrix", "generation", "validation", "post", "wrap")


def next_of(phases: tuple[Phase, ...]) -> Phase | None:
    """The first phase that is not done; an optional one that was passed over does not hold up those after it."""
    started = max((phase.number for phase in phases if phase.state in {"done", "under way"}), default=0)
    return next((p for p in phases if p.state != "done" and not (p.number == 1 and started > 1)), None)


def _phase(number: int, name: str, facts: FilmFacts) -> Phase:
    produced, complete = _PRODUCED[number](facts)
    needs = tuple(_NEEDS[number](facts))
    missing = any(not need.optional for need in needs)
    state: State = "under way" if produced else "can begin"
    if missing and not produced:
        state = "needs more"
    elif complete and not missing:
        state = "done"
    return Phase(number, name, state, tuple(produced), needs)


def _init(facts: FilmFacts) -> tuple[list[str], bool]:
    return [f"film.yaml: {facts.title} ({facts.code})", f"cap ${rounded_usd(facts.cap_microusd)}"], True


def _pitch(facts: FilmFacts) -> tuple[list[str], bool]:
    parts = [(facts.logline, "logline"), (facts.kind, facts.kind.replace("_", " ")), (facts.profile, "profile")]
    told = [words for there, words in parts if there]
    if facts.treatment_words:
        told.append(f"treatment of {_counted(facts.treatment_words, 'word')}")
    return ([f"pitch.yaml: {', '.join(told) or 'empty'}"] if facts.has_pitch else []), facts.logline


def _pre_production(facts: FilmFacts) -> tuple[list[str], bool]:
    numbers = ((facts.characters, "character"), (facts.places, "place"), (facts.props, "prop"))
    told = [_counted(number, what) for number, what in numbers if number]
    if facts.pictures:
        told.append(f"{facts.locked} of {_counted(facts.pictures, 'picture')} locked")
    if facts.views:
        told.append(f"{_counted(facts.views, 'view')} missing, which an animatic can do without")
    if facts.scenes:
        told.append(f"{_counted(len(facts.scenes), 'scene')}, {_counted(facts.total('shots'), 'shot')}")
    complete = bool(facts.scenes) and facts.locked == facts.pictures and not facts.unwritten
    return told, complete


def _matrix(facts: FilmFacts) -> tuple[list[str], bool]:
    """The matrix is written by nobody: it is there as soon as there are shots."""
    made, ready = facts.total("drafts"), facts.total("ready")
    if not facts.wanted:
        return [], False
    told = [f"{ready + made} of {_counted(facts.wanted, 'shot')} ready" + (f" ({made} drafted)" if made else "")]
    if proposed := facts.total("proposed"):
        told.append(f"{proposed} proposed")
    return told, ready + made >= facts.wanted and not facts.total("proposed")


def _generation(facts: FilmFacts) -> tuple[list[str], bool]:
    if not facts.takes:
        return [], False
    drafts = f"{facts.total('drafts')} of {_counted(facts.wanted, 'draft')} passed"
    spent = f"${rounded_usd(facts.settled_microusd)} spent"
    return [_counted(facts.takes, "take"), drafts, spent], 0 < facts.wanted <= facts.total("drafts")


def _validation(facts: FilmFacts) -> tuple[list[str], bool]:
    told = [
        f"{facts.total(name)} {words}"
        for name, words in (("asked", "waiting for you"), ("approved", "approved"), ("finals", "finals passed"))
        if facts.total(name)
    ]
    return told, 0 < facts.wanted <= facts.total("finals")


def _post(facts: FilmFacts) -> tuple[list[str], bool]:
    films = [scene.film for scene in facts.scenes if scene.film]
    cuts = [scene.cut for scene in facts.scenes if scene.cut and not scene.film]
    return [*films, *cuts], bool(facts.scenes) and len(films) == len(facts.scenes)


def _wrap(facts: FilmFacts) -> tuple[list[str], bool]:
    finished = [scene.scene for scene in facts.scenes if scene.film]
    if not facts.scenes or len(finished) < len(facts.scenes):
        return [], False
    return [f"{_counted(len(finished), 'scene')} finished for ${rounded_usd(facts.settled_microusd)}"], True


def _needs_nothing(_facts: FilmFacts) -> Iterator[Need]:
    yield from ()


def _before_pre_production(facts: FilmFacts) -> Iterator[Need]:
    if not facts.logline:
        yield Need("nobody has written what the film is about", "gate new pitch", optional=True)


def _before_matrix(facts: FilmFacts) -> Iterator[Need]:
    if not facts.scenes:
        yield Need("there is no scene", "gate import SCRIPT, or gate new scene")
    if not facts.places:
        yield Need("the bible has no place", "gate new place")
    if facts.locked < facts.pictures:
        yield Need(
            f"{_counted(facts.pictures - facts.locked, 'picture')} not locked, {facts.unlocked} first",
            f"put them into assets/ ({facts.unlocked}.png), look at them, then: gate lock",
            optional=True,
        )
    for file in facts.unwritten:
        yield Need(f"words are empty in {file}", f"write them into {file}; gate lint lists all", optional=True)


def _before_generation(facts: FilmFacts) -> Iterator[Need]:
    if not facts.wanted:
        yield _NO_SHOT
    ready = facts.total("ready") + facts.total("drafts") > 0
    for scene in facts.scenes:
        if scene.refused:
            yield Need(f"{scene.scene} cannot be planned: {scene.refused}", f"gate plan {scene.scene}")
        for kind, number in scene.unready.items():
            held = f"{scene.scene}: {_counted(number, 'shot')} not ready ({kind})"
            yield Need(held, f"{scene.first_fix[kind]}; all of them: gate matrix {scene.scene}", optional=ready)


def _before_validation(facts: FilmFacts) -> Iterator[Need]:
    if not facts.wanted:
        yield _NO_SHOT
    for scene in facts.scenes:
        if missing := scene.shots - scene.left_out - scene.drafts:
            what = f"{scene.scene}: {_counted(missing, 'draft')} not made"
            yield Need(what, f"gate run {scene.scene}", optional=facts.total("drafts") > 0)


def _before_post(facts: FilmFacts) -> Iterator[Need]:
    if not facts.wanted:
        yield _NO_SHOT
    for scene in facts.scenes:
        if missing := scene.shots - scene.left_out - scene.finals:
            what = f"{scene.scene}: {_counted(missing, 'final')} missing"
            yield Need(what, f"gate approve {scene.scene}, then: gate resume {scene.scene}")


def _before_wrap(facts: FilmFacts) -> Iterator[Need]:
    for scene in facts.scenes:
        if not scene.film:
            yield Need(f"{scene.scene} has no final film in out/", f"gate resume {scene.scene}")
    if not facts.scenes:
        yield _NO_SHOT
    if facts.open_calls:
        yield Need(f"{_counted(facts.open_calls, 'paid call')} still open", "gate reconcile")


_PRODUCED: tuple[Callable[[FilmFacts], tuple[list[str], bool]], ...] = (
    _init,
    _pitch,
    _pre_production,
    _matrix,
    _generation,
    _validation,
    _post,
    _wrap,
)
_NEEDS: tuple[Callable[[FilmFacts], Iterator[Need]], ...] = (
    _needs_nothing,
    _needs_nothing,
    _before_pre_production,
    _before_matrix,
    _before_generation,
    _before_validation,
    _before_post,
    _before_wrap,
)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
