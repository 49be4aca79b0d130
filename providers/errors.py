"""How a provider can fail us.

ProviderError               every failure of a provider; `raw` keeps its own words
├── Refused                 it will not make this picture (moderation); a retry with the same words is refused again
├── Invalid                 the request, or our own setting up of it, is outside what the model can do
├── KeyLimit                this key may spend no more
├── NoCredit                the account is empty
├── RateLimited             too many calls just now; the same call may pass later
├── Unavailable             it is down, and proved that nothing was accepted; the same call may pass later
├── OutcomeUnknown          nobody can say whether the job was accepted: never resent by a machine
├── Gone                    it no longer knows this job
│   └── Withheld            the address of its output refuses us, or gives a page: too old, or something stands between
├── Undecodable             its output is there, and is not a picture or clip that can be used
└── NoVerdict               a judge answered, and its answer is none; it is paid for
"""

from __future__ import annotations

from manifests.errors import GateError


class ProviderError(GateError):
    """A provider failed. `raw` is what it answered, word for word, or empty where it answered nothing."""

    def __init__(self, thing: str, cause: str, cure: str, raw: str = "") -> None:
        super().__init__(thing, cause, cure)
        self.raw = raw


class Refused(ProviderError):
    """Moderation said no. The code and the words it gave are in `raw`.

    `bill_microusd` is its fee: 0 where the provider documents that a refusal is free, None where it takes one and did
    not say how much. `job_id`: what it calls the refused call in its bill, if it does.
    """

    def __init__(
        self,
        thing: str,
        cause: str,
        cure: str,
        raw: str = "",
        *,
        bill_microusd: int | None = 0,
        job_id: str | None = None,
    ) -> None:
        super().__init__(thing, cause, cure, raw)
        self.bill_microusd, self.job_id = bill_microusd, job_id


class Invalid(ProviderError):
    """The request asks for what the model cannot do; the message names the nearest thing that it can."""


class KeyLimit(ProviderError):
    """The key's own spending limit is reached."""


class NoCredit(ProviderError):
    """The account has no credit left."""


class RateLimited(ProviderError):
    """Too many calls at once; nothing was accepted."""

    retry_helps = True


class Unavailable(ProviderError):
    """The provider is down, and nothing was accepted."""

    retry_helps = True


class OutcomeUnknown(ProviderError):
    """The call left and no answer came back: the job may exist, and may be billed."""


class Gone(ProviderError):
    """The provider has forgotten the job, or never knew it."""


class Withheld(Gone):
    """The address of its output answers with a refusal, or with a page:
    it has expired, or a proxy or a sign-in page stands between.

    While the provider still keeps the output (`Provider.keeps_s`) that proves no loss.
    """


class Undecodable(ProviderError):
    """The output's bytes are not a picture or clip that can be used: empty, cut off, damaged, or something else.
    `raw` says why.
    """


class NoVerdict(ProviderError):
    """A judge's answer is not what was asked for: no JSON, of another shape, out of range, or withheld.
    Nobody guesses it.
    """
