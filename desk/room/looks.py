"""What a person saw when they last looked at each shot of a scene, on whatever device: kept by the session's name."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from desk.room.guard import a_person, json_of
from desk.room.house import ReviewRoom
from desk.room.reading import read
from manifests.keys import hash_bytes
from manifests.noun import Noun, Sha256, ShotId, Text
from manifests.reading.whole_file import put_text
from wiring.services import Services

_BYTES_MAX = 200_000
_writing = threading.Lock()


class ShotLook(Noun):
    """A shot as a person saw it: the take on the screen, its status, and the newest word of somebody else."""

    take: Sha256 | None = None
    status: Annotated[str, Field(strict=True, max_length=40)]
    said: Annotated[int, Field(strict=True, ge=0)] = 0


class LookedAt(Noun):
    """Shots that a person has looked at now."""

    shots: Annotated[dict[ShotId, ShotLook], Field(max_length=400)]


class Looks(Noun):
    """Every shot of a scene that a person has looked at. `at`: when they were last in the scene, ISO 8601 in UTC."""

    schema_name: ClassVar[str] = "gate/looks/1"

    at: Text
    shots: Annotated[dict[ShotId, ShotLook], Field(max_length=400)] = {}


def looks_of(services: Services, who: str, scene: str) -> Looks | None:
    """What is known of a person and a scene; None where nothing is, or where it cannot be read: then nothing is new."""
    try:
        return Looks.from_stored(_file(services, who, scene).read_bytes())
    except (OSError, ValueError):
        return None


async def look(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/look/SC010`: the person of the session has looked at these shots."""
    session, said = a_person(request, "mark shots as seen"), read(LookedAt, await json_of(request, _BYTES_MAX))

    def write() -> int:
        services = house.services
        scene = house.scene(services, request.path_params["scene"])
        own = {shot.id for shot in scene.shots}
        with _writing:
            before = looks_of(services, session.name, scene.id)
            shots = {**(before.shots if before else {}), **said.shots}
            now = datetime.now(UTC).isoformat(timespec="seconds")
            kept = Looks(at=now, shots={shot: seen for shot, seen in shots.items() if shot in own})
            put_text(kept.stored(), _file(services, session.name, scene.id))
        return len(kept.shots)

    return JSONResponse({"known": await run_in_threadpool(write)})


def _file(services: Services, who: str, scene: str) -> Path:
    """One small file a person and scene, below a name that no person can spell a path with."""
    return services.settings.state / "looks" / hash_bytes(who.encode())[:16] / f"{scene}.json"
