"""Verdicts with one flaw each, as the gates give them, for the diagnosis to explain."""

from __future__ import annotations

from manifests.finding import Finding, Score, Verdict


def score(rule: str, subject: str, value: float, limit: float, *, passed: bool | None = None) -> Score:
    return Score(
        rule=rule, subject=subject, value=value, threshold=limit, passed=value >= limit if passed is None else passed
    )


def fails(rule: str, subject: str, flaw: str, value: float, limit: float = 0.05, **evidence: float | str) -> Verdict:
    found = Finding(
        rule=rule,
        severity="error",
        subject=subject,
        flaw=flaw,
        message="m",
        cure="c",
        evidence={key.replace("_frame_", " frame "): value for key, value in evidence.items()},
    )
    return Verdict(scores=(score(rule, subject, value, limit, passed=False),), findings=(found,))


def misplaced(value: float = -0.55, fits: str = "front_entryway") -> Verdict:
    return fails("V104", "living_room", "location:living_room", value, 0.1, fits=fits, fit_rival=0.91, fit_asked=0.42)


def misdressed(value: float = -0.55, fits: str = "apron", **frames: float) -> Verdict:
    return fails("V103", "ada", "wardrobe:ada", value, fits=fits, **frames)


def unlike(value: float = -0.4, fits: str = "bo", **frames: float) -> Verdict:
    return fails("V102", "ada", "identity:ada", value, fits=fits, fits_in="jumper", **frames)
