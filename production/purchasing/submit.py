"""Send one paid call: hold its money, send it once, write down what came of it before anything else happens."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

from governor.errors import Fenced, ForeignJob, GovernorError, HoldGone, WrongState
from governor.purchase import Proof, Purchase
from manifests.names import scene_of_shot
from manifests.question import Question
from manifests.spending.grant import Grant
from manifests.take import Take
from production.journey.errors import InDoubt
from production.purchasing.run import Run
from providers.contract import Answerer, Job, Provider
from providers.errors import Invalid, OutcomeUnknown, ProviderError, RateLimited, Refused, Unavailable

TRIES = 4
"""How often a call is sent that provably never arrived, or never left. Each is held again, under every cap and every
stop.
"""

_PAUSE_S = 1.0
_CHANCE = random.SystemRandom()


async def submit(run: Run, provider: Provider, purchase: Purchase) -> Take:
    """Buy it, and return the take with its job id. The same generation key each time: whatever happens, it is one
    purchase.

    Raises the ledger's refusals, InDoubt, and the provider's errors: then nothing is held for it any more, and a fee is
    booked.
    """
    for number in range(1, TRIES):
        try:
            return await _send(run, provider, purchase)
        except (RateLimited, Unavailable, HoldGone):
            await asyncio.sleep(_PAUSE_S * 2 ** (number - 1) * _CHANCE.uniform(0.5, 1))
    return await _send(run, provider, purchase)


async def _send(run: Run, provider: Provider, purchase: Purchase) -> Take:
    ledger, key = run.services.ledger, purchase.generation_key
    grant = ledger.hold(purchase)
    run.spending.holds(purchase.shot, purchase.stage, purchase.quote.likely_microusd)
    try:
        job = await _ordered(provider, grant, purchase)
        ledger.submitted(key, job.job_id)
    except OutcomeUnknown as error:
        ledger.doubt(key, error.raw or str(error))
        raise in_doubt(purchase.shot, purchase.stage, error.raw) from error
    except ProviderError as error:
        _not_taken(run, key, error)
        raise
    except ForeignJob as error:  # the ledger has put it in doubt
        raise in_doubt(purchase.shot, purchase.stage, str(error)) from error
    except HoldGone:  # there is nothing to give back; what is held under this key by now is somebody else's
        raise
    except GovernorError:
        _never_sent(run, key)
        raise
    return ledger.take(key)


async def _ordered(provider: Provider, grant: Grant, purchase: Purchase) -> Job:
    """The one call that is paid for: a picture is ordered, a question is asked."""
    if not isinstance(purchase.request, Question):
        return await provider.submit(grant, purchase.generation_key, purchase.request)
    return await answerer_of(provider, purchase.request).ask(grant, purchase.generation_key, purchase.request)


def answerer_of(provider: Provider, question: Question) -> Answerer:
    """The provider as one that answers such a question. Raises Invalid where it cannot: a film may have named another
    one since.
    """
    if isinstance(provider, Answerer) and question.operation in provider.operations:
        return provider
    wanted, cause = (
        ("judge", "it judges no pictures") if question.operation == "score" else ("writer", "it writes none")
    )
    raise Invalid(provider.name, cause, f"Name a {wanted} in film.yaml: providers: {wanted}")


def _not_taken(run: Run, key: str, error: ProviderError) -> None:
    """The provider proves that it made no job. What it takes for saying no is booked."""
    ledger, words = run.services.ledger, error.raw or str(error)
    if isinstance(error, Refused):
        ledger.moderated(ledger.take(key), words)
    if not isinstance(error, Refused) or error.bill_microusd == 0:
        ledger.release(key, Proof.not_billed(words, run.epoch))
        return
    if error.job_id is not None:
        ledger.submitted(key, error.job_id)
    else:
        ledger.doubt(key, words)
    ledger.settle(key, error.bill_microusd, None, words)


def _never_sent(run: Run, key: str) -> None:
    """A stop or a newer run came between the hold and the call. A newer run gives the hold back by itself."""
    if not run.services.ledger.was_sent(key):
        with suppress(Fenced, WrongState):
            run.services.ledger.release(key, Proof.never_sent(run.epoch))


def in_doubt(shot: str, stage: str, words: str) -> InDoubt:
    """What a run says of a call that may have been taken."""
    scene = scene_of_shot(shot)
    return InDoubt(
        f"{shot} {stage}",
        f"nobody knows whether the provider took the job ({words}); its money stays held",
        f"Look at the provider's own list, then: gate resume {scene}",
    )
