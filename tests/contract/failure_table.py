"""What each scripted failure comes to at each adapter, and why there."""

from __future__ import annotations

from rehearsal.faults import FAULTS

CASES = {
    **{name: {"fault": name} for name in FAULTS},
    "bill_percent": {"fault": "bill_percent", "percent": 150},
    "drift": {"fault": "drift", "of": "colour"},
    "late_bill": {"fault": "late_bill", "lasts": 2},
    "slow_body": {"fault": "slow_body", "seconds": 0.2},
    "server_error_free, 503": {"fault": "server_error_free", "status": 503},
    "server_error_after_accept, 500": {"fault": "server_error_after_accept", "status": 500},
    "server_error_after_accept, 503": {"fault": "server_error_after_accept", "status": 503},
    "lost_response, held": {"fault": "lost_response", "how": "held", "seconds": 20},
    "cost_null, absent": {"fault": "cost_null", "how": "absent"},
    "corrupt, once": {"fault": "corrupt", "lasts": 1},
    "expired_url, for good": {"fault": "expired_url", "lasts": 99},
}
"""Every fault that a script can have, and some in another form."""

WAITED_FOR = {"openrouter", "replicate", "seedance", "fal", "evolink", "veo", "flux"}
ALL, AT_ONCE = WAITED_FOR | {"seedream", "gemini"}, {"seedream", "gemini"}
SILENT = {"evolink"}
BY_THE_BOOK = {"replicate", "veo", "seedream"}
MADE = (("made, billed", "it has no bearing on the job", ALL - SILENT), ("made, no bill", "it tells no bill", SILENT))
HERE = "its picture came with the answer, and lies here: nobody asks, and nothing is downloaded"
OWN_WORDS = {
    "moderation_input": {
        "openrouter": "SensitiveContentDetected",
        "replicate": "(E005)",
        "seedance": "SensitiveContentDetected",
        "seedream": "SensitiveContentDetected",
        "fal": "content_policy_violation",
        "evolink": "content_policy_violation",
        "veo": "raiMediaFilteredReasons",
        "flux": "Request Moderated",
        "gemini": "blockReason",
    },
    "moderation_output": {
        "openrouter": "the output video may contain sensitive information",
        "replicate": "(E005)",
        "seedance": "OutputVideoSensitiveContentDetected",
        "seedream": "OutputImageSensitiveContentDetected",
        "fal": "content_policy_violation",
        "evolink": "content_policy_violation",
        "veo": "raiMediaFilteredReasons",
        "flux": "Content Moderated",
        "gemini": "IMAGE_SAFETY",
    },
}
"""The code or the word by which each says that it was moderation, and of what."""


def rows(*told):
    """Each is what it comes to, why, and for whom."""
    found = {}
    for outcome, why, makers in told:
        for maker in makers.split() if isinstance(makers, str) else makers:
            assert maker not in found, f"{maker} stands twice"
            found[maker] = (outcome, why)
    return found


