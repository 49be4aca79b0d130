"""Which take is gated again after a shot's entry was corrected, and which is not."""

from __future__ import annotations

import pytest

from manifests.diagnosis import Change, Diagnosis
from manifests.scene import Shot
from manifests.take import Artefact, Reference, Request, Take
from production.journey.regating import blamed_line, fitting, mark

MAKER = ("fal", "flux")
KEY, FRONT = "a" * 64, "f" * 64


def shot(location: str = "cafe_door", **more: object) -> Shot:
    staging = {
        "id": "SC010_SH0010",
        "location": location,
        "cast": (),
        "camera": {"size": "wide", "move": "static", "lens": "35 mm"},
        "motion": "Rain.",
        "duration_s": 3.0,
        **more,
    }
    return Shot.model_validate(staging)


def request(staging: Shot, front: str = FRONT) -> Request:
    seen = (Reference(role="character", name="characters/ada/coat/front", sha256=front),)
    return Request(
        operation="panel",
        shot=staging.id,
        staging=staging,
        prompt=staging.location,
        references=seen,
        resolution="480p",
        frames=1,
        seed=1,
    )


def take(staging: Shot, **more: object) -> Take:
    asset = Artefact(sha256="b" * 64, media_type="image/png", size_bytes=9, width=864, height=480)
    made = {
        "generation_key": KEY,
        "recipe": "c" * 64,
        "shot": staging.id,
        "stage": "panel",
        "tier": "draft",
        "attempt": 1,
        "version": 1,
        "provider": "fal",
        "model": "flux",
        "request": request(staging),
        "changed": "first take",
        "state": "settled",
        "held_microusd": 0,
        "asset": asset,
        **more,
    }
    return Take.model_validate(made)


def told(layer: str = "manifest", was: str = "cafe_door", now: str = "cafe_main") -> str:
    return Diagnosis(
        shot="SC010_SH0010",
        stage="panel",
        take=KEY,
        flaw="location:cafe_door",
        layer=layer,
        confidence="fair",  # type: ignore[arg-type]
        because=("it fits",),
        changes=(Change(field="location", was=was, now=now),),
    ).stored()


def found(
    now: Shot, takes: list[Take], notes: list[str], refused: frozenset[str] = frozenset(), front: str = FRONT
) -> bool:
    return fitting(request(now, front), takes, MAKER, notes, refused) is not None


def test_a_picture_of_the_place_that_the_corrected_entry_names_is_gated_again():
    assert found(shot("cafe_main"), [take(shot())], [told()])


def test_after_two_corrections_it_still_is():
    assert found(shot("quay"), [take(shot())], [told(), told(was="cafe_main", now="quay")])


@pytest.mark.parametrize(
    ("now", "made", "note"),
    [
        (shot("cafe_main"), take(shot()), told("panel")),
        (shot("quay"), take(shot()), told()),
        (shot(), take(shot()), told()),
        (shot("cafe_main", motion="Snow."), take(shot()), told()),
        (shot("cafe_main"), take(shot(), provider="bfl"), told()),
        (shot("cafe_main"), take(shot(), state="submitted", asset=None), told()),
    ],
    ids=["the panel is blamed", "another place", "not corrected", "other words too", "another maker", "no picture yet"],
)
def test_what_differs_by_more_than_the_correction_is_made_anew(now, made, note):
    assert not found(now, [made], [note])


def test_a_take_that_failed_again_or_was_sent_back_is_not_gated_a_third_time():
    made, now = take(shot()), shot("cafe_main")
    assert not found(now, [made], [told()], frozenset({mark(made, request(now))}))
    assert not found(now, [made], [told()], frozenset({KEY}))


def test_a_take_of_other_locked_pictures_is_not_gated_again():
    assert not found(shot("cafe_main"), [take(shot())], [told()], front="e" * 64)


def test_the_line_that_may_be_wrong_is_that_of_the_newest_diagnosis_of_this_take():
    assert blamed_line([told("model"), told()], KEY) == "location: cafe_door → cafe_main"
    assert blamed_line([told(), told("model")], KEY) == ""
    assert blamed_line([told()], "d" * 64) is None, "of that take there is none"
