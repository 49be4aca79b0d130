"""What a person asks for in the form that launches a run:
how far, at which cap, with whom, and only what has an approval.
"""

from __future__ import annotations

import asyncio

import pytest

from governor.errors import CapRaise, SwitchNotDecided
from manifests.money import parse_usd
from production.planning.form import Form, heed
from production.planning.run_options import RunOptions

CAP = "scene:SC010"


def test_a_run_for_drafts_makes_no_finals_although_they_have_a_yes_and_one_for_finals_buys_no_draft(drafted):
    drafted.approve()
    stopped = drafted.run(options=RunOptions(drafts_only=True))
    assert (stopped.ending, stopped.generated) == ("waits for approval", 0)
    assert "This run was for drafts only" in stopped.message
    assert not drafted.ledger.takes(tier="final")

    drafted.edit_shot("SC010_SH0060", motion="Marit looks at the door, and waits.")
    made = drafted.run(options=RunOptions(approved_only=True))

    assert (made.ending, made.generated) == ("waits for approval", 3)
    assert "3 of 4 shots are approved, and their finals are made; 0 wait for an approval, 1 for a draft" in made.message
    assert len(drafted.ledger.takes(stage="clip", tier="draft")) == 4
    assert {take.shot for take in drafted.ledger.takes(tier="final")} == {
        "SC010_SH0020",
        "SC010_SH0040",
        "SC010_SH0050",
    }


def test_a_run_for_finals_asks_nobody_and_makes_none_without_a_yes(drafted):
    made = drafted.run(options=RunOptions(approved_only=True))
    assert (made.ending, made.generated) == ("waits for approval", 0)
    assert "4 finals wait for a person's approval" in made.message


def test_a_cap_in_the_form_is_raised_by_a_name_and_a_reason_alone_and_once_a_run(drafted):
    services, scene = drafted.services, drafted.services.scene("SC010")
    with pytest.raises(CapRaise, match="no name and no reason"):
        heed(services, scene, Form(cap_microusd=parse_usd("40.00"), who="Mia"), "run 1")
    assert services.ledger.balance(CAP).cap == parse_usd("15.00")

    signed = Form(cap_microusd=parse_usd("40.00"), who="Mia", why="the storm")
    heed(services, scene, signed, "run 1")
    said = services.ledger.of_scene("SC010").decisions[-1]
    assert (said.who, said.door, said.why) == ("Mia", "prefect form", "the storm")
    assert services.ledger.balance(CAP).cap == parse_usd("40.00")

    drafted.say("cap", CAP, "--usd", "2.00", "--why", "enough", "--yes")
    heed(services, scene, signed, "run 1")  # the same run, on its way again after a retry
    assert services.ledger.balance(CAP).cap == parse_usd("2.00")
    heed(services, scene, Form(cap_microusd=parse_usd("1.00")), "run 2")
    assert services.ledger.balance(CAP).cap == parse_usd("1.00"), "anybody may lower it"


def test_another_provider_is_a_decision_with_a_name_and_stands_in_the_films_file(drafted):
    services, scene = drafted.services, drafted.services.scene("SC010")
    with pytest.raises(SwitchNotDecided, match="gate provider compare SC010 --to openrouter"):
        heed(services, scene, Form(provider="openrouter"), "run 1")
    assert services.folder.film.providers.clip == "previz"

    then = heed(services, scene, Form(provider="openrouter", who="Mia", why="it moves better"), "run 1")

    assert then.folder.film.providers.clip == "openrouter"
    said = services.ledger.of_scene("SC010").decisions[-1]
    assert (said.kind, said.subject, said.who, said.door) == (
        "switch_provider",
        "clip: openrouter",
        "Mia",
        "prefect form",
    )


def test_a_film_is_made_scene_by_scene_and_one_that_waits_holds_up_no_other(drafted):
    from flows.film import render_film

    drafted.settle()
    text = (drafted.root / "scenes" / "SC010.yaml").read_text(encoding="utf-8")
    (drafted.root / "scenes" / "SC020.yaml").write_text(text.replace("SC010", "SC020"), encoding="utf-8")
    drafted.edit("scenes/SC020.yaml", lambda scene: scene["shots"].__delitem__(slice(1, None)))

    outcome = asyncio.run(render_film(str(drafted.root)))

    assert [(line.scene, line.waits) for line in outcome.scenes] == [("SC010", True), ("SC020", True)]
    assert outcome.message.startswith("0 of 2 scenes are done · SC010: 4 finals wait")
    assert {take.shot for take in drafted.ledger.takes(scene="SC020", stage="clip")} == {"SC020_SH0020"}


def test_the_film_is_joined_from_its_drafts_as_a_flow(drafted):
    from flows.film_cut import cut_film

    drafted.settle()
    said = asyncio.run(cut_film(str(drafted.root), tier="draft"))

    assert said.startswith("HRB_draft.mp4: ")
    assert (drafted.root / "out/film/HRB_draft.mp4").stat().st_size > 100_000


def test_reconcile_says_that_nothing_is_in_doubt(drafted):
    from flows.reconciling import ask_providers

    drafted.settle()
    said = asyncio.run(ask_providers("every scene", str(drafted.root)))
    assert said == "0 calls asked about, 0 closed. Nothing is in doubt."


def test_the_form_offers_the_films_own_scenes_and_those_who_make_clips_and_nothing_is_asked_for_in_a_quick_run(drafted):
    from prefect.utilities.callables import parameter_schema

    from flows.serving.deployments import OFFERED
    from flows.serving.forms import fitted

    services = drafted.services
    forms = {
        each.name: fitted(parameter_schema(each.flow).model_dump(), each.flow, services, each.defaults(services.folder))
        for each in OFFERED
    }
    fields = forms["scene"]["properties"]
    assert fields["scene"]["enum"] == ["SC010"]
    assert fields["tier"]["enum"] == ["draft", "final"]
    assert fields["provider"]["enum"][:2] == ["as film.yaml says", "previz"]
    assert "bfl" not in fields["provider"]["enum"], "it makes no clips"
    assert (fields["cap_usd"]["minimum"], fields["cap_usd"]["maximum"]) == (0, 60.0)
    turn = forms["turnaround"]["properties"]
    assert turn["character"]["enum"] == ["everybody", *sorted(services.folder.bible.characters)]
    assert turn["wardrobe"]["enum"][0] == "every wardrobe"
    assert {"raincape", "oilskin"} <= set(turn["wardrobe"]["enum"])
    assert "pia: dungarees, nightdress, raincape" in turn["wardrobe"]["description"]
    assert turn["views"]["items"]["enum"] == ["three_quarter", "side", "back"]
    assert turn["provider"]["enum"][0] == "as film.yaml says"
    assert "gemini" in turn["provider"]["enum"]
    assert "previz" not in turn["provider"]["enum"], "it cannot draw what does not exist"
    assert "openrouter" not in turn["provider"]["enum"], "it makes no pictures"
    assert (turn["cap_usd"]["minimum"], turn["cap_usd"]["maximum"]) == (0, 60.0)
    assert "bible" in turn["cap_usd"]["description"]
    assert forms["reconcile"]["properties"]["scene"]["enum"] == ["every scene", "SC010"]
    assert all(field["description"] for form in forms.values() for field in form["properties"].values())
    assert {name: form["required"] for name, form in forms.items()} == {name: [] for name in forms}
