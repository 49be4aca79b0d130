"use strict";
// The picture: one version or two, the ghost of the shot before, and what lies over them.
const ready = new Map(); // clips that were fetched ahead, by name
function picture(take, name) {
  if (!take || !take.media) return null;
  const moving = take.media.name.endsWith(".mp4"),
    alt = `${take.file || take.name}${take.resolution ? `, ${take.resolution}` : ""}`;
  if (!moving) return loading(h("img", {class: name, src: media(take.media.name), alt}), "load");
  const ahead = name === "b" ? ready.get(take.media.name) : null;
  ready.delete(take.media.name);
  const clip = ahead || h("video", {preload: "auto", playsinline: true, tabindex: "-1"});
  clip.className = name;
  clip.setAttribute("aria-label", alt);
  if (name !== "ghost") clip.poster = small(take.media.name);
  if (!ahead) clip.src = media(take.media.name);
  return clip.readyState > 1 ? clip : loading(clip, "loadeddata");
}
// Fetches the clips that come next, and lets go of those that do not: never more than two.
function fetchAhead(takes) {
  const wanted = takes.filter((take) => take && take.media && take.media.name.endsWith(".mp4")).slice(0, 2),
    names = wanted.map((take) => take.media.name);
  for (const [name, clip] of ready) {
    if (names.includes(name)) continue;
    letGo(clip);
    ready.delete(name);
  }
  for (const name of names)
    if (!ready.has(name) && !$(`#stage video[src="${media(name)}"]`))
      ready.set(name, h("video", {src: media(name), preload: "auto", playsinline: true, tabindex: "-1"}));
}
// Who stays on a shot for a moment goes to one beside it next.
const STAYS_MS = 600;
let staying = 0;
function fetchNearby() {
  clearTimeout(staying);
  staying = setTimeout(() => {
    if (reel || at.cut) return;
    const place = scene.shots.findIndex((each) => each.id === at.shot);
    fetchAhead([place + 1, place - 1].map((n) => scene.shots[n]).map((each) => each && each.takes.find((take) => take.key === each.shown)));
  }, STAYS_MS);
}
// A clip that is taken off the screen stops loading at once: who browses fast loads one clip, not twenty.
function letGo(clip) {
  clip.pause();
  clip.removeAttribute("src");
  clip.load();
}
const main = () =>
  at.cut ? {media: at.cut.media, name: `${at.cut.tier} cut`, file: `${scene.scene} ${at.cut.tier} cut`} : at.mode === "a" ? A() : B();
