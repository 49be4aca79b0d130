"""Fits the form of a deployment to one film: its own scenes, its tiers' sizes and the providers there are, as
drop-downs.

Prefect's server refuses a run whose parameters the form does not allow; the flow looks again, for a form proves
nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from prefect import Flow
from pydantic.fields import FieldInfo

from flows.parameters import AS_THE_FILM_SAYS, EVERY_SCENE
from manifests.money import MICROUSD_PER_USD, format_usd
from production.bible.views import EVERY_WARDROBE, EVERYBODY, makers_of_views
from production.planning.switching import makers_of_clips
from wiring.services import Services

_SELDOM = ("plan", "film")
"""Below all that a person chooses often."""
_BELOW = 1000


def fitted(
    schema: dict[str, Any], flow: Flow[..., Any], services: Services, begins_with: Mapping[str, Any]
) -> dict[str, Any]:
    """The parameter schema of a flow as this film's form has it, with the help text that Prefect drops from
    annotations.

    `begins_with`: what the form is filled with, so that a quick run asks for nothing.
    """
    form, film = deepcopy(schema), services.folder.film
    form["required"] = [name for name in form.get("required", []) if name not in begins_with]
    fields: dict[str, dict[str, Any]] = form.get("properties", {})
    for name, (title, help_text) in _said_of(flow).items():
        begun = {"default": begins_with[name]} if name in begins_with else {}
        fields[name] |= {"title": title, "description": help_text, **begun}
    if scene := fields.get("scene"):
        every = [EVERY_SCENE] if EVERY_SCENE in scene.get("pattern", "") else []
        scene["enum"] = [*every, *sorted(services.folder.scenes)]
        titles = "; ".join(f"{name}: {one.title}" for name, one in sorted(services.folder.scenes.items()))
        scene["description"] = f"{scene['description']} {titles}."
    if character := fields.get("character"):
        people = services.folder.bible.characters
        character["enum"] = [EVERYBODY, *sorted(people)]
        fields["wardrobe"]["enum"] = [
            EVERY_WARDROBE,
            *sorted({look for who in people.values() for look in who.wardrobes}),
        ]
        owned = "; ".join(f"{name}: {', '.join(sorted(who.wardrobes))}" for name, who in sorted(people.items()))
        fields["wardrobe"]["description"] += f" {owned}."
        fields["provider"]["enum"] = [AS_THE_FILM_SAYS, *makers_of_views(services)]
        fields["provider"]["description"] += f" Now: {film.providers.panel}."
    elif provider := fields.get("provider"):
        provider["enum"] = [AS_THE_FILM_SAYS, *makers_of_clips(services)]
        provider["description"] = f"{provider['description']} Now: {film.providers.clip}."
    if tier := fields.get("tier"):
        tier["description"] += f" Drafts are {film.tiers.draft.resolution}, finals {film.tiers.final.resolution}."
    if cap := fields.get("cap_usd"):
        cap["maximum"] = film.budget.film_usd / MICROUSD_PER_USD
        cap["description"] += (
            f" Film.yaml says ${format_usd(film.budget.scene_usd)} a scene, ${format_usd(film.budget.film_usd)} in all."
        )
    for place, name in enumerate(_SELDOM):
        if name in fields:
            fields[name]["position"] = _BELOW + place
    return form


def _said_of(flow: Flow[..., Any]) -> dict[str, tuple[str, str]]:
    """The title and the help text of each parameter."""
    found: dict[str, tuple[str, str]] = {}
    for name, parameter in inspect.signature(flow.fn, eval_str=True).parameters.items():
        given = next(each for each in parameter.annotation.__metadata__ if isinstance(each, FieldInfo))
        found[name] = (given.title or name.capitalize(), given.description or "")
    return found
