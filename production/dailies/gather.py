"""Gathers the dailies of a scene from the ledger, the plan and what the runs have laid out. Reads, and buys nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from checks.errors import CheckError
from checks.rules import catalogue
from governor.other_tools.generation_log import OWN
from manifests.privacy import PRIVATE
from manifests.redaction import redacted
from manifests.spending.night import SceneNight
from production.dailies.facts import Dailies, Fired, ProviderWords
from production.dailies.money import money_of
from production.dailies.shots import shot_rows
from production.dailies.source import Source
from production.dailies.waiting import waiting_of
from production.planning.bindings import bindings_of
from production.planning.nights import nights_of
from production.planning.plan_scene import plan_scene
from wiring.services import Services

_SAID_MAX = 200
_FIRED_MAX = 8
_SILENT = {"settled", "held", "sent", "in_flight"}
"""Outcomes whose words are about nothing that went wrong."""


def gather(services: Services, scene_id: str, night: str, before: Dailies | None) -> Dailies:
    """The dailies of a scene called `night`, a date. `before`: the ones that it is compared with.
    Raises NotAFilm, PriceRefused.
    """
    source = read(services, scene_id, night, before)
    shots, report, film = shot_rows(source), source.report, services.folder.film
    references = {name: sha256[:16] for name, sha256 in sorted(services.hashes().items())}
    standing = [shot for shot in shots if shot.standing in {"ready", "approved", "final"}]
    told = Dailies(
        film=film.code,
        title=film.title,
        scene=scene_id,
        scene_title=source.scene.title,
        night=night,
        made_at=services.ledger.now().isoformat(timespec="seconds"),
        window=_window(services, report),
        order=report.order if report else 0,
        plan=(report.plan or "")[:12] if report else "",
        message=redacted(report.message) if report and report.left_over else "",
        seconds_ready=sum(shot.seconds for shot in standing),
        shots=shots,
        money=money_of(source, night),
        waiting=waiting_of(source, shots),
        fired=tuple(_fired(source)),
        waivers=tuple(_waivers(services)),
        drift=tuple(_drift(services, scene_id)),
        said=tuple(_said(source)),
        references=references,
    )
    if before is None:
        return told
    return told.model_copy(update={"since": before.night, "changed": tuple(_changed(before, told))})


def read(services: Services, scene_id: str, night: str, before: Dailies | None) -> Source:
    """Read everything once."""
    scene, ledger = services.scene(scene_id), services.ledger
    plan = plan_scene(services, scene)
    report = nights_of(services, scene_id).get(night)
    lines = tuple(line for line in ledger.log(scene_id) if line.source == OWN)
    by_night = tuple(line for line in lines if f"night:{night}" in line.scopes)
    since = before.made_at if before else ""
    tonight = by_night or (() if report else tuple(line for line in lines if line.opened_at[:19] > since[:19]))
    records = ledger.of_scene(scene_id)
    verdicts = {key: said for line in lines if (key := line.generation_key) and (said := records.verdict(key))}
    bindings = bindings_of(services, scene, plan.drafts)
    missing = frozenset(ledger.refusals(bindings.values()))
    return Source(
        services, scene, plan, report, lines, tonight, verdicts, bindings, missing, records.decisions, records.excluded
    )


def _window(services: Services, report: SceneNight | None) -> str:
    """The window as it was on the order's own clocks."""
    if report is None:
        return ""
    decision = services.ledger.standing_order(report.scene)
    zone = decision.order.zone if decision and decision.order else "UTC"
    opens, closes = (datetime.fromisoformat(text).astimezone(ZoneInfo(zone)) for text in (report.opens, report.closes))
    return f"{opens:%H:%M} to {closes:%H:%M} {zone}"


def _fired(source: Source) -> Iterator[Fired]:
    """The rules that refused something of the night, the most frequent first."""
    keys = {line.generation_key for line in source.tonight}
    refused = Counter(
        finding.rule
        for key, verdict in source.verdicts.items()
        if key in keys
        for finding in verdict.findings
        if finding.severity == "error"
    )
    for rule, count in refused.most_common(_FIRED_MAX):
        try:
            name = catalogue.page(rule).name.replace("_", " ")
        except CheckError:
            name = ""
        yield Fired(rule=rule, name=name, count=count)


def _waivers(services: Services) -> Iterator[str]:
    """The rules that the film holds to a threshold of its own."""
    for rule, value in sorted(services.folder.film.thresholds.items()):
        try:
            page = catalogue.page(rule)
        except CheckError:
            continue
        yield f"{rule} {page.name.replace('_', ' ')}: {value:g} in this film, {page.threshold:g} by itself"


def _drift(services: Services, scene: str) -> Iterator[str]:
    """The shots that drifted, and those that were re-anchored."""
    for note in services.ledger.notes(scope=f"scene:{scene}"):
        if note.kind == "reanchor":
            yield f"{note.scope.rpartition(':')[2]} was {note.text.rpartition(' [')[0] or note.text}"
        elif note.kind == "drift":
            yield note.text


def _said(source: Source) -> Iterator[ProviderWords]:
    """Providers' own words, newest last."""
    folder = source.services.folder
    for line in source.tonight[-_SAID_MAX:]:
        if line.outcome in _SILENT or not line.raw.strip() or folder.is_private(line.shot) or line.prompt == PRIVATE:
            continue
        yield ProviderWords(
            at=(line.moved_at or line.opened_at)[:19],
            shot=line.shot or line.scene,
            who=f"{line.provider} {line.model}"[:200],
            outcome=line.outcome.replace("_", " "),
            job=redacted(line.job_id or ""),
            words=redacted(line.raw)[:2000],
        )


def _changed(before: Dailies, now: Dailies) -> Iterator[str]:
    """The differences from the dailies before."""
    was = {shot.shot: shot for shot in before.shots}
    for shot in now.shots:
        earlier = was.get(shot.shot)
        if earlier is None:
            yield f"{shot.shot} is new in the scene"
        elif earlier.standing != shot.standing:
            yield f"{shot.shot}: {earlier.standing} → {shot.standing}" + (
                f" ({shot.take})" if shot.take != earlier.take else ""
            )
        elif earlier.key != shot.key and shot.key:
            yield f"{shot.shot}: {earlier.take or 'no take'} → {shot.take}" + (
                f", {shot.changed}" if shot.changed else ""
            )
    gone = [name for name in was if name not in {shot.shot for shot in now.shots}]
    yield from (f"{name} is no longer in the scene" for name in gone)
    for name in sorted({*before.references, *now.references}):
        if before.references.get(name) != now.references.get(name):
            how = "new" if name not in before.references else "gone" if name not in now.references else "replaced"
            yield f"reference {name} is {how}"
