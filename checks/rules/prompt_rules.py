"""P141 to P199: what a model's guide demands, what a clip cannot hold, and words that contradict the film's files."""

from __future__ import annotations

from checks.rules import prompt_words
from checks.rules.define import PromptRule, Said, prompt_rule
from checks.rules.prompt_words import REPORT, SKILLS, SURVEY_DAY

ONE_TAKE = prompt_rule(
    "P141",
    "one_take_clause",
    "The prompt of a clip says, whole: one continuous shot.",
    "Without the clause Seedance put a cut into the middle of a clip. Sixty-five public prompts do without; this house "
    "rule comes from the takes that were paid for, and holds for the models whose profile lists it.",
    Said("field report", f"{REPORT.source}; EvoLinkAI/awesome-seedance-2-guide agrees", SURVEY_DAY),
    ("single_take: Nice.", "single_take: One continuous shot."),
    severity="error",
    fix="safe",
    measured_by=("Q108", "Q116"),
)
AVOID_CLAUSE = prompt_rule(
    "P142",
    "avoid_clause",
    "The prompt of a clip says, whole: avoid jitter, bent limbs and identity drift.",
    "The clause closed every accepted prompt of the production. Other guides warn of negation in general; in this "
    "closing "
    "clause, on this model, it is allowed.",
    Said("field report", f"{REPORT.source}; Seedance 2.0 Complete Prompting Master Guide, section 7", SURVEY_DAY),
    ("avoid: Avoid cuts.", "avoid: Avoid cuts. Avoid jitter, bent limbs and identity drift."),
    fix="safe",
    measured_by=("V102", "V109", "V116"),
)
AVOID_IN_BODY = prompt_rule(
    "P143",
    "avoid_in_the_body",
    "Veo is told what to show; what to avoid belongs into a negative prompt, as nouns.",
    "The clause of bible/style.yaml stands in every clip's prompt. Veo may draw what it names.",
    Said("provider", "ai.google.dev, Veo 3.1: negative prompts", SURVEY_DAY),
    ("avoid: Avoid on-screen text.", "avoid: Clean picture from edge to edge."),
    severity="info",
)
TWO_EDITS = prompt_rule(
    "P151",
    "two_edits",
    "An edit changes one thing.",
    "A model that is asked for two changes does neither well.",
    Said("provider", f"Black Forest Labs, image-to-image; {REPORT.source}", SURVEY_DAY),
    ('--say "red, and remove the lamp"', '--say "red"'),
    severity="error",
)
VAGUE_EDIT = prompt_rule(
    "P152",
    "vague_edit",
    "An edit names a part that can be seen, and what is to be seen there.",
    "'Better' is a wish. The model changes something, and the pass is billed.",
    Said("provider", "Black Forest Labs, image-to-image: pitfalls", SURVEY_DAY),
    ('--say "make it look better"', '--say "lit from the window at frame left"'),
    severity="error",
)
KEEP_LIST = prompt_rule(
    "P153",
    "change_and_keep",
    "An edit's words hold the change, and no list of what to keep.",
    "gate edit keeps the rest by itself, in one clause and by a mask. A change beside a list of keeps was ignored for "
    "three hours: the model kept everything.",
    REPORT,
    ('--say "smaller AND keep the colour AND the shadows"', '--say "half as large"'),
    severity="error",
)
TEXT_IN_CLIP = prompt_rule(
    "P161",
    "text_in_a_clip",
    "A clip shows no text that somebody has to read.",
    "Letters change from frame to frame. Titles and signs are added in the edit.",
    SKILLS,
    ("a neon sign that reads OPEN", "a neon sign, out of focus"),
)
LONG_DIALOGUE = prompt_rule(
    "P162",
    "dialogue_too_long",
    "The shot's lines can be spoken in its time: 2.5 words a second.",
    "Faster speech blurs the lips, and the subtitle is gone before it is read.",
    SKILLS,
    ("4 s: I have been waiting here for you since the very first day of winter", "4 s: You are late."),
)
WEIGHTS = prompt_rule(
    "P163",
    "attention_weights",
    "No weights or switches of other tools: (word:1.4), ++word++, --ar 16:9.",
    "These models read plain language. The brackets and numbers are noise, or end up as letters in the picture.",
    Said("guide", "omnireference prompt spec, section 2.3", SURVEY_DAY),
    ("(red jacket:1.4), ++running++", "red jacket, running"),
    fix="safe",
)
SECOND_RANGES = prompt_rule(
    "P164",
    "second_ranges",
    "A prompt for Seedance 2.0 has no ranges of seconds.",
    "ByteDance's page calls them unstable on this version. The EvoLink guide says the opposite; the maker's word "
    "counts.",
    Said("provider", "Volcengine 82379/2222480, as Emily2040/seedance-2.0 quotes it", "2026-09"),
    ("[0s-3s] he enters. [3s-6s] he sits", "he enters and sits"),
)
TIMELINE = prompt_rule(
    "P165",
    "timeline",
    "Ranges of seconds follow one another without gap or overlap, and end with the shot.",
    "The model fills a gap with something of its own.",
    Said("heuristic", "arithmetic; Seedance 2.5 and Veo 3.1 read such ranges", SURVEY_DAY),
    ("8 s: 0-3s he enters. 4-6s he sits", "8 s: 0-3s he enters. 3-8s he sits"),
    severity="error",
)
PICTURE_TAGS = prompt_rule(
    "P166",
    "picture_tags",
    "No picture is named by a number (@Image2): the program numbers them.",
    "Which pictures go along, and in which order, depends on the model. A number by hand soon means another picture.",
    Said("guide", "omnireference prompt spec, section 2.3, and how this program writes its captions", SURVEY_DAY),
    ("the man from @Image2 walks", "Otto walks"),
)
NOT_IN_CAST = prompt_rule(
    "P171",
    "name_not_in_cast",
    "Whoever the words name is in the shot's cast.",
    "The prompt has no face, hair or clothes for anybody else: the model makes up a stranger.",
    Said("field report", "post-mortem of a family film: one name outside the cast, one stranger a take", SURVEY_DAY),
    ("[cast: otto] Marit sits down", "[cast: otto, marit] Marit sits down"),
    severity="error",
    measured_by=("V117",),
)
OTHER_WARDROBE = prompt_rule(
    "P172",
    "other_wardrobe",
    "The words name clothes that the shot's wardrobes have.",
    "The prompt then describes two outfits for one person, and the take then differs from the locked one.",
    Said("heuristic", "the film's own files", SURVEY_DAY),
    ("[wardrobe: jumper] she opens her raincoat", "[wardrobe: raincoat] she opens her raincoat"),
    measured_by=("V103",),
)
OTHER_PLACE = prompt_rule(
    "P173",
    "other_place",
    "The words do not play in another place than the shot's location.",
    "The prompt then describes two places, and two places in one shot must be split.",
    Said("guide", "karuvanan/MiniMax-H3-Director-Cut-Studio#8", SURVEY_DAY),
    ("[location: quay] he turns in the lamp room", "[location: lamp_room] he turns in the lamp room"),
    measured_by=("V104",),
)
OTHER_TIME = prompt_rule(
    "P174",
    "other_time",
    "The words name the time of day that the place's light has.",
    "The plate is the reference, and a prompt that fights its reference loses, or gives both at once.",
    Said("guide", "Seedance 2.0 Complete Prompting Master Guide, section 12", SURVEY_DAY),
    ("[light: blue night] noon sun on the stones", "[light: blue night] the lamp swings over the stones"),
)
NO_LIGHT = prompt_rule(
    "P181",
    "no_light",
    "A clip from words alone names its light.",
    "With a first frame or references the picture says it; words alone leave it to the model.",
    Said("provider", "Black Forest Labs' prompting guide, section 5", SURVEY_DAY),
    ("mode: text, a place without light", 'light: "one window at frame left, late afternoon"'),
    severity="info",
)
IDLE_WAIVER = prompt_rule(
    "P191",
    "idle_waiver",
    "Each prompt_ok of a shot accepts a finding that is there.",
    "A waiver that outlived its finding would hide the next one.",
    Said("heuristic", "how linters of code treat unused waivers", SURVEY_DAY),
    ("prompt_ok of P110, and no capitals", "no prompt_ok"),
    severity="info",
)

RULES: tuple[PromptRule, ...] = (
    *prompt_words.RULES,
    ONE_TAKE,
    AVOID_CLAUSE,
    AVOID_IN_BODY,
    TWO_EDITS,
    VAGUE_EDIT,
    KEEP_LIST,
    TEXT_IN_CLIP,
    LONG_DIALOGUE,
    WEIGHTS,
    SECOND_RANGES,
    TIMELINE,
    PICTURE_TAGS,
    NOT_IN_CAST,
    OTHER_WARDROBE,
    OTHER_PLACE,
    OTHER_TIME,
    NO_LIGHT,
    IDLE_WAIVER,
)
