"""P101 to P139: words that a model draws literally, or cannot draw at all."""

from __future__ import annotations

from checks.rules.define import Said, prompt_rule

SURVEY_DAY = "2026-11-21"
REPORT = Said("field report", "post-mortem of a nine-day film of about 410 generations on Seedance 2.0", SURVEY_DAY)
SKILL = Said("guide", "Emily2040/seedance-2.0, its lists of empty words and its camera grammar", "2026-09")
ACTION_GUIDE = Said("guide", "EvoLinkAI/awesome-seedance-2-guide, README", SURVEY_DAY)
MASTER_GUIDE = Said("guide", "Seedance 2.0 Complete Prompting Master Guide, sections 5 to 8", SURVEY_DAY)
SKILLS = Said("guide", "calesthio/OpenMontage, its prompting skills at cd9f3c1", "2026-08-22")

DESTRUCTION = prompt_rule(
    "P101",
    "destruction_for_movement",
    "A verb of destruction stands only where something breaks.",
    "The model draws what the verb says: a door that 'explodes' open becomes splinters. One public action guide "
    "praises "
    "such verbs; the production that paid for the takes does not.",
    REPORT,
    ("the door EXPLODES inward with a crash", "the door swings open fast and hits the wall"),
)
LITERAL_STATE = prompt_rule(
    "P102",
    "state_drawn_literally",
    "A person's stillness is said as stillness, not as ice, stone or glue.",
    "'Frozen' gave a man covered in ice.",
    REPORT,
    ("the bandit FROZEN in place in the doorway", "the bandit stands still in the doorway, his arms at his sides"),
)
OBJECT_AS_SHAPE = prompt_rule(
    "P103",
    "object_as_shape",
    "A shape is named by its geometry, not by another object.",
    "The model draws the other object: a brick-shaped candy became a construction brick, eight takes in a row.",
    REPORT,
    ("brick-shaped candy in a foil wrapper", "a rectangular bar of candy in a foil wrapper"),
)
AFFECT = prompt_rule(
    "P104",
    "affect_on_an_action",
    "An action is described by what moves, how far and where to; not by a mood.",
    "'Sharp violent kick' turned into debris and a torn face. A body part, a direction and a speed leave less to "
    "guess.",
    REPORT,
    ("SHARP violent kick to the door", "a boot kicks the door once, at handle height"),
)
SIMILE = prompt_rule(
    "P105",
    "simile",
    "Nothing is said by a comparison ('like a …', 'as if …').",
    "The model draws both halves: the person and the thing that the person is compared with.",
    REPORT,
    ("he moves like a wounded animal", "he walks bent forward, one hand on his ribs"),
)
EMOTION = prompt_rule(
    "P106",
    "inner_emotion",
    "An emotion is said by what can be seen of it.",
    "A feeling has no picture. Its signs have: breath, hands, eyes, shoulders.",
    ACTION_GUIDE,
    ("she is very sad", "tears run down her cheeks, her mouth trembles slightly"),
)
EVALUATOR = prompt_rule(
    "P107",
    "empty_praise",
    "No word only praises the picture or names its mood.",
    "'Stunning', 'moody vibes' and the like tell the model nothing to draw, and take room from words that do.",
    SKILL,
    ("an epic, stunning landscape", "a low sun behind a snow ridge, long blue shadows on the slope"),
)
BOOSTER = prompt_rule(
    "P108",
    "quality_boosters",
    "No quality tags of old image models ('masterpiece, 8K, trending on ArtStation').",
    "Resolution is a parameter, and today's models read sentences: the tags change nothing, or pull the look to stock "
    "art.",
    SKILL,
    ("masterpiece, 8K, trending on ArtStation", "brushed steel with fine scratches, dust in the light of the window"),
)
CAPITALS = prompt_rule(
    "P110",
    "capitals",
    "No word is stressed by capitals.",
    "Capitals do not make a model obey (six failed takes had them), and some models letter them into the picture.",
    REPORT,
    ("the partner is CROUCHED low", "the partner squats on his heels, his head below the table's edge"),
    severity="info",
)
NOTHING_MOVES = prompt_rule(
    "P111",
    "nothing_moves",
    "A clip's words name at least one physical movement.",
    "A state gives a still picture that is billed as a clip.",
    Said(
        "field report", "post-mortem of a family film on Seedance 2.0: a 'static, subtle, calm' shot froze", SURVEY_DAY
    ),
    (
        "Static, calm living room, the family on the couch",
        "the boy shifts on the couch and turns his head to the window",
    ),
    measured_by=("Q107",),
)
SEVERAL_ACTIONS = prompt_rule(
    "P112",
    "several_actions",
    "A shot has at most three actions.",
    "A model drops or merges what does not fit into a few seconds. One action a shot is the safest.",
    SKILLS,
    ("he enters, then sits, then opens the bag, then eats, then looks up", "he opens the bag and lifts out one candy"),
)
VAGUE_MOTION = prompt_rule(
    "P113",
    "vague_motion",
    "Movement is said as somebody's movement, not as an amount of it.",
    "'Lots of movement' leaves the model to invent one.",
    MASTER_GUIDE,
    ("lots of movement, dynamic action", "she turns her head, then her hair follows"),
)
STACKED_MOVES = prompt_rule(
    "P121",
    "several_camera_moves",
    "A shot has one camera move, camera.move among them.",
    "A model that is asked for two does one of them, or a third.",
    Said("provider", "Volcengine 82379/2222480, as Emily2040/seedance-2.0 quotes it: one move a shot", "2026-09"),
    ("slow push-in, then pan left and orbit around", "slow push-in"),
)
CAMERA_CONFLICT = prompt_rule(
    "P122",
    "camera_contradiction",
    "The words about the camera agree with each other and with camera.move.",
    "The prompt says camera.move in a sentence of its own. Two sentences that contradict each other give a camera that "
    "nobody asked for, and the animatic that was approved shows another move.",
    SKILLS,
    ("Fixed camera. Slow push-in on the face", "Slow push-in on the face"),
    severity="error",
)
WHOSE_SIDE = prompt_rule(
    "P125",
    "whose_left",
    "Left and right say whose: the picture's (frame left) or a person's (her left hand).",
    "Half of the takes take the other one.",
    REPORT,
    ("the bandit on the left looks right", "the bandit at frame left looks to the right edge of the frame"),
)
NEGATION = prompt_rule(
    "P131",
    "negation",
    "The words say what is there, not what is missing.",
    "Most models have no negative prompt: a word that stands in the prompt, stands in the picture.",
    Said("provider", "Black Forest Labs' prompting guide, and Google's page on image prompts", SURVEY_DAY),
    ("a street with no cars", "an empty street, its asphalt bare from kerb to kerb"),
)
CUT_WORDS = prompt_rule(
    "P133",
    "cut_inside_a_take",
    "A shot's words ask for no cut.",
    "Each shot is bought as one take; words such as 'cut to' put a cut into it, and nothing can be cut around it.",
    Said("guide", "Emily2040/seedance-2.0, multi-shot grammar; EvoLinkAI/awesome-seedance-2-guide", "2026-09"),
    ("He sits. Cut to his hands", "He sits; his hands come to rest on the table"),
    severity="error",
    measured_by=("Q108", "Q116"),
)

RULES = (
    DESTRUCTION,
    LITERAL_STATE,
    OBJECT_AS_SHAPE,
    AFFECT,
    SIMILE,
    EMOTION,
    EVALUATOR,
    BOOSTER,
    CAPITALS,
    NOTHING_MOVES,
    SEVERAL_ACTIONS,
    VAGUE_MOTION,
    STACKED_MOVES,
    CAMERA_CONFLICT,
    WHOSE_SIDE,
    NEGATION,
    CUT_WORDS,
)
