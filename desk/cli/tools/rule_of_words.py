"""The page of a rule about words, and the table of all of them that docs/prompts.md holds."""

from __future__ import annotations


def prompt_facts(code: str) -> dict[str, str]:
    """What a page about words has beside its source; nothing for a rule about pictures."""
    from checks.prompts.profiles import listing
    from checks.rules import catalogue, prompt_rules

    rule = next((each for each in prompt_rules.RULES if each.code == code), None)
    if rule is None:
        return {}
    writes = "gate lint --fix writes it" if rule.fix == "safe" else "a person writes it"
    measured = ", ".join(f"{each} {catalogue.page(each).name}" for each in rule.measured_by)
    return {
        "evidence": f"{rule.said.kind}, read {rule.said.on}",
        "severity": rule.severity + ("; a warning where nothing is bought" if rule.severity == "error" else ""),
        "guides": ", ".join(listing(code)),
        "bad": rule.bad,
        "good": rule.good,
        "fix": writes,
        "measured": measured or "by no rule: look at the take",
        "waiver": f'in the shot: prompt_ok: [{{rule: {code}, why: "..."}}]; of the bible: waivers in film.yaml',
    }


def table_of_words(prefix: str) -> list[str]:
    """The rules whose code begins with `prefix`, as the lines of a Markdown table."""
    from checks.prompts.profiles import listing
    from checks.rules import prompt_rules

    return ["| rule | what holds | why | bad → good | guides | source |", "|---|---|---|---|---|---|"] + [
        f"| **{rule.code}** {rule.page.name}, {rule.severity} | {rule.page.what} | {rule.page.why} | `{rule.bad}` → "
        f"`{rule.good}` | {', '.join(listing(rule.code))} | {rule.page.source} |"
        for rule in prompt_rules.RULES
        if rule.code.startswith(prefix)
    ]
