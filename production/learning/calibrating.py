"""The cost of a wrong verdict in this film, and a threshold written into it after a person's approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml.comments import CommentedMap

from checks.calibration import Calibration, Costs, Labelled, calibrate
from checks.rules import catalogue
from governor.errors import PriceRefused
from manifests.decision import Decision
from manifests.scene import Shot
from production.journey.requests import coming_clip_request, panel_request, tier_of
from production.planning.shot_file import rewritten, with_edit
from providers.errors import Invalid
from wiring.services import Services

EVEN = Costs(1, 1)
"""Where nothing has a price every mistake counts the same, and the cost is mistakes a take."""


@dataclass(frozen=True, slots=True)
class MistakeCosts:
    """The costs of mistakes at each stage, and their source. `in_money` is false where mistakes are only counted."""

    by_stage: Mapping[Literal["panel", "clip"], Costs]
    source: str
    in_money: bool = True


def priced(services: Services, scenes: Sequence[str], reject: int | None, accept: int | None) -> MistakeCosts:
    """Costs of mistakes: as given, else by the price book for the film's providers, the mean over its shots.

    A false reject buys the same again. A false accept of a panel buys a draft clip for nothing, of a clip its final.
    Where neither is given and all is free, mistakes are counted. A price that nobody knows is never taken for nothing:
    such a shot is left out of the mean. Raises PriceRefused or Invalid where that leaves no shot, and both costs are
    not given.
    """
    shots = [shot for scene in scenes for shot in services.scene(scene).shots]
    asked = reject is None or accept is None
    panel, draft, final = (_mean_price(services, shots if asked else (), what) for what in ("panel", "draft", "final"))
    book: dict[Literal["panel", "clip"], Costs] = {"panel": Costs(panel, draft), "clip": Costs(draft, final)}
    if reject is None and accept is None and not any((panel, draft, final)):
        return MistakeCosts(
            {"panel": EVEN, "clip": EVEN}, "the film's makers are free, so each mistake counts one", in_money=False
        )
    given = {
        stage: Costs(c.false_reject if reject is None else reject, c.false_accept if accept is None else accept)
        for stage, c in book.items()
    }
    if not any(c.false_reject or c.false_accept for c in given.values()):
        return MistakeCosts(
            {"panel": EVEN, "clip": EVEN}, "both costs are nothing, so each mistake counts one", in_money=False
        )
    makers = ", ".join(dict.fromkeys((services.folder.film.providers.panel, services.folder.film.providers.clip)))
    parts = [words for words, one in (("a false reject", reject), ("a false accept", accept)) if one is not None]
    source = f"{' and '.join(parts)} as given" if parts else ""
    book_words = f"the price book's means for {makers}" if len(parts) < 2 else ""
    return MistakeCosts(given, ", the other by ".join(filter(None, (source, book_words))))


def calibrations(
    services: Services, labels: Sequence[Labelled], costs: MistakeCosts, only: Sequence[str] = ()
) -> tuple[tuple[Calibration, Costs], ...]:
    """One a rule that has labels, by code, each with what its mistakes cost. `only`: these rules."""
    by_rule: dict[str, list[Labelled]] = {}
    for each in labels:
        if not only or each.rule in only:
            by_rule.setdefault(each.rule, []).append(each)
    told = []
    for code, mine in sorted(by_rule.items()):
        page = catalogue.page(code)
        clips = sum(each.stage == "clip" for each in mine)
        cost = costs.by_stage["clip" if 2 * clips > len(mine) else "panel"]
        threshold = services.folder.film.thresholds.get(code, page.threshold)
        told.append((calibrate(page, mine, threshold, cost), cost))
    return tuple(told)


def writable(told: Calibration) -> bool:
    """Whether a new threshold may be proposed: labels of both kinds, a rule that measures,
    and one that tells them apart.
    """
    measures = catalogue.page(told.rule).direction != "must hold"
    return measures and told.moves and told.interval is not None and told.interval[0] > 0.5


def write_thresholds(services: Services, found: Sequence[Calibration], decisions: Sequence[Decision]) -> Path:
    """Put thresholds into film.yaml, and the person who decided it into the ledger.
    Raises NotAPerson, ManifestError; then nothing changed.
    """
    path = services.folder.root / "film.yaml"

    def put(document: Any) -> None:
        if not document.get("thresholds"):
            document["thresholds"] = CommentedMap()
        for told in found:
            document["thresholds"][told.rule] = told.best.threshold

    with rewritten(services.folder.root, path, with_edit(path, put)):
        for decision in decisions:
            services.ledger.decide(decision)
    return path


def _mean_price(services: Services, shots: Sequence[Shot], what: str) -> int:
    prices, refusals = list[int](), list[PriceRefused | Invalid]()
    for shot in shots:
        try:
            prices.append(_price(services, shot, what))
        except (PriceRefused, Invalid) as refusal:
            refusals.append(refusal)
    if refusals and not prices:
        raise refusals[0]
    return round(sum(prices) / len(prices)) if prices else 0


def _price(services: Services, shot: Shot, what: str) -> int:
    """The likely price of one more, in micro-dollars. Raises PriceRefused, Invalid."""
    hashes, stage = services.hashes(), "panel" if what == "panel" else "clip"
    can = services.can(stage, shot)  # type: ignore[arg-type]
    if what == "panel":
        request = panel_request(services.folder, hashes, shot, "draft", can=can)
    else:
        tier = tier_of(shot) if what == "final" else "draft"
        request = coming_clip_request(services.folder, hashes, shot, tier, can=can)
    provider = services.provider(stage, shot)  # type: ignore[arg-type]
    return provider.quote(request, services.prices.price_of).likely_microusd
