"use strict";
// Shots in a row: the scene from here on, what waits, or the cut as it was rendered.
let reel = null; // {ids, what, timer}
const reelHolds = () => Boolean(reel && reel.timer);
const playScene = () => runReel(scene.shots.filter((each) => each.status !== "omit").map((each) => each.id), "the scene");
const playWaiting = () => runReel(scene.shots.filter((each) => each.waits).map((each) => each.id), "the shots that wait");
function runReel(ids, what) {
  if (!ids.length) {
    say("No shot waits for you.");
    return;
  }
  endReel();
  reel = {ids, what, timer: 0};
  showInReel(ids.includes(at.shot) ? at.shot : ids[0]);
}
// The take that is in the cut now: the newest final that passed, else the newest draft that did, else the newest picture.
function inCut(each) {
  const clips = each.takes.filter((take) => take.media && take.stage === "clip" && take.passed),
    finals = clips.filter((take) => take.tier !== "draft");
  return finals.at(-1) || clips.at(-1) || each.takes.find((take) => take.key === each.shown) || null;
}
function showInReel(id) {
  const each = scene.shots.find((one) => one.id === id),
    take = inCut(each),
    ahead = reel.ids.slice(reel.ids.indexOf(id) + 1, reel.ids.indexOf(id) + 3);
  choose(id, take ? take.key : undefined, true);
  reveal();
  const v = video();
  if (v) {
    v.playbackRate = rate;
    start(v);
  } else reel.timer = setTimeout(nextInReel, (1000 * each.frames) / FPS / rate);
  fetchAhead(ahead.map((next) => inCut(scene.shots.find((one) => one.id === next))));
  drawCounter();
}
function nextInReel() {
  if (!reel) return;
  reel.timer = 0;
  const next = reel.ids[reel.ids.indexOf(at.shot) + 1] || (at.loop ? reel.ids[0] : null);
  if (next) showInReel(next);
  else {
    const what = reel.what;
    endReel();
    drawDeck();
    drawCounter();
    say(`End of ${what}.`);
  }
}
// The cut takes the head of a clip that is longer than its shot.
function followReel(v) {
  if (!reel || at.cut || backwards) return;
  if (v.ended || (!v.paused && frame() >= shot().frames)) nextInReel();
}
function holdReel() {
  if (reel) clearTimeout(reel.timer);
  if (reel) reel.timer = 0;
}
// A still of a run of shots goes on from where it was held. Gives whether there was one.
function resumeReel() {
  if (!reel || video()) return false;
  reel.timer = setTimeout(nextInReel, (1000 * shot().frames) / FPS / rate);
  drawCounter();
  return true;
}
function endReel() {
  holdReel();
  reel = null;
}
// The rendered cut, with its sound and its transitions; the facts beside it are of the shot that is seen.
function playCut() {
  if (at.cut) {
    leaveCut();
    return;
  }
  const cut = scene.cuts.at(-1);
  if (!cut) {
    say(`No cut is rendered yet: gate run ${scene.scene}`);
    return;
  }
  const here = beginsAt(at.shot) + (video() && at.mode === "b" ? Math.min(frame(), shot().frames - 1) : 0),
    from = here >= cut.media.frames - 1 ? 0 : here;
  endReel();
  dropSketch();
  Object.assign(at, {cut, mode: "b", from: null, to: null, ghost: false});
  fit();
  draw();
  jump(from);
  start(video());
}
function leaveCut() {
  const n = local();
  choose(at.shot);
  jump(n);
}
function followCut() {
  if (!at.cut) return;
  const n = frame(),
    playing = scene.shots.filter((each) => each.status !== "omit"),
    now = playing.filter((each) => beginsAt(each.id) <= n).at(-1);
  if (!now || now.id === at.shot) return;
  looked(at.shot);
  Object.assign(at, {shot: now.id, b: now.shown, boxes: []});
  at.a = before(at.b);
  draw();
  reveal();
}
function reelControls() {
  const cut = scene.cuts.at(-1);
  return [
    reel
      ? button(`${reel.what}: ${reel.ids.indexOf(at.shot) + 1} of ${reel.ids.length} ✕`, () => (halt(), endReel(), drawDeck()), {
          "aria-label": `Stop playing ${reel.what}`,
          class: "running",
        })
      : null,
    button("▶ Scene", playScene, {title: "Shift Space: plays the current take of each shot in a row"}),
    button("▶ Waiting", playWaiting, {title: "Shift V: plays what waits for you in a row"}),
    cut
      ? button(cut.tier === "final" ? "▶ Film" : "▶ Draft cut", playCut, {
          "aria-pressed": String(Boolean(at.cut)),
          title: `The ${cut.tier} cut as it was rendered ${new Date(cut.made_at).toLocaleString([], {dateStyle: "medium", timeStyle: "short"})}`,
        }, "0")
      : null,
  ];
}
