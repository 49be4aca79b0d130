"""The providers' keys: found where they are used, kept nowhere, and named to people by their variable alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from providers.errors import Invalid
from wiring.errors import BadSetting
from wiring.settings import Settings, secret

VARIABLES = {
    "openrouter": ("OPENROUTER_API_KEY",),
    "replicate": ("REPLICATE_API_TOKEN",),
    "byteplus": ("ARK_API_KEY",),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "fal": ("FAL_KEY",),
    "bfl": ("BFL_API_KEY",),
    "evolink": ("EVOLINK_API_KEY",),
    "openai": ("OPENAI_API_KEY",),
}
"""The variables in which the providers' own clients keep their keys. Any other provider's is GATE_KEY_NAME."""

_FILE_BYTES_MAX = 64 << 10


def key_of(settings: Settings, provider: str) -> str:
    """The key of a provider. Raises Invalid where there is none, BadSetting where the file of keys cannot be used."""
    if settings.rehearsal:
        return f"rehearsal-{provider}"
    if settings.house.is_dir():
        cause = "this film is the copy that a rehearsal was played with, and its ledger is not a real one"
        raise Invalid(str(settings.film), cause, "Run the film itself.")
    for variable in variables_of(provider):
        if key := found(settings, variable):
            return key
    raise Invalid(provider, "there is no key for it", f"Set {variables_of(provider)[0]}; then: gate doctor")


def alias_of(settings: Settings, provider: str) -> str | None:
    """Where a provider's key is, in words that may be shown; None where there is none."""
    if settings.rehearsal:
        return "a rehearsal's"
    if settings.house.is_dir():
        return None
    return next((where for variable in variables_of(provider) if (where := found_in(settings, variable))), None)


def found(settings: Settings, variable: str) -> str | None:
    """A secret by the name of its variable: of the environment, else of the file of keys. Raises BadSetting."""
    return secret(variable) or _filed(settings.keys).get(variable)


def found_in(settings: Settings, variable: str) -> str | None:
    """Where a secret is, in words that may be shown; None where there is none. Raises BadSetting."""
    if secret(variable):
        return variable
    return f"{variable} in {settings.keys}" if variable in _filed(settings.keys) else None


def variables_of(provider: str) -> tuple[str, ...]:
    """The names under which a provider's key is looked for, the first first."""
    own = "GATE_KEY_" + "".join(c if c.isalnum() else "_" for c in provider.upper())
    return (*VARIABLES.get(provider, ()), own)


def _filed(path: Path | None) -> dict[str, str]:
    """The keys in a file of lines NAME=value.
    Only its owner may read it, or anybody on this machine has them already.
    """
    if path is None:
        return {}
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, encoding="utf-8") as file:
            mode = os.fstat(handle).st_mode
            text = file.read(_FILE_BYTES_MAX)
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is not text"
        raise BadSetting(
            f"GATE_KEYS={path}", f"it cannot be read ({cause})", "Name a file of lines NAME=key."
        ) from None
    if not stat.S_ISREG(mode) or mode & 0o077:
        raise BadSetting(f"GATE_KEYS={path}", "others than its owner may read it", f"chmod 600 {path}")
    lines = (line.partition("=") for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in lines if value.strip()}
