"""gate doctor: checks that everything is here that a film needs, and says how to fix each problem."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import click

from desk.cli.finding import CommandFinding
from desk.cli.options import film_option, json_option, print_json, read_film, settings_for
from desk.cli.own_packages import shared

_HANDS_LONG = timedelta(days=3)
"""A job that waits for somebody's hands for so long was forgotten, or is nobody's."""

_SERVER_S = 10.0

_DISK_BYTES_MIN = 2_000_000_000
"""A nine-shot scene with its takes needs about 0.2 GB; ten times that leaves room for a night."""


@click.command()
@film_option
@json_option
def doctor(film: Path | None, as_json: bool) -> int:
    """Check Python, Prefect, ffmpeg, the image model, the disk, the vault, the prices, the ledger,
    the film and its providers.

    Each problem comes with how to fix it. Ends with exit code 1 where a problem keeps a film from being made; errors in
    the film's own files are counted, and gate lint lists them.
    """
    looked = [_guarded(name, look, film) for name, look in _EXAMS.items()]
    examined = [*(finding for finding in looked if finding is not None), *_makers(film)]
    if as_json:
        print_json([{"name": f.name, "ok": f.ok, "says": f.says, "cure": f.cure} for f in examined])
    else:
        for finding in examined:
            click.echo(
                f"  {'✓' if finding.ok else '✗'} {finding.name:<11}{finding.says}"
                + (f"  → {finding.cure}" if finding.cure else "")
            )
    return 0 if all(finding.ok or not finding.fails for finding in examined) else 1


def _python(film: Path | None) -> CommandFinding:  # noqa: ARG001  one shape for all
    here = ".".join(map(str, sys.version_info[:3]))
    if theirs := shared():
        says = ", ".join(f"the folder {name} is also in {who}" for name, who in theirs.items())
        return CommandFinding(
            "python", ok=False, says=says, cure="Install this tool in an environment of its own, as pipx does"
        )
    return CommandFinding("python", ok=True, says=f"{here}, torch {version('torch')}")


def _prefect(film: Path | None) -> CommandFinding:
    """Its version, and whether the server answers that works for this film."""
    from wiring.settings import settle_environment
    from wiring.up import prefect_of

    settings = settings_for(film)
    says, api = f"{version('prefect')}, SQLAlchemy {version('sqlalchemy')}", prefect_of(settings)
    if api is None:
        return CommandFinding("prefect", ok=True, says=f"{says}; a run starts the film's server when it needs one")
    settle_environment(settings, api)
    if error := asyncio.run(_unhealthy()):
        cure = "Look at its terminal, or start it again: gate up"
        return CommandFinding(
            "prefect", ok=False, says=f"{says}; its server at {api} does not answer ({error})", cure=cure
        )
    return CommandFinding("prefect", ok=True, says=f"{says}; its server at {api} answers")


async def _unhealthy() -> str:
    """Why Prefect's server does not answer; empty where it does."""
    from prefect.client.orchestration import get_client

    try:
        async with asyncio.timeout(_SERVER_S), get_client() as client:
            error = await client.api_healthcheck()
    except (TimeoutError, OSError, RuntimeError) as late:
        return type(late).__name__
    return type(error).__name__ if error else ""


def _ffmpeg(film: Path | None) -> CommandFinding:  # noqa: ARG001  one shape for all
    from assembly.ffmpeg import program

    return CommandFinding("ffmpeg", ok=True, says=str(program()))


def _eye(film: Path | None) -> CommandFinding:
    services = read_film(film)
    import numpy as np

    vectors = services.eye().embed([np.full((32, 32, 3), 127, np.uint8)])
    return CommandFinding("eye", ok=True, says=f"{services.eye_name()}, {vectors.shape[1]} numbers a picture")


def _disk(film: Path | None) -> CommandFinding:
    services = read_film(film)
    free = shutil.disk_usage(services.settings.state).free
    cure = "" if free > _DISK_BYTES_MIN else f"Free some space below {services.settings.state}"
    return CommandFinding("disk", ok=not cure, says=f"{free / 1e9:.1f} GB free", cure=cure)


