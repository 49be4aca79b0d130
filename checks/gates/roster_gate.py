"""The roster check: the bible against the names that are really in the store."""

from __future__ import annotations

from collections.abc import Sequence

from checks.contract import Rule, Tally, Trouble
from checks.rules import reference_rules as rules
from manifests.bible import VIEWS, Bible, plate_name, prop_name, view_name
from manifests.film import Waiver
from manifests.finding import Finding, Verdict
from manifests.roster import compare


def check_roster(bible: Bible, stored: frozenset[str], waivers: Sequence[Waiver] = ()) -> Verdict:
    """Judge the store by the R2 rules, entity by entity: unknown to the bible, missing from the store, views missing.

    `stored` are the canonical names enumerated from the store itself. A finding that one of `waivers` names only
    informs.
    """
    verdict = _check(bible, stored)
    enough = {look for look in _wanted(bible) if _previewed(look, stored)}
    found = (_softened(f) if f.rule == rules.ROSTER_VIEWS.code and f.subject in enough else f for f in verdict.findings)
    return verdict.model_copy(update={"findings": tuple(_waived(f, waivers) for f in found)})


def _previewed(look: str, stored: frozenset[str]) -> bool:
    """Whether a wardrobe has its front and one more view: enough for an animatic."""
    return f"{look}/front" in stored and sum(f"{look}/{view}" in stored for view in VIEWS) > 1


def _softened(finding: Finding) -> Finding:
    """The same as a warning, with what stands in for the missing views and how to make them."""
    character = finding.subject.split("/")[1]
    missing = ", ".join(name.rpartition("/")[2] for name in finding.message.partition(" lacks ")[2].split(", "))
    stands_in = "the animatic shows the nearest view in its place, and no check of identity is made there"
    message = f"{finding.subject} has no {missing}: {stands_in}"
    cure = f"Make what is missing: gate turnaround {character} --provider NAME; or draw it, then: gate lock"
    return finding.model_copy(update={"severity": "warning", "message": message, "cure": cure})


def _waived(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    why = next((w.why for w in waivers if (w.rule, w.subject) == (finding.rule, finding.subject)), None)
    if why is None:
        return finding
    return finding.model_copy(update={"severity": "info", "message": f"{finding.message} (waived: {why})"})


def _check(bible: Bible, stored: frozenset[str]) -> Verdict:
    tally = Tally({})
    gap = compare(bible, stored)
    known = {_entity(name) for name in bible.assets()}
    strangers = sorted({_entity(name) for name in gap.only_in_store} - known)
    for entity in strangers:
        _fail(
            tally,
            rules.ROSTER_UNKNOWN,
            entity,
            "is in the store but not in the bible",
            f"Write {entity} into the bible, or take it out of the store",
        )
    for name in gap.only_in_store:
        if _entity(name) in known:
            _fail(
                tally,
                rules.ROSTER_UNKNOWN,
                name,
                "is in the store but the bible asks for no such view",
                "Correct its name, or take it out of the store",
            )
    for entity, wanted in _wanted(bible).items():
        missing = sorted(wanted - stored)
        if len(missing) == len(wanted):
            _fail(
                tally,
                rules.ROSTER_MISSING,
                entity,
                "is in the bible but has no picture in the store",
                f"Draw it, then: gate lock ({', '.join(missing)})",
            )
            continue
        tally.judge(rules.ROSTER_MISSING, entity, 1.0)
        if missing:
            _fail(
                tally,
                rules.ROSTER_VIEWS,
                entity,
                f"lacks {', '.join(missing)}",
                "Draw the missing views, then: gate lock",
            )
        elif len(wanted) > 1:
            tally.judge(rules.ROSTER_VIEWS, entity, 1.0)
    return tally.verdict()


def _fail(tally: Tally, rule: Rule, subject: str, cause: str, cure: str) -> None:
    tally.judge(rule, subject, 0.0, Trouble(f"roster:{subject}", f"{subject} {cause}", cure))


def _wanted(bible: Bible) -> dict[str, set[str]]:
    """The pictures that each entity needs: a character in one wardrobe four views, a place or prop one picture."""
    wanted = {
        f"characters/{c.id}/{w}": {view_name(c.id, w, view) for view in VIEWS}
        for c in bible.characters.values()
        for w in c.wardrobes
    }
    wanted |= {plate_name(location): {plate_name(location)} for location in bible.locations}
    wanted |= {prop_name(prop): {prop_name(prop)} for prop in bible.props}
    return wanted


def _entity(name: str) -> str:
    """`characters/marit/apron` of a view, and the name itself of a plate or prop."""
    return name.rpartition("/")[0] if name.startswith("characters/") and name.count("/") == 3 else name
