"""The shots that people have on hold or omitted from the film: whose decision stands, and who takes it back."""

from __future__ import annotations

import pytest

from governor.decisions.exclusions import excluded
from governor.purchase import Decided
from manifests.decision import Decision, Remark

SHOT = "SC010_SH0030"


def rows(*said):
    """Rows of the ledger, numbered from 1; each said by somebody, of a kind, perhaps about a number,
    perhaps of a take.
    """
    found = []
    for number, words in enumerate(said, start=1):
        who, kind, subject, about = (*words, "", "")[:4]
        found.append(
            Decided(
                number,
                Decision(
                    kind=kind,
                    scope=f"shot:{SHOT}",
                    who=who,
                    made_at="2026-11-21T12:00:00Z",
                    door="review room",
                    subject=subject,
                    remark=Remark(take=about * 64) if about else None,
                ),
            )
        )
    return found


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ([], None),
        ([("Mia", "circle"), ("Ben", "note")], None),
        ([("Mia", "hold")], "hold"),
        ([("Mia", "omit")], "omit"),
        ([("Mia", "omit"), ("Ben", "omit")], "omit"),
        ([("Mia", "omit"), ("Ben", "hold")], "hold"),
        ([("Mia", "omit"), ("Ben", "circle")], "hold"),  # he says otherwise since: until they agree nothing is cut
        ([("Ben", "circle"), ("Mia", "omit")], "omit"),  # he said so before, of a take that she has seen too
        ([("Mia", "hold"), ("Ben", "circle")], "hold"),  # only she lets go
        ([("Mia", "hold"), ("Mia", "circle")], None),
        ([("Mia", "hold"), ("Mia", "circle", "", "a"), ("Mia", "note")], None),  # of whichever take she says it
        ([("Mia", "hold"), ("Mia", "omit")], "omit"),
        ([("Mia", "hold"), ("Mia", "undo", "1")], None),
        ([("Mia", "circle"), ("Mia", "omit"), ("Mia", "undo", "2")], None),
    ],
)
def test_what_one_person_excludes_stays_until_that_one_lets_go(said, stands):
    found = excluded(rows(*said)).get(SHOT)
    assert (found.kind if found else None) == stands


def test_an_excluded_shot_says_who_excluded_it_and_how_that_is_taken_back():
    found = excluded(rows(("Mia", "omit"), ("Ben", "post_fix")))[SHOT]
    assert found.cause == "Mia omitted it from the film, Ben says post fix"
    assert f"gate undo {SHOT} --excluded" in found.cure
    assert found.words == f"{SHOT}: {found.cause} (gate undo {SHOT} --excluded)"
