"""Runs a command of ours for an agent in a process of its own, under the same agent's key, and reads its JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

from assembly.child import child, end, last_words
from desk.agents.errors import CommandFailed
from wiring.services import Services

_ANSWER_BYTES_MAX = 4_000_000
_WORDS_MAX = 2_000
_LOOK_S = 0.2
_GATE = "from desk.cli.main import main; main()"


def command(services: Services, words: Sequence[str], *, timeout_s: float) -> dict[str, Any]:
    """What `gate WORDS` answers, with its exit code. Raises CommandFailed where it answers nothing, in its words.

    It ends with our process; a run that was ended so goes on when it is called again.
    """
    typed = " ".join(("gate", words[0]))
    arguments = [sys.executable, "-c", _GATE, *words, "--film", str(services.settings.film)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as log:
        with child(arguments, out, log, services.settings.film) as program:
            ends_at = time.monotonic() + timeout_s
            while (code := program.poll()) is None and time.monotonic() < ends_at:
                time.sleep(_LOOK_S)
            if code is None:
                end(program)
                cause = f"it was not done after {timeout_s:.0f} s"
                raise CommandFailed(typed, cause, "Call it again: it goes on.")
        said = last_words(log)[-_WORDS_MAX:]
        out.seek(0)
        answer = out.read(_ANSWER_BYTES_MAX)
    try:
        facts = json.loads(answer)
    except ValueError:
        cause = said.splitlines()[-1] if said else f"it ended with exit code {code} and said nothing"
        raise CommandFailed(typed, cause.removeprefix("gate: "), "Follow what it says.") from None
    return {"exit_code": code, "answer": facts}
