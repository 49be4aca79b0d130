"""gate continuity: what each shot opens and closes on, and what changes between shots that nobody shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, print_json, read_film

if TYPE_CHECKING:
    from manifests.scene import Scene
    from manifests.story.states import PersonState, PropState, ShotContinuity, ShotMoment
    from production.continuity.measured import MeasuredShot
    from production.learning.auditing import Cell
    from wiring.services import Services

_OPEN = 1
_HEAD = ("shot", "who or what", "wears, or where", "in", "out", "looks", "moves")


@click.command()
@click.argument("scene", required=False)
@click.option(
    "--measured",
    is_flag=True,
    help="Add what the gates measured in certified clips: marks, props, and the light against the clip before.",
)
@film_option
@json_option
def continuity(scene: str | None, measured: bool, film: Path | None, as_json: bool) -> int:
    """Show the continuity ledger of the film, or of one SCENE: what each shot opens and closes on; then what changes
    between shots that nobody shows (rules C201 to C212), with the fix, and the changes that the film accepts.

    Ends with exit code 1 where a finding is open. Stores and spends nothing.
    """
    from production.continuity.flow import scene_before, scene_continuity

    services = read_film(film, scopes=[f"scene:{scene}"] if scene else [])
    scenes = [services.scene(name) for name in ([scene] if scene else sorted(services.folder.scenes))]
    found = {one.id: scene_continuity(services, one) for one in scenes}
    clips = {one.id: _clips(services, one) for one in scenes} if measured else {}
    every = [each for shots in found.values() for each in shots.values()]
    still_open, accepted = sum(len(each.findings) for each in every), sum(len(each.accepted) for each in every)
    if as_json:
        told = [_facts(one, scene_before(services, one.id), found[one.id], clips.get(one.id)) for one in scenes]
        print_json({"open": still_open, "accepted": accepted, "scenes": told})
    else:
        for one in scenes:
            _tell(one, found[one.id], clips.get(one.id))
        click.echo(f"\n{still_open} open, {accepted} accepted in {len(every)} shots. A rule's reason: gate rule C201")
    return _OPEN if still_open else 0


class _Clips:
    """Measured in a scene's certified clips: marks and props by shot, and the light against an earlier one."""

    def __init__(self, shots: Mapping[str, MeasuredShot], light: Mapping[str, Cell]) -> None:
        self.shots, self.light = shots, light


def _clips(services: Services, scene: Scene) -> _Clips:
    from production.continuity.measured import measured
    from production.learning.auditing import audit

    rows = audit(services, scene, "clip", tell=lambda shot: click.echo(f"  … {shot}", err=True))
    return _Clips(measured(services, scene), {row.shot: row.axes["continuity"] for row in rows if row.axes})


def _facts(
    scene: Scene, before: Scene | None, found: Mapping[str, ShotContinuity], clips: _Clips | None
) -> dict[str, object]:
    shots = []
    for shot, each in found.items():
        told = each.model_dump(mode="json")
        if clips is not None:
            there, light = clips.shots.get(shot), clips.light.get(shot)
            told["measured"] = there.model_dump(mode="json") if there else None
            told["measured_light"] = light.model_dump(mode="json") if light else None
        shots.append(told)
    return {"scene": scene.id, "after": before.id if before else None, "shots": shots}


def _tell(scene: Scene, found: Mapping[str, ShotContinuity], clips: _Clips | None) -> None:
    click.echo(f"\n{scene.id} {scene.title}\n")
    rows = [row for shot, each in found.items() for row in _rows(shot, each, clips)]
    head = (*_HEAD, "measured") if clips is not None else _HEAD
    table = [row for row in rows if len(row) > 1]
    widths = [max(len(row[n]) for row in (head, *table)) for n in range(len(head))]
    click.echo(_line(head, widths))
    for row in rows:
        click.echo(row[0] if len(row) == 1 else _line(row, widths))
    for each in found.values():
        _tell_findings(each)
    for there in clips.shots.values() if clips else ():
        for gap in there.between:
            click.echo(f"  C {gap.finding.rule} {there.shot}, as its clip was made: {gap.finding.message}")


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _tell_findings(each: ShotContinuity) -> None:
    for finding in each.findings:
        click.echo(
            f"  {finding.severity[0].upper()} {finding.rule} {finding.subject}: {finding.message}. {finding.cure}"
        )
    for accepted in each.accepted:
        finding = accepted.found.finding
        click.echo(f"  = {finding.rule} {finding.subject} accepted: {finding.message}. Why: {accepted.why}")


def _rows(shot: str, each: ShotContinuity, clips: _Clips | None) -> Iterator[tuple[str, ...]]:
    """A line about the place, then one for each person and prop."""
    opens, closes = each.line.opens, each.line.closes
    there = clips.shots.get(shot) if clips else None
    yield (f"{shot}  {_place(opens)}{_clip(shot, there, clips)}",)
    scores = _scores(there)
    for name, cells in (*_people(opens, closes), *_props(opens, closes)):
        yield ("", name, *cells) if clips is None else ("", name, *cells, scores.get(name, "–"))
    if opens.room:
        rest = ("",) * (len(_HEAD) - 3 + (clips is not None))
        yield ("", ", ".join(opens.room), "left in the room", *rest)


def _scores(there: MeasuredShot | None) -> dict[str, str]:
    """By name: how far somebody is off the mark, and how well a prop fits its place, each with its threshold."""
    signed = [(seen, "≤") for seen in there.people] + [(seen, "≥") for seen in there.props] if there else []
    return {
        seen.subject: f"{seen.value:.2f} {sign} {seen.threshold:g}" for seen, sign in signed if seen.value is not None
    }


def _place(moment: ShotMoment) -> str:
    light = moment.light
    said = [moment.location, moment.time or "", moment.weather or ""]
    if light is not None:
        tone = f"{light.temperature} K" if isinstance(light.temperature, int) else light.temperature or ""
        said.append(" ".join(filter(None, (tone, "light", f"from {light.direction}" if light.direction else ""))))
    return " · ".join(filter(None, (*said, moment.beat or "")))


def _clip(shot: str, there: MeasuredShot | None, clips: _Clips | None) -> str:
    if clips is None:
        return ""
    if there is None:
        return "  [no certified clip]"
    light = clips.light.get(shot)
    against = f", light {light.words} with {light.against}" if light is not None and light.against else ""
    return f"  [{there.take}{', made before the shot was changed' if there.stale else ''}{against}]"


def _people(opens: ShotMoment, closes: ShotMoment) -> Iterator[tuple[str, tuple[str, ...]]]:
    for who in opens.people:
        after = closes.person(who.character) or who
        yield who.character, (who.wardrobe, who.side, after.side, _looks(who, after), who.moves)


def _looks(who: PersonState, after: PersonState) -> str:
    if who.looks:
        return who.looks
    return who.way if after.way == who.way else f"{who.way} → {after.way}"


def _props(opens: ShotMoment, closes: ShotMoment) -> Iterator[tuple[str, tuple[str, ...]]]:
    for what in opens.props:
        after = closes.prop(what.prop)
        yield what.prop, (_held(what), _at(what), "off" if after is None else _end(what, after), "", "")


def _held(what: PropState) -> str:
    return f"held by {what.held_by}" if what.held_by else "in the room"


def _at(what: PropState) -> str:
    from checks.continuity.deriving import side_of

    return side_of(what.x)


def _end(what: PropState, after: PropState) -> str:
    return _at(after) if after.held_by == what.held_by else f"{_at(after)}, {_held(after)}"
