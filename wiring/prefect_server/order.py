"""Stands before Prefect's server: its page lists artefacts in the order in which people read them.

The page asks for the order of their ids, which are random. Ours are named so that the order of their keys is that of
the film: what came of a scene, its costs, its shots.
"""

from __future__ import annotations

from wiring.prefect_server.door import App, Message, Receive, Send

_LISTS = ("/api/artifacts/filter", "/api/artifacts/latest/filter")
_BY_ID, _BY_KEY = b'"sort":"ID_DESC"', b'"sort":"KEY_ASC"'
"""As the page writes it; of one length, as the head of the call says how long its body is."""


class InReadingOrder:
    """An ASGI layer. A client that asks for another order, as programs do, gets that."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let it through, with the order that people read in."""
        asks = scope["type"] == "http" and scope["path"].endswith(_LISTS)
        await self._app(scope, _by_key(receive) if asks else receive, send)


def _by_key(receive: Receive) -> Receive:
    async def received() -> Message:
        message = await receive()
        return {**message, "body": message["body"].replace(_BY_ID, _BY_KEY)} if message.get("body") else message

    return received
