"use strict";
// The controls under the picture: frames, the bar of this clip, timecodes, and the deck with all that changes how it plays.
const two = (n) => String(n).padStart(2, "0");
const clock = (n) =>
  [Math.floor(n / FPS / 3600), Math.floor(n / FPS / 60) % 60, Math.floor(n / FPS) % 60, n % FPS].map(two).join(":");
// The frame of the scene at which a shot begins; an omitted shot has no time in it.
function beginsAt(id) {
  let n = 0;
  for (const each of scene.shots) {
    if (each.id === id) return n;
    if (each.status !== "omit") n += each.frames;
  }
  return n;
}
// The frame within the shot on the screen, also while the whole cut plays.
const local = () => (at.cut ? Math.max(0, Math.min(shot().frames - 1, frame() - beginsAt(at.shot))) : frame());
const timecodes = () => `scene ${clock(beginsAt(at.shot) + local())}  shot ${clock(local())}`;
const button = (words, act, more, key) => h("button", {onclick: act, ...more}, key ? h("kbd", {}, key) : null, words);
function drawTransport() {
  const total = frames();
  if (total < 2) {
    put("#transport", h("span", {class: "muted"}, B() ? "a still picture" : ""), h("span", {id: "counter", class: "num"}), drawBlend());
    drawCounter();
    return;
  }
  put(
    "#transport",
    button("|◂", () => seek(0), {"aria-label": "First frame", title: "Home"}),
    button("◂", () => step(-1), {"aria-label": "One frame back", title: "←"}),
    button(plays() ? "Pause" : "Play", toggle, {id: "play", title: "Space or K"}),
    button("▸", () => step(1), {"aria-label": "One frame on", title: "→"}),
    button("▸|", () => seek(total - 1), {"aria-label": "Last frame", title: "End"}),
    h(
      "span",
      {class: "scrub"},
      h("input", {
        id: "scrub",
        type: "range",
        min: 0,
        max: total - 1,
        value: frame(),
        "aria-label": "Frame",
        oninput: (event) => seek(Number(event.target.value)),
        onpointermove: peekInClip,
        onpointerleave: hidePeek,
      }),
      marksOfClip(total),
    ),
    h("span", {id: "counter", class: "num"}),
    drawBlend(),
  );
  drawCounter();
}
function marksOfClip(total) {
  const place = (n) => `${(100 * n) / Math.max(1, total - 1)}%`,
    marks = at.cut ? [] : shot().said.filter((word) => word.frame !== null && word.kind === "note");
  const between = h("u", {});
  between.style.left = place(first());
  between.style.width = `calc(${place(last())} - ${place(first())})`;
  return h(
    "span",
    {class: "marks", "aria-hidden": "true"},
    at.from !== null ? between : null,
    marks.map((word) => {
      const mark = h("i", {class: closed(word) ? "closed" : null});
      mark.style.left = place(word.frame);
      return mark;
    }),
  );
}
const pace = (v) => {
  const fast = (backwards ? -1 : 1) * speed * rate;
  return backwards || (v.playbackRate !== 1 && !v.paused) ? `  ${String(fast).replace("-", "−")}×` : "";
};
function drawCounter() {
  const counter = $("#counter"),
    v = video();
  if (!counter) return;
  const stage = $("#stage").getBoundingClientRect(),
    scale = v && v.videoWidth ? Math.min(stage.width / v.videoWidth, stage.height / v.videoHeight) * lens.scale : lens.scale;
  counter.textContent = v
    ? `f ${frame()} / ${frames() - 1}  ${timecodes()}${pace(v)}${scale > 2 ? `  shown at ${Math.round(scale * 100)} %` : ""}`
    : `scene ${clock(beginsAt(at.shot))}`;
  const scrub = $("#scrub");
  if (scrub && document.activeElement !== scrub) scrub.value = frame();
  const play = $("#play"),
    words = plays() ? "Pause" : "Play";
  if (play && play.textContent !== words) play.textContent = words;
  const pin = $("#pin");
  if (pin) pin.textContent = pinned();
  drawPlayhead();
  drawOverlay();
}
// What changes how it plays: rate, loop, sound, size, and what is played in a row.
function drawDeck() {
  const moving = frames() > 1;
  put(
    "#deck",
    moving
      ? h(
          "select",
          {id: "rate", "aria-label": "Playback rate", onchange: (event) => setRate(Number(event.target.value))},
          RATES.map((each) => h("option", {value: each, selected: each === rate}, `${each}×`)),
        )
      : null,
    moving ? button("Loop", loop, {"aria-pressed": String(at.loop), title: "Shift L: between the in and out points"}) : null,
    moving && at.from !== null ? button(`f ${first()}–${last()} ✕`, clearMarks, {"aria-label": "Clear in and out", title: "Shift I"}) : null,
    moving ? soundControls() : null,
    button(zoomed() ? "Fit" : "1:1", actualPixels, {"aria-pressed": String(zoomed()), title: "Ctrl and wheel: any size"}, "Z"),
    isAgent || at.cut ? null : button("Draw", beginSketch, {"aria-pressed": String(sketch.on)}, "Q"),
    h("span", {class: "gap"}),
    reelControls(),
    button("Full screen", fullscreen, {title: "F"}, "F"),
  );
}
