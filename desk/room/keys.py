"""Lasting keys to the room: one from the environment, or a file of them for its owner's eyes alone."""

from __future__ import annotations

from pathlib import Path

from desk.room.sessions import Key
from wiring.errors import BadSetting
from wiring.settings import secret

VARIABLE = "GATE_ROOM_TOKEN"
_LENGTH_MIN = 24
_BYTES_MAX = 100_000
_MAKE = "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


def read_keys(file: Path | None, who: str, *, beyond: bool) -> tuple[Key, ...]:
    """The keys there are. `beyond`: others than this machine reach the room; then there must be a person's.
    Raises BadSetting.
    """
    token = secret(VARIABLE)
    keys = [*([_key(VARIABLE, who, token, agent=False)] if token else []), *(_read(file) if file else ())]
    if beyond and not any(not key.agent for key in keys):
        cause = "beyond loopback everybody needs a key, and none is set"
        raise BadSetting("--host", cause, f"{_MAKE}; then set {VARIABLE}, or name a file of keys: --keys FILE.")
    return tuple(keys)


def _read(file: Path) -> list[Key]:
    try:
        status = file.stat()
        if status.st_mode & 0o077:
            raise BadSetting(str(file), "other users may read the keys in it", f"Forbid it: chmod 600 {file}")
        if not file.is_file() or status.st_size > _BYTES_MAX:
            raise BadSetting(str(file), f"it is not a file of at most {_BYTES_MAX} bytes", "Name a file of keys.")
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(str(file), f"it cannot be read ({error})", "Name a file of keys.") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        place, parts = f"{file}:{number}", line.split()
        if len(parts) != 3 or parts[1] not in {"person", "agent"}:
            raise BadSetting(place, "it is not a key", "Write: mia person KEY, or scout agent KEY.")
        found.append(_key(place, parts[0], parts[2], agent=parts[1] == "agent"))
    return found


def _key(place: str, name: str, token: str, *, agent: bool) -> Key:
    if len(token) < _LENGTH_MIN:
        raise BadSetting(place, f"a key has at least {_LENGTH_MIN} characters, so that nobody guesses it", f"{_MAKE}.")
    return Key.of(name, token, agent=agent)
