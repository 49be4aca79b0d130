"""Makes ready what people are about to see: each scene's view, and the small pictures that are not made yet."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from desk.room.house import ReviewRoom
from manifests.errors import GateError
from production.review.thumbnails import thumbnail


def make_ready(house: ReviewRoom, stop: threading.Event) -> None:
    """Read every scene and make its small pictures, in story order, until `stop` is set.
    What cannot be read or made is left out: the page says why when somebody looks at it.
    """
    with contextlib.suppress(GateError):
        services = house.services
        for name in sorted(services.folder.scenes):
            for sha256 in _posters(house, name):
                if stop.is_set():
                    return
                with contextlib.suppress(GateError):
                    thumbnail(services, sha256)


def _posters(house: ReviewRoom, scene: str) -> tuple[str, ...]:
    with contextlib.suppress(GateError):
        return tuple(shot.poster for shot in house.view(scene).shots if shot.poster)
    return ()


def while_open(house: ReviewRoom) -> Callable[[Starlette], contextlib.AbstractAsyncContextManager[None]]:
    """The life of a served room: a thread makes things ready in it, and ends with it."""

    @contextlib.asynccontextmanager
    async def open_room(_app: Starlette) -> AsyncIterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=make_ready, args=(house, stop), name="make ready", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            await run_in_threadpool(thread.join)

    return open_room
