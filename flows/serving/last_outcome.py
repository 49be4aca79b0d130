"""Keeps how the last run of a scene ended, for as long as nothing changes that this rests on: then the same run is not
made again.
"""

from __future__ import annotations

from pathlib import Path

from flows.outcome import SceneOutcome
from manifests.noun import Noun, Sha256
from manifests.reading.whole_file import put_text
from production.messages.standstill import Ground, ground_of, stamp
from production.planning.run_options import RunOptions
from wiring.opening import open_services
from wiring.services import Services
from wiring.settings import Settings
from wiring.up import prefect_of


class LastOutcome(Noun):
    """An outcome and what it rests on: see `production.messages.standstill`. `delivered`: the files that the run laid
    down.
    """

    schema_name = "gate/last_outcome/1"

    written: Sha256
    books: Sha256
    delivered: Sha256
    outcome: SceneOutcome


def ground(services: Services, scene: str, options: RunOptions) -> Ground | None:
    """What the outcome of a run that begins now will rest on; None for a run that is always made.

    That is one with options of its own, and one on a Prefect server whose page people have open: a new cap may stand
    there in the Budget block, and they expect to see the run.
    """
    if options != RunOptions() or prefect_of(services.settings):
        return None
    return ground_of(services, services.scene(scene))


def recall(settings: Settings, scene: str, now: Ground) -> SceneOutcome | None:
    """How a run of the scene would end now, where that is known without one; else None."""
    if not now.idle:
        return None
    try:
        last = LastOutcome.from_stored(_file(settings, scene).read_bytes())
    except (OSError, ValueError):  # there is none, or another version of this program wrote it
        return None
    stands = (now.written, now.books, _delivered(settings, last.outcome))
    return last.outcome if stands == (last.written, last.books, last.delivered) else None


def remember(settings: Settings, before: Ground, outcome: SceneOutcome) -> None:
    """Keep the outcome of a run that has just ended, if what it rests on is certain.

    `before`: the ground at its start. What a person wrote or decided since then the run may not have seen.
    """
    services = open_services(settings)
    after, balance = (
        ground_of(services, services.scene(outcome.scene)),
        services.ledger.balance(f"scene:{outcome.scene}"),
    )
    same = before.written == after.written
    told = (outcome.settled_microusd, outcome.held_microusd) == (balance.settled, balance.held)
    if not (outcome.passed and after.idle and same and told and all(map(Path.exists, _laid(outcome)))):
        forget(settings, outcome.scene)
        return
    again = outcome.model_copy(update={"generated": 0})
    kept = LastOutcome(written=after.written, books=after.books, delivered=_delivered(settings, outcome), outcome=again)
    put_text(kept.stored(), _file(settings, outcome.scene))


def forget(settings: Settings, scene: str = "*") -> None:
    """Know nothing more of a scene, or of any."""
    for path in (settings.state / "outcomes").glob(f"{scene}.json"):
        path.unlink(missing_ok=True)


def _file(settings: Settings, scene: str) -> Path:
    return settings.state / "outcomes" / f"{scene}.json"


def _delivered(settings: Settings, outcome: SceneOutcome) -> str:
    return stamp([*_laid(outcome), settings.out / outcome.scene / "clips"])


def _laid(outcome: SceneOutcome) -> tuple[Path, ...]:
    """The files that a run names in the end."""
    named = (outcome.film, outcome.draft, outcome.reel, outcome.contact_sheet, outcome.timeline, outcome.drift_chart)
    return tuple(Path(path) for path in named if path)
