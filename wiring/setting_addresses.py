"""The addresses among the settings: of pages and servers, and of a rehearsal on this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from wiring.errors import BadSetting


def page_of(url: str | None, variable: str) -> str | None:
    """The address in a variable: of a page that people open, or of a server. Raises BadSetting for anything else."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise BadSetting(
            variable, "it is not an address of a page or a server", "Write https://review.studio.lan, or unset it."
        )
    return url.rstrip("/")


def loopback_of(url: str | None) -> str | None:
    """A rehearsal's address. Raises BadSetting for any that is not on this machine: a key must not go there."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname != "127.0.0.1" or not parts.port or parts.path.strip("/"):
        raise BadSetting(
            "GATE_REHEARSAL", "a rehearsal is on this machine", "Write http://127.0.0.1:PORT, or unset it."
        )
    return url.rstrip("/")
