"""What a planned step is made from, in hashes, and what of it differs from the take before."""

from __future__ import annotations

from manifests.keys import hash_bytes, hash_json
from manifests.spending.plan import MadeFrom
from manifests.take import Request, Take


def made_from(request: Request, model: str) -> MadeFrom:
    """The known parts of a request; what is made on the way (its frames, what it chains from) is left out."""
    payload = request.payload()
    locked = [r for r in payload["references"] if r["role"] not in {"start_frame", "end_frame"}]
    shot = {name: payload[name] for name in _OF_THE_SHOT}
    prompt = hash_bytes(request.prompt.encode())
    return MadeFrom(
        prompt=prompt, references=hash_json(locked), shot=hash_json([shot, request.staging.seed]), model=model
    )


_OF_THE_SHOT = ("staging", "resolution", "frames", "fps", "progress", "weather")
_TELLING = ("prompt", "resolution", "frames", "parent", "chain_links", "seed", "weather")


def changed(asked: Request, take: Take) -> str:
    """What differs between what is asked now and the request of the newest take, by name."""
    asked, was = asked.without_words(), take.order.without_words()  # of a private shot's take there are no words left
    before = {(r.role, r.name): r.sha256 for r in was.references}
    differs = [name for name in _TELLING if getattr(asked, name) != getattr(was, name)]
    new = [now for now in asked.references if before.get((now.role, now.name)) != now.sha256]
    differs += ["sketch" if now.role == "sketch" else f"reference {now.name}" for now in new]
    gone = before.keys() - {(now.role, now.name) for now in asked.references}
    differs += ["sketch taken away"] if any(role == "sketch" for role, _ in gone) else []
    if asked.staging != was.staging and asked.payload()["staging"] != was.payload()["staging"]:
        differs.append("staging")
    return f"changed: {', '.join(differs)}" if differs else f"changed: provider, it was {take.provider} {take.model}"
