"""The Budget block: caps as a form in Prefect's page. It is configuration; the ledger is the truth and has the last
word.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from prefect.blocks.core import Block
from prefect.exceptions import ObjectAlreadyExists
from pydantic import Field, ValidationError, field_validator

from governor import policy
from manifests.decision import Decision
from manifests.money import format_usd, parse_usd
from manifests.scene import Scene
from wiring.services import Services

_USD = r"^([0-9]{1,7}(\.[0-9]{1,6})?)?$"
_WRITTEN = "Written by the run; editing it does nothing."
_SOMEBODY = "somebody in Prefect's page"
_RACES_MAX = 5
"""How often a block's registration may be overtaken by those of other runs: it is of a type, a schema and a
document.
"""

_SCHEMAS: dict[str, dict[str, Any]] = {}
"""The block's schema, by the arguments that Prefect asked with."""


def _field(title: str, said: str, **bounds: Any) -> Any:
    return Field(title=title, description=said, **bounds)


class Budget(Block):
    """What a scene may cost, in US dollars, and what stands against it.

    Change a cap here and the next run takes it as your decision. To raise one, write your name and your reason beside
    it; without them it stays where it is.
    """

    _block_type_name: ClassVar[str] = "Gate Budget"
    _block_type_slug: ClassVar[str] = "gate-budget"
    _code_example: ClassVar[str] = ""  # its page would begin with lines of Python
    _description: ClassVar[str] = (
        "What a scene may cost, and what it has cost, in US dollars. To change a cap: ⋮ → Edit. The next run takes "
        "it as your "
        "decision; to raise one, write your name and your reason."
    )

    scene: Annotated[str, _field("Scene", "Leave it.")]
    scene_cap_usd: Annotated[str, _field("Cap of the scene, in $", "What the scene may cost: 15.00", pattern=_USD)]
    settled_usd: Annotated[str, _field("Spent on the scene, in $", _WRITTEN)] = "0.00"
    held_usd: Annotated[str, _field("Held for the scene's calls in flight, in $", _WRITTEN)] = "0.00"
    left_usd: Annotated[str, _field("Left under the scene's cap, in $", _WRITTEN)] = "0.00"
    film_cap_usd: Annotated[str, _field("Cap of the film, in $", "What the whole film may cost.", pattern=_USD)] = ""
    film_settled_usd: Annotated[str, _field("Spent on the film, in $", _WRITTEN)] = "0.00"
    film_held_usd: Annotated[str, _field("Held for the film's calls in flight, in $", _WRITTEN)] = "0.00"
    film_left_usd: Annotated[str, _field("Left under the film's cap, in $", _WRITTEN)] = "0.00"
    who: Annotated[str, _field("Your name", "When you change a cap.", max_length=80)] = ""
    why: Annotated[str, _field("Your reason", "When you raise one.", max_length=400)] = ""
    shown: Annotated[str, _field("The caps when the last run ended", "What the next run compares with; leave it.")] = ""

    @field_validator("shown", mode="before")
    @classmethod
    def _as_it_was_kept(cls, shown: Any) -> Any:
        """A block of an earlier version kept the two caps as a mapping."""
        return _in_words(shown) if isinstance(shown, dict) else shown

    @classmethod
    def model_json_schema(cls, *given: Any, **named: Any) -> dict[str, Any]:
        """Prefect's own, worked out once in a process: Prefect asks for it three times for each field that it saves."""
        asked = repr((given, named))
        if asked not in _SCHEMAS:
            _SCHEMAS[asked] = super().model_json_schema(*given, **named)
        return deepcopy(_SCHEMAS[asked])


async def agree_on_budget(services: Services, scene: Scene) -> None:
    """Take what a person changed in the block as a decision, let the ledger have the last word, and show what holds."""
    block = await _block(services, scene)
    if block is not None:
        for scope, asked in _edits(block, services, scene):
            _decide(services, scene, block, scope, asked)
    await show_budget(services, scene)


async def show_budget(services: Services, scene: Scene) -> None:
    """Write the ledger's figures into the block."""
    editable = _editable(services, scene)
    of_scene, of_film = (services.ledger.balance(scope) for scope in editable.values())
    caps = {scope: format_usd(services.ledger.balance(scope).cap or 0) for scope in editable.values()}
    block = Budget(
        scene=scene.id,
        shown=_in_words(caps),
        **{field: caps[scope] for field, scope in editable.items()},
        settled_usd=format_usd(of_scene.settled),
        held_usd=format_usd(of_scene.held),
        left_usd=format_usd(of_scene.left),
        film_settled_usd=format_usd(of_film.settled),
        film_held_usd=format_usd(of_film.held),
        film_left_usd=format_usd(of_film.left),
    )
    await _save(block, block_name(services, scene))


def _in_words(caps: Mapping[str, str]) -> str:
    return ", ".join(f"{scope} ${usd}" for scope, usd in caps.items())


def _from_words(shown: str) -> dict[str, str]:
    """The caps by scope; none where somebody has changed the words into something else."""
    pairs = (each.rpartition(" $") for each in shown.split(", "))
    return {scope: usd for scope, _, usd in pairs if scope}


async def _save(block: Budget, name: str) -> None:
    """Prefect looks whether a block's type is there, and creates it then: of two runs that begin together it refuses
    one.
    """
    for _ in range(_RACES_MAX):
        with contextlib.suppress(ObjectAlreadyExists):
            await block.asave(name, overwrite=True)
            return
    await block.asave(name, overwrite=True)


def block_name(services: Services, scene: Scene) -> str:
    """The block document's name: Prefect allows lower case, digits and dashes."""
    return f"{services.folder.film.code}-{scene.id}".lower()


async def _block(services: Services, scene: Scene) -> Budget | None:
    """The block as a person left it; None where there is none yet, or what it holds is no budget (which is said)."""
    try:
        return await Budget.aload(block_name(services, scene))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        services.telemetry.say(scene.id, "budget", "blocked", f"the Budget block is not read: {field}: {first['msg']}")
    except ValueError:  # Prefect's word for a block that does not exist
        pass
    return None


def _edits(block: Budget, services: Services, scene: Scene) -> list[tuple[str, int]]:
    """The caps that differ from what the last run wrote there: a cap that changed elsewhere since does not count."""
    asked = {scope: getattr(block, field) for field, scope in _editable(services, scene).items()}
    shown = _from_words(block.shown)
    return [(scope, parse_usd(usd)) for scope, usd in asked.items() if usd and usd != shown.get(scope, usd)]


def _decide(services: Services, scene: Scene, block: Budget, scope: str, asked: int) -> None:
    """Set the cap. One that would rise is left where it is unless the block has a name and a reason."""
    cap = services.ledger.balance(scope).cap or 0
    if asked > cap and not (block.who.strip() and block.why.strip()):
        refusal = policy.keeps_cap(scope, cap, asked)
        words = f"the Budget block asks for more without a name and a reason (who, why): {refusal}"
        services.telemetry.say(scene.id, "budget", "blocked", words)
        return
    services.ledger.decide(
        Decision(
            kind="raise_cap",
            scope=scope,
            who=block.who.strip() or _SOMEBODY,
            door="budget block",
            amount_microusd=asked,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            why=block.why.strip() or "lowered in the Budget block",
        )
    )


def _editable(services: Services, scene: Scene) -> dict[str, str]:
    """The block's fields that a person may change, each with its scope."""
    return {"scene_cap_usd": _scope(scene), "film_cap_usd": f"film:{services.folder.film.code}"}


def _scope(scene: Scene) -> str:
    return f"scene:{scene.id}"
