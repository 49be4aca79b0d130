"""A proposal changes a file only after a person accepted it, and only the file that it was made on."""

from __future__ import annotations

from hashlib import sha256

import pytest

from desk.cli.options import open_film
from governor.errors import NotAPerson, NotApproved, WrongState
from manifests.errors import ManifestError
from production.planning.shot_file import rewritten
from production.proposals import bases
from production.proposals.deciding import accept, reject
from production.proposals.errors import (
    AddsErrors,
    ChangedSince,
    NoSuchPlace,
    NothingChanges,
    NotProposable,
    RejectedBefore,
    TooLate,
)
from production.proposals.inbox import facts, inbox, look
from production.proposals.proposing import LASTS, Proposer, file_of
from wiring.errors import FileBusy, FileChanged

SCENE = "scenes/SC010.yaml"
MIA = {"who": "mia", "door": "terminal", "why": "better"}


def test_accepting_changes_just_that_line_and_the_ledger_says_who_and_which(film, proposed):
    (film / SCENE).write_text((film / SCENE).read_text().replace("title: Tea", "title: Tea  # working title"))
    was = (film / SCENE).read_text()
    made = proposed()
    assert (film / SCENE).read_text() == was
    waiting, path = accept(open_film(film), made.id[:12], **MIA)
    assert path.read_text() == was.replace("She sets a cup down.", "She pours the tea.")
    assert [line for line in waiting.diff if line[:1] == "+"][1:] == ["+    motion: She pours the tea."]
    (said,) = open_film(film).ledger.decided("SC010_SH0010")
    assert (said.decision.kind, said.decision.who, said.decision.subject) == ("accept_proposal", "mia", made.id)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("film.yaml", "only people set"),
        ("lock.yaml", "people approved"),
        ("scenes/../film.yaml", "and nothing else"),
        ("../../etc/passwd", "and nothing else"),
        ("/etc/passwd", "and nothing else"),
        ("scenes/SC999.yaml", "no such file"),
    ],
)
def test_no_proposal_reaches_beyond_the_scenes_and_the_bible(proposed, file, why):
    with pytest.raises(NotProposable, match=why):
        proposed(file=file)


def test_a_link_that_leads_out_of_the_film_is_no_file_of_it(film, tmp_path):
    services = open_film(film)
    (tmp_path / "secret.yaml").write_text("id: eve\n")
    (film / "bible/characters/eve.yaml").symlink_to(tmp_path / "secret.yaml")
    with pytest.raises(NotProposable, match="no such file"):
        file_of(services, "bible/characters/eve.yaml")


def test_a_change_that_the_film_could_not_be_read_with_is_refused_before_anybody_looks(film, proposed):
    was = (film / SCENE).read_text()
    with pytest.raises(ManifestError, match="no location nowhere"):
        proposed("nowhere", "shots/SC010_SH0010/location")
    with pytest.raises(NoSuchPlace, match=r"SC010_SH0010, SC010_SH0020"):
        proposed("x", "shots/SC010_SH0099/motion")
    with pytest.raises(NothingChanges):
        proposed("She sets a cup down.")
    assert (film / SCENE).read_text() == was
    assert inbox(open_film(film), everything=True) == ()


def test_a_change_after_which_lint_finds_a_new_error_is_refused(proposed):
    with pytest.raises(AddsErrors, match="lint would find a new error: R"):
        proposed({"words": "an apron"}, "wardrobes/apron", file="bible/characters/ada.yaml")


def test_a_stale_base_is_refused_and_the_refusal_names_what_changed(film, proposed):
    services = open_film(film)
    base = bases.hand_out(services, SCENE)
    (film / SCENE).write_text((film / SCENE).read_text().replace("Steam rises.", "Steam rises slowly."))
    with pytest.raises(ChangedSince, match=r"changed since are shots/SC010_SH0020/motion\. Read it again"):
        proposed(base=base)


