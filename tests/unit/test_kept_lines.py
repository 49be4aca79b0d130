"""An edit of a manifest leaves alone every line that it is not about, however a person laid them out."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from manifests.reading.kept_lines import keep_lines

BY_HAND = """\
title: Tea   # working title
intent: She waits for somebody who
  does not come.

shots:
  - id: A
    motion: She sets a cup down, and then she
      looks at the door.
    camera: {size: full,
             lens: 35 mm}
  - id: B
    motion: >-
      Steam rises
      slowly.
"""


def laid_out(text: str, edit=lambda document: None) -> str:
    yaml, into = YAML(), StringIO()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text)
    edit(document)
    yaml.dump(document, into)
    return into.getvalue()


def edited(edit) -> str:
    return keep_lines(BY_HAND, laid_out(BY_HAND), laid_out(BY_HAND, edit))


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (
            lambda d: d["shots"][1].update(motion="She sits."),
            "Steam rises\n      slowly.",
            "She sits.",
        ),
        (lambda d: d.update(title="Coffee"), "Tea   #", "Coffee #"),
        (
            lambda d: d["shots"][0].update(motion="x"),
            "motion: She sets a cup down, and then she\n      looks at the door.",
            "motion: x",
        ),
        (lambda d: d["shots"][0].update(sound="rain"), "lens: 35 mm}\n", "lens: 35 mm}\n    sound: rain\n"),
        (lambda d: d.pop("intent"), "intent: She waits for somebody who\n  does not come.\n\n", ""),
        (lambda d: None, "", ""),
    ],
)
def test_only_the_lines_of_the_edit_change(edit, old, new):
    assert edited(edit) == BY_HAND.replace(old, new, 1)


FIELDS = st.sampled_from(["title", "intent", "A motion", "A camera", "B motion", "B sound"])


@given(st.dictionaries(FIELDS, st.sampled_from(["x", "", "a b c", {"size": "wide"}, None]), max_size=4))
def test_whatever_is_edited_the_text_says_what_the_edit_says(values):
    def edit(document):
        for name, value in values.items():
            shot, _, field = name.rpartition(" ")
            entry = next((each for each in document["shots"] if each["id"] == shot), document)
            entry[field] = value

    safe = YAML(typ="safe")
    assert safe.load(edited(edit)) == safe.load(laid_out(BY_HAND, edit))
