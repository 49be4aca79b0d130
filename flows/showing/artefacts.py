"""The artefacts of the run under way on Prefect's page: one under each key, written over when the run has more to say.

Prefect lists them by their random ids; `wiring.prefect_server.order` has its page list them by key instead: what comes
first has the shortest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from prefect import runtime
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterKey
from prefect.client.schemas.objects import Artifact

_ASKED_MAX = 100
"""Keys in one question; Prefect answers with 200 artefacts at most."""


@dataclass(frozen=True, slots=True)
class Page:
    """One artefact. `said`: Markdown that its card shows, and its page at the top: a sentence, then a picture where
    there is one.
    """

    name: str
    said: str
    content: str | float
    kind: Literal["markdown", "table", "progress"] = "markdown"

    @property
    def key(self) -> str:
        """Its name as Prefect wants it: lower case, digits and dashes."""
        return self.name.lower().replace("_", "-")


async def publish(*pages: Page) -> tuple[UUID, ...]:
    """Write them, and give their ids. A start of the run that has nothing new to say writes nothing."""
    async with get_client() as client:
        kept = await _kept(client, [page.key for page in pages])
        return tuple([await _write(client, page, kept.get(page.key)) for page in pages])


async def _write(client: PrefectClient, page: Page, kept: Artifact | None) -> UUID:
    if kept is None:
        run = runtime.flow_run.id
        made = ArtifactCreate(
            key=page.key,
            type=page.kind,
            description=page.said,
            data=page.content,
            flow_run_id=UUID(run) if run else None,
        )
        return (await client.create_artifact(made)).id
    if (kept.description, kept.data) != (page.said, page.content):
        await client.update_artifact(kept.id, ArtifactUpdate(description=page.said, data=page.content))
    return kept.id


async def _kept(client: PrefectClient, keys: Sequence[str]) -> dict[str, Artifact]:
    """What an earlier start of this run, or an earlier moment of this one, has written."""
    found: list[Artifact] = []
    if run := runtime.flow_run.id:
        its = ArtifactFilterFlowRunId(any_=[UUID(run)])
        for start in range(0, len(keys), _ASKED_MAX):
            named = ArtifactFilterKey(any_=list(keys[start : start + _ASKED_MAX]))
            found += await client.read_artifacts(artifact_filter=ArtifactFilter(flow_run_id=its, key=named))
    return {artefact.key: artefact for artefact in found if artefact.key}
