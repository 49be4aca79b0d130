"""From which values on the rules may fail pictures of this film: by what people approved in it, for each kind of
picture and who made it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from checks.fail_limits import FailLimits, fail_limits
from checks.unsure import approved_twice
from manifests.film import Stage
from manifests.take import Take
from production.journey.unsure import marks_known
from production.learning.labelling import said_of, worst_by_rule
from wiring.services import Services

Kind = Literal["panel", "clip"]
_STAGES: tuple[Stage, ...] = ("panel", "end_panel", "clip")


@dataclass(frozen=True, slots=True)
class FilmLimits:
    """By kind of picture and provider: pictures of two makers differ in how freely they are framed and lit.

    `approved`: by rule code, how many approved shots tell the limit. `twice`: how far off two of them are.
    """

    by_maker: Mapping[tuple[Kind, str], FailLimits] = field(default_factory=dict)
    approved: Mapping[tuple[Kind, str], Mapping[str, int]] = field(default_factory=dict)
    twice: Mapping[tuple[Kind, str], Mapping[str, float]] = field(default_factory=dict)

    def of(self, stage: Stage, maker: str) -> FailLimits:
        """The limits for what this provider makes; none where too little of it is approved."""
        return self.by_maker.get((_kind(stage), maker), {})

    def approved_twice(self, stage: Stage, maker: str) -> Mapping[str, float]:
        """How far off two approved pictures of this provider are, by rule code."""
        return self.twice.get((_kind(stage), maker), {})


def film_limits(services: Services) -> FilmLimits:
    """Read them from the ledger: one read for each scene."""
    values: dict[tuple[Kind, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for (shot_kind, maker), by_shot in _approved(services).items():
        for by_rule in by_shot.values():
            for code, value in by_rule.items():
                values[shot_kind, maker][code].append(value)
    thresholds = services.folder.film.thresholds
    return FilmLimits(
        {whose: fail_limits(by_rule, thresholds) for whose, by_rule in values.items()},
        {whose: {code: len(of_shots) for code, of_shots in by_rule.items()} for whose, by_rule in values.items()},
        {whose: approved_twice(by_rule) for whose, by_rule in values.items()},
    )


def _approved(services: Services) -> dict[tuple[Kind, str], dict[str, dict[str, float]]]:
    """By kind and maker, by shot, by rule: the value of the shot's newest approved take, as today's rules measured
    it.
    """
    found: dict[tuple[Kind, str], dict[str, dict[str, float]]] = defaultdict(dict)
    today = services.rules(), services.eye_name()
    for scene in sorted(services.folder.scenes):
        records = services.ledger.of_scene(scene)
        for stage in _STAGES:
            made = services.ledger.takes(scene=scene, stage=stage)
            takes = {take.generation_key: take for take in made if _counts(services, take)}
            for key, by_rule in said_of(records.decisions, takes).items():
                take, asset = takes[key], takes[key].asset
                assert asset is not None, "only takes with a picture count"
                filed = records.certificates(asset.sha256, take.shot, stage)
                certificate = next((each for each in filed if (each.rules, each.eye) == today), None)
                if certificate is not None:
                    worst = worst_by_rule(certificate.scores).items()
                    good = {code: value for code, value in worst if by_rule.get(code, by_rule.get(""))}
                    found[_kind(stage), take.provider].setdefault(take.shot, {}).update(good)
    return found


def _counts(services: Services, take: Take) -> bool:
    return take.asset is not None and not take.handwork and not marks_known(services, take.provider)


def _kind(stage: Stage) -> Kind:
    return "clip" if stage == "clip" else "panel"
