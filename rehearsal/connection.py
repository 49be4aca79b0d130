"""The connection under a call, for answers that end as no answer should."""

from __future__ import annotations

import asyncio
import socket
import struct

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive


def transport_of(receive: Receive) -> asyncio.Transport | None:
    """The transport of a call that uvicorn serves: its cycle holds it. None under any other server."""
    return getattr(getattr(receive, "__self__", None), "transport", None)


def dropped(request: Request) -> Response:
    """Cut the connection with a reset, as a dying proxy does."""
    if (transport := transport_of(request.receive)) is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return Response(status_code=504)
