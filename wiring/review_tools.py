"""Where review tools are, and the keys to them: of the environment, or of the file that GATE_KEYS names.

GATE_KITSU_URL with GATE_KITSU_TOKEN, or GATE_KITSU_EMAIL and GATE_KITSU_PASSWORD. GATE_FRAMEIO_TOKEN, with
GATE_FRAMEIO_ACCOUNT and GATE_FRAMEIO_WORKSPACE where the token reaches more than one, and GATE_FRAMEIO_URL where
another server stands for Frame.io.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from wiring.errors import BadSetting
from wiring.keys import found
from wiring.setting_addresses import page_of
from wiring.settings import Settings

_HERE = {"127.0.0.1", "localhost", "::1"}


def address_of(settings: Settings, variable: str, usual: str = "") -> str:
    """A review tool's address: https, or http on this machine. Raises BadSetting where there is none, where a key would
    travel in clear, and where a rehearsal would leave this machine.
    """
    url = page_of(found(settings, variable) or usual, variable)
    if url is None:
        raise BadSetting(
            variable, "it is not set", "Set it to the tool's address, such as https://kitsu.studio.lan/api."
        )
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _HERE:
        cause = "a key would travel in clear: only this machine is called by http"
        raise BadSetting(variable, cause, "Write an https address, or open a tunnel to this machine.")
    if (settings.rehearsal or settings.house.is_dir()) and parts.hostname not in _HERE:
        raise BadSetting(variable, "this is a rehearsal, and nothing leaves the machine", "Push the film itself.")
    return url


def given(settings: Settings, variable: str) -> str:
    """A variable's value; "" where it is not set."""
    return found(settings, variable) or ""


def needed(settings: Settings, variable: str, cure: str) -> str:
    """A variable's value. Raises BadSetting where it is not set."""
    if not (value := found(settings, variable)):
        raise BadSetting(variable, "it is not set", cure)
    return value
