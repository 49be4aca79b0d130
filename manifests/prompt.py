"""Prompts, put together from the bible's locked words and a shot's own:
the same words for the same thing in every shot.
"""

from __future__ import annotations

from manifests.bible import Bible, View
from manifests.scene import Shot
from manifests.view_shot import ViewShot

_MOVES = {
    "static": "The camera is locked off.",
    "push_in": "The camera pushes in slowly.",
    "pull_out": "The camera pulls out slowly.",
    "pan_left": "The camera pans left.",
    "pan_right": "The camera pans right.",
    "tilt_up": "The camera tilts up.",
    "tilt_down": "The camera tilts down.",
}

_SEEN: dict[View, str] = {
    "front": "Seen from the front, facing the camera.",
    "three_quarter": "Three-quarter view: the body and the head are turned half to the right of the picture, "
    "the face still seen.",
    "side": "Side view, in exact profile: the whole body faces the right edge of the picture, one eye seen.",
    "back": "Back view: the whole body faces straight away from the camera, the back of the head seen, no face.",
}


_CROPPED = (
    "Framed for 2.39:1 within the picture: heads, hands and all that matters stay in the middle three quarters of its "
    "height; the top and the bottom eighth show more of the same place and are cropped."
)


def panel_prompt(shot: Shot, bible: Bible, *, at_end: bool = False) -> str:
    """The prompt of a shot's first frame, or of its last."""
    return " ".join([_frame(shot), *_who(shot, bible, at_end=at_end), *_where(shot, bible), *_style(bible)])


def clip_prompt(shot: Shot, bible: Bible) -> str:
    """The prompt of a shot's clip: what moves, how the camera moves, and the phrases that keep it one take."""
    parts = [_frame(shot), *_who(shot, bible, at_end=False), *_where(shot, bible), f"Action: {shot.motion}"]
    return " ".join([*parts, _MOVES[shot.camera.move], *_style(bible), bible.style.single_take, bible.style.avoid])


def view_prompt(view_shot: ViewShot, bible: Bible) -> str:
    """The prompt of one locked view: one picture, of somebody alone and whole, on a ground that can be cut away."""
    person = bible.characters[view_shot.member.character]
    one = "one person" if person.kind == "person" else "one animal"
    return " ".join(
        [
            f"Character reference picture of {one}, alone. {person.name}: {person.identity}",
            f"Wearing {person.wardrobes[view_shot.member.wardrobe].words}",
            _SEEN[view_shot.view],
            (
                "The same figure as in the front view that is shown: the same face, hair, build and clothes, "
                "in the same neutral "
                "standing pose, drawn or photographed in the same manner."
            ),
            (
                "One single picture, no sheet of several: the whole figure from head to feet in the middle of the "
                "frame, with room around it."
            ),
            (
                "Plain, even, mid-grey background; even, soft light; no cast shadow, no floor line, nothing else "
                "and no text."
            ),
        ]
    )


def _style(bible: Bible) -> list[str]:
    return [bible.style.words] if bible.style.words else []


def _frame(shot: Shot) -> str:
    size = shot.camera.size.replace("_", " ")
    framed = f"{size.capitalize()} shot, {shot.camera.lens}."
    return f"{framed} {_CROPPED}" if shot.cropped else framed


def _who(shot: Shot, bible: Bible, *, at_end: bool) -> list[str]:
    said = []
    for member in shot.cast:
        person, mark = bible.characters[member.character], (member.end if at_end else None) or member.start
        wardrobe = person.wardrobes[member.wardrobe].words
        worn = f"Wearing {wardrobe}" if wardrobe else ""
        parts = (f"{person.name}:", person.identity, worn, f"Standing at {side_words(mark.x)}.")
        said.append(" ".join(filter(None, parts)))
    return said


def _where(shot: Shot, bible: Bible) -> list[str]:
    place = bible.locations[shot.location]
    known = {p.prop: bible.props[p.prop] for p in shot.props}
    props = [f"{side_words(p.start.x).capitalize()}: {known[p.prop].words or known[p.prop].name}" for p in shot.props]
    light = [f"Light: {place.light}"] if place.light else []
    return [f"Place: {place.words or place.name}", *light, *props]


def side_words(x: float) -> str:
    """Where a mark at `x` (0 to 1) is said to be."""
    return "frame left" if x < 0.4 else "frame right" if x > 0.6 else "frame middle"


def polish_prompt() -> str:
    """The locked words of a polish: it joins what a person has composed, and composes nothing."""
    return (
        "Finish this composite as one photograph. Only three things change: blend the cut edges into what is "
        "behind them, turn the "
        "cast shadows to the direction of the light that is there, and take away bright or dark rims around "
        "people and things. "
        "Everybody and everything stays where it is, as large as it is and as it is; nothing is added, and the "
        "frame stays the same."
    )


def edit_prompt(work: str, only: str, say: str) -> str:
    """The words of one pass over a finished picture: the part, the one change,
    and one short clause that keeps the rest.
    """
    kept = "Keep the rest of the picture exactly as it is."
    if work == "demolish":
        return f"Remove {only} from this picture and show what is behind it, empty. {kept}"
    if work == "rebuild":
        return f"Put {say} into the empty place where {only} was. {kept}"
    return f"Change only {only}: {say}. {kept}"