def test_of_two_proposals_on_one_file_the_second_lapses_and_says_why(film, proposed):
    first, second = proposed(), proposed("Steam drifts.", "shots/SC010_SH0020/motion", by=Proposer("other", "ff"))
    accept(open_film(film), first.id, **MIA)
    (lapsed,) = [each for each in inbox(open_film(film), everything=True) if each.proposal == second]
    assert (lapsed.state, lapsed.lapsed) == ("lapsed", f"{SCENE} changed: shots/SC010_SH0010/motion")
    with pytest.raises(ChangedSince, match="SC010_SH0010/motion"):
        accept(open_film(film), second.id, **MIA)


def test_a_proposal_is_decided_once_and_never_again(film, proposed):
    made, services = proposed(), open_film(film)
    accept(services, made.id, **MIA)
    for again in (accept, reject):
        with pytest.raises(WrongState, match="mia accepted it"):
            again(open_film(film), made.id, **MIA)


def test_only_a_person_decides_and_says_why(film, proposed):
    made, was = proposed(), (film / SCENE).read_bytes()
    for decide in (accept, reject):
        with pytest.raises(NotAPerson):
            decide(open_film(film), made.id, **{**MIA, "door": "program"})
        with pytest.raises(NotApproved, match="needs a reason"):
            decide(open_film(film), made.id, **{**MIA, "why": " "})
    assert (film / SCENE).read_bytes() == was


def test_what_a_person_rejected_is_not_proposed_again_and_the_same_twice_is_one(film, proposed):
    made = proposed()
    assert proposed().id == made.id
    assert proposed(tool="writer").id != made.id, "another tool is another proposal"
    reject(open_film(film), made.id, **MIA)
    with pytest.raises(RejectedBefore, match="mia rejected this very change: better"):
        proposed()


def test_a_proposal_lapses_with_time(film, proposed):
    made, services = proposed(), open_film(film)
    later = services.ledger.now() + LASTS
    services.ledger.set_clock(lambda: later)
    assert look(services, services.ledger.proposals()[0]).lapsed.startswith("its time was up")
    with pytest.raises(TooLate):
        accept(services, made.id, **MIA)


def test_a_private_shot_is_for_people_and_none_of_its_words_is_kept(film, proposed):
    text = (film / SCENE).read_text()
    (film / SCENE).write_text(text.replace("motion: Steam rises.", "motion: Zebra secret.\n    private: true"))
    with pytest.raises(NotProposable, match="private"):
        proposed("x", "shots/SC010_SH0020/motion")
    with pytest.raises(NotProposable, match="every shot at once"):
        proposed([], "shots")
    proposed()
    (waiting,) = inbox(open_film(film))
    assert "Zebra" not in str(facts(waiting))
    assert "Zebra" not in waiting.proposal.stored()


def test_whoever_writes_a_file_that_changed_meanwhile_is_refused(film):
    path = film / SCENE
    before = path.read_bytes()
    path.write_bytes(before + b"# by hand\n")
    with pytest.raises(FileChanged), rewritten(film, path, "x", before=before):
        pass
    assert path.read_bytes() == before + b"# by hand\n"


def test_one_process_writes_the_films_files_at_a_time(film, monkeypatch):
    from production.planning import shot_file

    monkeypatch.setattr(shot_file, "_WAIT_S", 0.0)
    with shot_file.one_writer(film), pytest.raises(FileBusy), shot_file.one_writer(film):
        pass


def test_a_new_shot_can_be_proposed(film, proposed):
    shot = {"id": "SC010_SH0030", "location": "kitchen", "camera": {"size": "wide"}, "motion": "x", "duration_s": 2}
    made = proposed(shot, "shots/+")
    accept(open_film(film), made.id, **MIA)
    assert [each.id for each in open_film(film).folder.scenes["SC010"].shots][-1] == "SC010_SH0030"
    assert made.base != sha256((film / SCENE).read_bytes()).hexdigest()
