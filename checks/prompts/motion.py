"""P111 to P113: what moves in a clip, and how much of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from checks.prompts.record import Hit, PromptRecord
from checks.prompts.text import forms, found, has, listed, one_of, third

ACTIONS_MAX = 3

_MOVES = listed(
    """
    approach arrive arch back balance bang beat bend billow blink blow bounce bow breathe brush bump burn
    carry catch chase chew circle clap climb close come cough count crack crawl creak crouch cross crumple cry
    cut dance dart descend dig dip dive drag draw drift drink drip drive drop duck eat enter exhale exit
    extend fade fall fan flap flash flicker flip float flow flutter fly fold follow gallop gather get give
    glance glide grab grin grip hammer hand hang hit hop hug hurl hurry inhale jerk jog jump kick kiss knead
    knock kneel land laugh lay lead lean leap leave lick lift light limp look lower lunge march mop mount move
    nod nudge open pace paint pass pat paddle peel pick play plunge point polish pour press pull punch push
    put race raise reach ring ripple rise roll rotate row rub run rush sail scatter scoop scrape scratch scrub
    scurry set sew shake shift shine shiver shove shrug shut shuffle sink sip skate skid skip slam slap slide
    slip smash smile smoke snap sneak sniff snow spill spin splash spray spread sprint squat squeeze stagger
    step stir stomp stoop stop stretch stride strike stroke stroll stumble swallow sway sweep swim swing swirl
    take talk tap tear throw thrust tie tilt tiptoe toss touch tremble trickle trip trot trudge tuck tug
    tumble turn twirl twist type unbutton uncover undress unfold unlock unroll unwrap vanish vibrate wade wag
    walk wander wave weep whirl whisper whip wind wink wipe wobble work wrap wriggle write yank yawn zip
    """
)
_POSES = ("sit", "stand", "lie", "wait", "sleep", "stay", "remain", "rest", "watch", "stare", "gaze", "hold")
_STATES = frozenset(
    {"is", "has", "was", "does", "stands", "sits", "lies", "waits", "seems", "remains", "stays", "rests", "wears"}
    | {"feels", "exists", "sleeps", "stares", "gazes", "watches", "holds", "looks", "its", "his", "this", "thus", "as"}
    | {"contains", "shows", "depicts", "belongs", "likes", "knows", "means", "needs", "wants", "loves", "always", "us"}
)
_ACTS = forms(_MOVES)
_ENGLISH = one_of("the", "a", "an", "is", "are", "his", "her", "their", "and", "with", "on", "in", "at", "of", "to")
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?", re.IGNORECASE)
_MAYBE = (
    r"\b(?:(?i:he|she|it|they|who)|(?i:the|a|an|his|her|its|their|[a-z]+['’]s)\s+[a-z]+|(?!(?i:his|her|the"
    r"|its)\b)[A-Z][a-z]+)"
    r"\s+([a-z]+s|[A-Z]{3,}S)\b"
)
_SETTLES = r"\b(?:sits?|lies?|lays?|stands?)\s+(?:back\s+)?(?:down|up)\b"
_PLURAL = r"\b(?:they|both|all|people|(?:the|two|three|four|five|six|seven|eight|his|her|their)\s+[a-z]+s)\s+([a-z]+)\b"
_LINKS = one_of(
    *(
        "in",
        "on",
        "at",
        "of",
        "with",
        "and",
        "or",
        "are",
        "were",
        "have",
        "from",
        "by",
        "to",
        "under",
        "over",
        "behind",
    ),
    *(
        "stand",
        "sit",
        "lie",
        "wait",
        "look",
        "seem",
        "remain",
        "stay",
        "rest",
        "hold",
        "wear",
        "beside",
        "near",
        "around",
    ),
)
_FINITE = frozenset(third(base) for base in (*_MOVES, *_POSES)) - {"lights", "hands", "beats", "fans", "rings"}
_NOUNS_BEFORE = frozenset(
    listed("""
    the a an his her its their of these those some both each every own left right my your two three four five
    six seven eight few many no wooden stone
    """)
)
_PHRASES = frozenset(
    {"kicks", "steps", "turns", "looks", "waves", "hands", "lights", "backs", "rings", "plays", "works"}
)
_SEQUENCE = r"\b(?:and\s+)?then\b|\bafter\s+that\b|\bnext\b(?=,)"
_VAGUE = (
    r"\b(?:lots|plenty|a\s+lot)\s+of\s+(?:movement|motion|action)\b|\bdynamic\s+(?:action|motion|movement|scene|shot"
    r"|camera|poses?)\b"
    r"|\baction[- ]packed\b|\b(?:something|things|stuff)\s+happens?\b|\bmov(?:es?|ing)\s+(?:around"
    r"|about)(?=\s*(?:[.,;!]|$))"
    r"|\b(?:natural|subtle|slight|some)\s+(?:movements?|motion)\b"
)


def nothing_moves(record: PromptRecord) -> Iterator[Hit]:
    """P111: no word that could be a movement. A verb that is not known counts as one."""
    for piece in record.of("motion"):
        maybe = {match[1].lower() for match in found(piece.text, _MAYBE, cased=True)} - _STATES
        plural = {
            match[1].lower() for match in found(piece.text, _PLURAL) if not re.fullmatch(_LINKS, match[1].lower())
        }
        if not _acts(piece.text) and not maybe and not plural and has(piece.text, _ENGLISH):
            yield Hit(
                piece,
                0,
                len(piece.text),
                "names no movement: the clip stands still",
                "Say who moves what: turns his head to the window",
            )


def _acts(text: str) -> bool:
    """Whether a word may be a verb of movement: one that is known, and does not stand where a noun stands."""
    words = [word.lower() for word in _WORD.findall(text)]
    return has(text, _SETTLES) or any(
        word in _ACTS and before not in _NOUNS_BEFORE for before, word in pairwise(["", *words])
    )


def several_actions(record: PromptRecord) -> Iterator[Hit]:
    """P112: more actions than a model makes in one shot."""
    for piece in record.of("motion"):
        beats, before = [], ""
        for match in _WORD.finditer(piece.text):
            word = match[0].lower()
            if word in _FINITE and before not in _NOUNS_BEFORE and not (before in _PHRASES and word in _PHRASES):
                beats.append(match)
            before = word
        linked = list(found(piece.text, _SEQUENCE))
        if len(beats) > ACTIONS_MAX or len(linked) >= ACTIONS_MAX:
            last = beats[ACTIONS_MAX] if len(beats) > ACTIONS_MAX else linked[-1]
            yield Hit(
                piece,
                last.start(),
                len(piece.text.rstrip()),
                f"comes after {ACTIONS_MAX} actions: the model drops or merges it",
                "Split the shot: one action each",
            )


def vague_motion(record: PromptRecord) -> Iterator[Hit]:
    """P113: an amount of movement."""
    for piece in record.of("motion"):
        for match in found(piece.text, _VAGUE):
            yield Hit(piece, *match.span(), "is an amount of movement", "Say who moves what, and where to")
