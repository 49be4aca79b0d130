"""AAF for Avid: clips, dissolves and dips on their tracks, by OpenTimelineIO's plug-in, mended before and after it.

The plug-in wants the facts of Avid's own effects for each transition, and an id for each file. It calls a tape's
timecode at 23.976 drop-frame and the sequence's never, names tapes after clips, and counts transitions twice in the
length of a sound track.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import aaf2
import opentimelineio as otio
from aaf2.mobid import MobID

from assembly.turnover.losses import Loss
from assembly.turnover.reading import counting_in, facts_of, frames_of, lost_alternates, lost_grades
from assembly.turnover.references import UsedFile, called, file_of
from assembly.turnover.timecode import Counting
from manifests.reading.whole_file import whole_file

# Avid's own effects, as its AAFs name them: the id and the name of the operation, and the id of the effect.
_DISSOLVE = ("89d9b67e-5584-302d-9abd-8bd330c46841", "VideoDissolve_2", "EFF2_BLEND_DISSOLVE")
_DIP = ("5e9010d1-2ab3-37bc-9166-5d74846558ac", "Dip_2", "EFF2_BLEND_DIP")
_CROSSFADE = ("0c3bea41-fc05-11d2-8a29-0050040ef7d2", "Audio Dissolve", "BLEND_AUDIO_DISSOLVE")
_EFFECTS = {"": _DISSOLVE, "fade": _DISSOLVE, "fadeblack": _DIP}

_ORDER_OF_BYTES = uuid.UUID("c0038672-a8cf-11d3-a05b-006094eb75cb")
_EFFECT_ID = uuid.UUID("93994bd6-a81d-11d3-a05b-006094eb75cb")
_LITTLE_ENDIAN = 0x4949
_FILM = uuid.UUID("6f0ad1d2-1c6b-5d0e-9b43-0d5f0f6f7a11")
"""The name space of our files' ids."""


def write_aaf(timeline: Any, into: Path, *, folder: Path | None = None) -> tuple[Loss, ...]:
    """Write the timeline to `into`, whole or not at all, and return what it could not carry. `folder`: where the
    timeline's addresses begin; the folder of `into` if it is not said. Files are named by file URL: an AAF knows no
    other. Where the folder has moved, Avid finds them by name and tape.
    """
    count, lost = counting_in(timeline), [*lost_alternates(timeline), *lost_grades(timeline)]
    copy = _prepared(timeline, (folder or into.parent).resolve(), lost)
    with whole_file(into) as part:
        otio.adapters.write_to_file(copy, str(part), adapter_name="AAF")
        with aaf2.open(str(part), "rw") as written:
            _mend(written, copy, count)
    return tuple(dict.fromkeys(lost))


def _prepared(timeline: Any, folder: Path, lost: list[Loss]) -> Any:
    """A copy with what the plug-in needs, without what it would stumble over."""
    copy = timeline.deepcopy()
    for track in copy.tracks:
        for index, each in enumerate(track):
            if isinstance(each, otio.schema.Transition):
                _name_effect(each, track, called(track[index - 1]) if index else track.name, lost)
            elif isinstance(each, otio.schema.Clip):
                lost.extend(_left_out(each))
                file = file_of(each.media_reference)
                if file is None:
                    lost.append(Loss(called(each), "its picture, which has no file", "black"))
                    track[index] = otio.schema.Gap(source_range=each.trimmed_range())
                else:
                    _prepare_clip(each, file, folder, heard=track.kind == otio.schema.TrackKind.Audio)
    return copy


def _prepare_clip(clip: Any, file: UsedFile, folder: Path, *, heard: bool) -> None:
    reference = clip.media_reference.clone()
    clip.set_media_references({"DEFAULT_MEDIA": reference}, "DEFAULT_MEDIA")
    clip.name = file.name
    clip.markers.clear()
    clip.effects.clear()
    if not urlsplit(file.url).scheme:
        reference.target_url = (folder / unquote(file.url)).as_uri()
    comments = {"Scene": file.shot, "Take": file.take, "Tier": file.tier}
    clip.metadata["AAF"] = {
        "MobID": _mob_id("clip", file),
        "UserComments": {key: value for key, value in comments.items() if value},
    }
    size = {"StoredWidth": file.width, "StoredHeight": file.height, "ImageAspectRatio": f"{file.width}/{file.height}"}
    reference.metadata["AAF"] = {"EssenceDescription": {"Channels": file.channels} if heard else size}


