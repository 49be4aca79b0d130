"""Why a plan stops at a stage of a shot: in doubt, lost, or for a person to look at."""

from __future__ import annotations

from checks.fusion import disputed
from governor import retries
from manifests.money import format_usd
from manifests.plan import Block
from manifests.take import Take
from wiring.regating import NOTE, wrong_line
from wiring.retaking import set_aside
from wiring.standing import Known, Stood
from wiring.unsure import how_to_answer, open_questions


def hopeless(known: Known, shot: str, stood: Stood) -> tuple[Block, str] | None:
    """Why no machine goes on with this stage: what is in doubt, lost, or failed for good. None where one may."""
    take = stood.attempt.take
    if take is not None and take.state == "in_doubt" and not stood.spent:
        held = format_usd(take.held_microusd)
        return "doubt", f"nobody knows whether {take.provider} took it; ${held} stays held: gate resume asks again"
    if take is not None and (stop := _about_the_take(known, shot, take)):
        return stop
    open_now = take is not None and not stood.spent
    if not open_now and (why := _for_a_person(known, shot, stood)):
        return "escalated", f"{why}: a person looks at it"
    if stood.spent:
        return "attempts", f"{counted(len(stood.failed), 'take')} of {len(stood.failed)} failed: a person looks at it"
    return None


def _about_the_take(known: Known, shot: str, take: Take) -> tuple[Block, str] | None:
    """Why nothing is made after this very take: it was written off, it brought nothing, or its gate asks a person."""
    if take.state == "written_off":
        return "doubt", "it was written off: change one thing about the shot"
    if take.state == "settled" and take.asset is None:
        return "escalated", f"take {take.attempt} was paid for and brought nothing: change one thing about the shot"
    decided = known.books.decided_on(shot)
    asked = open_questions(known.books.verdict(take.generation_key), decided, take)
    if asked and take.generation_key not in set_aside(decided):
        return "asked", f"v{take.version:03d} asks you: {'; '.join(asked)}. {how_to_answer(shot)}"
    return None


def _for_a_person(known: Known, shot: str, stood: Stood) -> str:
    """Why another take would be mere luck, by what was said of those that failed; empty where it may help."""
    told = [verdict for attempt in stood.failed if (verdict := known.books.verdict(attempt.key))]
    said = [verdict for verdict in told if verdict.failed]  # what a person sent back for another seed is no failure
    if said and (against := disputed(said[-1])):
        return f"the judge passes what the local eye refuses ({', '.join(against)})"
    newest = stood.failed[-1].key if stood.failed else ""
    line = wrong_line(known.books.noted(NOTE, shot), newest)
    if line and newest not in set_aside(known.books.decided_on(shot)):
        return f"the manifest may be wrong ({line})"
    limit = known.services.folder.film.limits.same_flaw
    again = retries.same_flaw([verdict.flaws for verdict in said], limit)
    return f"the same flaw {limit} times ({', '.join(sorted(again))})" if again else ""


def counted(number: int, what: str) -> str:
    """A number with its noun: 1 take, 2 takes."""
    return f"{number} {what}{'' if number == 1 else 's'}"
