"""The night: drafts of every scene that has a standing order, in turn; then the dailies, and one message in the
morning.

A scene that fails, for whatever reason, does not end the night; a stop does. Nobody is told anything before the
window's end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from prefect import flow, runtime
from pydantic import Field

from flows.claiming import dry_tonight
from flows.naming import BY_HAND, say_in_log, settings_of
from flows.outcome import EXIT_CODES, SceneOutcome, SceneUnfinished
from flows.parameters import FilmFolder, SceneName
from flows.scene import render_scene
from governor.errors import NightOver, Stopped
from manifests.errors import GateError
from manifests.noun import Noun
from manifests.spending.night import SceneNight, ShotNight
from manifests.spending.standing_order import Night
from production.dailies.lay_out import lay_out
from production.messages import messages
from production.messages.notifying import announce, deliver_due
from production.planning import nights
from production.planning.nights import Turn
from production.planning.plan_scene import plan_scene
from production.purchasing.in_flight import collect_open
from wiring.alive import alive
from wiring.opening import open_services
from wiring.services import Services

_LOOK_S = 30.0
"""How often somebody who waits for the window's end looks at the clock."""

_EARLY_S = 3900.0
"""So much before a window opens a night may begin, and wait: where the clocks skip an hour, Prefect's schedule wakes it
that early.
"""

_sleep = asyncio.sleep


class NightOutcome(Noun):
    """How the night ended. `pages`: the dailies, by scene. `not_opened`: scenes whose window was closed, and why."""

    scenes: tuple[SceneNight, ...] = ()
    pages: dict[str, str] = {}
    not_opened: dict[str, str] = {}

    @property
    def exit_code(self) -> int:
        """3 where every scene waits for a person, as it should; else the worst scene's own, 1 where several differ."""
        codes = {EXIT_CODES.get(scene.ending, 1) for scene in self.scenes} - {0, 3}  # type: ignore[call-overload]
        return 3 if not codes else codes.pop() if len(codes) == 1 else 1


def _run_name() -> str:
    planned = runtime.flow_run.scheduled_start_time or datetime.now(UTC)
    return f"night of {planned:%d %b}"


@flow(name="overnight drafts", flow_run_name=_run_name, persist_result=True, log_prints=False)
async def overnight_drafts(
    film: FilmFolder = "",
    scenes: Annotated[
        tuple[SceneName, ...],
        Field(description="Only these scenes. Leave it empty to make every scene that has a standing order."),
    ] = (),
    *,
    stay: Annotated[bool, Field(description="Stay until the window ends and send the morning's message then.")] = True,
) -> NightOutcome:
    """Make the drafts of the night at 480p, each scene under its standing order (gate order): leftovers first, then by
    priority.
    """
    services = open_services(settings_of(film))
    say_in_log(services)
    with alive(services.settings, str(runtime.flow_run.id or BY_HAND)):
        await _until_a_window_opens(services, scenes)
        outcome = await make_night(services, scenes)
        closes = [datetime.fromisoformat(scene.closes) for scene in outcome.scenes]
        if stay and closes and services.folder.film.notify.digest:
            await _until(services, max(closes))
        await asyncio.to_thread(deliver_due, services)
    return outcome


async def make_night(services: Services, wanted: Sequence[str] = ()) -> NightOutcome:
    """Every scene in turn, then the dailies and the digest. Raises NightOver where no window is open, and nothing was
    begun.
    """
    for name in wanted:
        services.scene(name)  # raises where the film has none
    turns, dry = nights.turns(services, wanted), dict[str, Exception]()
    dry_tonight.set(dry)
    reports, closed = list[SceneNight](), dict[str, str]()
    stop: Stopped | None = None
    for turn in turns:
        try:
            services.ledger.check_stop()
            night = services.ledger.open_night(turn.scene, turn.order.plan)
        except NightOver as error:
            closed[turn.scene] = str(error)
            stop = stop or error
            continue
        except Stopped as error:
            stop = error
            break
        reports.append(await _make_one(services, turn, night))
    if stop or not reports:
        await collect_open(services)  # what a scene that is not opened has in flight does not wait for its window
    if not reports:
        raise stop or no_order(wanted)
    pages = await asyncio.to_thread(_lay_out_dailies, services, reports)
    due = max(datetime.fromisoformat(report.closes) for report in reports)
    announce(services, messages.digest(services, reports, pages, due))
    return NightOutcome(scenes=tuple(reports), pages=pages, not_opened=closed)


