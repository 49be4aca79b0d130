"""Runs one step of a scene as a task of Prefect's, with the edges that it really has in the graph of the run.

Prefect draws an edge wherever a task is given an object that another one returned, by the object's address; equal words
and hashes are one object in Python, and what is new may lie where another object lay, so that shots which have nothing
to do with each other were linked. Here nothing is looked into, and no address is kept: each step has a name, and says
which steps it comes after. A step whose result is known from an earlier run is read, and adds no second task to the
graph.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from copy import copy
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from prefect import Task
from prefect.cache_policies import CachePolicy
from prefect.client.schemas.objects import State, StateType
from prefect.context import FlowRunContext
from prefect.futures import PrefectFuture
from prefect.results import get_result_store
from prefect.utilities.annotations import quote

from manifests.take import Artefact
from vault.contract import Vault

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Step:
    """A step by the name that later ones call it by. `after`: the names of those it comes after; one that did not run
    here gives no edge.
    """

    name: str
    after: tuple[str, ...] = ()


class Graph:
    """The steps that one run has made, and the edges between them. `vault`: where their files lie."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._ran: dict[str, UUID] = {}

    def has(self, name: str) -> bool:
        """Whether the step of this name was made in this run."""
        return name in self._ran

    async def run(self, step: Step, task: Task[P, Coroutine[Any, Any, R]], *given: P.args, **named: P.kwargs) -> R:
        """What the task gives for these arguments: read where it is kept, else made now. Raises what the task raises.

        A kept result is made again, for nothing, where it names a file which the vault has lost since, or where another
        version of the program wrote it: Prefect gives what it cannot place as the plain object that was stored.
        """
        key = _key(task, inspect.signature(task.fn).bind(*given, **named))
        if key is None:
            return cast("R", await self._made(step, task, given, named))
        keyed: Any = copy(task)
        keyed.cache_policy = _KeyInHand(key=key)
        if not task.refresh_cache and (kept := await _kept(keyed, key)) is not None:
            lost = isinstance(kept[0], Artefact) and not self._vault.has(kept[0].sha256)
            if not (lost or (isinstance(kept[0], dict) and "__class__" in kept[0])):
                return cast("R", kept[0])
            keyed.refresh_cache = True
        return cast("R", await self._made(step, keyed, given, named))

    async def _made(self, step: Step, task: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        _remember_no_addresses()
        shown = [_Ended(self._ran[name]) for name in dict.fromkeys(step.after) if name in self._ran]
        quoted = {name: quote(value) for name, value in named.items()}
        state: State[Any] = await task(*map(quote, given), **quoted, wait_for=shown, return_state=True)
        result = await state.aresult()
        if (run_id := state.state_details.task_run_id) is not None:
            self._ran[step.name] = run_id
        return result


@dataclass
class _KeyInHand(CachePolicy):
    """The key of one call of a task, which was worked out before Prefect would: it takes as long as a small step."""

    key: str = ""

    def compute_key(self, *_given: Any, **_named: Any) -> str:
        """The key, whatever the task is given."""
        return self.key


def _key(task: Task[Any, Any], given: inspect.BoundArguments) -> str | None:
    """Under which the task's result is kept; None where it is not."""
    if task.cache_key_fn is None:
        return None
    given.apply_defaults()
    return task.cache_key_fn(cast("Any", None), given.arguments)


async def _kept(task: Task[Any, Any], key: str) -> tuple[object] | None:
    """What the task gave for the same key before, in a tuple; None where it gave nothing."""
    store = await get_result_store().aupdate_for_task(task)
    try:
        return ((await store.aread(key)).result,)
    except (
        ValueError,
        OSError,
    ):  # nothing is kept, or it was cut off, or another version wrote it: the task writes it again
        return None


class _KeepsNothing(dict[int, Any]):
    """Stands where Prefect keeps the address of each result, and of its parts, with the task that returned it."""

    def __setitem__(self, address: int, task: Any) -> None:
        """Forget it: the next object at this address may be a new one, even the list of those that a step comes
        after.
        """


def _remember_no_addresses() -> None:
    run = FlowRunContext.get()
    if run is not None and not isinstance(run.run_results, _KeepsNothing):
        run.run_results = _KeepsNothing()


class _CameOut(State[bool]):
    """A completed state whose result is at hand: Prefect starts an event loop in a thread to read any other one's."""

    def result(self, *_given: Any, **_named: Any) -> bool:
        """Nothing that could be taken for a step's result."""
        return True


_CAME_OUT = _CameOut(type=StateType.COMPLETED)


@dataclass(frozen=True, slots=True)
class _Ended(PrefectFuture[bool]):
    """A task run that came to its end, as Prefect takes it in `wait_for`."""

    task_run_id: UUID

    @property
    def state(self) -> State[bool]:
        return _CAME_OUT

    def wait(self, timeout: float | None = None) -> None:
        """It has ended."""

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> bool:  # noqa: ARG002, FBT001, FBT002
        """As of its state."""
        return True

    def add_done_callback(self, fn: Callable[[PrefectFuture[bool]], None]) -> None:
        """It is done."""
        fn(self)
