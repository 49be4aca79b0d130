"""A cut as the files that editing programs open: a writer a format, all from one OpenTimelineIO timeline.

The timeline's conventions, which production/turnover follows when it builds one:

- `global_start_time` is the start timecode; its rate is the timeline's rate (24000/1001 and 30000/1001 exactly), and
  every time in it has this rate. `metadata["check_the_gate"]["drop_frame"]` says how its timecode is written.
- Video track `V1` holds clips, gaps and transitions; audio tracks follow. Transitions are SMPTE_Dissolve;
  `metadata["check_the_gate"]["effect"]` names another one (`fadeblack`, `wipeleft`, …).
- A clip's name is its file's name with the extension. Its media references are alternates by key, as
  `draft v002`; the active one is the take of the cut. Each is an ExternalReference whose `target_url` is relative to
  the turnover's folder (`media/SC010_SH0010_final_v003.mov`), and whose `available_range` begins at the file's own
  start timecode. A reference's `metadata["check_the_gate"]` has `reel` (8 characters, A-Z and 0-9, unique per file),
  `sha256`, `shot`, `take`, `tier`, `width`, `height`, `sound` (whether the file has any).
- A clip of V1 has `label`, `shot`, `take`, `tier` and `sha256` in its `metadata["check_the_gate"]`; a graded one `luts`,
  .cube files by their path, in order, and `metadata["cdl"]` where an ASC CDL is all of its grade.
- Each audio track has a `kind`: `clips`, `dialogue`, `music` or `effects`. Its clips have `gain_db`, `fade_in_frames` and
  `fade_out_frames`; other sounds than the clips' own also `duck_db`, `own_db`, and `late_samples`, by which their place
  differs from the film's, at 48 kHz.
- Markers on clips are notes, verdicts and titles; `metadata["check_the_gate"]` has `who` and `kind`.
"""
