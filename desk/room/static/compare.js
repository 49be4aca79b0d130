"use strict";
// Two versions in step: wipe, difference, side by side, overlay, and a take beside its final.
const COMPARES = {wipe: ["W", "wipe"], diff: ["D", "difference"], pair: ["3", "side by side"], mix: ["4", "overlay"]};
function compare(mode) {
  if (!A()) {
    say("This shot has no other version to compare with.");
    return;
  }
  at.cut = null;
  at.mode = at.mode === mode ? "b" : mode;
  at.wipe = 50;
  fit();
  draw();
}
function only(which) {
  if (which === "a" && !A()) {
    say("This shot has no earlier version to show as A.");
    return;
  }
  at.cut = null;
  at.mode = which;
  fit();
  draw();
  say(`${which.toUpperCase()}: ${(which === "a" ? A() : B()).name}`);
}
function besideFinal() {
  const clips = seen().filter((each) => each.stage === "clip"),
    finished = clips.filter((each) => each.tier !== "draft").at(-1),
    drafts = clips.filter((each) => each.tier === "draft"),
    draft = drafts.filter((each) => each.passed).at(-1) || drafts.at(-1);
  if (!finished || !draft) {
    say(finished ? "This shot has no draft to compare its final with." : "This shot has no final yet.");
    return;
  }
  Object.assign(at, {a: draft.key, b: finished.key, mode: "pair", cut: null});
  fit();
  draw();
  say(`A: ${draft.name}. B: ${finished.name}.`);
}
function ghost() {
  if (scene.shots[0].id === at.shot) {
    say("There is no shot before the first one.");
    return;
  }
  at.ghost = !at.ghost;
  draw();
}
const APART_S = 0.2;
// Keeps A at B's frame: at rest exactly, in motion by a slightly other rate, and by a jump where it is far off.
function keepInStep(v) {
  const other = $("#stage video.a");
  if (!other || other === v || !other.duration) return;
  const want = Math.min(v.currentTime, other.duration - 0.5 / FPS),
    behind = want - other.currentTime;
  if (v.paused || v.ended) {
    if (!other.paused) other.pause();
    if (Math.abs(behind) > 0.25 / FPS && !other.seeking) other.currentTime = want;
    return;
  }
  if (want < v.currentTime) {
    other.pause(); // A is the shorter one: it holds its last frame
    return;
  }
  if (Math.abs(behind) > APART_S && !other.seeking) other.currentTime = want;
  other.playbackRate = Math.min(16, v.playbackRate * (behind > 0.5 / FPS ? 1.08 : behind < -0.5 / FPS ? 0.92 : 1));
  if (other.paused) other.play().catch(() => {});
}
function drawBlend() {
  if (at.cut || (at.mode !== "wipe" && at.mode !== "mix")) return null;
  return h(
    "label",
    {class: "wipe"},
    h("span", {}, "A"),
    h("input", {
      id: "wipe",
      type: "range",
      min: 0,
      max: 100,
      value: at.wipe,
      "aria-label": at.mode === "wipe" ? "Wipe between A and B" : "How much of B lies over A",
      oninput: (event) => {
        at.wipe = Number(event.target.value);
        const middle = $("#stage .tag.mid");
        if (middle && at.mode === "mix") middle.textContent = `A under B at ${at.wipe} %`;
        drawOverlay();
      },
    }),
    h("span", {}, "B"),
  );
}
