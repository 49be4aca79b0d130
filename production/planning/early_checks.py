"""What can be known of a film before anything is bought: its cast's pictures, its words, and whoever makes its
shots.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from manifests.errors import GateError
from manifests.film import Stage
from manifests.finding import Finding
from manifests.scene import Scene, Shot
from production.continuity.flow import continuity_findings
from production.prompts.linting import prompt_findings
from wiring.keys import alias_of, variables_of
from wiring.services import Services, operation_of

if TYPE_CHECKING:
    from checks.contract import Tally

_STAGES: tuple[Stage, ...] = ("panel", "clip")


def film_findings(services: Services, scenes: Iterable[Scene], *, cast: bool = True) -> list[Finding]:
    """Everything that fails: words, sizes, prompts, continuity, makers, and with `cast` the pictures of the cast. Sends
    nothing.
    """
    chosen = tuple(scenes)
    found = [*word_findings(services, chosen), *continuity_findings(services, chosen)]
    return [*found, *_makers(services, chosen), *(cast_findings(services) if cast else ())]


def word_findings(services: Services, scenes: Iterable[Scene]) -> list[Finding]:
    """What fails in the words, sizes and prompts of these scenes, not in pictures. Readiness reads its errors."""
    from checks.gates.manifest_gate import check_sizes, check_words  # noqa: PLC0415  # loads the pixel libraries

    folder, chosen = services.folder, tuple(scenes)
    found = list(check_words(folder.bible, chosen).findings)
    for scene in chosen:
        found += check_sizes(scene, folder.bible, folder.film.thresholds, folder.film.aspect).findings
    return [*found, *prompt_findings(services, chosen)]


def cast_findings(services: Services) -> list[Finding]:
    """What is wrong with the pictures of the cast, beside one another."""
    from checks.gates.cast_gate import check_cast  # noqa: PLC0415  # loads the pixel libraries

    folder = services.folder
    return list(check_cast(folder.bible, services.references(), folder.film.thresholds).findings)


def picture_findings(services: Services, names: Iterable[str]) -> list[Finding]:
    """What is wrong with these canonical pictures, each by itself, whoever approved them."""
    from checks.contract import Tally  # noqa: PLC0415  # loads the pixel libraries
    from checks.gates.reference_gate import judge_picture  # noqa: PLC0415  # same

    tally, paths, looked = Tally(services.folder.film.thresholds), services.references().paths, services.looked()
    for name in names:
        if name in paths:
            judge_picture(name, paths[name], None, tally, looked)
    return list(tally.verdict().findings)


def _makers(services: Services, scenes: Iterable[Scene]) -> list[Finding]:
    """M101 to M103 for everybody who makes a panel or a clip, each once."""
    from checks.contract import Tally  # noqa: PLC0415  # loads the pixel libraries

    tally = Tally({})
    judged: set[tuple[str, str]] = set()
    for stage, shot in _made(scenes):
        operation = operation_of(stage)
        name = shot.providers.get(operation) or getattr(services.folder.film.providers, operation)
        if (name, operation) not in judged:
            judged.add((name, operation))
            _judge_maker(services, stage, shot, name, tally)
    return list(tally.verdict().findings)


def _made(scenes: Iterable[Scene]) -> Iterator[tuple[Stage, Shot]]:
    return ((stage, shot) for scene in scenes for shot in scene.shots for stage in _STAGES)


def _judge_maker(services: Services, stage: Stage, shot: Shot, name: str, tally: Tally) -> None:
    from checks.contract import Trouble  # noqa: PLC0415  # same
    from checks.rules import manifest_rules as rules  # noqa: PLC0415  # loads the pixel libraries

    operation = operation_of(stage)
    try:
        provider = services.provider(stage, shot)
        model = provider.model(operation)
        provider.capabilities(operation)
    except GateError as error:
        tally.judge(
            rules.MAKER_MODEL, name, 0.0, Trouble(f"maker_model:{name}", str(error), "Correct film.yaml (providers).")
        )
        return
    if provider.embedded or provider.by_hand:
        return
    priced = any((row.provider, row.model, row.operation) == (name, model, operation) for row in services.prices.rows())
    unpriced = Trouble(
        f"maker_price:{name}",
        f"the price book has no price for {name} {model} ({operation})",
        "Write one into a file of prices and name it with --prices, or name another model in film.yaml",
    )
    tally.judge(rules.MAKER_PRICE, f"{name} {operation}", float(priced), unpriced)
    variable = variables_of(name)[0]
    keyless = Trouble(f"maker_key:{name}", f"there is no key for {name}", f"Set {variable}, then: gate doctor")
    if not any(finding.subject == name and finding.rule == "M103" for finding in tally.verdict().findings):
        tally.judge(rules.MAKER_KEY, name, float(alias_of(services.settings, name) is not None), keyless)
