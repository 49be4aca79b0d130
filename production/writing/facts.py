"""The data of a question to a writer: the film's words, the rules of words, and what the film's makers can do.

Long texts are cut, and what was cut is said. No word of a private shot is among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from manifests.film import Stage
from manifests.finding import Finding
from manifests.names import scene_of_shot
from manifests.scene import Scene, Shot
from production.planning.early_checks import film_findings
from production.prompts.following import profile_at
from wiring.services import Services

_TEXT_MAX, _SHOTS_MAX, _FINDINGS_MAX = 500, 40, 12
_STAGES: tuple[Stage, ...] = ("panel", "clip")


@dataclass(frozen=True, slots=True)
class WriterFacts:
    """What a writer is told. `sources`: the passages that a cause may quote, by what they are; the film's own words are
    not among them, for they prove nothing.
    """

    data: Mapping[str, Any]
    sources: Mapping[str, str]
    left_out: tuple[str, ...] = field(default=())


def of_shot(services: Services, shot: Shot) -> WriterFacts:
    """A shot with its locked blocks, its makers, the rules of words, and what lint finds about it now."""
    scene = services.scene(scene_of_shot(shot.id))
    found = [each for each in film_findings(services, [scene]) if each.subject.startswith(shot.id)]
    rules, makers = _rules(services, shot), _makers(services, shot)
    data = {
        "shot": _shot(shot),
        "locked": _locked(services, shot),
        "makers": makers,
        "rules": rules,
        "findings": [_finding(each) for each in found[:_FINDINGS_MAX]],
    }
    return WriterFacts(data, {**_sources_of(rules, makers), **{f"lint {each.rule}": each.message for each in found}})


def of_scene(services: Services, scene: Scene) -> WriterFacts:
    """A scene with its shots so far, and everything of the bible that its shots may name."""
    bible, rules, makers = services.folder.bible, _rules(services, None), _makers(services, None)
    public = [shot for shot in scene.shots if not shot.private]
    shown, hidden = public[-_SHOTS_MAX:], len(scene.shots) - len(public)
    data = {
        "scene": {"id": scene.id, "title": scene.title, "intent": scene.intent},
        "shots_so_far": [_shot(shot) for shot in shown],
        "places": {name: short(place.words) for name, place in sorted(bible.locations.items())},
        "people": {
            name: {"identity": short(who.identity), "wardrobes": sorted(who.wardrobes)}
            for name, who in sorted(bible.characters.items())
        },
        "makers": makers,
        "rules": rules,
    }
    left_out = [f"the first {len(public) - len(shown)} shots"] if len(public) > len(shown) else []
    left_out += [f"{hidden} private shot{'' if hidden == 1 else 's'}"] if hidden else []
    return WriterFacts(data, _sources_of(rules, makers), tuple(left_out))


def short(words: str) -> str:
    """The words, or their beginning, with a sign that there were more."""
    return words if len(words) <= _TEXT_MAX else f"{words[:_TEXT_MAX]}…"


def _shot(shot: Shot) -> dict[str, Any]:
    return {
        "id": shot.id,
        "location": shot.location,
        "cast": [f"{member.character}/{member.wardrobe}" for member in shot.cast],
        "props": [placed.prop for placed in shot.props],
        "size": shot.camera.size,
        "move": shot.camera.move,
        "lens": shot.camera.lens,
        "motion": shot.motion,
        "sound": shot.sound,
        "seconds": shot.duration_s,
        "mode": shot.mode,
        "opens_on_the_shot_before": shot.chain,
    }


def _locked(services: Services, shot: Shot) -> dict[str, Any]:
    """What the film puts into every prompt of this shot, as people locked it."""
    bible = services.folder.bible
    people = [(m.character, m.wardrobe) for m in shot.cast if m.character in bible.characters]
    place = bible.locations.get(shot.location)
    return {
        "style": short(bible.style.words),
        "place": short(place.words) if place else "",
        "people": {who: short(bible.characters[who].identity) for who, _ in people},
        "wardrobes": {
            f"{who}/{worn}": short(bible.characters[who].wardrobes[worn].words)
            for who, worn in people
            if worn in bible.characters[who].wardrobes
        },
    }


def _makers(services: Services, shot: Shot | None) -> dict[str, str]:
    """What each stage's model can do, a sentence each, from the tables that the program itself relies on."""
    return {stage: _maker(services, stage, shot) for stage in _STAGES}


def _maker(services: Services, stage: Stage, shot: Shot | None) -> str:
    provider, can = services.provider(stage, shot), services.can(stage, shot)
    made_from = f"; a clip is made from: {', '.join(can.modes).replace('_', ' ')}" if can.modes else ""
    lengths = f"; it sells {', '.join(f'{each:g}' for each in can.durations_s)} s" if can.durations_s else ""
    pictures = f"it looks at {can.references_max} references"
    guide = f"; its guide is {profile_at(provider, stage).words}"
    return f"{provider.name} {services.model(stage, shot)}: {pictures}{made_from}{lengths}{guide}"


def _rules(services: Services, shot: Shot | None) -> list[dict[str, str]]:
    """The prompt rules that the guides of the shot's makers list."""
    from checks.rules import catalogue  # noqa: PLC0415  # loads the pixel libraries

    on = frozenset[str]().union(*(profile_at(services.provider(stage, shot), stage).rules for stage in _STAGES))
    return [{"rule": page.code, "says": page.what, "why": page.why} for page in catalogue.pages() if page.code in on]


def _finding(found: Finding) -> dict[str, str]:
    return {"rule": found.rule, "flaw": found.flaw, "message": short(found.message), "cure": short(found.cure)}


def _sources_of(rules: list[dict[str, str]], makers: Mapping[str, str]) -> dict[str, str]:
    """Each passage with the name that people are shown."""
    found = {f"rule {each['rule']}": f"{each['says']} {each['why']}" for each in rules}
    return found | {f"what the {stage}'s model can do": words for stage, words in makers.items()}
