"""The state that the handlers of one room share: the film as it is now, the sessions, the tray,
and the pages' templates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.cli.ending import on_one_line
from desk.room.errors import RoomRefused
from desk.room.going_on import GoingOn, in_prefect
from desk.room.sessions import Sessions
from desk.room.tray import Tray
from desk.room.views import KeptViews
from manifests.scene import Scene
from production.review.model import SceneView
from wiring.opening import open_services
from wiring.services import Services

HERE = Path(__file__).resolve().parent


def templates() -> Environment:
    """The pages' templates. Whatever is put into one is escaped; a name that is not given is an error."""
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["bare"] = on_one_line  # who decides on a text sees each letter of it, in its own order
    return pages


@dataclass
class ReviewRoom:
    """One room."""

    first: Services
    sessions: Sessions
    tray: Tray
    pages: Environment = field(default_factory=templates)
    going_on: GoingOn = field(default_factory=lambda: GoingOn(in_prefect))
    views: KeptViews = field(default_factory=KeptViews)

    def view(self, name: str) -> SceneView:
        """The scene as it stands now. Raises RoomRefused (404), PriceRefused."""
        services = self.services
        return self.views.view(services, self.scene(services, name))

    @property
    def people(self) -> tuple[str, ...]:
        """The people who can be mentioned in a note: those who may come in."""
        return tuple(sorted({self.sessions.who, *(key.name for key in self.sessions.keys if not key.agent)}))

    @property
    def services(self) -> Services:
        """The film as its files are now. Raises ManifestError where one was edited into nonsense."""
        return open_services(self.first.settings)

    def scene(self, services: Services, name: str) -> Scene:
        """The scene. Raises RoomRefused (404)."""
        scene = services.folder.scenes.get(name)
        if scene is None:
            raise RoomRefused("the scene", "the film has no scene of that name", "Choose one: /", status=404)
        return scene
