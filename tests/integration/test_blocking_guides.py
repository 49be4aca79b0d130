"""The drawings that paid models keep to: one for each staging, kept in the vault."""

from __future__ import annotations

from functools import partial

from production.journey.guides import guide_of
from production.journey.requests import panel_request
from providers.previz.adapter import Previz
from wiring import opening
from wiring.opening import open_services
from wiring.settings import read_settings


def test_shots_that_are_staged_alike_share_one_drawing_and_another_staging_gets_its_own(film, monkeypatch):
    with (film / "film.yaml").open("a") as about:
        about.write("providers: {panel: gemini}\n")
    opening._open_once.cache_clear()
    services, drawn = open_services(read_settings(film)), []
    plainly = Previz.guide
    monkeypatch.setattr(Previz, "guide", lambda artist, asked: drawn.append(asked.shot) or plainly(artist, asked))

    first = services.shot("SC010_SH0010")
    again = first.model_copy(update={"id": "SC010_SH0990", "motion": "She looks up.", "seed": 7})
    member = first.cast[0]
    moved = member.model_copy(update={"start": member.start.model_copy(update={"x": 0.2})})
    elsewhere = first.model_copy(update={"id": "SC010_SH0995", "cast": (moved, *first.cast[1:])})
    asked = partial(panel_request, services.folder, services.hashes())
    guides = [
        asked(
            shot,
            "draft",
            can=services.provider("panel", shot).capabilities("panel"),
            guide_of=guide_of(services, services.provider("panel", shot)),
        ).references[0]
        for shot in (first, again, elsewhere)
    ]
    assert [guide.name for guide in guides] == ["SC010_SH0010", "SC010_SH0990", "SC010_SH0995"]
    assert guides[0].sha256 == guides[1].sha256 != guides[2].sha256
    assert drawn == ["SC010_SH0010", "SC010_SH0995"]
