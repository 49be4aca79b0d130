"use strict";
// The review room. Everything a manifest, a provider or a person wrote reaches the page as text, never as markup.
const root = document.body.dataset,
  base = root.base || "",
  isStatic = "static" in root,
  isAgent = "agent" in root;
const $ = (selector) => document.querySelector(selector);
let scene = JSON.parse($("#data").textContent);
const FPS = scene.fps,
  STEP_10 = 10;
// A film in 2.39:1 is made in 16:9: the stage shows the whole picture, and dims what the cut takes off.
const SHAPES = {"16:9": "16/9", "9:16": "9/16", "1:1": "1/1", "2.39:1": "16/9"};
const SHAPE = SHAPES[scene.aspect] || "16/9";
document.documentElement.style.setProperty("--shape", SHAPE);
const RATIO = SHAPE.split("/").reduce((wide, high) => wide / high);
document.documentElement.style.setProperty("--ratio", RATIO.toFixed(5));
document.documentElement.classList.toggle("scope", scene.aspect === "2.39:1");
const ICONS = {
  planned: "·",
  "panel?": "▢",
  "draft?": "●",
  retake: "↻",
  comp: "✎",
  circled: "◎",
  "final?": "◐",
  final: "✓",
  hold: "‖",
  omit: "✕",
};
const icon = (status) => ICONS[status] || "⊘";
const usd = (micro) => {
  const sign = micro < 0 ? "-" : "",
    whole = Math.abs(micro);
  return `${sign}$${whole && whole < 1e5 ? (whole / 1e6).toFixed(4).replace(/0{1,2}$/, "") : (Math.round(whole / 1e4) / 100).toFixed(2)}`;
};

