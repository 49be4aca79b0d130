"""gate handoff: what waits for a person's hands, where it lies, and which file it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, money, print_json, read_film, typed
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.handwork import FrameStage
    from manifests.take import Take
    from providers.contract import Provider
    from wiring.services import Services


@dataclass(frozen=True, slots=True)
class OpenHandoff:
    """One job at hand. `save`: the whole path of the file; `says`: what is waited for, or wrong with what is there."""

    take: Take
    tool: str
    folder: Path
    save: Path
    credits: str
    laid_out_at: datetime
    saved: bool
    says: str

    @property
    def age(self) -> timedelta:
        """Since it was laid out."""
        return datetime.now(UTC) - self.laid_out_at


@click.command()
@click.argument("scene", required=False)
@film_option
@json_option
def handoff(scene: str | None, film: Path | None, as_json: bool) -> None:
    """List the jobs that wait to be made by hand in SCENE, or in the whole film, each with its folder,
    the file to save, and its age.

    Save each file under exactly its name; gate resume then picks it up. Spends nothing.
    """
    services = read_film(film, scopes=[f"scene:{scene}"] if scene else [])
    jobs, kits = waiting(services, scene), kits_out(services, scene)
    if as_json:
        print_json([*(_facts(job) for job in jobs), *kits])
        return
    for kit in kits:
        click.echo(
            f"  {kit['shot']:<14}{str(kit['stage']).replace('_', ' '):<14}{kit['tool']:<12}$0   since {kit['since']}"
        )
        click.echo(f"    {kit['says']}\n    then: {typed(str(kit['next']), film)}")
    for job in jobs:
        name = f"{job.take.shot} {job.take.tier} {job.take.stage}"
        click.echo(f"  {name:<28}{job.tool:<12}{job.credits:<24}since {age_words(job.age)}")
        click.echo(f"    {'there: ' if job.saved and not job.says else 'save '}{job.save}")
        if job.says and not job.says.startswith("a person makes it: save"):
            click.echo(f"    {job.says}")
    if not jobs and not kits:
        click.echo("Nothing waits to be made by hand.")
        return
    scenes = sorted({*_scenes(jobs), *(scene_of_shot(str(kit["shot"])) for kit in kits)})
    click.echo("Next:" + "".join(f"\n  {typed(f'gate resume {name}', film)}" for name in scenes))


def waiting(services: Services, scene: str | None = None) -> list[OpenHandoff]:
    """Every open job that a person makes, the oldest first. Looks into the folders; asks nobody and spends nothing."""
    jobs = asyncio.run(_look(services, services.ledger.marks_open(scene)))
    return sorted(jobs, key=lambda job: job.laid_out_at)


def kits_out(services: Services, scene: str | None = None) -> list[dict[str, object]]:
    """People's work by shot: kits that wait for a composite, and polishes that wait for a choice;
    with the next command.
    """
    stages: tuple[FrameStage, ...] = ("panel", "end_panel")
    shots = [shot.id for name, s in sorted(services.folder.scenes.items()) if scene in {None, name} for shot in s.shots]
    found = (_in_hand(services, shot, stage) for shot in shots for stage in stages)
    return [each for each in found if each]


def _in_hand(services: Services, shot: str, stage: FrameStage) -> dict[str, object] | None:
    from production.hands.kit_folder import place
    from production.hands.passes import made_by
    from production.journey.handwork import hands_of

    decided, end = services.ledger.decided(shot), " --end" if stage == "end_panel" else ""
    hands = hands_of(decided, stage)
    if hands is None:
        return None
    told: dict[str, object] = {"shot": shot, "stage": stage}
    words = (each.decision for each in reversed(decided))
    since = next(d.made_at for d in words if d.hands is not None and d.hands.stage == stage)
    told |= {"laid_out_at": since, "since": since[:16].replace("T", " ")}
    if hands.kit is not None:
        folder, save = place(services, shot, stage, hands.kit.number)
        there = "there: " if save.is_file() else "save "
        told |= {
            "tool": "composite",
            "folder": str(folder),
            "save": str(save),
            "saved": save.is_file(),
            "says": f"{there}{save}",
        }
        return told | {"next": f"gate comp import {shot}{end}"}
    polish = hands.passes[-1] if hands.passes and hands.passes[-1].work == "polish" and hands.used is None else None
    made = made_by(services, shot, polish) if polish else None
    verdict = services.ledger.verdict(made.generation_key) if made else None
    if verdict is None:
        return None
    said = "; ".join(f.message for f in verdict.findings if f.severity == "error")
    says = (
        f"its polish was rejected: {said}"
        if said
        else "its polish moved nothing; say which counts, it or the composite"
    )
    return told | {
        "tool": "polish",
        "says": says,
        "next": f"gate comp use {shot}{end} {'composite' if said else 'polish'}",
    }


def age_words(age: timedelta) -> str:
    """A length of time as people say it: 3 days, 5 h, 12 min."""
    minutes = int(age.total_seconds() // 60)
    if minutes >= 48 * 60:
        return f"{minutes // (24 * 60)} days"
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"


async def _look(services: Services, takes: Iterable[Take]) -> list[OpenHandoff]:
    found = [await _waiting(services.provider_called(take.provider), take) for take in takes if take.job_id]
    return [job for job in found if job is not None]


async def _waiting(provider: Provider, take: Take) -> OpenHandoff | None:
    from providers.handoff.adapter import Handoff
    from providers.handoff.folder import credits_of

    if not isinstance(provider, Handoff) or take.job_id is None or (laid := provider.laid_out(take.job_id)) is None:
        return None
    (folder, job), status = laid, await provider.poll(take.job_id)
    save = folder / job.save_as
    return OpenHandoff(
        take,
        job.tool,
        folder,
        save,
        credits_of(job),
        datetime.fromisoformat(job.laid_out_at),
        saved=save.is_file(),
        says="" if status.state == "done" else status.raw,
    )


def _scenes(jobs: Iterable[OpenHandoff]) -> list[str]:
    return sorted({scene_of_shot(job.take.shot) for job in jobs})


def _facts(job: OpenHandoff) -> dict[str, object]:
    take = job.take
    return {
        "shot": take.shot,
        "stage": take.stage,
        "tier": take.tier,
        "tool": job.tool,
        "folder": str(job.folder),
        "save": str(job.save),
        "saved": job.saved,
        "says": job.says,
        "credits": job.credits,
        "laid_out_at": job.laid_out_at.isoformat(),
        "age_s": int(job.age.total_seconds()),
        **money("held", take.held_microusd),
    }