def _mob_id(kind: str, file: UsedFile) -> str:
    """The id by which Avid knows a file; the same in each turnover, so that an older bin still fits."""
    made = MobID()
    made.SMPTELabel = [0x06, 0x0A, 0x2B, 0x34, 0x01, 0x01, 0x01, 0x05, 0x01, 0x01, 0x0F, 0x10]
    made.length = 0x13
    made.material = uuid.uuid5(_FILM, f"{kind} {file.reel} {file.sha256} {file.name}")
    return str(made)


def _name_effect(transition: Any, track: Any, subject: str, lost: list[Loss]) -> None:
    effect = str(facts_of(transition).get("effect") or "")
    heard = track.kind == otio.schema.TrackKind.Audio
    if effect not in _EFFECTS and not heard:
        lost.append(Loss(subject, f"its transition {effect}", "a dissolve of the same length"))
    auid, name, _ = _CROSSFADE if heard else _EFFECTS.get(effect, _DISSOLVE)
    before, after = (frames_of(time) for time in (transition.in_offset, transition.out_offset))
    # Avid counts from the frame before the transition to the one after it.
    beyond = 0.0 if heard or before + after < 2 else 1 / (before + after - 1)
    full = 1.0 if heard else 100.0
    transition.metadata["AAF"] = {
        "CutPoint": before,
        "PointList": [{"Time": -beyond, "Value": 0.0}, {"Time": 1 + beyond, "Value": full}],
        "OperationGroup": {
            "Operation": {
                "Identification": auid,
                "Name": name,
                "Description": "",
                "DataDefinition": {"Name": "Sound" if heard else "Picture"},
                "IsTimeWarp": False,
                "Bypass": 0,
                "NumberInputs": 2,
                "OperationCategory": "OperationCategory_Effect",
            }
        },
    }


def _left_out(clip: Any) -> Iterator[Loss]:
    known, subject = facts_of(clip), called(clip)
    if clip.markers:
        yield Loss(subject, f"its markers ({len(clip.markers)})", "the log for Avid has their words")
    if gain := float(known.get("gain_db") or 0.0):
        yield Loss(subject, f"its gain of {gain:g} dB")
    if known.get("fade_in_frames") or known.get("fade_out_frames"):
        yield Loss(subject, "its fades in and out")
    for effect in clip.effects:
        yield Loss(subject, f"the effect {effect.effect_name or effect.schema_name()}")


def _mend(written: Any, timeline: Any, count: Counting) -> None:
    used = {file.name: file for clip in timeline.find_clips() if (file := file_of(clip.media_reference))}
    for mob in written.content.mobs:
        for slot in mob.slots:
            if isinstance(slot.segment, aaf2.components.Timecode):
                slot.segment.fps = count.base
                slot.segment.drop = count.drop_frame
        descriptor = mob.descriptor if isinstance(mob, aaf2.mobs.SourceMob) else None
        if isinstance(descriptor, aaf2.essence.TapeDescriptor):
            mob.name = used[mob.name].reel
    (cut,) = written.content.toplevel()
    tracks = iter(timeline.tracks)
    for slot in cut.slots:
        if not isinstance(slot.segment, aaf2.components.Timecode):
            _mend_track(written, slot, next(tracks))


def _mend_track(written: Any, slot: Any, track: Any) -> None:
    length = frames_of(track.duration())
    heard = track.kind == otio.schema.TrackKind.Audio
    sequence = slot.segment.segments[0] if heard else slot.segment
    for segment in {id(each): each for each in (slot.segment, sequence)}.values():
        segment.length = length
    changes = [each for each in sequence.components if isinstance(each, aaf2.components.Transition)]
    known = {name: effect for _, name, effect in (_DISSOLVE, _DIP, _CROSSFADE)}
    for change in changes:
        group = change["OperationGroup"].value
        effect = known[group.operation.name]
        for definition, value in ((_ORDER_OF_BYTES, _LITTLE_ENDIAN), (_EFFECT_ID, [*effect.encode("ascii"), 0])):
            _constant(written, group, definition, value)


def _constant(written: Any, group: Any, definition: uuid.UUID, value: Any) -> None:
    """One value that Avid knows its effect by."""
    names = {_ORDER_OF_BYTES: ("AvidParameterByteOrder", "aafUInt16"), _EFFECT_ID: ("AvidEffectID", "AvidBagOfBits")}
    name, kind = names[definition]
    kept = written.create.ParameterDef(definition, name, "", written.dictionary.lookup_typedef(kind))
    written.dictionary.register_def(kept)
    group.parameters.append(written.create.ConstantValue(written.dictionary.lookup_parameterdef(name), value))
