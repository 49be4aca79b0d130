"""What a person asked for in the form that launched a run, beside the scene: a cap, or another provider, decided once.

A run goes through its body again after each answer, retry and resume. A decision made in between, here or elsewhere,
stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from governor.errors import CapRaise, SwitchNotDecided
from manifests.decision import Decision
from manifests.keys import hash_json
from manifests.money import format_usd
from manifests.scene import Scene
from production.planning.switching import switch
from wiring.opening import open_services
from wiring.services import Services

_SOMEBODY = "somebody in Prefect's page"


@dataclass(frozen=True, slots=True)
class Form:
    """`provider`: who is to make the clips, None for whom film.yaml names. `cap_microusd`: the scene's cap, None to
    leave it.
    """

    provider: str | None = None
    cap_microusd: int | None = None
    who: str = ""
    why: str = ""

    @property
    def signed(self) -> bool:
        """Whether it carries a name and a reason."""
        return bool(self.who.strip() and self.why.strip())


def heed(services: Services, scene: Scene, form: Form, run_id: str) -> Services:
    """Take what the form decides into the ledger, once a run; gives the film as it is then.

    Raises CapRaise for a cap that would rise without a name and a reason, SwitchNotDecided for a provider that would
    change without them, Invalid for one that nobody has, ScopeRefused, NotAPerson. Nothing is bought.
    """
    if form.provider is None and form.cap_microusd is None:
        return services
    note = ("form", f"run:{run_id}", hash_json([form.provider, form.cap_microusd, form.who, form.why]))
    if any(each.text == note[2] for each in services.ledger.notes(kind=note[0], scope=note[1])):
        return services
    if form.cap_microusd is not None:
        _set_cap(services, scene, form, form.cap_microusd)
    if form.provider is not None and form.provider != services.folder.film.providers.clip:
        _change_provider(services, scene, form, form.provider)
    services.ledger.note(*note)
    return open_services(services.settings)


def _set_cap(services: Services, scene: Scene, form: Form, asked: int) -> None:
    scope = f"scene:{scene.id}"
    services.ledger.declare_caps({scope: services.folder.film.budget.scene_usd})
    cap = services.ledger.balance(scope).cap or 0
    if asked == cap:
        return
    if asked > cap and not form.signed:
        raise CapRaise(
            scope,
            f"its cap would rise from ${format_usd(cap)} to ${format_usd(asked)}, and the form has no name and no "
            "reason",
            "Launch it again with both (who, why); or leave the cap at 0.",
        )
    services.ledger.decide(
        Decision(
            kind="raise_cap",
            scope=scope,
            who=form.who.strip() or _SOMEBODY,
            door="prefect form",
            amount_microusd=asked,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            why=form.why.strip() or "lowered in the form of a run",
        )
    )


def _change_provider(services: Services, scene: Scene, form: Form, to: str) -> None:
    if not form.signed:
        raise SwitchNotDecided(
            scene.id,
            f"its clips would come from {to}, and the form has no name and no reason",
            f"Launch it again with both (who, why); first see what it changes: gate provider compare {scene.id} --to "
            f"{to}",
        )
    switch(services, scene, to, "clip", form.why.strip(), who=form.who.strip(), door="prefect form")
