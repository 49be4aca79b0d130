"""All rules of this folder, by code."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache

from checks.contract import Rule
from checks.errors import UnknownRule
from checks.rules import (
    assembly_rules,
    chain_rules,
    clip_rules,
    continuity_rules,
    drift_rules,
    judge_rules,
    manifest_rules,
    panel_rules,
    prompt_rules,
    reference_rules,
    view_rules,
)
from manifests.finding import RulePage
from manifests.keys import hash_json

METHOD_VERSION = 1
"""Raise it when a measurement changes while its page does not:
certificates of the old method then no longer compare.
"""

RULES: tuple[Rule, ...] = (
    *manifest_rules.RULES,
    *chain_rules.RULES,
    *continuity_rules.RULES,
    *reference_rules.RULES,
    *view_rules.RULES,
    *panel_rules.RULES,
    *judge_rules.RULES,
    *clip_rules.RULES,
    *drift_rules.RULES,
    *prompt_rules.RULES,
    *assembly_rules.RULES,
)


def pages() -> tuple[RulePage, ...]:
    """Every rule's page, sorted by code."""
    return tuple(sorted((rule.page for rule in RULES), key=lambda page: page.code))


def page(code: str) -> RulePage:
    """The page of one rule. Raises UnknownRule naming the nearest codes."""
    known = _by_code()
    if code not in known:
        near = difflib.get_close_matches(code.upper(), known, n=3, cutoff=0.5) or sorted(known)[:3]
        raise UnknownRule(
            f"rule {code}",
            "there is none of this code",
            f"Did you mean {', '.join(near)}? gate rule lists all; film.yaml's thresholds take these codes and "
            f"no other",
        )
    return known[code].page


def asking_page(code: str) -> RulePage:
    """The page of a rule that has an ask band. Raises UnknownRule for any other, naming those that have one."""
    found = page(code)
    if found.ask_band is None:
        those = ", ".join(each.code for each in pages() if each.ask_band is not None)
        raise UnknownRule(f"rule {code}", "it never asks: it passes or fails", f"film.yaml's ask_bands take {those}")
    return found


@cache
def _by_code() -> Mapping[str, Rule]:
    by_code = {rule.code: rule for rule in RULES}
    assert len(by_code) == len(RULES), "two rules share a code"
    return by_code


_JUDGE_WORDS = ("A", "P", "C2")
"""How the codes of rules begin that read the film's files alone: no certificate of a picture depends on them."""

_JUDGE_PICTURES = [page.model_dump(mode="json") for page in pages() if not page.code.startswith(_JUDGE_WORDS)]

RULES_VERSION = f"rules-{hash_json([METHOD_VERSION, _JUDGE_PICTURES])[:12]}"
"""Names this set of rules and methods that judge pictures; it goes into every certificate."""
