"""gate wrap: what the film has cost, what it teaches, and what may be deleted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, print_json, read_film

if TYPE_CHECKING:
    from production.wrap.archive import Archived
    from production.wrap.facts import Wrap
    from production.wrap.gather import Wrapped
    from wiring.services import Services

_QUIET_S = 2.0


@click.command()
@click.argument("scenes", nargs=-1, metavar="[SCENE]...")
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), help="The folder of the report. Default: out/wrap."
)
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also write the film's archive, a BagIt bag, into a new folder.",
)
@click.option("--with-private", is_flag=True, help="Private shots go into the archive too.")
@film_option
@json_option
def wrap(
    scenes: tuple[str, ...],
    into: Path | None,
    archive: Path | None,
    film: Path | None,
    *,
    with_private: bool,
    as_json: bool,
) -> None:
    """Write the wrap report: dollars per accepted second and shot, the cost of each shot, stage, gate and model, what
    mended each flaw, which rules raised false alarms, and what may be deleted. Spends nothing and deletes nothing.

    Without SCENE: of the whole film. An archive has the manifests, references, takes that stand with their prompts,
    masters, the ledger's log, the report and the licences; no keys. Anybody can check it: bagit.py --validate DIR
    """
    from production.wrap.gather import wrap_of
    from production.wrap.lay_out import FACTS, lay_out

    if with_private and archive is None:
        raise click.UsageError("--with-private says what goes into an archive; name one: --archive DIR")

    services = read_film(film, scopes=[f"scene:{scene}" for scene in scenes])
    wrapped = wrap_of(services, scenes or sorted(services.folder.scenes), _progress())
    page = lay_out(wrapped, into or services.settings.out / "wrap")
    kept = _archive(services, wrapped, archive, private=with_private) if archive else None
    if as_json:
        told = {"page": str(page), "json": str(page.with_name(FACTS)), "wrap": facts_of(wrapped.report)}
        print_json({**told, "archive": None if kept is None else {**asdict(kept), "bag": str(kept.bag)}})
        return
    _tell(wrapped.report)
    click.echo(str(page))
    if kept is not None:
        click.echo(f"{kept.bag}: {kept.files} files, {kept.bytes / 1e6:.1f} MB, checked by their checksums")
        for why in kept.left_out:
            click.echo(f"  left out: {why}")


def _archive(services: Services, wrapped: Wrapped, into: Path, *, private: bool) -> Archived:
    from production.wrap.archive import archive

    return archive(services, wrapped, into, private=private, tell=_progress())


def facts_of(report: Wrap) -> dict[str, object]:
    """The report for programs, with its three quotients."""
    quotients = {
        "accepted_as": report.accepted_as,
        "accepted": len(report.accepted),
        "microusd": report.microusd,
        "per_accepted_second_microusd": report.per_second,
        "per_accepted_shot_microusd": report.per_shot,
        "takes_per_accepted_shot": report.takes_per_shot,
    }
    return {**report.model_dump(mode="json"), **quotients}


def _tell(report: Wrap) -> None:
    from manifests.money import format_usd, rounded_usd

    spent = f"spent ${format_usd(report.microusd)}"
    if report.per_second is None or report.per_shot is None:
        click.echo(f"{report.title}: {spent}; no shot is accepted yet")
    else:
        each = f"${rounded_usd(report.per_second)} per accepted second, ${rounded_usd(report.per_shot)} per shot"
        click.echo(f"{report.title}: {len(report.accepted)} of {len(report.shots)} shots accepted, {spent}, {each}")
    for gate in report.gates:
        saved = f"≈ ${rounded_usd(gate.spared_microusd)} not spent on them after that"
        click.echo(f"  {gate.gate} gate: {gate.failed} of {gate.judged} takes refused, {saved}")
    for lesson in report.lessons[:5]:
        mends = ", ".join(f"{mend.changed} ×{mend.times}" for mend in lesson.mends) or "nothing mended it yet"
        click.echo(f"  {lesson.flaw.replace('_', ' ')} ×{lesson.failed}: {mends}")
    for each_kind in report.deletable:
        click.echo(f"  {each_kind.kind}: {each_kind.objects} objects, {each_kind.bytes / 1e6:.1f} MB may be deleted")


def _progress() -> Callable[[str], None]:
    """Names the part that is worked on, where all of it takes more than two seconds."""
    began = time.monotonic()

    def tell(part: str) -> None:
        if time.monotonic() - began > _QUIET_S:
            click.echo(f"  {part} …", err=True)

    return tell
