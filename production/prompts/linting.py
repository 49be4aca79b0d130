"""The prompt rules over a film's shots, as findings with file, line and column. Sends nothing, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from checks.prompts.lint import Flagged, idle_waivers, lint_prompt
from checks.prompts.profiles import Profile
from checks.prompts.record import OWN, PromptRecord, record_of, record_of_view
from checks.rules.prompt_rules import IDLE_WAIVER
from manifests.film import Stage
from manifests.finding import Finding
from manifests.scene import Scene, Shot
from manifests.view_shot import view_shot
from production.prompts.following import profile_for
from production.prompts.places import Places
from wiring.services import Services

_WEIGHTS = {"error": 0, "warning": 1, "info": 2}
_EXCERPT_MAX = 88


def prompt_findings(services: Services, scenes: Iterable[Scene]) -> list[Finding]:
    """What the prompt rules find in these scenes and in everybody's reference views, each place once, errors before
    warnings before notes.
    """
    chosen, places = tuple(scenes), Places(services.folder.root)
    found = [finding_of(each, places, private=is_private(each, chosen)) for each in flagged(services, chosen)]
    return [*found, *_idle(services, chosen, places)]


def flagged(services: Services, scenes: Iterable[Scene]) -> list[Flagged]:
    """The same before it is put into words: each place once, by its weightiest finding."""
    waived, kept = film_waivers(services), dict[object, Flagged]()
    shots = (record for scene in scenes for shot in scene.shots for record in records(services, scene, shot))
    for record in chain(shots, _views(services)):
        for each in lint_prompt(record, waived):
            before = kept.get(each.place)
            if before is None or _WEIGHTS[each.severity] < _WEIGHTS[before.severity]:
                kept[each.place] = each
    return sorted(kept.values(), key=lambda each: _WEIGHTS[each.severity])


def records(services: Services, scene: Scene, shot: Shot) -> Iterator[PromptRecord]:
    """The prompts of a shot: those of its panels and that of its clip, each for the model that gets it."""
    ends: tuple[Stage, ...] = ("end_panel",) if shot.mode == "start_end_frames" else ()
    for stage in ("panel", *ends, "clip"):
        yield record_of(scene, shot, services.folder.bible, stage, profile_for(services, stage, shot))


def _views(services: Services) -> Iterator[PromptRecord]:
    """The prompt of one reference view of each wardrobe: the bible's words in the others are the same."""
    for who in services.folder.bible.characters.values():
        for one in (view_shot(who.id, wardrobe, "front") for wardrobe in who.wardrobes):
            yield record_of_view(one, services.folder.bible, profile_for(services, "panel", one))


def findings_at(
    services: Services, scene: Scene, shot: Shot, stage: Stage, profile: Profile
) -> tuple[PromptRecord, list[Finding]]:
    """One prompt of a shot for one model, and what the rules find in it."""
    record, places = record_of(scene, shot, services.folder.bible, stage, profile), Places(services.folder.root)
    found = lint_prompt(record, film_waivers(services))
    return record, [finding_of(each, places, private=is_private(each, [scene])) for each in found]


def film_waivers(services: Services) -> dict[tuple[str, str], str]:
    """The reasons of film.yaml by rule and subject."""
    return {(waiver.rule, waiver.subject): waiver.why for waiver in services.folder.film.waivers}


def is_private(found: Flagged, scenes: Sequence[Scene]) -> bool:
    """Whether the words are those of a private shot: they are shown nowhere."""
    own = found.hit.piece.kind in OWN
    return own and any(shot.private for scene in scenes for shot in scene.shots if shot.id == found.subject)


def finding_of(found: Flagged, places: Places, *, private: bool) -> Finding:
    """A finding for people and programs. Of a private shot it has the rule and the place, and none of the words."""
    rule, hit = found.rule, found.hit
    line, column = places.of(hit)
    evidence: dict[str, float | str] = {
        "file": hit.piece.file,
        "line": line,
        "column": column,
        "field": hit.piece.field,
    }
    evidence |= {"profile": found.profile, "source": rule.page.source}
    message, cure = f"{hit.piece.field}: {rule.page.what}", f"Its words are private: see gate rule {rule.code}"
    if not private:
        message, cure = f"{hit.piece.field}: {_shown(hit.words)} {hit.says}", hit.instead
        text, at = _excerpt(hit.piece.text, hit.start, hit.end)
        evidence |= {"text": text, "at": at, "words": _one_line(hit.words)}
        evidence |= {"fix": "safe" if hit.fixed is not None and rule.fix == "safe" else "suggested"}
    return Finding(
        rule=rule.code,
        severity=found.severity,
        subject=found.subject,
        flaw=f"{rule.page.name}:{found.subject}",
        message=message,
        cure=cure,
        evidence=evidence,
    )


def _idle(services: Services, scenes: Sequence[Scene], places: Places) -> Iterator[Finding]:
    waived = ((scene, n, shot) for scene in scenes for n, shot in enumerate(scene.shots) if shot.prompt_ok)
    for among, number, shot in waived:
        file = f"scenes/{among.id}.yaml"
        line, column = places.at(file, ("shots", number, "prompt_ok"))
        for code in idle_waivers(list(records(services, among, shot))):
            yield Finding(
                rule=IDLE_WAIVER.code,
                severity="info",
                subject=shot.id,
                flaw=f"{IDLE_WAIVER.page.name}:{shot.id}",
                message=f"prompt_ok accepts {code}, and nothing of the kind is found",
                cure="Take the line out",
                evidence={"file": file, "line": line, "column": column, "field": "prompt_ok"},
            )


def _shown(words: str) -> str:
    said = _one_line(words)
    return repr(said if len(said) <= _EXCERPT_MAX else f"{said[: _EXCERPT_MAX - 1]}…")


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _excerpt(text: str, start: int, end: int) -> tuple[str, int]:
    """A line of the text around the words, and where in it they begin."""
    before, words = _one_line(text[:start]), _one_line(text[start:end])
    lead = f"{before} " if before and text[start - 1 : start].isspace() else before
    room = max(0, _EXCERPT_MAX - len(words))
    lead = lead if len(lead) <= room // 2 else f"…{lead[len(lead) - room // 2 + 1 :]}"
    line = lead + words + text[end:].replace("\n", " ")
    return (line if len(line) <= _EXCERPT_MAX else f"{line[: _EXCERPT_MAX - 1]}…"), len(lead)
