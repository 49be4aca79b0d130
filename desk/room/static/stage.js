"use strict";
// The picture: two versions over one another, the ghost, the boxes, and where in it one is.
function picture(take, name) {
  if (!take || !take.media) return null;
  const moving = take.media.name.endsWith(".mp4"),
    alt = `${take.file}, ${take.resolution}`;
  return moving
    ? loading(
        h("video", {
          class: name,
          src: media(take.media.name),
          poster: name === "ghost" ? null : small(take.media.name),
          preload: "auto",
          playsinline: true,
          "aria-label": alt,
          tabindex: "-1",
        }),
        "loadeddata",
      )
    : loading(h("img", {class: name, src: media(take.media.name), alt}), "load");
}
const video = () => $("#stage video.b") || $("#stage video.a");
const frames = () => {
  const shown = at.mode === "a" ? A() : B();
  return shown && shown.media ? shown.media.frames : 1;
};
const frame = () => {
  const v = video();
  return v ? Math.min(frames() - 1, Math.max(0, Math.floor(v.currentTime * FPS + 1e-3))) : 0;
};
let drawn = "";
function drawLook() {
  const here = shot(),
    b = B(),
    a = A();
  put(
    "#shot",
    h("span", {}, here.id),
    h(
      "span",
      {class: `status${here.waits ? " waits" : ""}`},
      h("i", {"aria-hidden": "true"}, icon(here.status)),
      here.status,
    ),
    h(
      "span",
      {class: "muted"},
      `${here.place} · ${(here.frames / FPS).toFixed(1)} s${here.chain ? " · opens on the shot before" : ""}`,
    ),
    here.disagree ? h("span", {class: "warn"}, `⚖ ${here.disagree}`) : null,
  );
  const wanted = JSON.stringify([at.shot, at.b, at.a, at.mode, at.ghost]);
  if (wanted !== drawn) {
    drawStage(a, b);
    drawn = wanted;
  }
  drawOverlay();
  drawTransport();
  drawVersions();
  drawBelow();
  drawNotes();
}
function drawStage(a, b) {
  const stage = $("#stage"),
    time = video() ? video().currentTime : 0,
    same = stage.dataset.shot === at.shot;
  const both = at.mode === "wipe" || at.mode === "diff",
    parts = [];
  if (both && a) parts.push(picture(a, "a"));
  parts.push(picture(at.mode === "a" ? a : b, at.mode === "a" ? "a" : "b"));
  const previous = scene.shots[scene.shots.findIndex((each) => each.id === at.shot) - 1];
  if (at.ghost && previous) {
    const last = previous.takes.find((each) => each.key === previous.shown),
      ghost = picture(last, "ghost");
    if (ghost) {
      if (ghost.tagName === "VIDEO")
        ghost.addEventListener("loadedmetadata", () => {
          ghost.currentTime = (Math.min(previous.frames, last.media.frames) - 0.5) / FPS;
        });
      parts.push(ghost);
    }
  }
  if (!parts.filter(Boolean).length) parts.push(h("p", {class: "empty"}, shot().why || "There is no picture yet."));
  if (both || at.mode === "a") parts.push(a ? h("span", {class: "tag a"}, `A ${a.name}`) : null);
  if (both && b) parts.push(h("span", {class: "tag b"}, `B ${b.name}`));
  if (at.mode === "diff") parts.push(h("span", {class: "tag mid"}, "difference × 4"));
  if (at.ghost && previous) parts.push(h("span", {class: "tag mid"}, `ghost: last frame of ${code(previous.id)}`));
  stage.className = at.mode;
  stage.dataset.shot = at.shot;
  parts.push(h("span", {class: "coming", role: "status"}, h("i", {class: "spin", "aria-hidden": "true"}), "Loading the picture…"));
  put(stage, parts, h("svg", {viewBox: "0 0 1000 1000", preserveAspectRatio: "none", "aria-hidden": "true"}));
  for (const each of stage.querySelectorAll("video.a, video.b")) {
    each.muted = each.classList.contains("a") && both;
    each.addEventListener(
      "loadedmetadata",
      () => {
        each.currentTime = same && time ? Math.min(time, each.duration || 0) : 0.5 / FPS;
      },
      {once: true},
    );
  }
  const main = video();
  if (main)
    for (const name of ["timeupdate", "seeked", "play", "pause", "loadedmetadata"]) main.addEventListener(name, tick);
}
function tick() {
  const main = video(),
    other = $("#stage video.a");
  if (main && other && other !== main) {
    if (Math.abs(other.currentTime - main.currentTime) > 0.5 / FPS) other.currentTime = main.currentTime;
    if (main.paused !== other.paused) {
      if (main.paused) other.pause();
      else other.play().catch(() => {});
    }
  }
  drawCounter();
}
function drawOverlay() {
  const svg = $("#stage svg");
  if (!svg) return;
  const done = frames() > 1 ? frame() / (frames() - 1) : 0,
    eased = done * done * (3 - 2 * done);
  const between = (pair) =>
    pair.length < 2
      ? pair[0]
      : Object.fromEntries(["x", "y", "w", "h"].map((k) => [k, pair[0][k] + (pair[1][k] - pair[0][k]) * eased]));
  const drawnBoxes = [...(at.boxes.length ? [between(at.boxes)] : []), ...(at.box ? [at.box] : [])];
  const rects = drawnBoxes.flatMap((b) =>
    ["under", "over"].map((c) =>
      h("rect", {class: c, x: b.x * 1000, y: b.y * 1000, width: b.w * 1000, height: b.h * 1000}),
    ),
  );
  const front = $("#stage .b");
  if (front) front.style.clipPath = at.mode === "wipe" ? `inset(0 0 0 ${at.wipe}%)` : "";
  put(svg, rects, at.mode === "wipe" ? h("line", {x1: at.wipe * 10, x2: at.wipe * 10, y1: 0, y2: 1000}) : null);
}
const clock = (n) =>
  [Math.floor(n / FPS / 60), Math.floor(n / FPS) % 60, n % FPS].map((part) => String(part).padStart(2, "0")).join(":");
