"""A person's approval: bound to what was seen, and gone by name when any of it changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from sqlalchemy import Row, or_, select

from governor import policy
from governor.database.tables import decisions
from governor.errors import ApprovalLapsed, LedgerBroken, NotApproved
from governor.purchase import Purchase
from governor.transaction import Transaction
from manifests.decision import Binding, Decision, DecisionKind
from manifests.film import Resolution, TierName
from manifests.money import format_usd
from manifests.names import scene_of_shot

_WANT_A_REASON = {
    "go",
    "raise_cap",
    "write_off",
    "release",
    "standing_order",
    "switch_provider",
    "retake",
    "draft_resolution",
}


def check(decision: Decision, agent: str = "") -> None:
    """Raises NotAPerson, and NotApproved where an approval says nothing it is bound to,
    or a hero tier's or a cap's has no reason.
    """
    if refusal := policy.by_a_person(decision, agent):
        raise refusal
    binding = decision.binding
    if decision.kind == "approve" and binding is None:
        raise NotApproved(
            decision.scope, "the approval is bound to nothing", "Say it to a take: gate approve SC010 --tier final"
        )
    check_reason(decision.kind, decision.scope, decision.why, hero=bool(binding and binding.tier == "hero"))


def check_reason(kind: DecisionKind, scope: str, why: str, *, hero: bool = False) -> None:
    """Raises NotApproved where a decision of this kind, or one about a hero tier, has no reason."""
    if (hero or kind in _WANT_A_REASON) and not why.strip():
        raise NotApproved(scope, f"{kind.replace('_', ' ')} needs a reason here", 'Give it: --why "..."')


def record(transaction: Transaction, decision: Decision) -> int:
    """Write the decision down and return its number.

    One that an earlier try has kept is not written again. Raises as `check` does.
    """
    check(decision, transaction.agent)
    binding = decision.binding
    if (kept := kept_as(transaction, decision)) is not None:
        return kept
    result = transaction.connection.execute(
        decisions.insert().values(
            at=transaction.at,
            kind=decision.kind,
            scope=decision.scope,
            shot=binding.shot if binding else _name(decision.scope),
            tier=binding.tier if binding else None,
            body=decision.stored(),
        )
    )
    if result.inserted_primary_key is None:
        raise LedgerBroken("a decision", "the database gave its row no number", "Check the ledger: gate doctor")
    return int(result.inserted_primary_key[0])


def kept_as(transaction: Transaction, decision: Decision) -> int | None:
    """The number of this decision where an earlier try's COMMIT was kept;
    made in the same instant, with the same words.
    """
    if not transaction.again:
        return None
    same = select(decisions.c.id).where(decisions.c.kind == decision.kind, decisions.c.body == decision.stored())
    return transaction.connection.execute(same.order_by(decisions.c.id.desc()).limit(1)).scalar_one_or_none()


def approved(transaction: Transaction, now: Binding) -> Decision:
    """The first approval that covers `now`: where two people approved at once,
    the earlier counts and the later stands beside it.

    Raises NotApproved where there is none, ApprovalLapsed naming what changed since.
    """
    standing = _standing(transaction, now.shot).get(now.tier, [])
    if not standing:
        raise NotApproved(
            f"{now.shot} {now.tier}",
            f"nobody has approved it (${format_usd(now.price_microusd)})",
            f"{_LOOK_AT.get(now.tier, 'Look at the cut')}, then: gate approve {now.shot} --tier {now.tier}",
        )
    for decision in reversed(standing):
        if decision.binding and not decision.binding.differences(now):
            return decision
    changed = _changed(standing, now)
    raise ApprovalLapsed(
        f"{now.shot} {now.tier}",
        f"{standing[0].who} approved something else: {', '.join(changed)} changed since",
        f"Look again, then: gate approve {now.shot} --tier {now.tier}",
    )


def check_purchase(transaction: Transaction, purchase: Purchase) -> None:
    """Raises NotApproved for a call that a person approves first and nobody did,
    DraftsNotDecided for a draft dearer than decided.
    """
    if purchase.tier == "draft" and purchase.resolution and purchase.quote.high_microusd > 0:
        decided = draft_resolution(transaction, purchase.film)
        if refusal := policy.drafts_decided(purchase.film, purchase.resolution, decided):
            raise refusal
    if not purchase.wants_approval:
        return
    binding = purchase.binding
    if binding is None or (binding.shot, binding.tier) != (purchase.shot, purchase.tier):
        raise NotApproved(
            f"{purchase.shot} {purchase.tier}",
            "the call does not say what the approval would be bound to",
            f"{_LOOK_AT.get(purchase.tier, 'Look at the cut')}, then: gate approve {purchase.shot} --tier "
            f"{purchase.tier}",
        )
    dearer = max(binding.price_microusd, purchase.quote.high_microusd)
    approved(transaction, binding.model_copy(update={"price_microusd": dearer}))


def draft_resolution(transaction: Transaction, film: str) -> Resolution:
    """Up to which resolution a person decided that the film's drafts may be made;
    480p where nobody decided anything.
    """
    about = select(decisions.c.body).where(decisions.c.kind == "draft_resolution", decisions.c.scope == f"film:{film}")
    body = transaction.connection.execute(about.order_by(decisions.c.id.desc()).limit(1)).scalar_one_or_none()
    return cast("Resolution", Decision.from_stored(body).subject) if body else "480p"


_LOOK_AT: dict[TierName, str] = {"draft": "Look at its picture and its words"}
"""The stage that a person looks at before the approval; for every other tier it is the cut."""


def refusals(transaction: Transaction, bindings_now: Iterable[Binding]) -> dict[str, NotApproved]:
    """By shot: why it has no approval of what would be made now. A shot that has one is left out."""
    found: dict[str, NotApproved] = {}
    for now in bindings_now:
        try:
            approved(transaction, now)
        except NotApproved as refusal:
            found[now.shot] = refusal
    return found


def approvals(transaction: Transaction, scene: str) -> tuple[Decision, ...]:
    """The newest approval that stands for each shot and tier of the scene, by shot."""
    rows = transaction.connection.execute(
        select(decisions.c.shot)
        .where(decisions.c.kind == "approve", decisions.c.shot.startswith(f"{scene}_", autoescape=True))
        .distinct()
    )
    shots = sorted(row.shot for row in rows)
    return tuple(found[0] for shot in shots for _, found in sorted(_standing(transaction, shot).items()) if found)


def lapsed(transaction: Transaction, scene: str, bindings_now: Iterable[Binding]) -> list[tuple[str, tuple[str, ...]]]:
    """Shots of the scene whose approval has lapsed, each with the names of the changes."""
    found = []
    for now in bindings_now:
        standing = _standing(transaction, now.shot).get(now.tier, []) if now.shot.startswith(f"{scene}_") else []
        if standing and (changed := _changed(standing, now)):
            found.append((now.shot, changed))
    return found


def _standing(transaction: Transaction, shot: str) -> dict[str, list[Decision]]:
    """Each tier's approvals that no later rejection has cancelled, nor their giver's undo, newest first.
    The rejection of a scene is one of all its shots.
    """
    scene = scene_of_shot(shot)
    rows = transaction.connection.execute(
        select(decisions)
        .where(
            decisions.c.kind.in_(("approve", "reject", "undo")),
            or_(decisions.c.shot == shot, decisions.c.shot == scene),
        )
        .order_by(decisions.c.id)
    )
    standing: dict[str, dict[str, Decision]] = {}
    for row in rows:
        _apply(standing, row)
    return {tier: list(reversed(said.values())) for tier, said in standing.items() if said}


def _apply(standing: dict[str, dict[str, Decision]], row: Row[tuple[object, ...]]) -> None:
    """`standing`: by tier, each approval by its number, oldest first."""
    if row.kind == "approve":
        standing.setdefault(row.tier, {})[str(row.id)] = Decision.from_stored(row.body)
    elif row.kind == "undo":
        number = Decision.from_stored(row.body).subject
        for said in standing.values():
            said.pop(number, None)
    elif row.tier is None:
        standing.clear()
    else:
        standing.pop(row.tier, None)


def _changed(standing: list[Decision], now: Binding) -> tuple[str, ...]:
    """The changes since the approval that is nearest to `now`; empty where one covers it."""
    return min((d.binding.differences(now) for d in standing if d.binding), key=len)


def _name(scope: str) -> str:
    return scope.rpartition(":")[2]
