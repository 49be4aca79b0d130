"""What can be launched from Prefect's page: each deployment by name, with its flow and what it says of itself.

`deployments/prefect.yaml` lists the same for `prefect deploy`; a test holds the one against the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron, Schedule

from flows.film import render_film
from flows.film_cut import cut_film
from flows.finals import render_finals
from flows.overnight import overnight_drafts
from flows.parameters import AS_THE_FILM_SAYS, EVERY_SCENE
from flows.reconciling import ask_providers
from flows.scene import render_scene
from flows.turnaround import make_turnaround
from manifests.reading.film_folder import FilmFolder
from production.bible.views import EVERY_WARDROBE, EVERYBODY
from production.planning.nights import turns
from wiring.services import Services

POOL = "gate"
"""The work pool; each run is a process of its own, loaded by its flow's module."""

ONE_AFTER_ANOTHER = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
"""A second one waits for the first: they are claims on one thing, and the newer would end the older one's buying."""

ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
"""A second one has nothing to do; it is cancelled, and says so."""

_DAILY = "{m} {h} * * *"

Defaults = Callable[[FilmFolder], dict[str, Any]]


def _never(_: Services) -> list[Schedule]:
    return []


@dataclass(frozen=True, slots=True)
class Offered:
    """One deployment. `defaults`: what its form begins with; `when`: by itself, and in which zone."""

    flow: Flow[..., Any]
    words: str
    defaults: Defaults
    limit: ConcurrencyLimitConfig | None = None
    when: Callable[[Services], list[Schedule]] = _never

    @property
    def name(self) -> str:
        """The deployment's name, which is its flow's."""
        return self.flow.name.replace(" ", "-")


def every_night(services: Services) -> list[Schedule]:
    """When the windows of the standing orders open, on their own clocks; while none stands a schedule that is switched
    off.
    """
    windows = sorted({(turn.order.opens, turn.order.zone) for turn in turns(services)})
    if not windows:
        return [Cron(_DAILY.format(h=22, m=0), timezone=services.folder.film.notify.zone, active=False, slug="night")]
    return [
        Cron(_DAILY.format(h=int(opens[:2]), m=int(opens[3:])), timezone=zone, active=True, slug=f"night-{number}")
        for number, (opens, zone) in enumerate(windows, 1)
    ]


OFFERED: tuple[Offered, ...] = (
    Offered(
        render_scene,
        "Make a scene: drafts, a person's approval, finals, the cut.",
        lambda film: {"scene": min(film.scenes), "provider": AS_THE_FILM_SAYS},
    ),
    Offered(render_film, "Make every scene of the film, in order; each is a run of its own.", lambda _: {}),
    Offered(
        cut_film,
        "Join the scenes into the film by assembly.yaml, and make its deliverables. Buys nothing.",
        lambda _: {},
        ONE_AFTER_ANOTHER,
    ),
    Offered(
        overnight_drafts,
        "Make the night's drafts under the standing orders (gate order), then the dailies.",
        lambda _: {},
        ONE_AT_A_TIME,
        every_night,
    ),
    Offered(
        render_finals,
        "Make the approved finals. Asks nobody, and buys no draft.",
        lambda film: {"scene": min(film.scenes)},
    ),
    Offered(
        make_turnaround,
        "Make a character's missing views from the approved front, for a person to look at and lock.",
        lambda _: {"character": EVERYBODY, "wardrobe": EVERY_WARDROBE, "provider": AS_THE_FILM_SAYS},
        ONE_AFTER_ANOTHER,
    ),
    Offered(
        ask_providers,
        "Ask the providers about what is open or in doubt, and about late bills. Buys nothing.",
        lambda _: {"scene": EVERY_SCENE},
        ONE_AT_A_TIME,
    ),
)