UNKNOWN = rows(("OutcomeUnknown of a job", "it was taken, and nobody here can know", ALL))
UNTOLD = rows(
    ("made, no bill", "what is not told is not made up", ALL - {"veo"}),
    ("made, billed", "its operations tell no bill: the list price counts", "veo"),
)
TABLE = {
    "moderation_input": rows(
        (
            "Refused, free",
            "ByteDance's refusal is the answer to the call, with its code; it is not billed",
            "openrouter seedance seedream",
        ),
        ("failed Refused, free", "(E005); no page says that a failed prediction is billed", "replicate"),
        ("failed Refused, free", "its reasons say that the attempt is not charged", "veo"),
        ("failed Refused, no bill", "a 422 may be charged, where a machine had begun with it", "fal"),
        ("failed Refused, no bill", "whether a failed task's credits come back, nobody says", "evolink"),
        (
            "failed Refused, billed otherwise",
            "whether it is billed nobody says: the price that the call was told counts",
            "flux",
        ),
        ("failed Refused, billed", "the tokens that it read are metered", "gemini"),
    ),
    "moderation_output": rows(
        ("failed Refused, free", "a job that fails is not billed", "openrouter seedance"),
        ("failed Refused, free", "(E005); no page says that a failed prediction is billed", "replicate"),
        ("failed Refused, free", "its reasons say that the attempt is not charged", "veo"),
        ("failed Refused, no bill", "a 422 may be charged, where a machine had begun with it", "fal"),
        ("failed Refused, no bill", "whether a failed task's credits come back, nobody says", "evolink"),
        ("failed Refused, billed", "Content Moderated still costs its price", "flux"),
        ("failed Refused, billed", "the tokens that it read are metered", "gemini"),
        (
            "Refused, free",
            "the answer to the call is a 400 with the output's code; only what succeeds is billed",
            "seedream",
        ),
    ),
    "key_limit": rows(
        ("KeyLimit", "403, and the prefix of its words", "openrouter"),
        ("KeyLimit", "SetLimitExceeded: the safe experience limit of the model", "seedance seedream"),
        ("KeyLimit", "the project's monthly spending cap", "veo gemini"),
        ("NoCredit", "its keys have no limit of their own: the account's end is told", "replicate fal flux evolink"),
    ),
    "no_credit": rows(
        ("NoCredit", "402", "openrouter replicate evolink flux"),
        ("NoCredit", "AccountOverdueError", "seedance seedream"),
        ("NoCredit", "User is locked: exhausted balance", "fal"),
        ("NoCredit", "prepayment credits are depleted", "veo gemini"),
    ),
    "forbidden": rows(("Invalid", "the key may not do this; it is neither a limit nor moderation", ALL)),
    "rate_limited": rows(("RateLimited", "a 429 is free", ALL)),
    "server_error_free": rows(("OutcomeUnknown of none", "a 500 does not say whether it was taken", ALL)),
    "server_error_free, 503": rows(
        ("OutcomeUnknown of none", "a 503 does not say whether it was taken", ALL - {"veo", "gemini"}),
        ("Unavailable", "Google's own words say that it had no room for the call", "veo gemini"),
    ),
    "server_error_after_accept": UNKNOWN,
    "server_error_after_accept, 500": UNKNOWN,
    "server_error_after_accept, 503": UNKNOWN,
    "lost_response": UNKNOWN,
    "lost_response, held": UNKNOWN,
    "stuck": rows(
        ("running, no bill", "patience ends it, and its money stays held", WAITED_FOR),
        ("OutcomeUnknown of a job", "a caller that waits for the answer itself gives up at the deadline", AT_ONCE),
    ),
    "failed": rows(
        ("failed Unavailable, free", "a job that fails is not billed", "openrouter"),
        ("failed, free", "only what succeeds is billed; its code says nothing of a second try", "seedance"),
        ("failed Unavailable, free", "no page says that a failed prediction is billed", "replicate"),
        ("failed Unavailable, free", "a status of 500 and more is never charged", "fal"),
        ("failed Unavailable, no bill", "whether a failed task's credits come back, nobody says", "evolink"),
        ("failed Unavailable, no bill", "whether an operation that failed is billed, nobody says", "veo"),
        (
            "failed Unavailable, billed otherwise",
            "whether it is billed nobody says: the price that the call was told counts",
            "flux",
        ),
        ("failed Unavailable, billed", "the tokens that it read are metered", "gemini"),
        ("OutcomeUnknown of a job", "the answer to the call is a 500, which proves nothing", "seedream"),
    ),
    "late_bill": rows(
        ("made, billed later", "it is told with the state, some polls later", "openrouter replicate seedance fal"),
        ("made, no bill", "it is told with the answer to the call, or never", "flux seedream gemini"),
        ("made, no bill", "it tells no bill", "evolink"),
        ("made, billed", "its operations tell no bill: the list price counts", "veo"),
    ),
    "bill_percent": rows(
        ("made, billed", "its bill is in its answer", "openrouter seedance fal flux gemini"),
        (
            "made, billed otherwise",
            "it tells what came out, and no price: the list price counts until its invoice comes",
            BY_THE_BOOK,
        ),
        ("made, no bill", "it tells no bill", "evolink"),
    ),
    "cost_null": UNTOLD,
    "cost_null, absent": UNTOLD,
    "wrong_duration": rows(
        ("made of another length, billed", "a gate judges it; it is paid for", WAITED_FOR - SILENT - {"flux"}),
        ("made of another length, no bill", "a gate judges it; it is paid for", SILENT),
        ("made, billed", "a still has no length", "flux seedream gemini"),
    ),
    "wrong_size": rows(
        ("made of another size, billed", "a gate judges it; it is paid for", ALL - SILENT),
        ("made of another size, no bill", "a gate judges it; it is paid for", SILENT),
    ),
    "drift": rows(*MADE),
    "truncated": rows(
        ("made, billed", "its host lets a download go on where it broke off", WAITED_FOR - SILENT),
        ("made, no bill", "its host lets a download go on where it broke off", SILENT),
        ("damaged, billed", "the picture was in the answer, which came whole: there is no other", AT_ONCE),
    ),
    "corrupt": rows(
        ("damaged, billed", "it is fetched twice, and is the same", ALL - SILENT),
        ("damaged, no bill", "it is fetched twice, and is the same", SILENT),
    ),
    "corrupt, once": rows(
        ("made, billed", "it is fetched twice", WAITED_FOR - SILENT),
        ("made, no bill", "it is fetched twice", SILENT),
        ("damaged, billed", "the picture was in the answer, which came whole: there is no other", AT_ONCE),
    ),
    "expired_url": rows(
        ("made, billed", "a new address is asked for by the job's id", WAITED_FOR - SILENT),
        ("made, no bill", "a new address is asked for by the job's id", SILENT),
        ("made, billed", HERE, AT_ONCE),
    ),
    "expired_url, for good": rows(
        ("lost, billed", "a new address is asked for once", WAITED_FOR - SILENT),
        ("lost, no bill", "a new address is asked for once", SILENT),
        ("made, billed", HERE, AT_ONCE),
    ),
    "no_url": rows(
        ("lost, billed", "it says that it is done, and names no output", WAITED_FOR - SILENT - {"veo"}),
        ("lost, no bill", "it says that it is done, and names no output", SILENT),
        (
            "failed, no bill",
            "an operation that is done and has no clip says nothing of why: neither moderation nor free",
            "veo",
        ),
        ("failed Unavailable, billed", "words in the place of a picture are not moderation, and are metered", "gemini"),
        ("OutcomeUnknown of a job", "an answer without a picture or a reason proves nothing", "seedream"),
    ),
    "slow_body": rows(*MADE),
    "poll_404": rows(*MADE),
    "poll_5xx": rows(*MADE),
    "unknown_status": rows(*MADE),
    "data_removed": rows(
        ("lost, billed", "its job is known, and its file is gone", "openrouter replicate veo flux"),
        ("lost, no bill", "its job is known, and its file is gone", SILENT),
        ("gone, no bill", "its record is forgotten with the file: that says nothing about the bill", "seedance fal"),
        ("made, billed", HERE, AT_ONCE),
    ),
}
"""By fault and maker what it comes to, and the reason of that provider for it.

An error's name: the call was refused with it, "of a job" or "of none" where nobody can say. "failed": the job did.
"made": it came, "lost" and "damaged": it did not, though it is done. "billed", "free": the bill that is told is the
true one; "billed otherwise": it is not; "no bill": none is told, so that what is held counts.
"""
