"use strict";
// The review room. Everything a manifest, a provider or a person wrote reaches the page as text, never as markup.
const root = document.body.dataset, base = root.base || "", isStatic = "static" in root, isAgent = "agent" in root;
const $ = (selector) => document.querySelector(selector);
let scene = JSON.parse($("#data").textContent);
const FPS = scene.fps, STEP_10 = 10;
const ICONS = {planned: "·", "panel?": "▢", "draft?": "●", retake: "↻", comp: "✎", circled: "◎", "final?": "◐", final: "✓", hold: "‖", omit: "✕"};
const icon = (status) => ICONS[status] || "⊘";
const usd = (micro) => {
  const sign = micro < 0 ? "-" : "", whole = Math.abs(micro);
  return `${sign}$${whole && whole < 1e5 ? (whole / 1e6).toFixed(4).replace(/0{1,2}$/, "") : (Math.round(whole / 1e4) / 100).toFixed(2)}`;
};

function h(tag, props, ...children) {
  const made = tag === "svg" || tag === "rect" || tag === "line" ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.setAttribute("class", value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}
const put = (selector, ...children) => { const at = typeof selector === "string" ? $(selector) : selector; at.replaceChildren(...children.flat().filter(Boolean)); return at; };
const code = (id) => id.split("_")[1];
const media = (name) => `${isStatic ? "media" : `${base}/media`}/${name}`;
const small = (name) => isStatic ? `media/${name.slice(0, 64)}.small.jpg` : `${base}/small/${name.slice(0, 64)}.jpg`;
const thumb = (name, alt) => name ? h("img", {src: small(name), alt: alt || "", loading: "lazy"}) : h("span", {class: "noimg"});

// What is looked at.
const at = {shot: null, b: null, a: null, mode: "b", wipe: 50, ghost: false, boxes: [], box: null, from: null, to: null, allChecks: false, only: ""};
const stack = [];
const shot = () => scene.shots.find((each) => each.id === at.shot) || scene.shots[0];
const takeOf = (key) => shot().takes.find((each) => each.key === key) || null;
const seen = () => shot().takes.filter((each) => each.media);
const B = () => takeOf(at.b), A = () => takeOf(at.a);
const lastSaid = () => shot().said.filter((word) => word.who === root.me && word.kind !== "note").at(-1);

function choose(id, key) {
  const found = scene.shots.find((each) => each.id === id) || scene.shots[0];
  Object.assign(at, {shot: found.id, b: key || found.shown, mode: "b", ghost: false, boxes: [], box: null, from: null, to: null, allChecks: false});
  at.a = before(at.b);
  if (!isStatic) history.replaceState(null, "", `#${code(found.id)}`);
  draw();
}
function before(key) {
  const list = seen(), place = list.findIndex((each) => each.key === key);
  const same = list.slice(0, Math.max(place, 0)).filter((each) => each.stage === list[place].stage);
  return (same.at(-1) || list.find((each) => each.key !== key && place >= 0 && each.stage === list[place].stage) || {key: null}).key;
}
function move(by) { const ids = scene.shots.map((each) => each.id); choose(ids[Math.min(ids.length - 1, Math.max(0, ids.indexOf(shot().id) + by))]); reveal(); }
function reveal() { const current = $("#strip [aria-current]"); if (current) current.scrollIntoView({block: "nearest", inline: "nearest"}); }
function version(which, by) {
  const list = seen(), place = list.findIndex((each) => each.key === at[which]);
  if (!list.length) return;
  at[which] = list[Math.min(list.length - 1, Math.max(0, place + by))].key;
  if (which === "b" && (!at.a || at.a === at.b)) at.a = before(at.b);
  if (which === "a" && at.mode === "b") at.mode = "a";
  at.boxes = [];
  draw();
  say(`${which.toUpperCase()}: ${takeOf(at[which]).name}`);
}
function nextWaiting() {
  const ids = scene.shots, place = ids.findIndex((each) => each.id === at.shot);
  const found = [...ids.slice(place + 1), ...ids.slice(0, place)].find((each) => each.waits);
  if (found) choose(found.id); else draw();
  reveal();
}

// Drawing.
function draw() { drawTop(); drawStrip(); drawLook(); drawFacts(); drawActions(); }
function drawTop() {
  const waits = scene.shots.filter((each) => each.waits).length, m = scene.money, cap = m.cap_microusd || 1;
  put("#waits", `${scene.shots.length} shots · `, waits ? h("strong", {class: "waits"}, `${waits} wait for you`) : "nothing waits for you");
  const width = (part) => Math.max(0, Math.min(1000, 1000 * part / cap));
  const [s, e, p] = [width(m.settled_microusd), width(m.held_microusd), width(m.promised_microusd)];
  put("#money",
    h("div", {class: "moneyline"}, h("span", {}, h("i", {class: "key settled"}), `${usd(m.settled_microusd)} spent`),
      h("span", {}, h("i", {class: "key held"}), `${usd(m.held_microusd)} held`), h("span", {}, h("i", {class: "key promised"}), `${usd(m.promised_microusd)} promised`),
      h("span", {class: "muted"}, `of ${usd(m.cap_microusd || 0)}`)),
    h("svg", {class: "bar", viewBox: "0 0 1000 10", preserveAspectRatio: "none", "aria-hidden": "true"},
      h("rect", {class: "settled", width: s, height: 10}), h("rect", {class: "held", x: s, width: e, height: 10}), h("rect", {class: "promised", x: s + e, width: Math.min(p, Math.max(0, 1000 - s - e)), height: 10})));
  const stopped = $("#stopped"); stopped.hidden = !scene.stopped; stopped.textContent = scene.stopped;
}
function drawStrip() {
  const list = scene.shots.filter((each) => !at.only || each.waits);
  put("#strip ol", list.map((each) => h("li", {}, h("button", {"aria-current": each.id === at.shot ? "true" : null, onclick: () => choose(each.id), title: each.why},
    thumb(each.poster), h("span", {}, h("b", {}, code(each.id)), h("span", {class: `status${each.waits ? " waits" : ""}`}, h("i", {"aria-hidden": "true"}, icon(each.status)), each.status),
      gone(each) ? h("span", {class: "status bad"}, "✗ failed its gate") : null, each.in_flight ? h("span", {class: "status muted"}, "⇣ in flight") : null)))));
}
const gone = (each) => each.waits && each.takes.some((take) => take.key === each.shown && take.passed === false);
function picture(take, name) {
  if (!take || !take.media) return null;
  const moving = take.media.name.endsWith(".mp4"), alt = `${take.file}, ${take.resolution}`;
  return moving ? h("video", {class: name, src: media(take.media.name), poster: name === "ghost" ? null : small(take.media.name), preload: "auto", playsinline: true, "aria-label": alt, tabindex: "-1"})
    : h("img", {class: name, src: media(take.media.name), alt});
}
const video = () => $("#stage video.b") || $("#stage video.a");
const frames = () => { const shown = at.mode === "a" ? A() : B(); return shown && shown.media ? shown.media.frames : 1; };
const frame = () => { const v = video(); return v ? Math.min(frames() - 1, Math.max(0, Math.floor(v.currentTime * FPS + 1e-3))) : 0; };
let drawn = "";
function drawLook() {
  const here = shot(), b = B(), a = A();
  put("#shot", h("span", {}, here.id), h("span", {class: `status${here.waits ? " waits" : ""}`}, h("i", {"aria-hidden": "true"}, icon(here.status)), here.status),
    h("span", {class: "muted"}, `${here.place} · ${(here.frames / FPS).toFixed(1)} s${here.chain ? " · opens on the shot before" : ""}`),
    here.disagree ? h("span", {class: "warn"}, `⚖ ${here.disagree}`) : null);
  const wanted = JSON.stringify([at.shot, at.b, at.a, at.mode, at.ghost]);
  if (wanted !== drawn) { drawStage(a, b); drawn = wanted; }
  drawOverlay(); drawTransport(); drawVersions(); drawBelow(); drawNotes();
}
function drawStage(a, b) {
  const stage = $("#stage"), time = video() ? video().currentTime : 0, same = stage.dataset.shot === at.shot;
  const both = at.mode === "wipe" || at.mode === "diff", parts = [];
  if (both && a) parts.push(picture(a, "a"));
  parts.push(picture(at.mode === "a" ? a : b, at.mode === "a" ? "a" : "b"));
  const previous = scene.shots[scene.shots.findIndex((each) => each.id === at.shot) - 1];
  if (at.ghost && previous) {
    const last = previous.takes.find((each) => each.key === previous.shown), ghost = picture(last, "ghost");
    if (ghost) { if (ghost.tagName === "VIDEO") ghost.addEventListener("loadedmetadata", () => { ghost.currentTime = (Math.min(previous.frames, last.media.frames) - .5) / FPS; }); parts.push(ghost); }
  }
  if (!parts.filter(Boolean).length) parts.push(h("p", {class: "empty"}, shot().why || "There is no picture yet."));
  if (both || at.mode === "a") parts.push(a ? h("span", {class: "tag a"}, `A ${a.name}`) : null);
  if (both && b) parts.push(h("span", {class: "tag b"}, `B ${b.name}`));
  if (at.mode === "diff") parts.push(h("span", {class: "tag mid"}, "difference × 4"));
  if (at.ghost && previous) parts.push(h("span", {class: "tag mid"}, `ghost: last frame of ${code(previous.id)}`));
  stage.className = at.mode; stage.dataset.shot = at.shot;
  put(stage, parts, h("svg", {viewBox: "0 0 1000 1000", preserveAspectRatio: "none", "aria-hidden": "true"}));
  for (const each of stage.querySelectorAll("video.a, video.b")) {
    each.muted = each.classList.contains("a") && both;
    each.addEventListener("loadedmetadata", () => { each.currentTime = same && time ? Math.min(time, each.duration || 0) : .5 / FPS; }, {once: true});
  }
  const main = video();
  if (main) for (const name of ["timeupdate", "seeked", "play", "pause", "loadedmetadata"]) main.addEventListener(name, tick);
}
function tick() {
  const main = video(), other = $("#stage video.a");
  if (main && other && other !== main) {
    if (Math.abs(other.currentTime - main.currentTime) > .5 / FPS) other.currentTime = main.currentTime;
    if (main.paused !== other.paused) { if (main.paused) other.pause(); else other.play().catch(() => {}); }
  }
  drawCounter();
}
function drawOverlay() {
  const svg = $("#stage svg"); if (!svg) return;
  const done = frames() > 1 ? frame() / (frames() - 1) : 0, eased = done * done * (3 - 2 * done);
  const between = (pair) => pair.length < 2 ? pair[0] : Object.fromEntries(["x", "y", "w", "h"].map((k) => [k, pair[0][k] + (pair[1][k] - pair[0][k]) * eased]));
  const drawnBoxes = [...(at.boxes.length ? [between(at.boxes)] : []), ...(at.box ? [at.box] : [])];
  const rects = drawnBoxes.flatMap((b) => ["under", "over"].map((c) => h("rect", {class: c, x: b.x * 1000, y: b.y * 1000, width: b.w * 1000, height: b.h * 1000})));
  const front = $("#stage .b");
  if (front) front.style.clipPath = at.mode === "wipe" ? `inset(0 0 0 ${at.wipe}%)` : "";
  put(svg, rects, at.mode === "wipe" ? h("line", {x1: at.wipe * 10, x2: at.wipe * 10, y1: 0, y2: 1000}) : null);
}
const clock = (n) => [Math.floor(n / FPS / 60), Math.floor(n / FPS) % 60, n % FPS].map((part) => String(part).padStart(2, "0")).join(":");
function drawTransport() {
  const total = frames(), marks = shot().said.filter((word) => word.frame !== null);
  if (total < 2) { put("#transport", h("span", {class: "muted"}, B() ? "a still picture" : "")); drawWipe(); return; }
  const v = video();
  put("#transport",
    h("button", {onclick: () => step(-1), "aria-label": "One frame back", title: "←"}, "◂"), h("button", {id: "play", onclick: toggle, title: "Space or K"}, v && !v.paused ? "Pause" : "Play"),
    h("button", {onclick: () => step(1), "aria-label": "One frame on", title: "→"}, "▸"),
    h("span", {class: "scrub"}, h("input", {id: "scrub", type: "range", min: 0, max: total - 1, value: frame(), "aria-label": "Frame", oninput: (event) => seek(Number(event.target.value))}),
      h("span", {class: "marks", "aria-hidden": "true"}, marks.map((word) => { const mark = h("i", {}); mark.style.left = `${100 * word.frame / Math.max(1, total - 1)}%`; return mark; }))),
    h("span", {id: "counter", class: "num"}));
  drawWipe(); drawCounter();
}
function drawWipe() {
  if (at.mode !== "wipe") return;
  $("#transport").append(h("label", {class: "wipe"}, h("span", {}, "A"), h("input", {id: "wipe", type: "range", min: 0, max: 100, value: at.wipe, "aria-label": "Wipe between A and B",
    oninput: (event) => { at.wipe = Number(event.target.value); drawOverlay(); }}), h("span", {}, "B")));
}
function drawCounter() {
  const counter = $("#counter"), v = video(); if (!counter || !v) return;
  const stage = $("#stage").getBoundingClientRect(), scale = v.videoWidth ? Math.min(stage.width / v.videoWidth, stage.height / v.videoHeight) : 1;
  counter.textContent = `f ${frame()} / ${frames() - 1}  ${clock(frame())}${v.playbackRate > 1 ? `  ×${v.playbackRate}` : ""}${scale > 2 ? `  shown at ${Math.round(scale * 100)} %` : ""}`;
  const scrub = $("#scrub"); if (scrub && document.activeElement !== scrub) scrub.value = frame();
  const play = $("#play"); if (play) play.textContent = v.paused ? "Play" : "Pause";
  const pin = $("#pin"); if (pin) pin.textContent = pinned();
  drawOverlay();
}
function drawVersions() {
  put("#versions", seen().map((each) => h("button", {"aria-pressed": each.key === (at.mode === "a" ? at.a : at.b) ? "true" : "false", title: `changed: ${each.changed}`, onclick: () => { at.b = each.key; at.a = before(each.key); at.mode = "b"; draw(); }},
    each.key === at.b ? h("span", {class: "ab"}, "B") : each.key === at.a ? h("span", {class: "ab muted"}, "A") : null, each.name, " ",
    h("span", {class: each.passed ? "good" : each.passed === false ? "bad" : "muted"}, each.passed ? "✓ passed" : each.passed === false ? "✗ failed" : "not judged"))),
    at.a ? ["wipe", "diff"].map((mode) => h("button", {"aria-pressed": String(at.mode === mode), onclick: () => compare(mode)}, h("kbd", {}, mode === "wipe" ? "W" : "D"), mode === "wipe" ? "wipe" : "difference")) : null,
    scene.shots[0].id !== at.shot ? h("button", {"aria-pressed": String(at.ghost), onclick: ghost}, h("kbd", {}, "G"), "ghost") : null,
    B() ? h("button", {class: "plus", "aria-label": "What this picture was made from", title: "+ everything about this picture", onclick: () => about(B())}, "+") : null);
}
function drawBelow() {
  const b = B();
  put("#below", b && b.references.length ? [h("h3", {}, "Made from"), h("div", {class: "refs", tabindex: "0", role: "group", "aria-label": "References"}, b.references.map((ref) => h("figure", {},
    h("span", {class: "pic"}, ref.media ? h("img", {src: media(ref.media), alt: `${ref.role} ${ref.name}`, loading: "lazy"}) : null,
      h("button", {class: "plus", "aria-label": `About ${ref.name}`, onclick: () => aboutReference(ref)}, "+")), h("figcaption", {title: ref.name}, ref.name.split("/").slice(-3).join(" ")))))] : null);
}
const kind = (word) => ({circle: "circled it", retake: "asked for a retake", edit_layer: "wants one layer edited", composite: "wants a hand composite", post_fix: "keeps it, to fix in post", hold: "put it on hold", omit: "cut it from the film",
  approve: "said yes to the final", reject: "took the yes back", verdict: "judged it"}[word.kind] || word.kind.replace("_", " "));
function drawNotes() {
  const open = $("#note"), typed = open ? open.value : "", focused = open && document.activeElement === open;
  const when = (word) => new Date(word.made_at).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"});
  put("#notes", h("h3", {}, `Notes and verdicts (${shot().said.length})`),
    h("ol", {tabindex: shot().said.length ? "0" : null}, shot().said.map((word) => h("li", {},
      word.frame !== null ? h("button", {class: "num", onclick: () => { seek(word.frame); at.boxes = word.box ? [word.box] : []; drawOverlay(); }}, `f ${word.frame}${word.to_frame !== null ? `–${word.to_frame}` : ""}${word.box ? " ▢" : ""}`) : h("span", {class: "num muted"}, word.take || "shot"),
      h("span", {}, word.kind === "note" ? (word.why || "") : h("em", {}, kind(word), word.subject ? `: ${word.subject}` : "", word.kind !== "note" && word.why ? ` “${word.why}”` : ""),
        word.proposes ? h("em", {class: "warn"}, ` proposes: ${word.proposes.replace("_", " ")}`) : "", h("span", {class: "muted"}, ` – ${word.who}${word.door === "program" ? " (agent)" : ""}, ${when(word)}`))))),
    h("form", {onsubmit: (event) => { event.preventDefault(); saveNote(); }}, h("span", {class: "num", id: "pin"}, pinned()),
      h("input", {id: "note", type: "text", maxlength: 2000, placeholder: "N: a note on this frame", "aria-label": "A note on this frame", autocomplete: "off", oninput: () => { const v = video(); if (v) v.pause(); }, onfocus: () => { const v = video(); if (v) v.pause(); }}), h("button", {}, "Note")));
  const fresh = $("#note"); fresh.value = typed; if (focused) fresh.focus();
}
const pinned = () => frames() < 2 ? "picture" : at.from !== null ? `f ${at.from}–${at.to === null ? frame() : at.to}${at.box ? " ▢" : ""}` : `f ${frame()}${at.box ? " ▢" : ""}`;
function drawFacts() {
  const here = shot(), b = at.mode === "a" ? A() : B();
  if (!b) { put("#facts", h("h2", {}, here.id), h("p", {}, here.why), blames(here)); return; }
  const row = (name, value) => value === null || value === "" || value === undefined ? [] : [h("dt", {}, name), h("dd", {}, value)];
  put("#facts", h("h2", {}, b.file), h("p", {class: "muted"}, `${b.resolution} · ${b.media.name.endsWith("mp4") ? `${b.seconds.toFixed(1)} s · ` : ""}${b.provider} ${b.model}`),
    h("h3", {}, "Why you see this"), h("p", {}, here.why), blames(here), here.says_who ? h("div", {class: "box"}, h("strong", {}, "Says who? "), here.says_who) : null,
    here.in_flight ? h("p", {class: "muted"}, `⇣ ${here.in_flight}`) : null, checks(b),
    h("h3", {}, b.before && b.diff.length ? `Prompt, against ${b.before}` : "Prompt"), h("div", {class: "prompt", tabindex: "0", role: "region", "aria-label": "Prompt"}, b.diff.length ? b.diff.map((part) => [h(part.kind === "in" ? "ins" : part.kind === "out" ? "del" : "span", {}, part.text), " "]) : b.prompt),
    b.before && !b.diff.length ? h("p", {class: "muted"}, `The same words as ${b.before}.`) : null,
    h("h3", {}, "Cost"), h("dl", {class: "facts"}, row("this take", b.cost_microusd === null ? `${usd(b.held_microusd)} ${b.state}` : usd(b.cost_microusd)),
      row("this shot", `${usd(here.settled_microusd)}${here.held_microusd ? ` + ${usd(here.held_microusd)} held` : ""}${here.cap_microusd !== null ? ` of ${usd(here.cap_microusd)}` : ""}`),
      row("another draft", `about ${usd(here.retake_microusd)}${here.takes_left ? `, ${here.takes_left} takes left` : ""}`), here.final ? row(`its ${here.final.tier}`, `${usd(here.final.price_microusd)} at ${here.final.resolution}`) : [],
      here.final && here.final.by ? row("yes by", `${here.final.by}, ${new Date(here.final.at).toLocaleString([], {dateStyle: "medium", timeStyle: "short"})}`) : [],
      here.final && here.final.lapsed.length ? row("the yes lapsed", h("span", {class: "warn"}, `${here.final.lapsed.join(", ")} changed since`)) : []),
    h("h3", {}, "Made by"), h("dl", {class: "facts"}, row("changed", b.changed), row("seed", b.seed === null ? null : String(b.seed)), row("parent", b.parent), row("certificate", b.certificate || "none: no gate has passed it")));
}
function blames(here) {
  if (!here.diagnosis) return null;
  const command = here.mistaken_manifest ? `gate fix ${here.id}` : "";
  return h("div", {class: "box bad"}, h("strong", {}, here.mistaken_manifest ? "Is the manifest wrong? " : ""), here.diagnosis, here.fix ? h("p", {class: "muted"}, here.fix) : null, command ? copyable(command) : null);
}
const copyable = (command) => h("div", {class: "copy"}, h("code", {}, command), h("button", {onclick: () => navigator.clipboard.writeText(command).then(() => say("Copied."), () => {})}, "Copy"));
function checks(b) {
  const failed = b.checks.filter((each) => each.applies && !each.passed), applied = b.checks.filter((each) => each.applies && each.passed), none = b.checks.filter((each) => !each.applies);
  const list = at.allChecks ? [...failed, ...applied, ...none] : [...failed, ...applied.filter((each) => each.rule.startsWith("V")).slice(0, 12)];
  const line = (each) => {
    const rule = scene.rules[each.rule] || {name: each.rule, what: "", direction: "must hold", source: "", unit: ""};
    const sign = rule.direction === "lower is better" ? "≤" : rule.direction === "higher is better" ? "≥" : "=";
    const trouble = b.troubles.find((t) => t.rule === each.rule && t.subject === each.subject);
    const value = each.value === null ? "–" : Number(each.value.toFixed(3));
    const more = h("p", {class: "more", hidden: !trouble}, trouble ? h("span", {class: "bad"}, `${trouble.message}. `) : null, trouble ? `${trouble.cure} ` : null, `${each.rule}: ${rule.what} ${rule.direction}, in ${rule.unit}. Threshold: ${rule.source}`, trouble && Object.keys(trouble.evidence).length ? ` Evidence: ${Object.entries(trouble.evidence).map(([k, v]) => `${k} ${v}`).join(", ")}.` : "");
    const show = () => { at.boxes = each.boxes; drawOverlay(); };
    return h("li", {}, h("button", {onclick: () => { more.hidden = !more.hidden; show(); }, onfocus: show, onmouseenter: show, title: rule.what},
      h("span", {class: !each.applies ? "muted" : each.passed ? "good" : "bad", "aria-label": !each.applies ? "not applicable" : each.passed ? "passed" : "failed"}, !each.applies ? "–" : each.passed ? "✓" : "✗"),
      h("span", {}, rule.name, " ", h("span", {class: "sub"}, each.subject)), h("span", {class: "num"}, `${value} `, h("span", {class: "muted"}, `(${sign} ${each.threshold})`))), more);
  };
  return [h("h3", {}, `Checks: ${b.passed === null ? "not judged" : `${applied.length} passed, ${failed.length} failed`}`), h("ul", {class: "checks"}, list.map(line)),
    b.checks.length > list.length || at.allChecks ? h("button", {onclick: () => { at.allChecks = !at.allChecks; drawFacts(); }}, at.allChecks ? "Fewer" : `All ${b.checks.length}`) : null];
}
function drawActions() {
  const here = shot(), ready = scene.shots.filter((each) => each.final && !["final", "hold", "omit"].includes(each.status) && !each.final.by), sum = ready.reduce((all, each) => all + each.final.price_microusd, 0);
  const button = (key, words, act, more) => h("button", {onclick: act, ...more}, h("kbd", {}, key), words);
  const verdicts = isAgent ? [h("span", {class: "muted"}, "An agent reads, and proposes in notes.")] : [
    button("A", here.final ? `Circle → ${usd(here.final.price_microusd)} final` : "Circle", () => verdict("circle")), button("R", `Retake… ~${usd(here.retake_microusd)}`, retake),
    button("E", "Edit layer", () => verdict("edit_layer")), button("C", "Composite", composite), button("P", "Post fix", () => verdict("post_fix")), button("X", "Hold", hold), button("U", "Undo", undo)];
  put("#actions", verdicts, h("span", {class: "gap"}),
    isStatic ? h("button", {onclick: download}, "Download verdicts.json") : isAgent ? null : h("button", {class: "money", onclick: tray}, h("kbd", {}, "T"), ready.length ? `Finals tray: ${ready.length} · ${usd(sum)}` : "Finals tray"));
}

put("#tools", [["S", "Sheet", sheet], ["/", "Find", find], ["?", "Keys", help]].map(([key, words, act]) => h("button", {onclick: act}, h("kbd", {}, key), words)));

// Playing.
function seek(n) { const v = video(); if (!v) return; v.pause(); reverse(0); v.currentTime = (Math.min(frames() - 1, Math.max(0, n)) + .5) / FPS; tick(); }
const step = (by) => seek(frame() + by);
let backwards = 0, speed = 1;
function reverse(rate) { clearInterval(backwards); backwards = 0; if (rate) backwards = setInterval(() => { const v = video(); if (!v || v.currentTime <= 0) reverse(0); else { v.currentTime = Math.max(0, v.currentTime - rate / FPS); tick(); } }, 1000 / FPS); }
function toggle() { const v = video(); if (!v) return; reverse(0); speed = 1; v.playbackRate = 1; if (v.paused) { if (v.ended) v.currentTime = 0; v.play().catch(() => {}); } else v.pause(); }
function forwards() { const v = video(); if (!v) return; reverse(0); speed = v.paused ? 1 : Math.min(4, speed * 2); v.playbackRate = speed; v.play().catch(() => {}); }
function rewind() { const v = video(); if (!v) return; v.pause(); speed = backwards ? Math.min(4, speed * 2) : 1; reverse(speed); }
function compare(mode) { if (!A()) { say("There is no other version to compare with."); return; } at.mode = at.mode === mode ? "b" : mode; at.wipe = 50; draw(); }
function only(which) { if (which === "a" && !A()) { say("There is no A: no version before this one."); return; } at.mode = which; draw(); say(`${which.toUpperCase()}: ${(which === "a" ? A() : B()).name}`); }
function ghost() { if (scene.shots[0].id === at.shot) { say("The first shot has none before it."); return; } at.ghost = !at.ghost; draw(); }
function fullscreen() { if (document.fullscreenElement) document.exitFullscreen(); else $("#look").requestFullscreen().catch(() => {}); }

// Saying.
let fading = 0;
function say(words, stays) { clearTimeout(fading); $("#toast").textContent = words; if (!stays) fading = setTimeout(() => { $("#toast").textContent = ""; }, 6000); }
async function ask(method, path, body, type) {
  const answer = await fetch(`${base}${path}`, {method, headers: {"x-gate-csrf": root.csrf, accept: "application/json", ...(body ? {"content-type": type || "application/json"} : {})}, body: body && !type ? JSON.stringify(body) : body});
  const told = await answer.json().catch(() => ({refused: {thing: "the room", cause: "it does not answer", cure: "Is gate review still running?"}}));
  if (!answer.ok) { const no = told.refused || {thing: "the room", cause: `status ${answer.status}`, cure: ""}; say(`${no.thing}: ${no.cause}. ${no.cure}`, true); throw new Error(no.cause); }
  return told;
}
const refresh = async () => { scene = await ask("GET", `/api/scene/${scene.scene}`); };
const on = () => { const b = B(); return b ? {take: b.key, asset: b.media ? b.media.name.slice(0, 64) : null} : {}; };
const box = () => at.box ? {box: Object.fromEntries(Object.entries(at.box).map(([k, v]) => [k, Number(v.toFixed(4))]))} : {};
const WORDS = {circle: "Circled", retake: "Retake", edit_layer: "Edit one layer", composite: "Hand composite", post_fix: "Kept, to fix in post", hold: "On hold", omit: "Omitted"};
async function verdict(what, more) {
  const id = at.shot, said = {shot: id, say: what, ...on(), ...(frames() > 1 && what !== "hold" && what !== "omit" ? {frame: frame()} : {}), ...more};
  if (what === "hold" || what === "omit") { delete said.frame; }
  if (isStatic) { keep("verdicts", said); shot().said.push({kind: what, who: "you", why: said.why || "", subject: said.subject || "", frame: null, to_frame: null, made_at: new Date().toISOString(), door: "file", take: null}); say(`${WORDS[what]}: ${code(id)}. Download verdicts.json to hand it over.`); nextStatic(); return; }
  shot().waits = false; nextWaiting();  // the next is looked at while this one is written down
  const told = await inTurn(() => ask("POST", "/api/say", said)).catch(async (error) => { await refresh(); draw(); throw error; });
  stack.push({words: told.words, what: `${WORDS[what]} ${code(id)}`});
  await refresh(); draw();
  say(`${WORDS[what]}: ${code(id)}. ${told.told || "Nothing is spent."} U takes it back.`, told.told.length > 60);
}
function nextStatic() { const ids = scene.shots, place = ids.findIndex((each) => each.id === at.shot); shot().waits = false; const next = ids.slice(place + 1).find((each) => each.waits); if (next) choose(next.id); else draw(); }
function park(what) { const mine = lastSaid(); return mine && mine.kind === what && !isStatic ? takeBack({words: [[at.shot, mine.number]], what: `${WORDS[what]} ${code(at.shot)}`}) : verdict(what); }
const hold = () => park("hold");
let turn = Promise.resolve();
const inTurn = (act) => { const mine = turn.then(act); turn = mine.catch(() => {}); return mine; };
async function undo() {
  await turn;
  const last = stack.pop() || (isStatic ? null : lastSaid() && {words: [[at.shot, lastSaid().number]], what: kind(lastSaid())});
  if (!last) { say("There is nothing of yours to take back here."); return; }
  await takeBack(last);
}
async function takeBack(last) {
  if (isStatic) { const kept = stored(); kept.pop(); localStorage.setItem(storeName, JSON.stringify(kept)); say("Taken back."); return; }
  const told = await ask("POST", "/api/undo", {words: last.words});
  await refresh(); draw();
  say(told.kept.length ? `${told.taken_back ? "Partly taken back. " : ""}${told.kept[0]}` : `Taken back: ${last.what}.`);
}
async function saveNote() {
  const field = $("#note"), text = field.value.trim(); if (!text) return;
  const pin = frames() > 1 ? {frame: at.from === null ? frame() : at.from, ...(at.from !== null ? {to_frame: at.to === null ? Math.max(at.from, frame()) : at.to} : {})} : {};
  const said = {shot: at.shot, ...on(), ...pin, ...box(), text};
  if (isStatic) { keep("notes", said); shot().said.push({kind: "note", who: "you", why: text, frame: pin.frame ?? null, to_frame: pin.to_frame ?? null, box: at.box, made_at: new Date().toISOString(), door: "file", take: null}); }
  else { const told = await ask("POST", "/api/note", said); stack.push({words: [[told.shot, told.number]], what: "the note"}); await refresh(); }
  field.value = ""; field.blur(); Object.assign(at, {box: null, from: null, to: null}); draw(); $("#stage").focus(); say("Noted. U takes it back.");
}
const storeName = `gate-review-${scene.code}-${scene.scene}`;
const stored = () => { try { return JSON.parse(localStorage.getItem(storeName)) || []; } catch { return []; } };
function keep(list, said) { const kept = stored(); kept.push({list, said}); try { localStorage.setItem(storeName, JSON.stringify(kept)); } catch { /* a browser may keep nothing for files */ } memory.push({list, said}); stack.push({words: [], what: "it"}); }
const memory = [];
function download() {
  const kept = stored().length ? stored() : memory, made = {schema: "gate/verdicts/1", film: scene.code, scene: scene.scene, notes: kept.filter((k) => k.list === "notes").map((k) => k.said), verdicts: kept.filter((k) => k.list === "verdicts").map((k) => k.said)};
  const link = h("a", {href: URL.createObjectURL(new Blob([JSON.stringify(made, null, 2)], {type: "application/json"})), download: "verdicts.json"}); document.body.append(link); link.click(); link.remove();
  say(`verdicts.json has ${made.notes.length} notes and ${made.verdicts.length} verdicts. Hand it over: gate review --import verdicts.json`);
}

// Dialogs.
function dialog(title, parts, wide) {
  const box = h("dialog", {class: wide ? "wide" : null, "aria-label": title}, h("h2", {}, title), parts);
  box.addEventListener("close", () => { box.remove(); $("#stage").focus(); });
  document.body.append(box); box.showModal(); const v = video(); if (v) v.pause(); return box;
}
const close = (words) => h("button", {type: "button", onclick: (event) => event.target.closest("dialog").close()}, words || "Close", " ", h("kbd", {}, "Esc"));
function retake() {
  const b = B(), flaws = [...new Set(b ? b.troubles.map((t) => t.flaw) : [])], ways = {prompt: "the words of the prompt", seed: "the seed: another roll, same words", reference: "a reference picture", mode: "how it is made: start frame, both frames, references", provider: "who makes it"};
  const twice = shot().takes.filter((t) => t.troubles.some((f) => flaws.includes(f.flaw))).length > 1;
  const form = h("form", {onsubmit: (event) => { event.preventDefault(); const said = new FormData(form), flaw = said.get("flaw"); box.close(); verdict("retake", {change: said.get("change"), flaw, why: said.get("why"), subject: `${said.get("change")}${flaw ? ` (${flaw})` : ""}`}).catch(() => {}); }},
    h("fieldset", {}, h("legend", {}, "What ONE thing changes?"), Object.entries(ways).map(([name, words], n) => h("label", {}, h("input", {type: "radio", name: "change", value: name, checked: n === (twice ? 0 : 1)}), ` ${name}: `, h("span", {class: "muted"}, words)))),
    h("label", {}, "What is wrong", h("input", {name: "flaw", type: "text", list: "flaws", value: flaws[0] || "", maxlength: 80, autocomplete: "off"}), h("datalist", {id: "flaws"}, [...flaws, "wrong hand", "wrong wardrobe", "wrong place", "drifted face", "bad motion"].map((f) => h("option", {value: f})))),
    twice ? h("p", {class: "warn"}, "The same flaw twice: another roll is luck now. Rewrite, or composite by hand.") : null,
    h("label", {}, "In your words", h("input", {name: "why", type: "text", maxlength: 1000, autocomplete: "off"})),
    h("p", {class: "muted"}, `Saying so spends nothing. The next run makes another draft for about ${usd(shot().retake_microusd)}.`),
    h("div", {class: "row end"}, close("Not now"), h("button", {}, "Ask for the retake")));
  const box = dialog(`Retake ${code(at.shot)}`, form); form.querySelector("input:checked").focus();
}
function composite() { verdict("composite").catch(() => {}); }
async function tray() {
  if (isStatic || isAgent) { say("A yes to finals is given in the room, by a person."); return; }
  await turn; await refresh();
  const told = await ask("GET", `/api/tray/${scene.scene}`), ids = Object.keys(told.shots), views = Object.fromEntries(scene.shots.map((each) => [each.id, each]));
  const picked = new Set(ids.filter((id) => !views[id].final || !views[id].final.by).filter((id) => ids.every((other) => views[other].status !== "circled") || views[id].status === "circled"));
  const sum = () => [...picked].reduce((all, id) => all + told.shots[id].price_microusd, 0), wants = () => [...picked].some((id) => told.shots[id].wants_reason);
  const total = h("td", {class: "r num"}), left = h("td", {class: "r num"}), go = h("button", {class: "money", type: "submit", id: "say-yes"}), why = h("select", {name: "reason", "aria-label": "Reason for 1080p"}, h("option", {value: ""}, "Choose a reason"), told.reasons.map((each) => h("option", {value: each}, each)));
  const reason = h("fieldset", {}, h("legend", {}, "1080p: why?"), why), note = h("p", {class: "muted"});
  const update = () => {
    const s = sum(); total.textContent = usd(s); left.textContent = usd(told.left_microusd - s); left.className = `r num ${told.left_microusd < s ? "bad" : ""}`; reason.hidden = !wants();
    put(go, h("kbd", {}, "A"), `Approve ${picked.size} final${picked.size === 1 ? "" : "s"} · up to ${usd(s)}`); go.disabled = !picked.size;
    note.textContent = told.left_microusd < s ? `More than is left under the scene's cap. Raise it first: gate cap scene:${scene.scene} --usd … --why "…"` : "Nothing is spent for ten seconds after your yes; U takes it back until money is committed.";
  };
  const line = (id) => { const s = told.shots[id], v = views[id], tick = h("input", {type: "checkbox", checked: picked.has(id), "aria-label": `${code(id)}, ${usd(s.price_microusd)}`, onchange: (event) => { if (event.target.checked) picked.add(id); else picked.delete(id); update(); }});
    return h("tr", {}, h("td", {}, tick), h("td", {class: "pic"}, thumb(v.poster, "")), h("td", {}, h("b", {}, code(id)), h("span", {class: "status"}, h("i", {"aria-hidden": "true"}, icon(v.status)), v.status), v.final && v.final.by ? h("span", {class: "muted"}, `yes by ${v.final.by}`) : null, v.final && v.final.lapsed.length ? h("span", {class: "warn"}, `lapsed: ${v.final.lapsed.join(", ")} changed`) : null),
      h("td", {class: "hide-small"}, `${s.tier} ${s.resolution}`, h("br"), h("span", {class: "muted"}, s.provider)), h("td", {class: "r num"}, usd(s.price_microusd))); };
  const form = h("form", {onsubmit: (event) => { event.preventDefault(); approve(told, picked, why.value, new FormData(form).get("words")).then(() => box.close(), () => box.close()); }},
    ids.length ? h("table", {}, h("thead", {}, h("tr", {}, h("td", {}), h("td", {}), h("th", {}, "shot"), h("th", {class: "hide-small"}, "made"), h("th", {class: "r"}, "price"))), h("tbody", {}, ids.map(line)),
      h("tfoot", {}, h("tr", {}, h("td", {colspan: 2}), h("td", {}, "together"), h("td", {class: "hide-small"}), total), h("tr", {}, h("td", {colspan: 2}), h("td", {}, "then left under the cap"), h("td", {class: "hide-small"}), left))) : h("p", {}, "No draft is ready for its final yet."),
    reason, h("label", {}, "A word with it (for “other”, a reason)", h("input", {name: "words", type: "text", maxlength: 400, autocomplete: "off"})), note, h("div", {class: "row end"}, close("Not now"), go));
  const box = dialog(`Finals tray · ${scene.scene}`, form, true); update();
  box.addEventListener("keydown", (event) => { if (event.key.toLowerCase() === "a" && event.target.type !== "text" && event.target.tagName !== "SELECT" && !go.disabled) { event.preventDefault(); form.requestSubmit(); } });
  go.focus();
}
async function approve(told, picked, reason, words) {
  const shots = Object.fromEntries([...picked].map((id) => [id, told.shots[id].digest])), sum = [...picked].reduce((all, id) => all + told.shots[id].price_microusd, 0);
  const answer = await ask("POST", "/api/yes", {nonce: told.nonce, shots, reason, words});
  stack.push({words: answer.words, what: `the yes to ${answer.words.length} final${answer.words.length === 1 ? "" : "s"}`});
  await refresh(); draw();
  countdown(answer, [`Yes to ${answer.words.length} final${answer.words.length === 1 ? "" : "s"}, up to ${usd(sum)}.`, ...answer.told].join(" "));
}
function countdown(answer, words) {
  let left = Math.ceil(answer.seconds); const mine = stack.at(-1);
  const count = () => {
    if (stack.at(-1) !== mine) return;
    if (left > 0) { say(`${words} Nothing is spent for ${left} s: U takes it back.`, true); left -= 1; setTimeout(count, 1000); } else setTimeout(() => going(words), 600);
  };
  count();
}
async function going(words) {
  const told = await ask("GET", `/api/going/${scene.scene}`);
  const ends = {"went on": "The run that waited goes on.", "nobody waits": `No run waits here. Next: ${told.next}`, "taken back": "It was taken back.", failed: `The run could not be reached. Next: ${told.next}`};
  await refresh(); draw(); say(`${words} ${ends[told.outcome] || ""}`, true);
}
function about(b) {
  const row = (name, value) => [h("dt", {}, name), h("dd", {}, value)];
  dialog(b.file, [h("dl", {class: "facts"}, row("model", `${b.provider} ${b.model}`), row("seed", b.seed === null ? "none" : String(b.seed)), row("price", b.cost_microusd === null ? `${usd(b.held_microusd)} ${b.state}` : usd(b.cost_microusd)), row("parent", b.parent || "none: made from the locked masters"), row("changed", b.changed), row("generation key", h("code", {}, b.key.slice(0, 24)))),
    h("h3", {}, "Prompt"), h("pre", {}, b.prompt), h("h3", {}, "References"), h("div", {class: "refs", tabindex: "0", role: "group", "aria-label": "References"}, b.references.map((ref) => h("figure", {}, h("span", {class: "pic"}, ref.media ? h("img", {src: media(ref.media), alt: ref.name}) : null), h("figcaption", {title: ref.name}, `${ref.role}: ${ref.name}`)))), h("div", {class: "row end"}, close())], true);
}
function aboutReference(ref) {
  const made = ref.media ? scene.shots.flatMap((each) => each.takes).find((each) => each.media && each.media.name === ref.media) : null;
  if (made) { about(made); return; }
  dialog(ref.name, [ref.media ? h("img", {src: media(ref.media), alt: ref.name, class: "full"}) : null, h("p", {class: "muted"}, `A locked picture, used as ${ref.role}. ${ref.media ? ref.media.slice(0, 24) : "The store lacks it."}`), h("div", {class: "row end"}, close())]).querySelector("img")?.style.setProperty("max-width", "100%");
}
function sheet() {
  const box = dialog(`Contact sheet · ${scene.scene}`, [h("div", {class: "sheet"}, scene.shots.map((each) => h("button", {onclick: () => { box.close(); choose(each.id); }}, thumb(each.poster, ""), h("b", {}, code(each.id)), h("span", {class: `status${each.waits ? " waits" : ""}`}, h("i", {"aria-hidden": "true"}, icon(each.status)), each.status)))), h("div", {class: "row end"}, close())], true);
}
function find() {
  const list = h("ol", {id: "strip"}), field = h("input", {type: "search", "aria-label": "Find a shot", placeholder: "a shot, a character, a place, a word of a note"});
  const matches = () => scene.shots.filter((each) => JSON.stringify([each.id, each.status, each.place, each.cast, each.motion, each.why, each.said.map((word) => [word.why, word.who])]).toLowerCase().includes(field.value.toLowerCase()));
  const update = () => put(list, matches().map((each) => h("li", {}, h("button", {onclick: () => { box.close(); choose(each.id); }}, `${code(each.id)} · ${each.status} · ${each.place} · ${each.cast.join(", ")}`))));
  list.removeAttribute("id"); field.addEventListener("input", update);
  field.addEventListener("keydown", (event) => { if (event.key === "Enter" && matches().length) { event.preventDefault(); const found = matches()[0].id; box.close(); choose(found); } });
  const box = dialog("Find", [field, list, h("div", {class: "row end"}, close())]); update(); field.focus();
}
const KEYS = [["Space K", "play, pause"], ["J L", "backwards, forwards; again for faster"], ["← →", "one frame; with Shift ten"], ["[ ]", "shot before, shot after"], ["{ }", "version before, version after"], ["< >", "the other version, A"], ["1 2", "A alone, B alone"], ["W", "wipe between A and B"], ["D", "difference"], ["G", "ghost of the previous shot's last frame"],
  ["S", "contact sheet"], ["N", "note on this frame"], ["I O", "a note's range: from here, to here"], ["B", "box: arrows move it, Shift sizes it, Enter"], ["A", "circle"], ["R", "retake: one thing changes"], ["E", "edit one layer"], ["C", "hand composite"], ["P", "keep, fix in post"], ["X", "hold; with Shift omit; again lets go"], ["U", "undo"], ["T", "finals tray; A there approves"], ["V", "only what waits"], ["+", "what this picture was made from"], ["/", "find"], ["F", "full screen"], ["?", "this help"], ["Esc", "close, leave"]];
function help() { dialog("Keys", [h("dl", {class: "keys"}, KEYS.map(([key, words]) => h("div", {}, h("dt", {}, key.split(" ").map((k) => h("kbd", {}, k))), h("dd", {}, words)))), h("div", {class: "row end"}, close())], true); }

// Boxes, by keys and by pointer.
let boxing = false;
function beginBox() { const v = video(); if (v) v.pause(); reverse(0); boxing = true; at.box = at.box || {x: .35, y: .3, w: .3, h: .4}; drawOverlay(); $("#stage").focus(); say("Box: arrows move it, Shift and arrows size it, Enter writes the note, Esc drops it.", true); }
function boxKey(event) {
  const by = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
  if (event.key === "Escape") { boxing = false; at.box = null; say(""); drawOverlay(); } else if (event.key === "Enter") { boxing = false; say(""); $("#note").focus(); drawCounter(); } else if (by) {
    const b = at.box, clamp = (value, low, high) => Math.min(high, Math.max(low, value));
    if (event.shiftKey) { b.w = clamp(b.w + by[0] * .02, .02, 1 - b.x); b.h = clamp(b.h + by[1] * .02, .02, 1 - b.y); } else { b.x = clamp(b.x + by[0] * .02, 0, 1 - b.w); b.y = clamp(b.y + by[1] * .02, 0, 1 - b.h); }
    drawOverlay();
  } else return; event.preventDefault();
}
$("#stage").addEventListener("pointerdown", (event) => {
  const stage = $("#stage").getBoundingClientRect(), place = (e) => [Math.min(1, Math.max(0, (e.clientX - stage.left) / stage.width)), Math.min(1, Math.max(0, (e.clientY - stage.top) / stage.height))];
  if (!boxing) { if (at.mode !== "wipe") return; const wipe = (e) => { at.wipe = Math.round(place(e)[0] * 100); drawOverlay(); const range = $("#wipe"); if (range) range.value = at.wipe; }; wipe(event); drag(wipe); return; }
  const [x, y] = place(event); drag((e) => { const [u, v] = place(e); at.box = {x: Math.min(x, u), y: Math.min(y, v), w: Math.max(.02, Math.abs(u - x)), h: Math.max(.02, Math.abs(v - y))}; at.box.x = Math.min(at.box.x, 1 - at.box.w); at.box.y = Math.min(at.box.y, 1 - at.box.h); drawOverlay(); });
});
function drag(moving) { const end = () => { removeEventListener("pointermove", moving); removeEventListener("pointerup", end); }; addEventListener("pointermove", moving); addEventListener("pointerup", end); }

// Keys.
const ACTS = {k: toggle, j: rewind, l: forwards, "[": () => move(-1), "]": () => move(1), "{": () => version("b", -1), "}": () => version("b", 1), "<": () => version("a", -1), ">": () => version("a", 1), w: () => compare("wipe"), d: () => compare("diff"), 1: () => only("a"), 2: () => only("b"), g: ghost, s: sheet, f: fullscreen, "/": find, "?": help, "+": () => B() && about(B()),
  n: () => { const v = video(); if (v) v.pause(); reverse(0); $("#note").focus(); }, b: beginBox, i: () => { at.from = frame(); at.to = null; drawCounter(); say(`Range from f ${at.from}.`); }, o: () => { at.from = at.from ?? 0; at.to = Math.max(at.from, frame()); drawCounter(); say(`Range f ${at.from} to ${at.to}: N writes the note.`); }, v: () => { at.only = at.only ? "" : "waits"; drawStrip(); say(at.only ? "Only what waits for you." : "Every shot."); }, t: tray};
const SAYS = {a: () => verdict("circle"), r: retake, e: () => verdict("edit_layer"), c: composite, p: () => verdict("post_fix"), x: hold, u: undo};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  const target = event.target, typing = target.tagName === "INPUT" && target.type !== "range" || target.tagName === "TEXTAREA" || target.tagName === "SELECT";
  if (typing) { if (event.key === "Escape") { target.blur(); at.box = null; drawOverlay(); $("#stage").focus(); } return; }
  if (boxing) { boxKey(event); return; }
  const far = event.shiftKey ? STEP_10 : 1;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") { if (target.id === "wipe") return; event.preventDefault(); step(event.key === "ArrowLeft" ? -far : far); return; }
  if (event.key === " ") { if (target.tagName === "BUTTON") return; event.preventDefault(); toggle(); return; }
  if (event.key === "X" && event.shiftKey && !isAgent) { event.preventDefault(); park("omit").catch(() => {}); return; }
  const act = ACTS[event.key] || ACTS[event.key.toLowerCase()] || (isAgent ? null : SAYS[event.key.toLowerCase()]);
  if (act) { event.preventDefault(); Promise.resolve(act()).catch(() => {}); }
});
if (!isStatic) setInterval(async () => {
  if (document.hidden || !document.hasFocus() || $("dialog[open]") || document.activeElement === $("#note") || boxing) return;
  const was = JSON.stringify(scene); await refresh().catch(() => {}); if (JSON.stringify(scene) !== was) { const key = at.b; if (!takeOf(key)) at.b = shot().shown; draw(); }
}, 20000);
if (!isStatic && !isAgent) {
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", async (event) => {
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    if (!file || !confirm(`Take ${file.name} in as the hand composite of ${code(at.shot)}?`)) return;
    const told = await ask("POST", `/api/composite/${at.shot}`, file, file.type || "application/octet-stream").catch(() => null);
    if (told) { await refresh(); draw(); say(told.told, true); }
  });
}
addEventListener("hashchange", () => { const wanted = scene.shots.find((each) => code(each.id) === location.hash.slice(1)); if (wanted && wanted.id !== at.shot) choose(wanted.id); });
const wanted = scene.shots.find((each) => code(each.id) === location.hash.slice(1)), waiting = scene.shots.find((each) => each.waits);
choose((wanted || waiting || scene.shots[0]).id);
