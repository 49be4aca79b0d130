"""The storm's result: the ledger of one run compared with the provider's true bill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bench.storm.film import SCENE
from bench.storm.seller import WAYS, Billed, Way
from governor.ledger import Ledger
from manifests.money import MICROUSD_PER_USD, format_usd
from manifests.take import Take

CAP_USE_MIN = {"list": 0.98, "marker": 0.98, "neither": 0.85}
"""The part of the caps that must have bought something, over all runs of a class of the loopback provider."""

_CLIPS_ALONE: dict[Way, float] = {"list": 0.85, "marker": 0.85, "neither": 0.25}
"""The same where there are no pictures to fill a cap with:
a clip in doubt also keeps its shot's other clips from being sent.
"""

_HELD = frozenset({"held", "submitted", "in_doubt"})


@dataclass(frozen=True, slots=True)
class Reckoning:
    """One run. Money in micro-dollars. `fenced`: orphans that a newer run stopped;
    `above`: what bills had above their holds.

    `wrong`: what broke a promise, a sentence each; `doubts`: each named and priced.
    """

    kind: str
    kills: int
    fenced: int
    jobs_billed: int
    double_billed: int
    lost: int
    over_cap: int
    in_doubt: int
    billed: int
    cap: int
    above: int
    wrong: tuple[str, ...]
    doubts: tuple[str, ...]


def reckon(
    ledger: Ledger,
    jobs: Iterable[Billed],
    *,
    kind: str,
    cap: int,
    kills: int,
    fenced: int,
    tells: bool = True,
    surprises: bool = False,
    kept: Callable[[Take], bool] = lambda _take: True,
) -> Reckoning:
    """Compare, to the micro-dollar. `tells`: whether the provider tells its bills at all. `surprises`: a bill may be
    above its hold, and then stops everything. `kept`: whether an output is in the vault.
    """
    bills: dict[str, list[int]] = defaultdict(list)
    for job in jobs:
        if job.microusd:
            bills[job.reference].append(job.microusd)
    takes = {take.generation_key: take for take in ledger.takes(scene=SCENE)}
    assumed = {line.generation_key for line in ledger.log(SCENE) if line.assumed}
    double = [key for key, billed in bills.items() if len(billed) > 1]
    lost = [
        key
        for key, billed in bills.items()
        if not _covered(
            takes.get(key), sum(billed), at_most=key in assumed and not tells, surprises=surprises, kept=kept
        )
    ]
    in_doubt = [take for take in takes.values() if take.state == "in_doubt"]
    wrong = [*_broken(bills, takes, double, lost, assumed), *ledger.audit()]
    total = sum(map(sum, bills.values()))
    above = sum(max(0, sum(billed) - takes[key].held_microusd) for key, billed in bills.items() if key in takes)
    if above and not surprises:
        wrong.append(f"bills were ${format_usd(above)} above their holds")
    most, balance = cap + (above if surprises else 0), ledger.balance(f"scene:{SCENE}")
    if balance.settled + balance.held > most:
        wrong.append(f"${format_usd(balance.settled + balance.held)} stand against a cap of ${format_usd(cap)}")
    return Reckoning(
        kind=kind,
        kills=kills,
        fenced=fenced,
        jobs_billed=sum(map(len, bills.values())),
        double_billed=len(double),
        lost=len(lost),
        over_cap=max(0, total - most),
        in_doubt=len(in_doubt),
        billed=total,
        cap=cap,
        above=above,
        wrong=tuple(wrong),
        doubts=tuple(f"{t.shot} {t.stage} take {t.attempt}, ${format_usd(t.held_microusd)} held" for t in in_doubt),
    )


def _broken(
    bills: Mapping[str, list[int]],
    takes: Mapping[str, Take],
    double: list[str],
    lost: list[str],
    assumed: set[str | None],
) -> Iterator[str]:
    """Where the bills and the ledger differ about one take, a sentence each. `double` and `lost` are keys."""
    for key in double:
        yield f"{key[:12]} was billed {len(bills[key])} times"
    for key in lost:
        yield f"{key[:12]} was billed ${format_usd(sum(bills[key]))}, and the ledger {_words(takes.get(key))}"
    for take in takes.values():
        if take.state in _HELD - {"in_doubt"}:
            yield f"{take.shot} {take.stage} is {take.state} at the end"
    for take in takes.values():
        unbilled = take.state == "settled" and take.cost_microusd and take.generation_key not in bills
        if unbilled and not _failed_unpriced(take, assumed):
            yield f"{take.shot} {take.stage} cost ${format_usd(take.cost_microusd or 0)} and nobody billed it"


def summary(runs: list[Reckoning]) -> dict[str, object]:
    """The last line: sums over all runs, and the use of the caps by class."""
    kinds = sorted({run.kind for run in runs})
    return {
        "runs": len(runs),
        "kills": sum(r.kills for r in runs),
        "jobs_billed": sum(r.jobs_billed for r in runs),
        "double_billed": sum(r.double_billed for r in runs),
        "lost": sum(r.lost for r in runs),
        "over_cap_usd": sum(r.over_cap for r in runs) / MICROUSD_PER_USD,
        "in_doubt": sum(r.in_doubt for r in runs),
        "cap_use": {kind: round(cap_use(runs, kind), 4) for kind in kinds},
    }


def cap_use(runs: list[Reckoning], kind: str) -> float:
    """The part of the caps of this class that bought something, 0 to 1."""
    ours = [run for run in runs if run.kind == kind]
    return sum(run.billed for run in ours) / sum(run.cap for run in ours)


def broken(runs: list[Reckoning]) -> list[str]:
    """Every promise that was not kept, a sentence each."""
    wrong = [f"run {n} ({run.kind}): {words}" for n, run in enumerate(runs, 1) for words in run.wrong]
    wrong += [
        f"run {n} ({run.kind}) was billed ${format_usd(run.over_cap)} above its cap"
        for n, run in enumerate(runs, 1)
        if run.over_cap
    ]
    for kind in sorted({run.kind for run in runs}):
        promised = CAP_USE_MIN[kind] if kind in CAP_USE_MIN else _CLIPS_ALONE[WAYS[kind]]
        stopped = any(run.above for run in runs if run.kind == kind)
        if (used := cap_use(runs, kind)) < promised and not stopped:
            wrong.append(f"of the caps of {kind} only {used:.1%} bought something; {promised:.0%} is promised")
    return wrong


def _covered(take: Take | None, billed: int, *, at_most: bool, surprises: bool, kept: Callable[[Take], bool]) -> bool:
    """Whether the ledger knows of the bill, and has the media that it bought:
    settled to the micro-dollar, or held for at least as much.

    `at_most`: the settled amount is the hold, because nobody told the bill. `surprises`: nor is it known of what is in
    doubt.
    """
    if take is None:
        return False
    if take.state == "settled":
        cost = take.cost_microusd or 0
        return kept(take) and (cost >= billed if at_most else cost == billed)
    return take.state in _HELD and (surprises or take.held_microusd >= billed)


def _failed_unpriced(take: Take, assumed: set[str | None]) -> bool:
    """A job that failed without a word about its bill: its hold counts, until a person knows better."""
    return take.asset is None and take.generation_key in assumed


def _words(take: Take | None) -> str:
    if take is None:
        return "know nothing of it"
    return (
        f"have it {take.state} at "
        f"${format_usd(take.held_microusd if take.cost_microusd is None else take.cost_microusd)}"
    )
