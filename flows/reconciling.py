"""Asks the providers about everything that is open or in doubt, and about bills that came late. Buys nothing."""

from __future__ import annotations

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.naming import BY_HAND, run_name, say_in_log, settings_of
from flows.parameters import EVERY_SCENE, FilmFolder, SceneOrAll
from flows.showing.publish import publish_reconciled
from manifests.money import format_usd
from production.purchasing.in_flight import CheckedCall
from production.purchasing.reconcile import reconcile
from wiring.alive import alive
from wiring.opening import open_services
from wiring.services import Services


@flow(name="reconcile", flow_run_name=run_name, persist_result=True, log_prints=False)
async def ask_providers(scene: SceneOrAll = EVERY_SCENE, film: FilmFolder = "") -> State[str]:
    """Collect what was made, give back what was never bought, book late bills; what nobody knows is a person's to
    decide.
    """
    services = open_services(settings_of(film))
    named = None if scene == EVERY_SCENE else services.scene(scene).id
    with alive(services.settings, str(runtime.flow_run.id or BY_HAND)):
        say_in_log(services)
        found = await reconcile(services, named)
        await publish_reconciled(
            named or services.folder.film.code, [(each.was, each.now, each.words) for each in found]
        )
    words, doubt = _words(services, named, found)
    return Completed(message=words, name="In doubt" if doubt else None, data=words)


def _words(services: Services, scene: str | None, found: list[CheckedCall]) -> tuple[str, bool]:
    """What came of it in a sentence or two, and whether a person has to decide something."""
    doubts = [take for take in services.ledger.marks_open(scene) if take.state == "in_doubt"]
    asked = (
        f"{len(found)} call{'' if len(found) == 1 else 's'} asked about, {sum(not each.open for each in found)} closed."
    )
    if not doubts:
        return f"{asked} Nothing is in doubt.", False
    held = format_usd(sum(take.held_microusd for take in doubts))
    shot = doubts[0].shot
    decide = f'gate reconcile --write-off {shot} --reason "..." or gate reconcile --release {shot} --reason "..."'
    return (
        (
            f"{asked} In doubt: {len(doubts)}, ${held} held, and nobody can say whether they were bought. Look at the "
            f"provider's own list, then decide: {decide}"
        ),
        True,
    )
