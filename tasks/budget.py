"""The Budget block: caps as a form in Prefect's page. It is configuration; the ledger is the truth and has the last word."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Annotated, ClassVar

from prefect.blocks.core import Block
from prefect.exceptions import ObjectAlreadyExists
from pydantic import Field, ValidationError

from governor import policy
from governor.purchase import Balance
from manifests.decision import Decision
from manifests.money import format_usd, parse_usd
from manifests.scene import Scene
from wiring.services import Services

_USD = r"^([0-9]{1,7}(\.[0-9]{1,6})?)?$"
_SOMEBODY = "somebody in Prefect's page"
_RACES_MAX = 5
"""How often a block's registration may be overtaken by those of other runs: it is of a type, a schema and a document."""


class Budget(Block):
    """What a scene may cost, in US dollars, and what stands against it.

    Change a cap here and the next run takes it as your decision. To raise one, write your name and your reason beside it; without
    them it stays where it is.
    """

    _block_type_name: ClassVar[str] = "Gate Budget"
    _block_type_slug: ClassVar[str] = "gate-budget"
    _description: ClassVar[str] = "What a scene may cost, and what it has cost."

    scene: str
    scene_cap_usd: Annotated[str, Field(pattern=_USD, description="What the scene may cost, in dollars: 15.00")]
    film_cap_usd: Annotated[str, Field(pattern=_USD, description="What the whole film may cost.")] = ""
    who: Annotated[str, Field(max_length=80, description="Your name, when you change a cap.")] = ""
    why: Annotated[str, Field(max_length=400, description="Your reason, when you raise one.")] = ""
    settled_usd: Annotated[
        str, Field(description="Spent on the scene. Written by the run; editing it does nothing.")
    ] = "0.00"
    held_usd: Annotated[str, Field(description="Promised to calls in flight. Written by the run.")] = "0.00"
    left_usd: Annotated[str, Field(description="Left under the scene's cap. Written by the run.")] = "0.00"
    caps: Annotated[list[str], Field(description="Every cap there is. Written by the run.")] = []
    shown: Annotated[dict[str, str], Field(description="The two caps as the last run wrote them; leave it.")] = {}


async def agree_on_budget(services: Services, scene: Scene) -> None:
    """Take what a person changed in the block as a decision, let the ledger have the last word, and show what holds."""
    block = await _block(services, scene)
    if block is not None:
        for scope, asked in _edits(block, services, scene):
            _decide(services, scene, block, scope, asked)
    await show_budget(services, scene)


async def show_budget(services: Services, scene: Scene) -> None:
    """Write the ledger's figures into the block."""
    standing = services.ledger.balance(_scope(scene))
    shown = {
        scope: format_usd(services.ledger.balance(scope).cap or 0) for scope in _editable(services, scene).values()
    }
    block = Budget(
        scene=scene.id, settled_usd=format_usd(standing.settled), held_usd=format_usd(standing.held),
        left_usd=format_usd(standing.left), shown=shown, caps=[_line(b) for b in services.ledger.balances() if _concerns(b, scene)],
        **{field: shown[scope] for field, scope in _editable(services, scene).items()},
    )  # fmt: skip
    await _save(block, block_name(services, scene))


async def _save(block: Budget, name: str) -> None:
    """Prefect looks whether a block's type is there, and creates it then: of two runs that begin together it refuses one."""
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
    """The caps that differ from what the last run wrote there: a cap that was changed elsewhere since is no edit."""
    asked = {scope: getattr(block, field) for field, scope in _editable(services, scene).items()}
    return [(scope, parse_usd(usd)) for scope, usd in asked.items() if usd and usd != block.shown.get(scope, usd)]


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
            kind="raise_cap", scope=scope, who=block.who.strip() or _SOMEBODY, door="budget block", amount_microusd=asked,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"), why=block.why.strip() or "lowered in the Budget block",
        )
    )  # fmt: skip


def _editable(services: Services, scene: Scene) -> dict[str, str]:
    """The block's fields that a person may change, each with its scope."""
    return {"scene_cap_usd": _scope(scene), "film_cap_usd": f"film:{services.folder.film.code}"}


def _scope(scene: Scene) -> str:
    return f"scene:{scene.id}"


def _concerns(balance: Balance, scene: Scene) -> bool:
    """Other scenes' caps have blocks of their own; of a run's, the one that has spent or holds something tells something."""
    kind, _, name = balance.scope.partition(":")
    if kind in {"scene", "shot"}:
        return name == scene.id or name.startswith(f"{scene.id}_")
    return kind != "run" or balance.settled + balance.held > 0


def _line(b: Balance) -> str:
    cap = "no cap" if b.cap is None else f"${format_usd(b.cap)}"
    return f"{b.scope}: {cap}; spent ${format_usd(b.settled)}, held ${format_usd(b.held)}, left ${format_usd(b.left)}"
