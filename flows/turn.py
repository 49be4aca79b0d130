"""Says that it is a person's turn in what Prefect's page shows first: the run's name, its state, its log; then leaves
the run.
"""

from __future__ import annotations

import logging
from uuid import UUID

from prefect import get_run_logger, runtime
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.input import RunInput, keyset_from_paused_state
from prefect.states import Suspended
from prefect.utilities.engine import propose_state

from flows.outcome import FilmUnfinished, SceneUnfinished
from manifests.errors import GateError
from wiring.settings import Settings
from wiring.up import room_of

_YOUR_TURN = "your turn: ⋮ → Resume"
_HINTED = " — "
"""Between a run's own name and what a person is to do now."""

_LOGGER = "prefect.flow_runs"
_ENDS = "Finished in state Suspended("


def words_of_turn(settings: Settings, scene: str, finals: int) -> str:
    """What waits for whom, and every door to the answer, in one line: a state's message and a log have no more."""
    room = room_of(settings)
    where = f"Look at the drafts and answer in the review room: {room}/r/{scene} , or" if room else "Answer"
    waits = "final waits" if finals == 1 else "finals wait"
    return (
        f"Your turn: {finals} {waits} for your approval. {where} on the page of this run: ⋮ → Resume, "
        f"or in a terminal: gate approve {scene}. Nothing is spent until you answer."
    )


def named(name: str, hint: str) -> str:
    """A run's name with what a person is to do now, instead of what that was before. Its next start names it plainly
    again.

    The hour comes last: the page cuts a long name off at its end.
    """
    what, dot, hour = plain(name).rpartition(" · ") if " · " in name else (plain(name), "", "")
    return f"{what}{_HINTED}{hint}{dot}{hour}"


def plain(name: str) -> str:
    """A run's name without what a person was to do."""
    what, dot, hour = name.rpartition(" · ") if " · " in name else (name, "", "")
    return f"{what.partition(_HINTED)[0]}{dot}{hour}"


async def suspend(form: type[RunInput], key: str, words: str) -> None:
    """Leave the run until a person has answered the form. Raises Pause, with which its process ends.

    Prefect's own call does the same, but gives the state no message, and ends the log with a red ERROR.
    """
    run = UUID(str(runtime.flow_run.id))
    state: State[None] = Suspended(pause_key=key, message=words)
    keyset = keyset_from_paused_state(state)
    state.state_details.run_input_keyset = dict[str, str](keyset.items())
    await form.asave(keyset)  # first: a run that is called Suspended can be answered
    async with get_client() as client:
        told = await propose_state(client, state, flow_run_id=run)
        if not told.is_paused():
            raise RuntimeError(f"Prefect did not suspend the run: {told}")
        await client.set_flow_run_name(run, named(str(runtime.flow_run.name), _YOUR_TURN))
    get_run_logger().info(words)
    raise Pause(state=told)


def speak_plainly() -> None:
    """Let a run's log end in plain words: for Prefect every end but Completed is an ERROR, and every refusal a
    traceback.
    """
    logging.getLogger(_LOGGER).addFilter(_plain)


def _plain(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if str(record.msg).startswith(_ENDS):
        record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
        record.msg, record.args = "The run waits for you. No process runs meanwhile; ⋮ → Resume continues it.", ()
    elif isinstance(error, (SceneUnfinished, FilmUnfinished, GateError)):
        record.msg, record.args, record.exc_info, record.exc_text = str(error), (), None, None
    return True
