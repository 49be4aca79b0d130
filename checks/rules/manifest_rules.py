"""M rules: what a film's files say of themselves, before any picture is looked at."""

from __future__ import annotations

from checks.rules.define import define_rule

MAKER_MODEL = define_rule(
    "M101",
    "maker_model",
    "Whoever makes a shot has the model that film.yaml names for it.",
    "A wrong name is found here for nothing, or by the run after its panels are paid for.",
)
MAKER_PRICE = define_rule(
    "M102",
    "maker_price",
    "The price book has a price for each model that makes a shot.",
    "Nothing is bought at an unknown price, so the run would stop at that step.",
)
MAKER_KEY = define_rule(
    "M103",
    "maker_key",
    "There is a key for each paid provider that makes a shot.",
    "Without a key the run stops at its first paid call.",
    severity="warning",
)
WORDS_WRITTEN = define_rule(
    "M201",
    "words_written",
    "Everybody and every place has words, and so has the film's look.",
    "Every prompt repeats them; where they are missing, the model makes up a person, or a place, anew in each shot.",
    severity="warning",
)
SIZE_AND_SCALE = define_rule(
    "M202",
    "size_and_scale",
    "The people are as large in the frame as the shot's size says.",
    "A medium shot in which everybody stands head to foot tells the model two different things.",
    unit="height of the tallest person, in parts of the least that the size wants: medium 0.7 frame "
    "heights, medium close-up 1.0, close-up 1.4",
    source="A medium shot ends at the hip or the knee; the example film's has 0.74 with the feet on the "
    "frame's edge, its close-up 1.62",
    span="0 or more",
    direction="higher is better",
    severity="warning",
)

RULES = (MAKER_MODEL, MAKER_PRICE, MAKER_KEY, WORDS_WRITTEN, SIZE_AND_SCALE)
