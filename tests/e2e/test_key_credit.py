"""A key that runs dry: a chain that it does not cover is not begun,
and one that it ends in the middle of goes on there.
"""

from __future__ import annotations

import pytest

from manifests.money import parse_usd
from production.planning.run_options import RunOptions
from providers.errors import KeyLimit
from providers.previz.adapter import Previz

CHAIN = ("SH0040", "SH0050", "SH0060")
CLIP = parse_usd("0.39")
PARTIAL = RunOptions(partial=True)


class Metered(Previz):
    """A previz with an account: each clip is taken from it when it is asked for.
    `limit_at`: the clip its key refuses.
    """

    left = 0
    sent = 0
    limit_at = 0

    async def credit(self):
        return self.left

    async def submit(self, grant, generation_key, request):
        if request.operation == "clip":
            self.sent += 1
            if self.sent == self.limit_at:
                grant.redeem(generation_key)
                cure = "Raise it at the provider, then go on: gate resume SC010"
                raise KeyLimit("the key previz", "it may spend no more", cure, raw='{"code": 403, "limit": "key"}')
            self.left -= self.quote(request, self._price_of).high_microusd
        return await super().submit(grant, generation_key, request)


@pytest.fixture
def film(film_of):
    film = film_of(*CHAIN)
    film.prices(film.root / "halt.prices.yaml")
    return film


@pytest.fixture
def account(film):
    return metered(film)


def metered(film):
    services = film.services
    previz = services.provider("clip")
    services.providers["previz"] = account = Metered.__new__(Metered)
    account.__dict__.update(previz.__dict__)
    return account


def clips(film):
    return [row["shot"] for row in film.attempts() if row["stage"] == "clip" and row["state"] == "settled"]


def test_a_chain_that_the_credit_does_not_cover_is_not_begun_unless_a_part_of_it_will_do(film, account):
    account.left = 2 * CLIP + 1
    heard = []

    refused = film.run()

    assert (refused.ending, refused.exit_code) == ("credit", 5)
    assert "enough to the end of SC010_SH0050" in refused.shots[0].message
    assert film.attempts() == []

    partly = film.run(heard.append, PARTIAL)

    assert (partly.ending, clips(film)) == ("credit", ["SC010_SH0040", "SC010_SH0050"])
    assert "the chain will stop at SC010_SH0060" in next(step.detail for step in heard if step.stage == "credit")
    assert film.ledger.balance("scene:SC010").held == 0

    account.left = CLIP
    assert film.run().ending == "waits for approval"
    assert clips(film)[-1] == "SC010_SH0060"
    assert account.sent == 3


def test_a_key_limit_in_the_middle_pauses_the_chain_frees_what_was_not_bought_and_goes_on_there(film, account):
    account.left, account.limit_at = 100 * CLIP, 2

    paused = film.run()

    assert (paused.ending, paused.exit_code) == ("credit", 5)
    assert clips(film) == ["SC010_SH0040"]
    balance = film.ledger.balance("scene:SC010")
    assert (balance.settled, balance.held) == (CLIP, 0)
    released = next(row for row in film.attempts() if row["state"] == "released")
    assert released["shot"] == "SC010_SH0050"
    assert '"limit": "key"' in released["raw"]

    assert film.run().ending == "waits for approval"
    assert clips(film) == ["SC010_SH0040", "SC010_SH0050", "SC010_SH0060"]
    assert film.ledger.audit() == []


def test_what_an_earlier_chain_was_begun_for_and_has_paid_is_not_taken_from_the_credit_twice(film_of):
    film = film_of("SH0020", *CHAIN)
    film.edit("film.yaml", lambda d: d["limits"].update(lanes=1))  # one shot after the other
    film.prices(film.root / "halt.prices.yaml")
    metered(film).left = 4 * CLIP

    assert film.run().ending == "waits for approval"
    assert len(clips(film)) == 4