const video = () => $("#stage video.b") || $("#stage video.a");
const frames = () => {
  const shown = main();
  return shown && shown.media ? shown.media.frames : 1;
};
const frame = () => {
  const v = video();
  return v ? Math.min(frames() - 1, Math.max(0, Math.floor((wantedAt.get(v) || v.currentTime) * FPS + 1e-3))) : 0;
};
let drawn = "";
function drawLook() {
  const here = shot();
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
  const wanted = at.cut ? `${at.cut.tier} cut` : JSON.stringify([at.shot, at.b, at.a, at.mode, at.ghost]);
  if (wanted !== drawn) {
    drawStage(A(), B());
    drawn = wanted;
  }
  drawOverlay();
  drawTransport();
  drawDeck();
  drawVersions();
  drawBelow();
  drawNotes();
}
const together = () => !at.cut && ["wipe", "diff", "pair", "mix"].includes(at.mode);
function drawStage(a, b) {
  const stage = $("#stage"),
    time = video() ? video().currentTime : 0,
    same = stage.dataset.shot === at.shot && !stage.classList.contains("cut") && !at.cut;
  for (const clip of stage.querySelectorAll("video")) letGo(clip);
  const previous = scene.shots[scene.shots.findIndex((each) => each.id === at.shot) - 1],
    pictures = at.cut ? [picture(main(), "b")] : [together() ? picture(a, "a") : null, picture(at.mode === "a" ? a : b, at.mode === "a" ? "a" : "b")];
  if (at.ghost && previous && !at.cut) pictures.push(ghostOf(previous));
  const shown = pictures.filter(Boolean);
  if (!shown.length) shown.push(h("p", {class: "empty"}, shot().why || "There is no picture yet."));
  stage.className = at.cut ? "cut" : at.mode;
  stage.dataset.shot = at.shot;
  put(
    stage,
    h(
      "div",
      {id: "plane"},
      shown,
      h("svg", {class: "boxes", viewBox: "0 0 1000 1000", preserveAspectRatio: "none", "aria-hidden": "true"}),
      h("svg", {class: "ink", viewBox: `0 0 ${Math.round(1000 * RATIO)} 1000`, preserveAspectRatio: "none", "aria-hidden": "true"}),
    ),
    tags(a, b, previous),
    h("span", {class: "coming", role: "status"}, h("i", {class: "spin", "aria-hidden": "true"}), "Loading the picture…"),
  );
  for (const each of stage.querySelectorAll("video.a, video.b")) begin(each, same && time ? time : 0);
  applySound();
  const first = video();
  if (first) for (const name of ["timeupdate", "seeked", "play", "pause", "loadedmetadata", "ended"]) first.addEventListener(name, follow);
  const other = $("#stage video.a"); // at rest it may still come to its frame after B stands on its own
  if (other && other !== first) for (const name of ["seeked", "pause"]) other.addEventListener(name, follow);
  placePlane();
  fetchNearby();
}
const wantedAt = new WeakMap(); // by clip that has not begun: the time at which it is to begin
function begin(clip, time) {
  wantedAt.set(clip, time || 0.5 / FPS);
  const there = () => {
    clip.currentTime = Math.min(wantedAt.get(clip), clip.duration || 0);
    wantedAt.delete(clip);
  };
  if (clip.readyState > 0) there();
  else clip.addEventListener("loadedmetadata", there, {once: true});
}
function ghostOf(previous) {
  const last = previous.takes.find((each) => each.key === previous.shown),
    ghost = picture(last, "ghost");
  if (ghost && ghost.tagName === "VIDEO")
    ghost.addEventListener("loadedmetadata", () => {
      ghost.currentTime = (Math.min(previous.frames, last.media.frames) - 0.5) / FPS;
    });
  return ghost;
}
function tags(a, b, previous) {
  if (at.cut) return h("span", {class: "tag a"}, main().name);
  const middle = {diff: "difference × 4", mix: `A under B at ${at.wipe} %`, pair: ""}[at.mode];
  return [
    (together() || at.mode === "a") && a ? h("span", {class: "tag a"}, `A ${a.name}`) : null,
    together() && b ? h("span", {class: "tag b"}, `B ${b.name}`) : null,
    middle ? h("span", {class: "tag mid"}, middle) : null,
    at.ghost && previous ? h("span", {class: "tag mid"}, `ghost: last frame of ${code(previous.id)}`) : null,
  ];
}
// Boxes of checks and notes, and the line of the wipe.
function drawOverlay() {
  const svg = $("#stage svg.boxes");
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
  if (front) {
    front.style.clipPath = at.mode === "wipe" && !at.cut ? `inset(0 0 0 ${at.wipe}%)` : "";
    front.style.opacity = at.mode === "mix" && !at.cut ? String(at.wipe / 100) : "";
  }
  put(svg, rects, at.mode === "wipe" && !at.cut ? h("line", {x1: at.wipe * 10, x2: at.wipe * 10, y1: 0, y2: 1000}) : null);
  drawInk();
}
// Where in the picture a pointer is, in fractions of it.
function spot(event) {
  const over = $("#stage svg.boxes").getBoundingClientRect();
  return [
    Math.min(1, Math.max(0, (event.clientX - over.left) / over.width)),
    Math.min(1, Math.max(0, (event.clientY - over.top) / over.height)),
  ];
}
