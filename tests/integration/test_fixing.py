"""The line that a diagnosis would change, in files as people really write them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from desk.cli.deciding import decision_of
from desk.cli.options import open_film
from governor.errors import NotAPerson
from manifests.diagnosis import Change, Diagnosis
from manifests.errors import ManifestError
from production.planning.shot_file import rewritten
from production.review.fixing import accept, propose

AS_WRITTEN = """\
# the scene
id: SC010
shots:
- id: SC010_SH0010
  location: "kitchen"   # by the window
  chain: true
  cast: [{character: ada, wardrobe: 'coat',
          start: {x: 0.4,   y: 0.95}}, {character: bo, wardrobe: coat}]
  motion: >-
    She waits.

- id: SC010_SH0020
  location: kitchen
"""


@pytest.fixture
def changed(tmp_path: Path):
    (tmp_path / "scenes").mkdir()
    path = tmp_path / "scenes" / "SC010.yaml"
    path.write_text(AS_WRITTEN)

    def change(*changes: Change) -> str:
        services = SimpleNamespace(folder=SimpleNamespace(root=tmp_path))
        found = Diagnosis(
            shot="SC010_SH0010",
            stage="panel",
            take="0" * 64,
            flaw="x",
            layer="manifest",
            confidence="fair",
            because=("y",),
            changes=changes,
        )
        proposal = propose(services, found)  # type: ignore[arg-type]
        assert proposal is not None
        assert path.read_text() == AS_WRITTEN
        return proposal.text

    return change


@pytest.mark.parametrize(
    ("changes", "was", "now"),
    [
        ([("location", "kitchen", "garden", None)], 'location: "kitchen"   #', "location: garden   #"),
        ([("wardrobe", "coat", "apron", "ada")], "wardrobe: 'coat',", "wardrobe: apron,"),
        ([("wardrobe", "coat", "apron", "bo")], "bo, wardrobe: coat}", "bo, wardrobe: apron}"),
        ([("chain", "true", "false", None)], "chain: true", "chain: false"),
        (
            [("wardrobe", "coat", "fur", "ada"), ("character", "ada", "kelp", "ada")],
            "{character: ada, wardrobe: 'coat',",
            "{character: kelp, wardrobe: fur,",
        ),
    ],
)
def test_only_the_value_changes_and_everything_else_stays_to_the_letter(changed, changes, was, now):
    fields = ("field", "was", "now", "member")
    text = changed(*(Change.model_validate(dict(zip(fields, change, strict=True))) for change in changes))
    assert AS_WRITTEN.count(was) == 1
    assert text == AS_WRITTEN.replace(was, now)


def test_a_field_that_is_not_there_yet_is_put_in_and_comments_stay(changed):
    text = changed(Change(field="seed", was="0", now="101"))
    assert "seed: 101" in text
    assert "# the scene" in text
    assert "# by the window" in text


def test_a_program_may_not_say_the_yes_and_then_nothing_is_written(film):
    services, scene = open_film(film), film / "scenes" / "SC010.yaml"
    before = scene.read_text()
    found = Diagnosis(
        shot="SC010_SH0010",
        stage="panel",
        take="0" * 64,
        flaw="x",
        layer="panel",
        confidence="fair",
        because=("y",),
        changes=(Change(field="seed", was="0", now="101"),),
    )
    proposal = propose(services, found)
    assert proposal is not None
    yes = decision_of(services, "fix", "shot:SC010_SH0010", "y", subject="seed: 0 → 101")

    with pytest.raises(NotAPerson):
        accept(services, proposal, yes.model_copy(update={"door": "program"}))
    assert scene.read_text() == before

    accept(services, proposal, yes)
    assert open_film(film).shot("SC010_SH0010").seed == 101


def test_a_change_that_is_broken_off_before_it_is_in_the_ledger_leaves_the_file_as_it_was(film):
    scene = film / "scenes" / "SC010.yaml"
    before = scene.read_text()

    def broken_off():
        with rewritten(film, scene, f"{before}# and one line more\n"):
            assert scene.read_text() != before
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert scene.read_text() == before


def test_a_change_that_the_film_could_not_be_read_with_is_not_written(film):
    services, scene = open_film(film), film / "scenes" / "SC010.yaml"
    before = scene.read_text()
    found = Diagnosis(
        shot="SC010_SH0010",
        stage="panel",
        take="0" * 64,
        flaw="x",
        layer="manifest",
        confidence="fair",
        because=("y",),
        changes=(Change(field="location", was="kitchen", now="no such place"),),
    )
    proposal = propose(services, found)
    assert proposal is not None
    with pytest.raises(ManifestError):
        accept(services, proposal, decision_of(services, "fix", "shot:SC010_SH0010", "y"))
    assert scene.read_text() == before
    assert services.ledger.of_scene("SC010").decisions == ()
