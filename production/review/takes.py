"""One take as the review room shows it: its references, its change, and the gate's measurements."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from functools import cache

from checks.errors import UnknownRule
from checks.rules import catalogue
from governor.scene_records import SceneRecords
from manifests.bible import Region
from manifests.decision import Binding
from manifests.film import ANSWERS, Film
from manifests.finding import Finding, RulePage, Score, Verdict
from manifests.names import scene_of_shot
from manifests.scene import Shot
from manifests.staging import Placement, placements
from manifests.take import Artefact, Request, Take
from production.journey.requests import locked_names
from production.journey.unsure import open_findings
from production.prompts.following import guide_at
from production.review.model import (
    Media,
    PromptChange,
    ReviewCheck,
    ReviewFlaw,
    ReviewQuestion,
    ReviewReference,
    ReviewRule,
    TakeView,
)
from production.review.shown_scores import face_beside_identity
from vault.contract import Vault
from wiring.services import Services

ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "video/mp4": "mp4"}
_FIGURE_ASPECT = 0.42
"""Width of a standing figure's box to its height, as the example's cut-outs have it on average: it only points."""

_WORDS_MAX = 4000
"""Words of a prompt that are compared; the longest that any model takes has a quarter of them."""


def take_views(services: Services, records: SceneRecords, shot: Shot, takes: Sequence[Take]) -> tuple[TakeView, ...]:
    """The takes of a shot that were asked of a maker of pictures, panels first, then drafts, then finals;
    each in its order.
    """
    made = sorted(
        (take for take in takes if take.stage not in ANSWERS), key=lambda t: (_ORDER[t.stage], _TIERS[t.tier])
    )
    names = {take.generation_key: name_of(take) for take in takes}
    before: dict[str, Take] = {}
    views = []
    for take in (_without_words(each) for each in made) if shot.private else made:
        views.append(_view(services, records, take, before.get(take.stage), names, shot))
        before[take.stage] = take
    return tuple(views)


def _without_words(take: Take) -> Take:
    """A private shot's take, whose words are not shown, although they were kept while the shot was not private yet."""
    return take.model_copy(update={"request": take.order.without_words()})


_ORDER = {"panel": 0, "end_panel": 1, "clip": 2}
_TIERS = {"draft": 0, "final": 1, "hero": 2}


def name_of(take: Take) -> str:
    """A take's name for people: "panel v001", "draft v002", "final v001"."""
    called = take.tier if take.stage == "clip" else take.stage.replace("_", " ")
    return f"{called} v{take.version:03d}"


def file_of(film: Film, take: Take) -> str:
    """What a take is called as a file, without its ending."""
    task = name_of(take).partition(" v")[0].replace(" ", "_")
    return film.naming.format(scene=scene_of_shot(take.shot), shot=take.shot, task=task, version=take.version)


def media_of(artefact: Artefact | None) -> Media | None:
    """How the room serves an artefact; None for one that is not a picture."""
    if artefact is None or artefact.media_type not in ENDINGS:
        return None
    name = f"{artefact.sha256}.{ENDINGS[artefact.media_type]}"
    return Media(name=name, width=artefact.width, height=artefact.height, frames=artefact.frames)


def media_name(vault: Vault, sha256: str) -> str | None:
    """The name under which the room serves a reference; references are PNG pictures. None where the vault lacks it."""
    return f"{sha256}.png" if vault.has(sha256) else None


def _view(
    services: Services,
    records: SceneRecords,
    take: Take,
    before: Take | None,
    names: dict[str, str],
    shot: Shot,
) -> TakeView:
    order, verdict, boxes = take.order, records.verdict(take.generation_key), _boxes(shot)
    return TakeView(
        key=take.generation_key,
        name=name_of(take),
        stage=take.stage,
        tier=take.tier,
        version=take.version,
        file=file_of(services.folder.film, take),
        provider=take.provider,
        model=take.model,
        seed=order.seed,
        resolution=order.resolution,
        seconds=round(order.frames / order.fps, 3),
        changed=take.changed,
        parent=names.get(take.parent or "", (take.parent or "")[:12] or None),
        state=take.state,
        cost_microusd=take.cost_microusd,
        held_microusd=take.held_microusd,
        media=media_of(take.asset),
        prompt=order.prompt,
        guide=guide_at(services, take.provider, take.model, take.stage),
        before=name_of(before) if before else None,
        diff=words_between(before.order.prompt, order.prompt) if before else (),
        references=_references(services, order, private=shot.private),
        passed=verdict.passed if verdict else None,
        asks=tuple(
            _question(services, shot, found, boxes)
            for found in open_findings(verdict, records.decided_on(take.shot), take)
        ),
        checks=tuple(_check(score, boxes) for score in face_beside_identity(verdict.scores)) if verdict else (),
        troubles=_troubles(verdict) if verdict else (),
        certificate=_certificate(records, take),
    )


