"""The Budget block: caps as a form in Prefect's page. It is configuration; the ledger is the truth and has the last word."""

from __future__ import annotations

from typing import Annotated, ClassVar

from prefect.blocks.core import Block
from pydantic import Field, ValidationError

from governor.errors import CapRaise
from manifests.money import format_usd, parse_usd
from manifests.scene import Scene
from wiring.services import Services

_USD = r"^\d{1,7}(\.\d{1,6})?$"


class Budget(Block):
    """Caps of one scene, in US dollars, and what stands against them.

    Lower a cap here and the next run keeps to it. To raise one takes a person's decision with a name and a reason: gate cap.
    """

    _block_type_name: ClassVar[str] = "Gate Budget"
    _block_type_slug: ClassVar[str] = "gate-budget"
    _description: ClassVar[str] = "What a scene may cost, and what it has cost."

    scene: str
    scene_cap_usd: Annotated[str, Field(pattern=_USD, description="Lower it here; raise it with: gate cap")]
    settled_usd: Annotated[str, Field(description="Spent. Written by the run; editing it changes nothing.")] = "0.00"
    held_usd: Annotated[str, Field(description="Promised to calls in flight. Written by the run.")] = "0.00"
    left_usd: Annotated[str, Field(description="What is left under the cap. Written by the run.")] = "0.00"


async def agree_on_budget(services: Services, scene: Scene) -> None:
    """Read what a person put into the block, let the ledger have the last word, and show in the block what holds."""
    scope, name = f"scene:{scene.id}", block_name(services, scene)
    asked = await _asked(name)
    if asked is not None:
        try:
            services.ledger.lower_cap(scope, asked)
        except CapRaise as refusal:
            services.telemetry.say(scene.id, "budget", "blocked", f"the Budget block asks for more: {refusal}")
    await show_budget(services, scene)


async def show_budget(services: Services, scene: Scene) -> None:
    """Write the ledger's figures into the block."""
    balance = services.ledger.balance(f"scene:{scene.id}")
    block = Budget(
        scene=scene.id, scene_cap_usd=format_usd(balance.cap or 0), settled_usd=format_usd(balance.settled),
        held_usd=format_usd(balance.held), left_usd=format_usd(balance.left),
    )  # fmt: skip
    await block.asave(block_name(services, scene), overwrite=True)


def block_name(services: Services, scene: Scene) -> str:
    """The block document's name: Prefect allows lower case, digits and dashes."""
    return f"{services.folder.film.code}-{scene.id}".lower()


async def _asked(name: str) -> int | None:
    """The cap in the block, in micro-dollars; None where there is no block yet, or what it holds is no amount."""
    try:
        block = await Budget.aload(name)
        return parse_usd(getattr(block, "scene_cap_usd", None))
    except (ValueError, ValidationError):
        return None
