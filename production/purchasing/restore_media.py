"""Fetch a bought file that the vault has lost from its provider again: the job is known, so it costs nothing.

A free provider on this machine makes its file again. What nobody has any more is named with its price; nothing is
bought.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from manifests.errors import GateError
from manifests.keys import hash_file
from manifests.money import format_usd
from manifests.privacy import speaking_of
from manifests.question import Question
from manifests.take import Take
from production.journey.requests import is_private
from production.media.media_lost import media_lost
from production.purchasing.in_flight import CheckedCall
from wiring.services import Services

_LANES = 4


async def restore_media(services: Services, scene: str | None = None) -> list[CheckedCall]:
    """Bring back each lost file of a scene, or of the film. One that cannot be had stays lost, and its words say what
    to do.

    Every file is read and hashed, where the vault is a folder. Raises what the vault and the ledger raise.
    """
    lost = await asyncio.to_thread(media_lost, services, scene, reads=not services.settings.vault_url)
    lanes = asyncio.Semaphore(_LANES)

    async def restored(take: Take) -> CheckedCall:
        async with lanes:
            try:
                return await _fetched(services, take)
            except GateError as error:
                return _gone(take, f"{take.provider} has it no more ({error.cause})")

    found = await asyncio.gather(*map(restored, lost.takes if lost else ()))
    for each in found:
        services.telemetry.say(each.was.shot, each.was.stage, "works", each.words)
    return found


async def _fetched(services: Services, take: Take) -> CheckedCall:
    """Raises the provider's errors, and the vault's."""
    if take.job_id is None or take.asset is None or isinstance(take.request, Question):
        return _gone(take, "its provider keeps no answers")
    provider = services.provider_called(take.provider)
    with (
        speaking_of(private=is_private(take, services.folder)),
        tempfile.TemporaryDirectory(dir=services.settings.state) as folder,
    ):
        await provider.poll(take.job_id)  # a provider on this machine makes it again
        fetched = await provider.fetch(take.job_id, Path(folder))
        if await asyncio.to_thread(hash_file, fetched.path) != take.asset.sha256:
            return _gone(take, f"{take.provider} sends another file than it made")
        await asyncio.to_thread(services.vault.put_file, fetched.path)
    return CheckedCall(take, take, "its file was lost, and is in the vault again for $0", "closed")


def _gone(take: Take, why: str) -> CheckedCall:
    cost = f"${format_usd(take.cost_microusd or 0)}"
    cure = (
        f"put it back from a copy (gate vault pull), or buy another: gate retake {take.shot} --change seed --why "
        '"file lost"'
    )
    return CheckedCall(take, take, f"its file, which cost {cost}, is lost: {why}; {cure}", "stuck")
