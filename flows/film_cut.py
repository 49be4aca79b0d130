"""The whole film's cut: every scene that is finished, joined by assembly.yaml. Free; nobody is asked anything."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.states import Completed
from prefect.utilities.annotations import quote

from flows.naming import BY_HAND, run_name, say_in_log, settings_of
from flows.parameters import FilmFolder, UpTo
from production.post.rendering import RenderedFilm
from production.post.resolving import refuse_unready, resolve
from tasks.render_film import render_film
from wiring.alive import alive
from wiring.opening import open_services
from wiring.scratch import sweep


@flow(name="film cut", flow_run_name=run_name, persist_result=True, log_prints=False)
async def cut_film(film: FilmFolder = "", *, tier: UpTo = "final") -> State[str]:
    """Join the film from its finals or its drafts, and make its deliverables.

    A retry goes on with the pieces that were encoded. Raises FilmUnready where the order names what is not made.
    """
    services = open_services(settings_of(film))
    with alive(services.settings, str(runtime.flow_run.id or BY_HAND)):
        say_in_log(services)
        sweep(services)
        found = await asyncio.to_thread(resolve, services, tier)
        refuse_unready(found, services.folder.film.title)
        # Quoted, as the graph of a scene does: Prefect would look into every part of the services for runs to link.
        given = quote(services), quote(services.folder.film.code), quote(found)
        made: RenderedFilm = await cast("Any", render_film)(*given)
    changed = f"; {len(made.changes)} changes since the last cut" if made.changes else ""
    left = f"; left out: {', '.join(found.left_out)}" if found.left_out else ""
    words = f"{made.film.name}: {found.cut.frames / found.cut.fps:.2f} s{changed}{left}"
    return Completed(message=words, data=words)
