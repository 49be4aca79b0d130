"use strict";
// Notes and verdicts on a shot: notes with their answers, closed or open, and the form for a new one.
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
let answering = null; // the number of the note that is answered
const answersTo = (each, note) => each.said.filter((word) => word.kind === "note" && word.answers === note.number && note.number);
// Whether a note is closed, and by whom: the last word on that counts.
const closedBy = (each, note) => answersTo(each, note).filter((word) => word.resolves !== null && word.resolves !== undefined).at(-1);
const closed = (note, each) => Boolean(closedBy(each || shot(), note)?.resolves);
const notesOf = (each) => each.said.filter((word) => word.kind === "note" && !(word.answers && each.said.some((one) => one.number === word.answers)));
const openNotes = (each) => notesOf(each).filter((note) => !closed(note, each));
// The open notes that name this person.
const forMe = (each) =>
  openNotes(each).filter((note) => [note, ...answersTo(each, note)].some((word) => word.who !== root.me && mentions(word.why, root.me)));
function drawNotes() {
  const open = $("#note"),
    typed = open ? open.value : "",
    focused = open && document.activeElement === open,
    here = shot();
  if (answering && !notesOf(here).some((note) => note.number === answering)) answering = null;
  const list = here.said.filter((word) => word.kind !== "note" || notesOf(here).includes(word)),
    left = openNotes(here).length,
    asked = notesOf(here).find((note) => note.number === answering);
  put(
    "#notes",
    h("h3", {}, `Notes and verdicts (${here.said.length})${left ? ` · ${left} open` : ""}`),
    h("ol", {tabindex: here.said.length ? "0" : null}, list.map((word) => entry(here, word))),
    h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          saveNote().catch(() => {});
        },
      },
      asked
        ? h("button", {type: "button", class: "num", id: "pin", title: "Write a separate note instead", onclick: () => answer(null)}, `↳ ${asked.who} ✕`)
        : h("span", {class: "num", id: "pin"}, pinned()),
      h("input", {
        id: "note",
        type: "text",
        maxlength: 2000,
        placeholder: asked ? `An answer to ${asked.who}` : "N: a note on this frame, @ names a person",
        "aria-label": asked ? `An answer to ${asked.who}` : "A note on this frame",
        autocomplete: "off",
        oninput: () => {
          video()?.pause();
          offerNames();
        },
        onfocus: () => video()?.pause(),
        onblur: () => setTimeout(hideNames, 150),
      }),
      h("button", {}, asked ? "Answer" : "Note"),
      h("ul", {id: "names", hidden: true, role: "listbox", "aria-label": "People"}),
    ),
  );
  const fresh = $("#note");
  fresh.value = typed;
  if (focused) fresh.focus();
}
const when = (word) => {
  const made = new Date(word.made_at),
    today = made.toDateString() === new Date().toDateString();
  return made.toLocaleString([], today ? {timeStyle: "short"} : {dateStyle: "medium", timeStyle: "short"});
};
const BY_DOOR = {program: " (agent)", "review tool": " (review tool)"};
const byWhom = (word) => h("span", {class: "muted"}, ` – ${word.who}${BY_DOOR[word.door] || ""}, ${when(word)}`);
function entry(here, word) {
  const isNote = word.kind === "note",
    done = isNote ? closedBy(here, word) : null,
    isClosed = Boolean(done?.resolves);
  return h(
    "li",
    {class: isClosed ? "closed" : null},
    place(word),
    h(
      "span",
      {},
      isNote ? withNames(word.why) : h("em", {}, kind(word), word.subject ? `: ${word.subject}` : "", word.why ? ` “${word.why}”` : ""),
      word.proposes ? h("em", {class: "warn"}, ` proposes: ${word.proposes.replace("_", " ")}`) : "",
      byWhom(word),
      isStatic && word.drawing?.length && word.number && takeOf(word.key)
        ? h("a", {href: `notes/${takeOf(word.key).file}_f${String(word.frame ?? 0).padStart(4, "0")}_note${word.number}.jpg`}, " the drawing as a picture")
        : null,
      isClosed ? h("span", {class: "good"}, ` ✓ resolved by ${done.who}`) : null,
      isNote
        ? answersTo(here, word)
            .filter((each) => each.why)
            .map((each) => h("p", {class: "answer"}, "↳ ", withNames(each.why), byWhom(each)))
        : null,
    ),
    isNote && word.number && !isStatic
      ? h(
          "span",
          {class: "threads"},
          h("button", {onclick: () => answer(word.number), "aria-label": `Answer ${word.who}`}, "Answer"),
          isAgent ? null : h("button", {onclick: () => resolve(word, !isClosed).catch(() => {})}, isClosed ? "Open again" : "Resolve"),
        )
      : null,
  );
}
// Where a note points: it is a button that goes there and shows what was drawn.
function place(word) {
  if (word.frame === null && !(word.drawing && word.drawing.length)) return h("span", {class: "num muted"}, word.take || "shot");
  const words = word.frame === null ? "picture" : `f ${word.frame}${word.to_frame !== null ? `–${word.to_frame}` : ""}`;
  return h(
    "button",
    {
      class: "num",
      onclick: () => {
        if (at.cut || (word.key && word.key !== at.b && takeOf(word.key))) choose(at.shot, takeOf(word.key) ? word.key : undefined);
        at.boxes = word.box ? [word.box] : [];
        seek(word.frame ?? 0);
        drawOverlay();
      },
    },
    `${words}${word.box ? " ▢" : ""}${word.drawing && word.drawing.length ? " ✎" : ""}`,
  );
}
function answer(number) {
  answering = number;
  drawNotes();
  $("#note").focus();
}
async function resolve(note, resolves) {
  const told = await ask("POST", "/api/note", {shot: at.shot, answers: note.number, resolves});
  stack.push({words: [[told.shot, told.number]], what: resolves ? "the note is resolved" : "the note is open again"});
  await refresh();
  draw();
  say(`${resolves ? "Resolved" : "Open again"}. U takes it back.`);
}
const pinned = () => {
  const drawn = `${at.box ? " ▢" : ""}${sketch.marks.length ? " ✎" : ""}`;
  if (frames() < 2) return `picture${drawn}`;
  return at.from !== null && !at.cut ? `f ${at.from}–${at.to === null ? Math.max(at.from, frame()) : at.to}${drawn}` : `f ${local()}${drawn}`;
};
async function saveNote() {
  const field = $("#note"),
    text = field.value.trim(),
    marks = answering ? [] : sketch.marks;
  if (!text && !marks.length) return;
  const pin =
    answering || frames() < 2
      ? {}
      : {
          frame: at.from === null || at.cut || marks.length ? local() : at.from,
          ...(at.from !== null && !at.cut && !marks.length ? {to_frame: at.to === null ? Math.max(at.from, frame()) : at.to} : {}),
        };
  const said = answering
    ? {shot: at.shot, answers: answering, text}
    : {shot: at.shot, ...on(), ...pin, ...boxed(at.box), ...(marks.length ? {drawing: marks} : {}), text};
  if (isStatic) {
    const word = {kind: "note", who: "you", why: text, frame: pin.frame ?? null, to_frame: pin.to_frame ?? null, box: at.box};
    keep("notes", said, "the note", {...word, made_at: new Date().toISOString(), door: "file", take: null, key: at.b, drawing: marks, answers: null});
  } else {
    const told = await ask("POST", "/api/note", said);
    stack.push({words: [[told.shot, told.number]], what: "the note"});
    await refresh();
  }
  field.value = "";
  field.blur();
  answering = null;
  dropBox();
  dropSketch();
  Object.assign(at, {from: null, to: null});
  draw();
  $("#stage").focus();
  say("Noted. U takes it back.");
}