const SVG = new Set(["svg", "g", "rect", "line", "path", "text"]);
function h(tag, props, ...children) {
  const made = SVG.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.setAttribute("class", value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}
const put = (selector, ...children) => {
  const at = typeof selector === "string" ? $(selector) : selector;
  at.replaceChildren(...children.flat().filter(Boolean));
  return at;
};
const code = (id) => id.split("_")[1];
const media = (name) => `${isStatic ? "media" : `${base}/media`}/${name}`;
const strip = (name) => (isStatic ? "" : `${base}/strip/${name.slice(0, 64)}.jpg`);
const small = (name) => (isStatic ? `media/${name.slice(0, 64)}.small.jpg` : `${base}/small/${name.slice(0, 64)}.jpg`);
// A picture shows that it is loading, and says so where it does not come.
function loading(picture, event) {
  const coming = picture.tagName === "IMG" ? !picture.complete : true;
  if (coming) picture.classList.add("loading");
  const here = () => picture.classList.remove("loading");
  picture.addEventListener(event, here, {once: true});
  picture.addEventListener("error", () => {
    here();
    picture.classList.add("missing");
    picture.title = "This picture did not load. Load the page again; gate vault check looks for damage.";
  });
  return picture;
}
const thumb = (name, alt) =>
  name
    ? loading(h("img", {src: small(name), alt: alt || "", loading: "lazy"}), "load")
    : h("span", {class: "noimg"});

// What is looked at. `from` and `to` are the in and out points; `cut` is the rendered cut that plays in the place of a take.
const at = {
  shot: null,
  b: null,
  a: null,
  mode: "b",
  wipe: 50,
  ghost: false,
  boxes: [],
  box: null,
  from: null,
  to: null,
  loop: false,
  cut: null,
  allChecks: false,
};
const stack = [];
const shot = () => scene.shots.find((each) => each.id === at.shot) || scene.shots[0];
const takeOf = (key) => shot().takes.find((each) => each.key === key) || null;
const seen = () => shot().takes.filter((each) => each.media);
const B = () => takeOf(at.b),
  A = () => takeOf(at.a);
const lastSaid = () =>
  shot()
    .said.filter((word) => word.who === root.me && word.kind !== "note")
    .at(-1);

function choose(id, key, inReel) {
  const found = scene.shots.find((each) => each.id === id) || scene.shots[0];
  if (boxing || sketch.on) say("");
  dropBox();
  dropSketch();
  if (!inReel) endReel();
  if (found.id !== at.shot) looked(at.shot);
  Object.assign(at, {
    shot: found.id,
    b: key || found.shown,
    mode: "b",
    ghost: false,
    boxes: [],
    from: null,
    to: null,
    cut: null,
    allChecks: false,
  });
  at.a = before(at.b);
  fit();
  if (!isStatic) history.replaceState(null, "", `#${code(found.id)}`);
  draw();
}
function before(key) {
  const list = seen(),
    place = list.findIndex((each) => each.key === key);
  const same = list.slice(0, Math.max(place, 0)).filter((each) => each.stage === list[place].stage);
  return (
    same.at(-1) ||
    list.find((each) => each.key !== key && place >= 0 && each.stage === list[place].stage) || {key: null}
  ).key;
}
function move(by) {
  const listed = filtered().some((each) => each.id === at.shot) ? filtered() : scene.shots,
    ids = listed.map((each) => each.id);
  choose(ids[Math.min(ids.length - 1, Math.max(0, ids.indexOf(shot().id) + by))]);
  reveal();
}
function version(which, by) {
  const list = seen(),
    place = list.findIndex((each) => each.key === at[which]);
  if (!list.length) return;
  at.cut = null;
  at[which] = list[Math.min(list.length - 1, Math.max(0, place + by))].key;
  if (which === "b" && (!at.a || at.a === at.b)) at.a = before(at.b);
  if (which === "a" && at.mode === "b") at.mode = "a";
  at.boxes = [];
  draw();
  say(`${which.toUpperCase()}: ${takeOf(at[which]).name}`);
}
function nextWaiting() {
  const listed = filtered().some((each) => each.waits) ? filtered() : scene.shots,
    place = listed.findIndex((each) => each.id === at.shot);
  const found = [...listed.slice(place + 1), ...listed.slice(0, Math.max(place, 0))].find((each) => each.waits);
  if (found) choose(found.id);
  else draw();
  reveal();
}

// Drawing.
function draw() {
  drawTop();
  drawToolbar();
  drawStrip();
  drawLook();
  drawFacts();
  drawActions();
}
function drawTop() {
  const waits = scene.shots.filter((each) => each.waits).length,
    mine = scene.shots.reduce((all, each) => all + forMe(each).length, 0),
    m = scene.money,
    cap = m.cap_microusd || 1;
  put(
    "#waits",
    `${scene.shots.length} shots · `,
    waits ? h("strong", {class: "waits"}, `${waits} wait for you`) : "nothing waits for you",
    mine ? h("button", {class: "forme", onclick: () => show("me")}, `@ ${mine} for you`) : null,
  );
  const width = (part) => Math.max(0, Math.min(1000, (1000 * part) / cap));
  const [s, e, p] = [width(m.settled_microusd), width(m.held_microusd), width(m.promised_microusd)];
  put(
    "#money",
    h(
      "div",
      {class: "moneyline"},
      h("span", {}, h("i", {class: "key settled"}), `${usd(m.settled_microusd)} spent`),
      h("span", {}, h("i", {class: "key held"}), `${usd(m.held_microusd)} held`),
      h("span", {}, h("i", {class: "key promised"}), `${usd(m.promised_microusd)} promised`),
      h("span", {class: "muted"}, `of ${usd(m.cap_microusd || 0)}`),
    ),
    h(
      "svg",
      {class: "bar", viewBox: "0 0 1000 10", preserveAspectRatio: "none", "aria-hidden": "true"},
      h("rect", {class: "settled", width: s, height: 10}),
      h("rect", {class: "held", x: s, width: e, height: 10}),
      h("rect", {class: "promised", x: s + e, width: Math.min(p, Math.max(0, 1000 - s - e)), height: 10}),
    ),
  );
  const stopped = $("#stopped");
  stopped.hidden = !scene.stopped;
  stopped.textContent = scene.stopped;
}
