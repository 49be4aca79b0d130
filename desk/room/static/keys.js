"use strict";
// Keys, and the beginning.
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
  w: () => compare("wipe"),
  d: () => compare("diff"),
  1: () => only("a"),
  2: () => only("b"),
  g: ghost,
  s: sheet,
  f: fullscreen,
  "/": find,
  "?": help,
  "+": () => B() && about(B()),
  n: () => {
    const v = video();
    if (v) v.pause();
    reverse(0);
    $("#note").focus();
  },
  b: beginBox,
  i: () => {
    at.from = frame();
    at.to = null;
    drawCounter();
    say(`Range from f ${at.from}.`);
  },
  o: () => {
    at.from = at.from ?? 0;
    at.to = Math.max(at.from, frame());
    drawCounter();
    say(`Range f ${at.from} to ${at.to}: N writes the note.`);
  },
  v: () => {
    at.only = at.only ? "" : "waits";
    drawStrip();
    say(at.only ? "Only what waits for you." : "Every shot.");
  },
  t: tray,
  B: () => !isStatic && location.assign(`${base}/board/${scene.scene}/${code(at.shot)}`),
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
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  // A field of a dialog that has just closed keeps the focus for a moment: nobody types there any more.
  const target = event.target.checkVisibility() ? event.target : document.body,
    typing =
      (target.tagName === "INPUT" && target.type !== "range") ||
      target.tagName === "TEXTAREA" ||
      target.tagName === "SELECT";
  if (typing) {
    if (event.key === "Escape") {
      target.blur();
      dropBox();
      drawOverlay();
      $("#stage").focus();
    }
    return;
  }
  if (boxing) {
    boxKey(event);
    return;
  }
  const far = event.shiftKey ? STEP_10 : 1;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    if (target.id === "wipe") return;
    event.preventDefault();
    step(event.key === "ArrowLeft" ? -far : far);
    return;
  }
  if (event.key === " ") {
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
  const key = event.key.toLowerCase(),
    act = ACTS[event.key] || ACTS[key] || (isAgent ? null : SAYS[key]);
  if (act) {
    event.preventDefault();
    if (event.repeat && (SAYS[key] || key === "t")) return; // a key that is held says its word once
    Promise.resolve(act()).catch(() => {});
  }
});
if (!isStatic)
  setInterval(async () => {
    if (document.hidden || !document.hasFocus() || $("dialog[open]") || document.activeElement === $("#note") || boxing)
      return;
    const was = JSON.stringify(scene);
    await refresh().catch(() => {});
    if (JSON.stringify(scene) !== was) {
      const key = at.b;
      if (!takeOf(key)) at.b = shot().shown;
      draw();
    }
  }, 20000);
if (!isStatic && !isAgent) {
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", async (event) => {
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    const words = `The next run then makes its draft clip again, ~${usd(shot().retake_microusd)}.`;
    if (!file || !confirm(`Take ${file.name} in as the composite of ${code(at.shot)}? ${words}`)) return;
    await takeIn(file).catch(() => {});
  });
}
addEventListener("hashchange", () => {
  const wanted = scene.shots.find((each) => code(each.id) === location.hash.slice(1));
  if (wanted && wanted.id !== at.shot) choose(wanted.id);
});
put(
  "#tools",
  [
    ["S", "Sheet", sheet],
    ["/", "Find", find],
    ["?", "Keys", help],
  ].map(([key, words, act]) => h("button", {onclick: act}, h("kbd", {}, key), words)),
);
const wanted = scene.shots.find((each) => code(each.id) === location.hash.slice(1)),
  waiting = scene.shots.find((each) => each.waits);
choose((wanted || waiting || scene.shots[0]).id);
