"""The prompt lint: every rule that the model's profile lists, over one prompt.

The same record gives the same findings in the same order, and no text makes it raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from checks.contract import Severity
from checks.prompts import camera, clauses, files, limits, literal, motion, said
from checks.prompts.record import OWN, Hit, PromptPart, PromptRecord
from checks.rules import prompt_rules as rules
from checks.rules import prompt_words as words
from checks.rules.define import PromptRule

Detector = Callable[[PromptRecord], Iterator[Hit]]

DETECTORS: tuple[tuple[PromptRule, Detector], ...] = (
    (words.DESTRUCTION, literal.destruction),
    (words.LITERAL_STATE, literal.literal_state),
    (words.OBJECT_AS_SHAPE, literal.object_as_shape),
    (words.AFFECT, literal.affect),
    (words.SIMILE, literal.simile),
    (words.EMOTION, literal.emotion),
    (words.EVALUATOR, literal.evaluator),
    (words.BOOSTER, literal.boosters),
    (words.CAPITALS, literal.capitals),
    (words.NOTHING_MOVES, motion.nothing_moves),
    (words.SEVERAL_ACTIONS, motion.several_actions),
    (words.VAGUE_MOTION, motion.vague_motion),
    (words.STACKED_MOVES, camera.stacked_moves),
    (words.CAMERA_CONFLICT, camera.contradictions),
    (words.WHOSE_SIDE, said.whose_side),
    (words.NEGATION, said.negation),
    (words.CUT_WORDS, said.cut_words),
    (rules.ONE_TAKE, clauses.one_take),
    (rules.AVOID_CLAUSE, clauses.avoid_clause),
    (rules.AVOID_IN_BODY, clauses.avoid_in_body),
    (rules.TEXT_IN_CLIP, limits.text_in_clip),
    (rules.LONG_DIALOGUE, limits.long_dialogue),
    (rules.WEIGHTS, limits.weights),
    (rules.SECOND_RANGES, limits.second_ranges),
    (rules.TIMELINE, limits.timeline),
    (rules.PICTURE_TAGS, limits.picture_tags),
    (rules.NOT_IN_CAST, files.not_in_cast),
    (rules.OTHER_WARDROBE, files.other_wardrobe),
    (rules.OTHER_PLACE, files.other_place),
    (rules.OTHER_TIME, files.other_time),
    (rules.NO_LIGHT, limits.no_light),
)


@dataclass(frozen=True, slots=True)
class Flagged:
    """One finding of one rule about one prompt. `subject`: the shot, or the file of the bible whose words they are."""

    rule: PromptRule
    severity: Severity
    subject: str
    hit: Hit
    profile: str

    @property
    def place(self) -> tuple[str, str, tuple[str | int, ...], int, int]:
        """Names the finding, whichever shot or stage it was found for."""
        return (self.rule.code, self.hit.piece.file, self.hit.piece.path, self.hit.start, self.hit.end)


def lint_prompt(record: PromptRecord, waived: Mapping[tuple[str, str], str] | None = None) -> tuple[Flagged, ...]:
    """What the rules find, waived findings left out. `waived`: the film's own reasons by rule and subject."""
    accepted = {ok.rule for ok in record.shot.prompt_ok}
    return tuple(
        found
        for found in raw_findings(record)
        if not (found.hit.piece.kind in OWN and found.rule.code in accepted)
        and (found.rule.code, found.subject) not in (waived or {})
    )


def raw_findings(record: PromptRecord) -> tuple[Flagged, ...]:
    """What the rules find, whatever the film accepts. A fix that would make a new error is not offered."""
    found = _findings(record)
    errors = {each.rule.code for each in found if each.severity == "error"}
    return tuple(each if _is_harmless(each.hit, record, errors) else _unfixed(each) for each in found)


def _is_harmless(hit: Hit, record: PromptRecord, errors: set[str]) -> bool:
    if hit.fixed is None:
        return True
    after = _findings(record.with_text(hit.piece, hit.fixed))
    return {each.rule.code for each in after if each.severity == "error"} <= errors


def _unfixed(found: Flagged) -> Flagged:
    return replace(found, hit=replace(found.hit, fixed=None))


def _findings(record: PromptRecord) -> tuple[Flagged, ...]:
    return tuple(
        Flagged(rule, _weight(rule, record), _subject(record, hit.piece), hit, record.profile.name)
        for rule, look in DETECTORS
        if rule.code in record.profile.rules
        for hit in look(record)
    )


def idle_waivers(records: Sequence[PromptRecord]) -> tuple[str, ...]:
    """The rules that a shot accepts and that find nothing in any of its prompts."""
    shot = records[0].shot
    fired = {found.rule.code for record in records for found in raw_findings(record) if found.hit.piece.kind in OWN}
    return tuple(sorted({ok.rule for ok in shot.prompt_ok} - fired))


def fixed_pieces(found: Sequence[Flagged]) -> dict[tuple[str, tuple[str | int, ...]], str]:
    """Each field that a safe fix changes, by file and path, as it would be."""
    fixes: dict[tuple[str, tuple[str | int, ...]], str] = {}
    for flagged in found:
        if flagged.hit.fixed is not None and flagged.rule.fix == "safe":
            fixes.setdefault((flagged.hit.piece.file, flagged.hit.piece.path), flagged.hit.fixed)
    return fixes


def _weight(rule: PromptRule, record: PromptRecord) -> Severity:
    """An error stops something from being bought; where nothing is, it is a warning."""
    return "warning" if rule.severity == "error" and record.profile.free else rule.severity


def _subject(record: PromptRecord, piece: PromptPart) -> str:
    return record.shot.id if piece.kind in OWN else piece.file