def _vault(film: Path | None) -> CommandFinding:
    from production.media.media_lost import media_lost

    services = read_film(film)
    links, damaged = services.canon.survey()
    if damaged:
        return CommandFinding("vault", ok=False, says=f"{damaged[0].thing}: {damaged[0].cause}", cure=damaged[0].cure)
    if lost := media_lost(services, reads=not services.settings.vault_url):
        return CommandFinding("vault", ok=False, says=lost.cause, cure=lost.cure)
    return CommandFinding("vault", ok=True, says=f"{services.vault.place}, {len(links)} canonical names")


def _prices(film: Path | None) -> CommandFinding:
    rows = read_film(film).prices.rows()
    oldest = min((row.as_of for row in rows if not row.fixed), default=None)
    return CommandFinding("prices", ok=True, says=f"{len(rows)} rows, the oldest of {oldest or 'today: none can move'}")


def _ledger(film: Path | None) -> CommandFinding:
    ledger = read_film(film).ledger
    if wrong := ledger.audit():
        return CommandFinding("ledger", ok=False, says=wrong[0], cure=f"Keep a copy of {ledger.thing} and report it")
    if lack := ledger.behind():
        return CommandFinding("ledger", ok=False, says=lack.cause, cure=lack.cure)
    doubts = [take for take in ledger.marks_open() if take.state == "in_doubt"]
    if doubts:
        says = f"{len(doubts)} in doubt: {', '.join(sorted({take.shot for take in doubts}))}"
        return CommandFinding("ledger", ok=False, says=says, cure="gate reconcile")
    return CommandFinding("ledger", ok=True, says=f"{ledger.kind}; every balance follows from the journal")


def _film(film: Path | None) -> CommandFinding:
    from production.planning.film_lint import findings_of

    services = read_film(film)
    errors = [f for f in findings_of(services, sorted(services.folder.scenes)) if f.severity == "error"]
    says = f"{services.folder.film.title}: {len(services.folder.scenes)} scenes, {len(errors)} errors"
    return CommandFinding("film", ok=not errors, says=says, cure="gate lint" if errors else "", fails=False)


def _facefusion(film: Path | None) -> CommandFinding | None:
    """Where this machine is said to have it, or the film names it."""
    services = read_film(film)
    makers = {name for scene in services.folder.scenes.values() for name in services.makers(scene)}
    if services.settings.facefusion is None and "facefusion" not in makers:
        return None
    from providers.facefusion.adapter import FaceFusion

    provider = services.provider_called("facefusion")
    assert isinstance(provider, FaceFusion)
    return CommandFinding("facefusion", ok=True, says=f"{asyncio.run(provider.look())}; a run downloads nothing")


def _makers(film: Path | None) -> list[CommandFinding]:
    """Each provider that costs money. A film that cannot be opened has said so above."""
    from desk.cli.tools.doctor_makers import makers
    from manifests.errors import GateError

    try:
        return makers(read_film(film))
    except GateError:
        return []


def _hands(film: Path | None) -> CommandFinding | None:
    """The things that wait for a person."""
    from desk.cli.hands.handoff import age_words, waiting

    jobs = waiting(read_film(film))
    if not jobs:
        return None
    wait = jobs[0].age
    says = f"{len(jobs)} by hand, {jobs[0].take.shot} {jobs[0].take.stage} for {age_words(wait)}"
    return CommandFinding(
        "hands", ok=wait < _HANDS_LONG, says=says, cure="" if wait < _HANDS_LONG else "gate handoff", fails=False
    )


_EXAMS: dict[str, Callable[[Path | None], CommandFinding | None]] = {
    "python": _python,
    "prefect": _prefect,
    "ffmpeg": _ffmpeg,
    "disk": _disk,
    "vault": _vault,
    "prices": _prices,
    "ledger": _ledger,
    "eye": _eye,
    "film": _film,
    "facefusion": _facefusion,
    "hands": _hands,
}


def _guarded(
    name: str, look: Callable[[Path | None], CommandFinding | None], film: Path | None
) -> CommandFinding | None:
    from manifests.errors import GateError

    try:
        return look(film)
    except GateError as error:
        return CommandFinding(name, ok=False, says=f"{error.thing}: {error.cause}", cure=error.cure)
    except (ImportError, OSError, RuntimeError) as error:
        return CommandFinding(name, ok=False, says=str(error), cure="Set it up again: make clean demo")
