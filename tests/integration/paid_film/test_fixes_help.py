"""Whoever follows what a message says to do is not told the same again."""

from __future__ import annotations

import re

import pytest
from PIL import Image, ImageDraw

from manifests.finding import Finding, Score, Verdict

SHOT = "SC010_SH0010"
OFF = Score(rule="V104", subject="ada", value=0.1, threshold=1.0, passed=False)


def finding(severity: str = "error", flaw: str = "wrong_location", **evidence: str) -> Finding:
    return Finding(
        rule="V104", severity=severity, subject="ada", flaw=flaw, message="it is off", cure="look", evidence=evidence
    )


FAILS = Verdict(scores=(OFF,), findings=(finding(),))
ASKS = Verdict(scores=(), findings=(finding("ask", "ask:location"),))
DISPUTED = Verdict(
    scores=(OFF,), findings=(finding(), finding("info", "disagreement:wrong_location", judge_says="pass"))
)

STOPS = {
    "a question": ([ASKS], {}),
    "a contradiction": ([DISPUTED], {}),
    "no progress": ([FAILS, FAILS], {"attempts": 5}),
    "no takes left": ([FAILS], {"attempts": 1}),
}
"""By what stops a stage: the verdicts of its takes, and the film's limits."""

ONLY_LOOKED_AT = {"gate review", "gate resume", "gate provider compare", "gate explain"}
"""They show something, or go on after one of the others."""

TYPED = {
    "gate lock": ("lock", "--yes"),
    "gate verdict": ("verdict", SHOT, "pass", "--yes"),
    "gate retake": ("retake", SHOT, "--change", "seed", "--why", "another", "--yes", "--prices", "p.yaml"),
    "gate comp export": ("comp", "export", SHOT, "--yes"),
    "gate edit": ("edit", SHOT, "--only", "the cup", "--say", "on the table", "--box", "0.1,0.1,0.2,0.2", "--yes"),
}


WRITTEN = {
    "change its camera": ("scenes/SC010.yaml", lambda scene: scene["shots"][0]["camera"].update(lens="50 mm")),
    "a mark": ("scenes/SC010.yaml", lambda scene: scene["shots"][0]["cast"][0]["start"].update(x=0.2)),
    "the words in bible/": ("bible/locations/kitchen.yaml", lambda place: place.update(light="At night.")),
    "lower V104 in film.yaml": ("film.yaml", lambda film: film.setdefault("thresholds", {}).update(V104=0.0)),
}


def drawn_larger(film) -> None:
    """Each picture as it should be: people cut out, places without transparency, and no two alike."""
    for number, path in enumerate(sorted((film.root / "assets").rglob("*.png"))):
        if "locations" in path.parts:
            Image.effect_noise((1920, 1080), 60).convert("RGB").save(path)
            continue
        person = Image.new("RGBA", (600, 1800), (0, 0, 0, 0))
        pen = ImageDraw.Draw(person)
        pen.ellipse((200, 0, 400, 260), fill="#d9a98a")
        pen.polygon([(300, 200), (40 * number, 1200), (599, 1200)], fill="#7a3b30")
        pen.rectangle((200, 1200, 400, 1799), fill=(40, 50 + 20 * number, 60))
        person.crop(person.getbbox()).save(path)


def named_in(message: str) -> set[str]:
    """The commands that a message names, and what it says to write."""
    commands = {
        match[0].strip() for match in re.finditer(r"gate (?:comp|provider) \w+|gate (?!comp|provider)\w+", message)
    }
    return commands | {words for words in WRITTEN if words in message}


@pytest.mark.parametrize("stop", STOPS)
def test_every_fix_of_a_stopped_stage_changes_what_is_said_of_it(stop, paid, gate, first_step, copy_of):
    verdicts, limits = STOPS[stop]
    paid.edit("film.yaml", lambda film: film.setdefault("limits", {}).update(limits))
    for number, verdict in enumerate(verdicts, 1):
        paid.make(SHOT, "panel", number=number, verdict=verdict)
    before, message = paid.steps()["draft", "panel"], str(first_step(paid)[1])
    fixes = named_in(message) - ONLY_LOOKED_AT
    assert fixes, message

    for fix in sorted(fixes):
        film = copy_of(paid, fix)
        if fix in WRITTEN:
            film.edit(*WRITTEN[fix])
        else:
            if fix == "gate lock":
                drawn_larger(film)
            code, printed, said = gate(*TYPED[fix])
            assert code == 0, (fix, printed, said)
        after = film.steps()["draft", "panel"]
        assert (after.does, after.block, after.why) != (before.does, before.block, before.why), fix