function drawTransport() {
  const total = frames(),
    marks = shot().said.filter((word) => word.frame !== null);
  if (total < 2) {
    put("#transport", h("span", {class: "muted"}, B() ? "a still picture" : ""));
    drawWipe();
    return;
  }
  put(
    "#transport",
    h("button", {onclick: () => step(-1), "aria-label": "One frame back", title: "←"}, "◂"),
    h("button", {id: "play", onclick: toggle, title: "Space or K"}, plays() ? "Pause" : "Play"),
    h("button", {onclick: () => step(1), "aria-label": "One frame on", title: "→"}, "▸"),
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
      }),
      h(
        "span",
        {class: "marks", "aria-hidden": "true"},
        marks.map((word) => {
          const mark = h("i", {});
          mark.style.left = `${(100 * word.frame) / Math.max(1, total - 1)}%`;
          return mark;
        }),
      ),
    ),
    h("span", {id: "counter", class: "num"}),
  );
  drawWipe();
  drawCounter();
}
function drawWipe() {
  if (at.mode !== "wipe") return;
  $("#transport").append(
    h(
      "label",
      {class: "wipe"},
      h("span", {}, "A"),
      h("input", {
        id: "wipe",
        type: "range",
        min: 0,
        max: 100,
        value: at.wipe,
        "aria-label": "Wipe between A and B",
        oninput: (event) => {
          at.wipe = Number(event.target.value);
          drawOverlay();
        },
      }),
      h("span", {}, "B"),
    ),
  );
}
const pace = (v) => (backwards ? `  −${speed}×` : v.playbackRate > 1 ? `  ${v.playbackRate}×` : "");
function drawCounter() {
  const counter = $("#counter"),
    v = video();
  if (!counter || !v) return;
  const stage = $("#stage").getBoundingClientRect(),
    scale = v.videoWidth ? Math.min(stage.width / v.videoWidth, stage.height / v.videoHeight) : 1;
  counter.textContent = `f ${frame()} / ${frames() - 1}  ${clock(frame())}${pace(v)}${scale > 2 ? `  shown at ${Math.round(scale * 100)} %` : ""}`;
  const scrub = $("#scrub");
  if (scrub && document.activeElement !== scrub) scrub.value = frame();
  const play = $("#play");
  if (play) play.textContent = plays() ? "Pause" : "Play";
  const pin = $("#pin");
  if (pin) pin.textContent = pinned();
  drawOverlay();
}