async def _make_one(services: Services, turn: Turn, night: Night) -> SceneNight:
    """One scene's run under its order, written down however it ended."""
    began, plan = services.ledger.now(), nights.plan_file(services, turn.order)
    blank = SceneNight(
        night=night.name,
        scene=turn.scene,
        order=turn.number,
        opens=night.opens.isoformat(),
        closes=night.closes.isoformat(),
        plan=turn.order.plan,
        began_at=_at(began),
        ended_at=_at(began),
        ending="fault",
    )
    try:
        blank = blank.model_copy(
            update={"foreseen_microusd": plan_scene(services, services.scene(turn.scene)).cost.drafts.likely_microusd}
        )
        outcome = await render_scene(turn.scene, str(services.settings.film), str(plan or ""), night=True)
        report = _told(blank, outcome)
    except SceneUnfinished as unfinished:
        report = _told(blank, unfinished.outcome)
    except GateError as error:
        ending = (
            "window closed"
            if isinstance(error, NightOver)
            else "stopped"
            if isinstance(error, Stopped)
            else "incomplete"
        )
        report = blank.model_copy(update={"ending": ending, "message": str(error)})
    except Exception as error:  # noqa: BLE001  the other scenes of the night go on
        report = blank.model_copy(update={"message": f"a fault of the program: {type(error).__name__}: {error}"[:400]})
    report = report.model_copy(update={"ended_at": _at(services.ledger.now())})
    services.telemetry.say(
        turn.scene, "night", "done" if report.ending == "waits for approval" else "blocked", report.message
    )
    nights.record(services, report)
    return report


def _told(blank: SceneNight, outcome: SceneOutcome) -> SceneNight:
    shots = tuple(ShotNight(shot=line.shot, status=line.status, message=line.message) for line in outcome.shots)
    told = {
        "ending": outcome.ending,
        "message": outcome.message,
        "next": outcome.next,
        "shots": shots,
        "dry": outcome.dry,
    }
    return blank.model_copy(update=told)


def _lay_out_dailies(services: Services, reports: Sequence[SceneNight]) -> dict[str, str]:
    """Where each scene's dailies lie. One that cannot be laid out is said, and keeps none of the others back."""
    pages = {}
    for report in reports:
        try:
            pages[report.scene] = str(lay_out(services, report.scene, report.night))
        except Exception as error:  # noqa: BLE001  dailies are no reason to end a night
            services.telemetry.say(report.scene, "dailies", "blocked", f"they could not be laid out ({error})")
    return pages


async def _until_a_window_opens(services: Services, wanted: Sequence[str]) -> None:
    """Wait for the first window where it is about to open; return at once where one is open, or all of them are far
    away.
    """
    now, orders = services.ledger.now(), [turn.order for turn in nights.turns(services, wanted)]
    opens = min((order.next_night(now).opens for order in orders), default=now)
    if not any(order.night_at(now) for order in orders) and (opens - now).total_seconds() <= _EARLY_S:
        await _until(services, opens)


async def _until(services: Services, when: datetime) -> None:
    """Wait by the ledger's clock, which also opened the window."""
    while (left := (when - services.ledger.now()).total_seconds()) > 0:
        await _sleep(min(_LOOK_S, left))


def no_order(wanted: Sequence[str]) -> NightOver:
    """The refusal of a night that nobody has left an order for."""
    scene = wanted[0] if wanted else "SC010"
    cure = f'Leave one: gate order {scene} --opens 22:00 --closes 07:00 --zone Europe/Amsterdam --usd 5 --why "..."'
    return NightOver(", ".join(wanted) or "the film", "no standing order stands for any of its scenes", cure)


def _at(when: datetime) -> str:
    return when.isoformat(timespec="seconds")
