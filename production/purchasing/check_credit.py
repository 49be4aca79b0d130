"""Look at the provider's account before a chain begins, and again before each of its shots: half a chain is money
lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from governor.credit import covered_by_credit
from manifests.film import Stage, TierName
from manifests.money import format_usd
from manifests.scene import Shot
from production.planning.plan_scene import plan_scene
from production.purchasing.run import Run
from providers.contract import Provider
from providers.errors import ProviderError


async def check_credit(run: Run, chain: Sequence[Shot], tier: TierName) -> None:
    """Return when each account covers what the chain still has to buy there at its upper bound, or there is none to
    ask.

    With `run.terms.partial` it is enough that the first shot which has something to buy is covered; how far it reaches
    is said. What is with the provider already counts as spent there, as an account may bill at the end; and so does
    what another chain of this run was begun for. Raises CreditShort. An account that cannot be asked now does not stop
    anything: the provider's own refusal does.
    """
    stages: tuple[Stage, ...] = ("panel", "clip")
    makers = {p.name: p for p in (run.services.provider(stage, shot) for shot in chain for stage in stages)}
    if (judge := run.services.judge()) is not None:
        makers[judge.name] = judge
    for provider in makers.values():
        await _covers(run, provider, chain, tier)


async def _covers(run: Run, provider: Provider, chain: Sequence[Shot], tier: TierName) -> None:
    try:
        credit = await provider.credit()
    except ProviderError as error:
        run.services.telemetry.say(chain[0].id, "credit", "works", f"{provider.name} did not say what is left: {error}")
        return
    if credit is None:
        return
    mine, last = tuple(shot.id for shot in chain), chain[-1].id
    in_flight = sum(t.held_microusd for t in run.services.ledger.marks_open() if t.provider == provider.name)
    # What another chain has bought since it was begun is gone from the credit already.
    others = [shot for at, shots in run.spending.promised.items() if at != last for shot in shots]
    free = max(0, credit - in_flight - sum(need for _, need in _needs(run, provider.name, others, tier)))
    needs = _needs(run, provider.name, mine, tier)
    refusal = covered_by_credit(run.scene.id, provider.name, free, needs)
    run.spending.promised[last] = mine
    if refusal is None:
        return
    if run.terms.partial and covered_by_credit(run.scene.id, provider.name, free, needs[:1]) is None:
        stop = _first_uncovered(needs, free)
        words = f"${format_usd(free)} left at {provider.name}: the chain will stop at {stop}"
        run.services.telemetry.say(chain[0].id, "credit", "works", words)
        return
    del run.spending.promised[last]
    raise refusal


def _needs(run: Run, provider: str, shots: Sequence[str], tier: TierName) -> list[tuple[str, int]]:
    """The upper bound of each of the shots that has something to buy there still, in order."""
    drafts = tier == "draft"
    if drafts not in run.spending.needs:
        run.spending.needs[drafts] = _at_start(run, drafts=drafts)
    left = [
        (at, need)
        for at, need in run.spending.needs[drafts].items()
        if at[2] == provider and not run.spending.is_held(*at[:2])
    ]
    sums = {shot: sum(need for (of, _, _), need in left if of == shot) for shot in shots}
    return [(shot, need) for shot, need in sums.items() if need]


def _at_start(run: Run, *, drafts: bool) -> dict[tuple[str, str, str], int]:
    """What a stretch of the run has to buy, by shot, stage and provider, planned once: a long scene takes a while to
    plan.

    Panels belong to the drafts; a final opens on what its draft opened on.
    """
    steps = (step for step in plan_scene(run.services, run.scene).steps if step.does == "run")
    return {
        (s.shot, s.stage, s.provider): s.high_microusd
        for s in steps
        if (s.tier == "draft") == drafts and s.high_microusd
    }


def _first_uncovered(needs: Sequence[tuple[str, int]], free: int) -> str:
    wanted = 0
    for shot, need in needs:
        wanted += need
        if wanted > free:
            return shot
    return needs[-1][0]
