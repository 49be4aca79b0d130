"""What an archive says of the calls: the log, the prompts, people's decisions, and the models. Pure text."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from governor.other_tools.generation_log import OWN, LogLine
from governor.other_tools.log_facts import exported, facts
from manifests.privacy import PRIVATE
from manifests.redaction import redacted
from manifests.view_shot import BIBLE
from production.wrap.history import SceneHistory


def log_of(calls: Iterable[LogLine], scenes: Collection[str], hidden: Collection[str]) -> Iterator[str]:
    """The calls for these scenes and for the bible's reference views, each a line of JSON (gate/log/1); none of
    `hidden` shots.
    """
    yield from (exported(line) for line in calls if line.scene in {*scenes, BIBLE} and line.shot not in hidden)


def prompts_of(told: SceneHistory, shot: str) -> list[dict[str, object]]:
    """What each call for a picture or clip of a shot asked for and what came of it, oldest first."""
    names = (
        "stage",
        "tier",
        "take",
        "provider",
        "model",
        "prompt",
        "seed",
        "references",
        "changed",
        "outcome",
        "asset",
    )
    found = []
    for line in told.lines:
        if line.shot == shot:
            known, verdict = facts(line), told.verdict(line)
            said = {} if verdict is None else {"passed": verdict.passed, "flaws": sorted(verdict.flaws)}
            found.append({name: known[name] for name in names} | {"verdict": said, "spent_usd": known["spent_usd"]})
    return found


def decisions_of(scenes: Iterable[SceneHistory], hidden: Collection[str]) -> Iterator[str]:
    """People's decisions as lines of JSON, oldest first in each scene, without what could open a door."""
    for told in scenes:
        for decision in told.decisions:
            if decision.scope.rpartition(":")[2] not in hidden:
                yield redacted(decision.stored())


def models_of(scenes: Iterable[SceneHistory]) -> str:
    """A CSV of the models that made something: provider, model, operation, and how many takes are theirs."""
    made: Counter[tuple[str, str, str]] = Counter()
    for told in scenes:
        for line in told.lines:
            if line.asset and line.source == OWN and line.prompt != PRIVATE:
                made[line.provider, line.model, line.operation or line.stage] += 1
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["provider", "model", "operation", "takes"])
    writer.writerows([*key, count] for key, count in sorted(made.items()))
    return text.getvalue()
