"""The scores that a person looks at first: a face stands beside the identity of the same character."""

from __future__ import annotations

from manifests.finding import Score
from production.review.shown_scores import face_beside_identity, worst


def score(rule, subject, value, threshold=0.05, passed=True):
    return Score(rule=rule, subject=subject, value=value, threshold=threshold, passed=passed)


FILED = (
    score("V104", "quay", 0.5),
    score("V116", "ada", 0.8, 1.15),
    score("V116", "vik", 1.4, 1.15, passed=False),
    score("V101", "ada", 0.4),
    score("V102", "ada", 0.4),
    score("V102", "vik", 0.3),
)


def test_each_face_follows_the_identity_of_its_character():
    told = [(each.rule, each.subject) for each in face_beside_identity(FILED)]

    assert told == [
        ("V104", "quay"),
        ("V101", "ada"),
        ("V102", "ada"),
        ("V116", "ada"),
        ("V102", "vik"),
        ("V116", "vik"),
    ]


def test_a_face_without_an_identity_keeps_its_place():
    assert list(face_beside_identity(FILED[:3])) == list(FILED[:3])


def test_the_worst_face_is_shown_behind_the_identity_and_nothing_where_no_face_was_judged():
    with_faces = {code: (word, found) for code, word, found in worst(FILED)}
    without = [code for code, _, _ in worst(each for each in FILED if each.rule != "V116")]

    assert list(with_faces) == ["V102", "V116", "V103", "V104", "V105"]
    assert with_faces["V116"] == ("face", FILED[2]), "the one farthest beyond, though higher is worse"
    assert without == ["V102", "V103", "V104", "V105"]
