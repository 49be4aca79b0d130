"use strict";
// Notes and verdicts on a shot, and the form for a new note.
const kind = (word) =>
  ({
    circle: "circled it",
    retake: "asked for a retake",
    edit_layer: "asked for an edit of one part",
    composite: "asked for a composite by hand",
    post_fix: "keeps it, to fix in post",
    hold: "put it on hold",
    omit: "omitted it from the film",
    approve: "approved the final",
    reject: "took the approval back",
    verdict: "gave a verdict",
    hands: "worked on it by hand",
  })[word.kind] || word.kind.replace("_", " ");
function drawNotes() {
  const open = $("#note"),
    typed = open ? open.value : "",
    focused = open && document.activeElement === open;
  const when = (word) => new Date(word.made_at).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"});
  put(
    "#notes",
    h("h3", {}, `Notes and verdicts (${shot().said.length})`),
    h(
      "ol",
      {tabindex: shot().said.length ? "0" : null},
      shot().said.map((word) =>
        h(
          "li",
          {},
          word.frame !== null
            ? h(
                "button",
                {
                  class: "num",
                  onclick: () => {
                    seek(word.frame);
                    at.boxes = word.box ? [word.box] : [];
                    drawOverlay();
                  },
                },
                `f ${word.frame}${word.to_frame !== null ? `–${word.to_frame}` : ""}${word.box ? " ▢" : ""}`,
              )
            : h("span", {class: "num muted"}, word.take || "shot"),
          h(
            "span",
            {},
            word.kind === "note"
              ? word.why || ""
              : h(
                  "em",
                  {},
                  kind(word),
                  word.subject ? `: ${word.subject}` : "",
                  word.kind !== "note" && word.why ? ` “${word.why}”` : "",
                ),
            word.proposes ? h("em", {class: "warn"}, ` proposes: ${word.proposes.replace("_", " ")}`) : "",
            h("span", {class: "muted"}, ` – ${word.who}${word.door === "program" ? " (agent)" : ""}, ${when(word)}`),
          ),
        ),
      ),
    ),
    h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          saveNote().catch(() => {});
        },
      },
      h("span", {class: "num", id: "pin"}, pinned()),
      h("input", {
        id: "note",
        type: "text",
        maxlength: 2000,
        placeholder: "N: a note on this frame",
        "aria-label": "A note on this frame",
        autocomplete: "off",
        oninput: () => {
          const v = video();
          if (v) v.pause();
        },
        onfocus: () => {
          const v = video();
          if (v) v.pause();
        },
      }),
      h("button", {}, "Note"),
    ),
  );
  const fresh = $("#note");
  fresh.value = typed;
  if (focused) fresh.focus();
}
const pinned = () =>
  frames() < 2
    ? "picture"
    : at.from !== null
      ? `f ${at.from}–${at.to === null ? frame() : at.to}${at.box ? " ▢" : ""}`
      : `f ${frame()}${at.box ? " ▢" : ""}`;
