"""The things that wait for a person, first on the dailies: each with the command that goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from manifests.money import format_usd, rounded_usd
from manifests.redaction import redacted
from production.dailies.facts import ShotRow, WaitingForPerson
from production.dailies.source import Source
from production.dailies.words import brief
from production.proposals.inbox import inbox, short

_DETAIL_MAX = 600


def waiting_of(source: Source, shots: Sequence[ShotRow]) -> tuple[WaitingForPerson, ...]:
    """Finals that want an approval, approvals that lapsed, shots that are parked or refused, money and credit,
    doubts, hands.
    """
    return tuple(
        item.model_copy(update={"detail": redacted(item.detail)[:_DETAIL_MAX]}) for item in _all(source, shots)
    )


def _all(source: Source, shots: Sequence[ShotRow]) -> Iterator[WaitingForPerson]:
    scene = source.scene.id
    yield from _approvals(source)
    for row in shots:
        if row.standing == "parked":
            what = f"{row.shot} asks you" if row.kind == "question" else f"{row.shot} is parked"
            yield WaitingForPerson(what=what, detail=brief(row.why), next=row.next)
        elif row.standing == "blocked" and row.kind == "moderation":
            yield WaitingForPerson(what=f"{row.shot} was refused by moderation", detail=row.why, next=row.next)
    for row in shots:
        if row.standing == "hold":
            yield WaitingForPerson(what=f"{row.shot} is on hold", detail=row.why, next=row.next)
    yield from _proposals(source)
    yield from _walls(source, shots)
    if doubt := [line for line in source.lines if line.state == "in_doubt"]:
        held = sum(line.still_held for line in doubt)
        named = ", ".join(dict.fromkeys(line.shot or line.scene for line in doubt))
        detail = f"{named}: nobody knows whether the provider took it; ${format_usd(held)} stays held."
        yield WaitingForPerson(
            what=f"{len(doubt)} call{'' if len(doubt) == 1 else 's'} in doubt",
            detail=detail,
            next=(f"gate reconcile {scene}",),
        )
    if hands := [row for row in shots if row.standing == "waits" and row.why.startswith(f"{row.shot} ")]:
        detail = ", ".join(row.shot for row in hands)
        yield WaitingForPerson(
            what=f"{len(hands)} shot{'' if len(hands) == 1 else 's'} to be made by hand",
            detail=detail,
            next=(f"gate handoff {scene}",),
        )


def _approvals(source: Source) -> Iterator[WaitingForPerson]:
    """The approvals that lapsed, and the finals that wait for one."""
    scene, ledger = source.scene.id, source.services.ledger
    for shot, names in ledger.lapsed(scene, source.bindings.values()):
        yield WaitingForPerson(
            what=f"The approval of {shot} has lapsed",
            detail=f"{', '.join(names)} changed since",
            next=(f"gate approve {shot}",),
        )
    if wanted := {shot: source.bindings[shot] for shot in sorted(source.missing)}:
        total = sum(binding.price_microusd for binding in wanted.values())
        left = ledger.balance(f"scene:{scene}").left
        detail = (
            f"{', '.join(shot.partition('_')[2] for shot in wanted)}. Up to ${format_usd(total)}; the scene "
            f"has ${format_usd(left)} left. "
            "Nothing is spent until you approve."
        )
        finals = f"{len(wanted)} final{'' if len(wanted) == 1 else 's'}"
        wait = "waits" if len(wanted) == 1 else "wait"
        yield WaitingForPerson(
            what=f"{finals} {wait} for your approval, ${rounded_usd(total)}",
            detail=detail,
            next=(f"gate approve {scene}",),
        )


def _proposals(source: Source) -> Iterator[WaitingForPerson]:
    """The changes that agents and writers propose to the scene, or to the bible, which each scene uses."""
    for each in inbox(source.services):
        one = each.proposal
        if one.file == f"scenes/{source.scene.id}.yaml" or one.file.startswith("bible/"):
            places = ", ".join(change.at for change in one.changes)
            what = brief(f"{one.who} proposes a change of {one.file}: {places}")
            yield WaitingForPerson(what=what, detail=one.why, next=(f"gate proposals show {short(one)}",))


def _walls(source: Source, shots: Sequence[ShotRow]) -> Iterator[WaitingForPerson]:
    """One line for each wall that shots have met: the first one's words say it for all."""
    scene = source.scene.id
    heads = {
        "credit": "A provider's credit has ended",
        "budget": "A cap is reached",
        "stop": "Somebody or the breaker stopped it",
        "window": "The night's window closed",
    }
    for kind, head in heads.items():
        met = [row for row in shots if row.standing == "blocked" and row.kind == kind]
        if met:
            count = f"{len(met)} shot{'' if len(met) == 1 else 's'}"
            yield WaitingForPerson(
                what=f"{head}: {count} not made",
                detail=met[0].why.removeprefix("not begun: "),
                next=(f"gate resume {scene}",),
            )
