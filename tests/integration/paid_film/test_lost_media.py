"""A bought file that the vault has lost is fetched again from its provider, and never bought again without a person's
word.
"""

from __future__ import annotations

import asyncio

import pytest

from manifests.spending.grant import Grant
from production.purchasing.collect import collect
from production.purchasing.run import Run
from providers.errors import Gone
from providers.previz.adapter import Previz

SHOT = "SC010_SH0010"


@pytest.fixture
def bought(paid, monkeypatch):
    """A panel that its provider made; gives its take."""
    grants = []
    minted = Grant.mint.__func__
    monkeypatch.setattr(Grant, "mint", classmethod(lambda *given: grants.append(minted(*given)) or grants[-1]))

    async def make():
        key, services = paid.hold(SHOT, "panel"), paid.services
        job = await services.provider("panel").submit(grants[-1], key, services.ledger.take(key).request)
        services.ledger.submitted(key, job.job_id)
        epoch = services.ledger.current_epoch("SC010")
        run = Run(services, services.scene("SC010"), epoch, patience_s=60)
        return await collect(run, services.provider("panel"), services.ledger.take(key))

    return asyncio.run(make())


def file_of(paid, take):
    sha256 = take.asset.sha256
    return paid.root / ".gate" / "vault" / "objects" / sha256[:2] / sha256


def missing(path):
    path.unlink()


def cut(path):
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize("spoil", [missing, cut])
def test_it_is_named_with_its_cost_and_fetched_again_for_nothing(paid, gate, bought, spoil):
    film = ("--film", str(paid.root))
    spent = paid.services.ledger.balance("scene:SC010")
    spoil(file_of(paid, bought))

    for command in ("plan", "status"):
        said = gate(command, "SC010", *film)[1]
        assert (
            f"In the vault 1 file is missing or damaged: {SHOT} panel $0.04. Fetch them again, for $0: gate reconcile"
            in said
        )
    code, said, err = gate("reconcile", *film)

    assert code == 0, err
    assert "its file was lost, and is in the vault again for $0" in said
    paid.services.vault.examine(bought.asset.sha256)
    assert "In the vault" not in gate("status", "SC010", *film)[1]
    assert paid.services.ledger.balance("scene:SC010") == spent


def test_what_its_provider_has_no_more_is_named_with_its_cost_and_a_way_on(paid, gate, bought, monkeypatch):
    async def gone(self, job_id, into):
        raise Gone(job_id, "it keeps files for a day", "Poll it first.")

    monkeypatch.setattr(Previz, "fetch", gone)
    missing(file_of(paid, bought))

    said = gate("reconcile", "--film", str(paid.root))[1]

    assert "its file, which cost $0.04, is lost: previz has it no more (it keeps files for a day)" in said
    assert f"gate retake {SHOT} --change seed" in said