def _troubles(verdict: Verdict) -> tuple[ReviewFlaw, ...]:
    return tuple(
        ReviewFlaw(
            rule=f.rule,
            severity=f.severity,
            subject=f.subject,
            flaw=f.flaw,
            message=f.message,
            cure=f.cure,
            evidence=f.evidence,
        )
        for f in verdict.findings
    )


def words_between(before: str, now: str) -> tuple[PromptChange, ...]:
    """The changes from one prompt to the next, in runs of words; empty where nothing did."""
    old, new = before.split()[:_WORDS_MAX], now.split()[:_WORDS_MAX]
    if old == new:
        return ()
    found: list[PromptChange] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(PromptChange(kind="same", text=" ".join(old[a:b])))
            continue
        found += [PromptChange(kind="out", text=" ".join(old[a:b]))] if b > a else []
        found += [PromptChange(kind="in", text=" ".join(new[c:d]))] if d > c else []
    return tuple(found)


def _check(score: Score, boxes: dict[str, tuple[Region, ...]]) -> ReviewCheck:
    return ReviewCheck(
        rule=score.rule,
        subject=score.subject,
        value=score.value,
        threshold=score.threshold,
        passed=score.passed,
        applies=score.applies,
        says=score.says,
        why=score.why,
        sure=score.sure,
        boxes=boxes.get(_entity(score.subject), ()),
    )


def _question(services: Services, shot: Shot, found: Finding, boxes: dict[str, tuple[Region, ...]]) -> ReviewQuestion:
    about = _entity(found.subject)
    masters = _masters(services, shot, about)
    return ReviewQuestion(rule=found.rule, words=found.message, masters=masters, boxes=boxes.get(about, ()))


def _masters(services: Services, shot: Shot, entity: str) -> tuple[ReviewReference, ...]:
    """The locked pictures of this member of the cast, place or prop, as far as the film has them."""
    hashes = services.hashes()
    return tuple(
        _reference(services, role, name, hashes[name])
        for role, whose, name in locked_names(shot)
        if whose == entity and name in hashes
    )


def _references(services: Services, order: Request, *, private: bool) -> tuple[ReviewReference, ...]:
    """The pictures that a take was made from, without the sketch of a private shot."""
    shown = (r for r in order.references if r.role != "sketch" or not (private or order.private))
    return tuple(_reference(services, r.role, r.name, r.sha256) for r in shown)


def _reference(services: Services, role: str, name: str, sha256: str) -> ReviewReference:
    return ReviewReference(role=role, name=name, media=media_name(services.vault, sha256))


def _entity(subject: str) -> str:
    """Whom or what a measurement is about: "ilse (left)" is about ilse."""
    return subject.partition(" ")[0]


def rules_of(codes: Iterable[str]) -> dict[str, ReviewRule]:
    """The pages of these rules, as far as they are known: an older program's may be gone."""
    pages = {code: _page(code) for code in sorted(set(codes))}
    return {
        code: ReviewRule(
            name=page.name.replace("_", " "),
            what=page.what,
            unit=page.unit,
            direction=page.direction,
            source=page.source,
        )
        for code, page in pages.items()
        if page
    }


@cache
def _page(code: str) -> RulePage | None:
    try:
        return catalogue.page(code)
    except UnknownRule:
        return None


def _boxes(shot: Shot) -> dict[str, tuple[Region, ...]]:
    """Where the shot's entry puts everybody, at its first frame and at its last."""
    found: dict[str, tuple[Region, ...]] = {}
    for placed in (p for at in (0.0, 1.0) for p in placements(shot, at) if p.wardrobe is not None):
        region = _region(placed)
        found[placed.entity] = (*found.get(placed.entity, ()), *([region] if region else []))
    return found


def _region(placed: Placement) -> Region | None:
    box = placed.box(_FIGURE_ASPECT)
    left, top, right, bottom = (min(1.0, max(0.0, side)) for side in box)
    if right - left < 0.01 or bottom - top < 0.01:
        return None
    return Region(x=round(left, 4), y=round(top, 4), w=round(right - left, 4), h=round(bottom - top, 4))


def _certificate(records: SceneRecords, take: Take) -> str | None:
    if take.asset is None or take.pictures is None:
        return None
    filed = next(iter(records.certificates(take.asset.sha256, take.shot, take.pictures)), None)
    if filed is None:
        return None
    judge = f", and {filed.judge}" if filed.judge else ""
    return f"{filed.sha256[:12]} by {filed.rules}, {filed.eye}{judge}"


def wants_reason(services: Services, binding: Binding) -> bool:
    """Whether an approval of it needs a reason."""
    return binding.tier == "hero" or services.folder.film.tier(binding.tier).reason == "required"
