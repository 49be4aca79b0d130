"""Opens a review tool by its name, for one film, with the address and the key that the settings hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from production.review_tools.contract import ReviewTool
from wiring.review_tools import address_of, given, needed
from wiring.services import Services


def open_tool(services: Services, name: str) -> ReviewTool:
    """The tool called kitsu or frameio. Raises BadSetting where a setting is missing, ToolUnready where the tool does
    not take it, and ToolDown.
    """
    return _TOOLS[name](services)


def _kitsu(services: Services) -> ReviewTool:
    from production.review_tools.kitsu import Kitsu  # noqa: PLC0415  its client takes half a second to load
    from production.review_tools.kitsu_client import KitsuKey  # noqa: PLC0415  same

    settings = services.settings
    url = address_of(settings, "GATE_KITSU_URL")
    token, email = given(settings, "GATE_KITSU_TOKEN"), given(settings, "GATE_KITSU_EMAIL")
    password = ""
    if not token:
        cure = "Set GATE_KITSU_TOKEN to the token of a bot in Kitsu, or GATE_KITSU_EMAIL and GATE_KITSU_PASSWORD."
        email = needed(settings, "GATE_KITSU_EMAIL", cure)
        password = needed(settings, "GATE_KITSU_PASSWORD", cure)
    key = KitsuKey(url=url, token=token, email=email, password=password)
    return Kitsu(key, services.folder.film.review_tools.kitsu, services.folder.film.title)


def _frameio(services: Services) -> ReviewTool:
    from production.review_tools.frameio import Frameio  # noqa: PLC0415  the client of one tool alone is loaded
    from production.review_tools.frameio_client import FrameioKey  # noqa: PLC0415  same

    settings = services.settings
    url = address_of(settings, "GATE_FRAMEIO_URL", "https://api.frame.io")
    cure = "Set it to an access token of Adobe's for the Frame.io API (docs/review_tools.md)."
    key = FrameioKey(
        url=url,
        token=needed(settings, "GATE_FRAMEIO_TOKEN", cure),
        account=given(settings, "GATE_FRAMEIO_ACCOUNT"),
        workspace=given(settings, "GATE_FRAMEIO_WORKSPACE"),
    )
    return Frameio(key, services.folder.film.review_tools.frameio, services.folder.film.title)


_TOOLS: Mapping[str, Callable[[Services], ReviewTool]] = {"kitsu": _kitsu, "frameio": _frameio}
