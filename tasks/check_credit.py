"""Look at the provider's account before a chain begins, and again before each of its shots: half a chain is money lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from governor import policy
from manifests.film import Stage, TierName
from manifests.money import format_usd
from manifests.scene import Shot
from providers.contract import Provider
from providers.errors import ProviderError
from tasks.current import Run
from wiring.planning import plan_scene


async def check_credit(run: Run, chain: Sequence[Shot], tier: TierName) -> None:
    """Return when each account covers what the chain still has to buy there at its upper bound, or there is none to ask.

    With `run.partial` it is enough that the first shot which has something to buy is covered; how far it reaches is said.
    What is with the provider already counts as spent there, as an account may bill at the end; and so does what another
    chain of this run was begun for. Raises CreditShort. An account that cannot be asked now is no reason to stop: the provider's own refusal is.
    """
    stages: tuple[Stage, ...] = ("panel", "clip")
    makers = {p.name: p for p in (run.services.provider(stage, shot) for shot in chain for stage in stages)}
    for provider in makers.values():
        await _covers(run, provider, chain, tier)


async def _covers(run: Run, provider: Provider, chain: Sequence[Shot], tier: TierName) -> None:
    mine = (chain[-1].id, provider.name)
    try:
        credit = await provider.credit()
    except ProviderError as error:
        run.services.telemetry.say(chain[0].id, "credit", "works", f"{provider.name} did not say what is left: {error}")
        return
    if credit is None:
        return
    in_flight = sum(t.held_microusd for t in run.services.ledger.marks_open() if t.provider == provider.name)
    others = sum(need for at, need in run.promised.items() if at != mine and at[1] == provider.name)
    free = max(0, credit - in_flight - others)
    needs = _needs(run, chain, tier, provider.name)
    run.promised[mine] = sum(need for _, need in needs)
    refusal = policy.covered_by_credit(run.scene.id, provider.name, free, needs)
    if refusal is None:
        return
    if run.partial and policy.covered_by_credit(run.scene.id, provider.name, free, needs[:1]) is None:
        stop = _first_uncovered(needs, free)
        words = f"${format_usd(free)} left at {provider.name}: the chain will stop at {stop}"
        run.services.telemetry.say(chain[0].id, "credit", "works", words)
        return
    del run.promised[mine]
    raise refusal


def _needs(run: Run, chain: Sequence[Shot], tier: TierName, provider: str) -> list[tuple[str, int]]:
    """The upper bound of each shot of the chain that has something to buy there, in order."""
    drafts = tier == "draft"
    if drafts not in run.needs:
        run.needs[drafts] = _needed(run, drafts=drafts)
    return [(shot.id, need) for shot in chain if (need := run.needs[drafts].get((shot.id, provider), 0))]


def _needed(run: Run, *, drafts: bool) -> Counter[tuple[str, str]]:
    """What a stretch of the run will hold for each shot at each provider, as it stands when the stretch begins.

    Panels belong to the drafts; a final opens on what its draft opened on.
    """
    needs: Counter[tuple[str, str]] = Counter()
    for step in plan_scene(run.services, run.scene).steps:
        if step.does == "run" and (step.tier == "draft") == drafts:
            needs[step.shot, step.provider] += step.high_microusd
    return needs


def _first_uncovered(needs: Sequence[tuple[str, int]], free: int) -> str:
    wanted = 0
    for shot, need in needs:
        wanted += need
        if wanted > free:
            return shot
    return needs[-1][0]
