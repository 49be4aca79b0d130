"""The state of a running `gate up`: read from the file it keeps, believed only while its process lives."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from manifests.noun import Noun
from manifests.reading.whole_file import put_text
from wiring.alive import held, is_free
from wiring.errors import ServerDown
from wiring.settings import Settings, make_state, prefect_api


class Up(Noun):
    """A live `gate up`: its process, Prefect's API and page, where media are served, and the review room."""

    pid: int
    api_url: str
    page_url: str
    media_url: str
    room_url: str


def read_up(settings: Settings) -> Up | None:
    """The live one, or None."""
    try:
        up = Up.model_validate_json(settings.up_file.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return up if is_free(_lock(settings)) is False else None


def prefect_of(settings: Settings) -> str | None:
    """The API of the Prefect that works for this film: the live gate up's, else the studio's;
    None where there is neither.
    """
    up = read_up(settings)
    return up.api_url if up else prefect_api()


def room_of(settings: Settings) -> str | None:
    """Where people open the review room: that of the live gate up, else the studio's; None where nobody has said."""
    up = read_up(settings)
    return up.room_url if up else settings.room_url


@contextlib.contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Be the one gate up of the film for the length of the block. Raises ServerDown where another one runs."""
    make_state(settings)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(held(_lock(settings), alone=True))
        except BlockingIOError:
            raise ServerDown("gate up", "it runs already for this film", "See it: gate status") from None
        yield


@contextlib.contextmanager
def announced(settings: Settings, up: Up) -> Iterator[None]:
    """Keep the file for as long as the block lasts, within `only_one`."""
    put_text(up.model_dump_json(), settings.up_file)
    try:
        yield
    finally:
        settings.up_file.unlink(missing_ok=True)


def has_ended(settings: Settings) -> bool:
    """Whether no gate up of the film is left, nor anything that it ran."""
    return is_free(_lock(settings)) is not False


def _lock(settings: Settings) -> Path:
    return settings.up_file.with_suffix(".lock")
