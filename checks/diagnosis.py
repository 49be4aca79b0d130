"""Which layer is to blame for a failed gate: the locked pictures, the panel, the manifest, the words, or the model.

Rules over facts that are on file already; no pixel is looked at here. They are asked in a fixed order (`diagnose`), the
first that holds decides, and each says with which numbers. docs/diagnosis.md tells them to people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from checks import wording
from checks.failure import FIRST, Failure, FailureFacts, fits, frames_of, marginal
from manifests.diagnosis import Change, Confidence, Diagnosis, Layer
from manifests.finding import Verdict
from manifests.names import scene_of_shot
from manifests.privacy import PRIVATE
from manifests.scene import Shot

WIDE = 0.25
"""Advantage of what a picture shows over what was asked, from which on it fits that by a wide margin. It is the least
advantage that a right picture had over its best rival (the source of V102 to V104); wrong ones of the example film have
0.47 to 0.75.
"""


def diagnose(facts: FailureFacts) -> Diagnosis:
    """Name the layer. Raises ValueError where the newest take failed nothing."""
    case = Failure(facts)
    rules: tuple[_Rule, ...] = (_asked_for, _late, _panel_was_right, _reference, _panel_was_close, _manifest, _left_out)
    found = next((answer for rule in rules if (answer := rule(case))), None)
    answer = found or _luck_of_the_model(case)
    if case.disputed:
        answer = replace(answer, confidence="weak", because=(*answer.because, "the other eye lets it pass: look at it"))
    fix = answer.fix or (_say_changes(facts.shot, answer.changes) if answer.changes else None)
    return Diagnosis(
        shot=facts.shot.id,
        stage=facts.stage,
        take=facts.takes[-1].key,
        flaw=case.finding.flaw,
        layer=answer.layer,
        confidence=answer.confidence,
        because=answer.because,
        fix=fix,
        changes=answer.changes,
    )


def rivals(verdict: Verdict) -> bool:
    """Whether anything that failed fits another place, wardrobe or person of the bible:
    then the manifest may be wrong.
    """
    return any(fits(finding) for finding in verdict.findings if finding.severity == "error")


@dataclass(frozen=True, slots=True)
class _Answer:
    layer: Layer
    confidence: Confidence
    because: tuple[str, ...]
    fix: str | None = None
    changes: tuple[Change, ...] = ()


_Rule = Callable[[Failure], _Answer | None]


def _asked_for(case: Failure) -> _Answer | None:
    """Blames the words where they ask for the flaw.

    A picture that fits another line of the manifest throughout is for `_manifest`.
    """
    if not case.every_seed or (not case.panel_was_clear and _rival(case)):
        return None
    words = wording.asks_for_it(case.finding.flaw, fits(case.finding), case.shot, case.facts.bible)
    if not words:
        return None
    quoted = _quoted(case.shot, words)
    because = (case.tries, f"the shot's own words speak of {quoted}, against its {_line_of(case.kind)}")
    return _Answer("prompt", "strong", because, f"Take {quoted} out of the motion or sound of {case.shot.id}")


def _late(case: Failure) -> _Answer | None:
    """The first key frame is right and the last is wrong: it came up within the clip."""
    frames = frames_of(case.finding)
    if case.facts.stage != "clip" or len(frames) < 2:
        return None
    (first, began), (last, ended) = frames[0], frames[-1]
    if not case.passes(began) or case.passes(ended):
        return None
    words = (
        f"{case.called} is right at frame {first} ({began:.2f}, {case.limit:g} needed) and wrong at frame "
        f"{last} ({ended:.2f})"
    )
    return _Answer("model", "strong", (words, case.tries), _another_maker(case))


def _panel_was_right(case: Failure) -> _Answer | None:
    """The certified panel passes the same rule clearly, and the clip fails it from the beginning."""
    score = case.panel_score
    if case.facts.stage != "clip" or score is None or marginal(score):
        return None
    frames, value = frames_of(case.finding), case.value(case.newest)
    since = f"from frame {frames[0][0]} on" if frames else "in the clip"
    because = (
        f"the panel it opens on has {case.called} {score.value:.2f} ({score.threshold:g} needed)",
        f"{since} it is {'not measurable' if value is None else f'{value:.2f}'}",
        case.tries,
    )
    return _Answer("model", "strong" if case.every_seed else "fair", because, _another_maker(case))


def _reference(case: Failure) -> _Answer | None:
    """The locked pictures of the subject are themselves at odds, small, or fail their own check."""
    subjects = set(case.subject.split("+")) | {case.finding.subject}
    odd = [s for s in case.facts.strangers if s.name.split("/")[1] in subjects]
    if odd:
        first = odd[0]
        other = "/".join(first.looks_like)
        because = tuple(
            f"{s.name} looks more like {'/'.join(s.looks_like)} ({s.other:.2f}) than like its own other views "
            f"({s.own:.2f})"
            for s in odd[:4]
        )
        return _Answer(
            "reference",
            "strong",
            (*because, case.tries),
            f"Put the right picture at assets/{first.name}.png (it seems to be of {other}), then: gate lock",
        )
    wrong = [f for f in case.facts.references.findings if f.severity != "info" and _is_of(f.subject, subjects)]
    if wrong:
        return _Answer("reference", "strong", tuple(f"{f.rule} {f.message}" for f in wrong[:4]), wrong[0].cure)
    small = [
        s for s in case.facts.references.scores if s.rule == "R105" and _is_of(s.subject, subjects) and marginal(s)
    ]
    if small and case.every_seed and case.kind in {"identity", "wardrobe"}:
        because = tuple(f"{s.subject} has {s.value:.0f} lines, {s.threshold:g} are the least" for s in small[:4])
        name = small[0].subject
        return _Answer("reference", "fair", (*because, case.tries), f"Draw or export {name} larger, then: gate lock")
    return None


def _panel_was_close(case: Failure) -> _Answer | None:
    """The panel passed the same rule by a hair: the clip went on from a picture that was hardly right."""
    score = case.panel_score
    if case.facts.stage != "clip" or score is None:
        return None
    because = (
        f"the panel it opens on passed {case.called} by a hair ({score.value:.2f}, {score.threshold:g} needed)",
        case.tries,
    )
    change = (
        Change(field="chain", was="true", now="false")
        if case.shot.chain
        else Change(field="seed", was=str(case.shot.seed), now=str(case.shot.seed + 101))
    )
    return _Answer("panel", "strong" if case.every_seed else "fair", because, changes=(change,))


def _manifest(case: Failure) -> _Answer | None:
    """Something else of the bible fits better by a wide margin, the same one in every take:
    perhaps the line is wrong.
    """
    rival = _rival(case)
    if rival is None:
        return None
    finding, value = case.finding, case.value(case.newest)
    asked, changes = _changes(case, rival)
    both = [finding.evidence.get(name) for name in ("fit_rival", "fit_asked")]
    told = " against ".join(f"{fit:.2f}" for fit in both if isinstance(fit, float)) or f"by {-(value or 0.0):.2f}"
    because = [
        f"the manifest says {asked}, the picture fits {rival} better ({told}): is the manifest wrong?",
        case.tries,
    ]
    if said := wording.asks_for_it(finding.flaw, rival, case.shot, case.facts.bible):
        because.append(f"the shot's own words speak of {_quoted(case.shot, said)} too")
    return _Answer("manifest", "strong" if case.every_seed else "fair", tuple(because), changes=changes)


def _left_out(case: Failure) -> _Answer | None:
    """No take is right, and the words do not say what was wanted."""
    prompt = case.newest.prompt
    missing = wording.leaves_out(case.finding.flaw, prompt, case.shot, case.facts.bible) if prompt else ""
    if not missing or not case.every_seed:
        return None
    because = (case.tries, f"the prompt does not say {missing}")
    return _Answer("prompt", "strong", because, f"Say {missing} in the shot's words, or in the bible's")


def _luck_of_the_model(case: Failure) -> _Answer:
    """None of the inputs is at fault, as far as can be seen: the model is."""
    because = [case.tries]
    if case.newest.prompt and case.kind in FIRST:
        because.append("the words say what was wanted")
    if case.facts.references.scores:
        because.append("the locked pictures pass their own check")
    if case.every_seed:
        return _Answer("model", "fair", tuple(because), _another_maker(case))
    seed = f"Another seed may fix it: gate resume {scene_of_shot(case.shot.id)}"
    return _Answer("model", "weak", tuple(because), seed if case.facts.another_take else _another_maker(case))


def _rival(case: Failure) -> str | None:
    """The rival that fits better by `WIDE` in every take, and is the same in each;
    None where no rival does.
    """
    if len(case.alike) != len(case.facts.takes) or case.kind not in {"location", "wardrobe", "identity"}:
        return None
    rivals = {fits(finding) for _, finding in case.alike}
    values = [case.value(take) for take, _ in case.alike]
    wide = all(value is not None and value <= -WIDE for value in values)
    rival = next(iter(rivals))
    return rival if wide and len(rivals) == 1 and _changes(case, rival)[1] else None


def _changes(case: Failure, rival: str) -> tuple[str, tuple[Change, ...]]:
    """The manifest's entry now, and the change that makes it agree with the picture;
    never to something that the bible lacks.
    """
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


def _another_maker(case: Failure) -> str:
    scene, stage = scene_of_shot(case.shot.id), "clip" if case.facts.stage == "clip" else "panel"
    return f"Ask another: gate provider compare {scene} --to NAME --stage {stage}"


def _say_changes(shot: Shot, changes: tuple[Change, ...]) -> str:
    return f"{shot.id}: {', '.join(change.words for change in changes)}; accept it: gate fix {shot.id}"
