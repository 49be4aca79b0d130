"""The line that a diagnosis would change, in files as people really write them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from manifests.diagnosis import Change, Diagnosis
from wiring.fixing import propose

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
            shot="SC010_SH0010", stage="panel", take="0" * 64, flaw="x", layer="manifest", confidence="fair",
            because=("y",), changes=changes,
        )  # fmt: skip
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
            "{character: ada, wardrobe: 'coat',", "{character: kelp, wardrobe: fur,",
        ),
    ],
)  # fmt: skip
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
