"""One take as the review room shows it: what it was made from, what changed, what the gate measured."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from functools import cache

from checks import catalogue
from checks.errors import UnknownRule
from governor.scene_books import SceneBooks
from manifests.bible import Region
from manifests.decision import Binding
from manifests.finding import RulePage, Score
from manifests.scene import FPS, Shot
from manifests.staging import Placement, placements
from manifests.take import Artefact, Take
from vault.contract import Vault
from wiring.review_model import Check, Media, Reference, Rule, TakeView, Trouble, Words
from wiring.services import Services
from wiring.unsure import open_questions

ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "video/mp4": "mp4"}
_FIGURE_ASPECT = 0.42
"""Width of a standing figure's box to its height, as the example's cut-outs have it on average: it only points."""

_WORDS_MAX = 4000
"""Words of a prompt that are compared; the longest that any model takes has a quarter of them."""


def take_views(services: Services, books: SceneBooks, shot: Shot, takes: Sequence[Take]) -> tuple[TakeView, ...]:
    """The takes of a shot that were asked of a maker of pictures, panels first, then drafts, then finals; each in its order."""
    made = sorted((take for take in takes if take.stage != "judge"), key=lambda t: (_ORDER[t.stage], _TIERS[t.tier]))
    names, boxes = {take.generation_key: name_of(take) for take in takes}, _boxes(shot)
    before: dict[str, Take] = {}
    views = []
    for take in (_without_words(each) for each in made) if shot.private else made:
        views.append(_view(services, books, take, before.get(take.stage), names, boxes))
        before[take.stage] = take
    return tuple(views)


def _without_words(take: Take) -> Take:
    """A private shot's take, whose words are not shown, although they were kept while the shot was not private yet."""
    return take.model_copy(update={"request": take.order.without_words()})


_ORDER = {"panel": 0, "end_panel": 1, "clip": 2}
_TIERS = {"draft": 0, "final": 1, "hero": 2}


def name_of(take: Take) -> str:
    """What people call a take: "panel v001", "draft v002", "final v001"."""
    called = take.tier if take.stage == "clip" else take.stage.replace("_", " ")
    return f"{called} v{take.version:03d}"


def media_of(artefact: Artefact | None) -> Media | None:
    """How the room serves an artefact; None for one that is no picture."""
    if artefact is None or artefact.media_type not in ENDINGS:
        return None
    name = f"{artefact.sha256}.{ENDINGS[artefact.media_type]}"
    return Media(name=name, width=artefact.width, height=artefact.height, frames=artefact.frames)


def media_name(vault: Vault, sha256: str) -> str | None:
    """The name under which the room serves a reference; references are PNG pictures. None where the vault lacks it."""
    return f"{sha256}.png" if vault.has(sha256) else None


def _view(
    services: Services,
    books: SceneBooks,
    take: Take,
    before: Take | None,
    names: dict[str, str],
    boxes: dict[str, tuple[Region, ...]],
) -> TakeView:
    order, verdict = take.order, books.verdict(take.generation_key)
    task = name_of(take).partition(" v")[0].replace(" ", "_")
    return TakeView(
        key=take.generation_key, name=name_of(take), stage=take.stage, tier=take.tier, version=take.version,
        file=services.folder.film.naming.format(
            scene=take.shot.partition("_")[0], shot=take.shot, task=task, version=take.version
        ),
        provider=take.provider, model=take.model, seed=order.seed, resolution=order.resolution,
        seconds=round(order.frames / FPS, 3), changed=take.changed,
        parent=names.get(take.parent or "", (take.parent or "")[:12] or None), state=take.state,
        cost_microusd=take.cost_microusd, held_microusd=take.held_microusd, media=media_of(take.asset),
        prompt=order.prompt, before=name_of(before) if before else None,
        diff=words_between(before.order.prompt, order.prompt) if before else (),
        references=tuple(
            Reference(role=r.role, name=r.name, media=media_name(services.vault, r.sha256)) for r in order.references
        ),
        passed=verdict.passed if verdict else None, asks=open_questions(verdict, books.decided_on(take.shot), take),
        checks=tuple(_check(score, boxes) for score in verdict.scores) if verdict else (),
        troubles=tuple(
            Trouble(
                rule=f.rule, severity=f.severity, subject=f.subject, flaw=f.flaw, message=f.message, cure=f.cure,
                evidence=f.evidence,
            ) for f in verdict.findings
        ) if verdict else (),
        certificate=_certificate(books, take),
    )  # fmt: skip


def words_between(before: str, now: str) -> tuple[Words, ...]:
    """What changed from one prompt to the next, in runs of words; empty where nothing did."""
    old, new = before.split()[:_WORDS_MAX], now.split()[:_WORDS_MAX]
    if old == new:
        return ()
    found: list[Words] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Words(kind="same", text=" ".join(old[a:b])))
            continue
        found += [Words(kind="out", text=" ".join(old[a:b]))] if b > a else []
        found += [Words(kind="in", text=" ".join(new[c:d]))] if d > c else []
    return tuple(found)


def _check(score: Score, boxes: dict[str, tuple[Region, ...]]) -> Check:
    return Check(
        rule=score.rule, subject=score.subject, value=score.value, threshold=score.threshold, passed=score.passed,
        applies=score.applies, says=score.says, why=score.why, sure=score.sure, boxes=boxes.get(score.subject.partition(" ")[0], ()),
    )  # fmt: skip


def rules_of(codes: Iterable[str]) -> dict[str, Rule]:
    """The pages of these rules, as far as they are known: an older program's may be gone."""
    pages = {code: _page(code) for code in sorted(set(codes))}
    return {
        code: Rule(
            name=page.name.replace("_", " "), what=page.what, unit=page.unit, direction=page.direction, source=page.source
        ) for code, page in pages.items() if page
    }  # fmt: skip


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


def _certificate(books: SceneBooks, take: Take) -> str | None:
    if take.asset is None or take.pictures is None:
        return None
    filed = next(iter(books.certificates(take.asset.sha256, take.shot, take.pictures)), None)
    if filed is None:
        return None
    judge = f", and {filed.judge}" if filed.judge else ""
    return f"{filed.sha256[:12]} by {filed.rules}, {filed.eye}{judge}"


def wants_reason(services: Services, binding: Binding) -> bool:
    """Whether a yes to it needs a reason."""
    return binding.tier == "hero" or services.folder.film.tier(binding.tier).reason == "required"
