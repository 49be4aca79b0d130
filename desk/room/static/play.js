"use strict";
// Playing: J-K-L with speeds, single frames, in and out points with a loop, and the rate.
const RATES = [0.25, 0.5, 1, 1.5, 2],
  SPEED_MAX = 8;
let backwards = 0,
  speed = 1,
  rate = 1,
  beat = 0;
function seek(n) {
  const v = video();
  if (!v) return;
  v.pause();
  reverse(0);
  jump(n);
}
function jump(n) {
  const v = video();
  if (!v) return;
  const time = (Math.min(frames() - 1, Math.max(0, n)) + 0.5) / FPS;
  if (wantedAt.has(v)) wantedAt.set(v, time); // it is still coming, and begins there
  else v.currentTime = time;
  follow();
}
const step = (by) => seek(frame() + by);
function reverse(fast) {
  clearInterval(backwards);
  backwards = 0;
  if (fast)
    backwards = setInterval(() => {
      const v = video();
      if (!v || v.currentTime <= (at.loop ? (first() + 0.5) / FPS : 0)) {
        if (v && at.loop) v.currentTime = (last() + 0.5) / FPS;
        else reverse(0);
        drawCounter();
      } else {
        v.currentTime = Math.max(0, v.currentTime - (fast * rate) / FPS);
        follow();
      }
    }, 1000 / FPS);
}
const plays = () => Boolean(backwards) || !(video() || {paused: true}).paused || reelHolds();
function halt() {
  const v = video();
  if (v) v.pause();
  reverse(0);
  holdReel();
  drawCounter();
}
function toggle() {
  if (plays()) {
    halt();
    return;
  }
  speed = 1;
  if (resumeReel()) return;
  const v = video();
  if (!v) return;
  v.playbackRate = rate;
  if (v.ended || (at.loop && (frame() < first() || frame() >= last()))) v.currentTime = ((at.loop ? first() : 0) + 0.5) / FPS;
  start(v);
}
const start = (v) => v.play().then(follow, () => {});
function forwards() {
  const v = video();
  if (!v) return;
  const slower = Boolean(backwards);
  reverse(0);
  speed = v.paused || slower ? 1 : Math.min(SPEED_MAX, speed * 2);
  v.playbackRate = Math.min(16, speed * rate);
  start(v);
}
function rewind() {
  const v = video();
  if (!v) return;
  v.pause();
  speed = backwards ? Math.min(SPEED_MAX, speed * 2) : 1;
  reverse(speed);
  drawCounter();
}
function setRate(value) {
  rate = Math.min(2, Math.max(0.25, value));
  const v = video();
  if (v) v.playbackRate = Math.min(16, speed * rate);
  drawDeck();
  say(`Playback rate ${rate}×.`);
}
const slower = (by) => setRate(RATES[Math.min(RATES.length - 1, Math.max(0, RATES.indexOf(rate) + by))]);

// In and out points: a loop runs between them, and a note is about them.
const first = () => at.from ?? 0,
  last = () => (at.to === null ? frames() - 1 : Math.min(frames() - 1, at.to));
function markIn() {
  at.from = frame();
  if (at.to !== null && at.to < at.from) at.to = null;
  drawLook();
  say(`In: f ${at.from}.`);
}
function markOut() {
  at.from = at.from ?? 0;
  at.to = Math.max(at.from, frame());
  drawLook();
  say(`In and out: f ${at.from} to ${at.to}. Shift L loops them, N writes the note.`);
}
function clearMarks() {
  Object.assign(at, {from: null, to: null});
  drawLook();
  say("In and out are cleared.");
}
function loop() {
  at.loop = !at.loop;
  drawDeck();
  say(at.loop ? `Loop: f ${first()} to ${last()}.` : "No loop.");
}

// Follows what plays, picture by picture: the counter, the other version, the loop, and the next shot of a run of shots.
function follow() {
  const v = video();
  if (v) {
    keepInStep(v);
    if (at.loop && !v.paused && !reel && (frame() > last() || v.currentTime >= v.duration - 0.4 / FPS)) jump(first());
    if (v.ended && at.loop && !reel) {
      jump(first());
      start(v);
    }
    followReel(v);
    followCut();
  }
  drawCounter();
  if (!beat && plays())
    beat = requestAnimationFrame(() => {
      beat = 0;
      follow();
    });
}
function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else
    $("#player")
      .requestFullscreen()
      .catch(() => say("The browser did not allow full screen."));
}
// In full screen the controls and the pointer go where nobody moves it, and come back when somebody does.
const IDLE_MS = 2200;
let idle = 0;
function busyNow() {
  const player = $("#player");
  clearTimeout(idle);
  player.classList.remove("idle");
  if (document.fullscreenElement) idle = setTimeout(() => player.classList.add("idle"), IDLE_MS);
}
for (const name of ["pointermove", "pointerdown"]) $("#player").addEventListener(name, busyNow);
document.addEventListener("fullscreenchange", () => {
  busyNow();
  (document.fullscreenElement || document.body).append($("#toast")); // only what is in it is seen
  fit();
});
