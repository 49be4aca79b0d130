import pytest

from providers.errors import Invalid
from providers.previz.flaws import FlawScript


def test_a_script_is_read_in_full(tmp_path, take):
    file = tmp_path / "flaws.yaml"
    file.write_text("- {shot: SC010_SH0010, stage: clip, flaw: drifted_hue, degrees_per_link: 5, attempts: [1, 2]}\n")
    flaw = FlawScript.load(file).of(take("clip", attempt=2), list)[0]
    assert (flaw.flaw, flaw.degrees_per_link, flaw.attempts) == ("drifted_hue", 5.0, (1, 2))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "- {shot: SC010_SH0010, stage: clip, flaw: wrong_wardrob}",
            "no flaw 'wrong_wardrob'.*Did you mean wrong_ward",
        ),
        ("- {shot: SC010_SH0010, stage: clip, flaw: black, atempts: all}", "no flaw has such a key.*mean attempts"),
        ("- {shot: SC010_SH0010, stage: clip}", "it names no flaw"),
        ("- {shot: SC010_SH0010, stage: panel, flaw: frozen}", "frozen is a flaw of clips"),
        ("- {shot: SC010_SH0010, stage: clip, flaw: drifted_hue}", "either degrees or degrees_per_link"),
        ("- {shot: SC010_SH0010, stage: clip, flaw: black, location: quay}", "black takes no location"),
        ("- {shot: SC010_SH0010, stage: clip, flaw: black, flaw: frozen}", "cannot be read"),
        ("shot: SC010_SH0010", "it is not a list"),
        ("- just words", "flaw 1, entry"),
    ],
)
def test_a_mistake_in_a_script_is_refused_with_its_cure(tmp_path, words, message):
    file = tmp_path / "flaws.yaml"
    file.write_text(words)
    with pytest.raises(Invalid, match=f"(?s)flaws.yaml.*{message}"):
        FlawScript.load(file)


def test_a_script_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Invalid, match="cannot be read"):
        FlawScript.load(tmp_path / "none.yaml")
