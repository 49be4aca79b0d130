"use strict";
// Keys: what each does, and the list of them that ? shows.
const KEYS = [
  ["Play", [
    ["Space K", "play; pause, also backwards"],
    ["J L", "play backwards, forwards; again for faster, up to 8×"],
    ["← →", "one frame; with Shift ten"],
    ["Home End", "first frame, last frame"],
    ["I O", "in point, out point: for the loop and for a note; Shift I clears both"],
    ["Shift+L", "loop"],
    [", .", "playback rate: slower, faster"],
    ["M", "mute; Shift ↑ and ↓ set the volume"],
    ["Shift+Space", "play the scene from this shot"],
    ["Shift+V", "play what waits for you"],
    ["0", "the draft cut, or the film, as it was rendered"],
  ]],
  ["Look", [
    ["[ ]", "shot before, shot after"],
    ["{ }", "version before, version after"],
    ["< >", "the other version, A"],
    ["1 2", "A alone, B alone"],
    ["W D", "wipe, difference"],
    ["3 4", "side by side, overlay"],
    ["5", "the draft beside its final"],
    ["G", "ghost: the last frame of the shot before"],
    ["Z", "1:1, or the whole picture; Ctrl and wheel for any size"],
    ["F", "full screen"],
    ["+", "what this picture was made from"],
    ["Shift+B", "composition board of this shot"],
  ]],
  ["Say", [
    ["N", "note on this frame; @ names a person"],
    ["Q", "draw on this frame: pen, arrow, box, text"],
    ["B", "box: arrows move it, Shift sizes it; Enter or E"],
    ["A", "circle"],
    ["R", "retake: one thing changes"],
    ["E", "edit one part of the frame"],
    ["C", "composite by hand: makes the kit"],
    ["H", "by hand: hand in a picture, polish it, choose the frame"],
    ["P", "keep the take, fix it in post"],
    ["X", "hold; with Shift omit; again takes it back"],
    ["Y", "tick this shot: one verdict for all that are ticked; Shift Y ticks the list"],
    ["U", "undo"],
    ["T", "finals tray; A there approves"],
  ]],
  ["Find", [
    ["/", "filter the shots by a word; Enter goes to the first"],
    ["V", "only what waits"],
    ["Shift+C", "what changed since you looked"],
    ["S", "contact sheet"],
    ["?", "this help"],
    ["Esc", "close, leave"],
  ]],
];
const ACTS = {
  k: toggle,
  j: rewind,
  l: forwards,
  "[": () => move(-1),
  "]": () => move(1),
  "{": () => version("b", -1),
  "}": () => version("b", 1),
  "<": () => version("a", -1),
  ">": () => version("a", 1),
  ",": () => slower(-1),
  ".": () => slower(1),
  Home: () => seek(0),
  End: () => seek(frames() - 1),
  w: () => compare("wipe"),
  d: () => compare("diff"),
  0: playCut,
  1: () => only("a"),
  2: () => only("b"),
  3: () => compare("pair"),
  4: () => compare("mix"),
  5: besideFinal,
  g: ghost,
  s: sheet,
  f: fullscreen,
  z: actualPixels,
  m: mute,
  q: beginSketch,
  "/": find,
  "?": help,
  "+": () => B() && about(B()),
  n: () => {
    halt();
    $("#note").focus();
  },
  b: beginBox,
  i: markIn,
  o: markOut,
  v: () => show("waits"),
  y: () => tickOne(at.shot),
  t: tray,
};
const SHIFTED = {
  b: () => !isStatic && location.assign(`${base}/board/${scene.scene}/${code(at.shot)}`),
  l: loop,
  i: clearMarks,
  v: playWaiting,
  c: since,
  y: tickAll,
  " ": playScene,
  arrowup: () => louder(0.1),
  arrowdown: () => louder(-0.1),
};
const SAYS = {
  a: () => verdict("circle"),
  r: retake,
  e: editLayer,
  h: hands,
  c: composite,
  p: () => verdict("post_fix"),
  x: hold,
  u: undo,
};
// Esc leaves one thing after another: the drawing, what plays, the cut, the ticks, the filter.
function leave() {
  if (reel) {
    halt();
    endReel();
    drawDeck();
  } else if (at.cut) leaveCut();
  else if (ticked.size) untick();
  else if (filters()) everything();
  else if (zoomed()) actualPixels();
}
const typesInto = (target) =>
  (target.tagName === "INPUT" && target.type !== "range") || target.tagName === "TEXTAREA" || target.tagName === "SELECT";
document.addEventListener("keydown", (event) => {
  if (event.altKey && zoomed() && event.key.startsWith("Arrow")) {
    event.preventDefault();
    pan({ArrowLeft: 60, ArrowRight: -60}[event.key] || 0, {ArrowUp: 60, ArrowDown: -60}[event.key] || 0);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  // A field of a dialog that has just closed keeps the focus for a moment: nobody types there any more.
  const target = event.target.checkVisibility() ? event.target : document.body;
  if (nameKey(event)) return;
  if (typesInto(target)) {
    if (event.key === "Escape") leaveField(target);
    if (event.key === "Enter" && target.id === "sketchtext") {
      placeWords(spotNow());
      $("#stage").focus();
    }
    return;
  }
  if (boxing || sketch.on) {
    (boxing ? boxKey : sketchKey)(event);
    return;
  }
  act(event, target);
});
function leaveField(target) {
  target.blur();
  if (target.id === "words") everything();
  if (target.id === "sketchtext") return;
  answering = null;
  dropBox();
  dropSketch();
  drawLook();
  $("#stage").focus();
}
function act(event, target) {
  const far = event.shiftKey ? STEP_10 : 1,
    key = event.key.toLowerCase();
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    if (target.id === "wipe" || target.id === "volume") return;
    event.preventDefault();
    step(event.key === "ArrowLeft" ? -far : far);
    return;
  }
  if (event.key === "Escape") {
    leave();
    return;
  }
  const shifted = event.shiftKey ? SHIFTED[key] : null;
  if (event.key === " " && !shifted) {
    if (target.tagName === "BUTTON") return;
    event.preventDefault();
    toggle();
    return;
  }
  if (event.key === "X" && event.shiftKey && !isAgent) {
    event.preventDefault();
    if (event.repeat) return;
    park("omit").catch(() => {});
    return;
  }
  const does = shifted || ACTS[event.key] || ACTS[key] || (isAgent ? null : SAYS[key]);
  if (!does) return;
  event.preventDefault();
  if (event.repeat && (SAYS[key] || key === "t" || shifted)) return; // a key that is held says its word once
  Promise.resolve(does()).catch(() => {});
}
