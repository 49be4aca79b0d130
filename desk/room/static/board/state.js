"use strict";
// What is on the board: the composition as the room last gave it, acts that it has not answered yet, and every
// composition before it. All of it is kept in this browser too, so that neither a dead server nor a closed tab loses it.
const at = {
  shot: "",
  view: null, // the shot as its file says, and the shelf
  comp: null,
  facts: {floor: 0.92, horizon: 0.5, warnings: []},
  pend: [],
  undo: [],
  redo: [],
  sel: [],
  mark: "start",
  mode: "stage",
  lines: true,
  floor: true,
  snap: true,
  before: false,
  after: false,
  silent: "", // why the room does not answer
  stale: "",
};
const KEPT_UNDO = 200,
  MERGE_MS = 900;
let pumping = false,
  merged = "",
  mergedAt = 0;

const kept = () => `gate-board:${root.code}:${at.shot}`;
const bare = (comp) => JSON.stringify({...comp, locked: []});
const dirty = () => at.view !== null && (at.pend.length > 0 || bare(at.comp) !== bare(at.view.composition));
const item = (name, comp) => items(comp || at.comp).find((each) => each.name === name);
function items(comp) {
  const cast = comp.cast.map((each) => ({...each, name: `cast/${each.character}`, kind: "cast", id: each.character}));
  return [...cast, ...comp.props.map((each) => ({...each, name: `props/${each.prop}`, kind: "props", id: each.prop}))];
}
const isLocked = (name) => at.comp.locked.includes(name);
const chosen = () => at.sel.filter((name) => item(name));
const shelfOf = (kind, id) => at.view.shelf[kind].find((each) => each.id === id);
const named = (one) => shelfOf(one.kind, one.id)?.name || one.id;

// An act goes to the room, which knows the rules of the floor; moves and sizes are shown at once, before it answers.
function act(op, merge) {
  if (!at.comp) return;
  at.pend.push({op, merge: merge || ""});
  keepWork();
  draw();
  paint();
  pump();
}
async function pump() {
  if (pumping) return;
  pumping = true;
  while (at.pend.length) {
    const {op, merge} = at.pend[0],
      shot = at.shot;
    try {
      const told = await ask("POST", `/api/board/try/${shot}/apply`, {composition: at.comp, operations: [op]});
      if (at.shot !== shot) break;
      answered(told, merge);
      heard();
    } catch (error) {
      if (at.shot !== shot) break;
      if (error instanceof Silent) {
        unheard(error);
        pumping = false;
        setTimeout(pump, 1500);
        return;
      }
      at.pend.shift();
      say(error.message, true);
    }
  }
  pumping = false;
  keepWork();
  draw();
  paint();
}
function answered(told, merge) {
  const now = Date.now();
  if (!merge || merge !== merged || now - mergedAt > MERGE_MS) at.undo.push(at.comp);
  [merged, mergedAt] = [merge, now];
  at.redo = [];
  at.comp = told.composition;
  at.facts = told;
  at.pend.shift();
}
function unheard(error) {
  const words = error?.message || "The room does not answer. Your work is kept in this browser; it goes on when the room is back.";
  if (at.silent === words) return;
  at.silent = words;
  say(words, true);
  keepWork(drag?.op);
  draw();
}
function heard() {
  if (!at.silent) return;
  at.silent = "";
  say("The room answers again. Nothing was lost.");
  paint();
}

// The composition with the acts that nobody has answered yet, as far as they only move or scale.
function shown(extra) {
  const comp = copy(at.comp);
  for (const op of [...at.pend.map((each) => each.op), ...(extra ? [extra] : [])]) foresee(comp, op);
  return comp;
}
function foresee(comp, op) {
  if (op.do !== "move" && op.do !== "scale") return;
  for (const one of [...comp.cast, ...comp.props]) {
    const name = one.character ? `cast/${one.character}` : `props/${one.prop}`;
    if (!op.what.includes(name) || comp.locked.includes(name)) continue;
    const marks = op.mark === "both" ? [one.start, one.end] : [op.mark === "end" && one.end ? one.end : one.start];
    for (const mark of marks.filter(Boolean)) {
      if (op.do === "scale") mark.scale *= op.by;
      else {
        const far = Math.max(0.02, mark.y - at.facts.horizon),
          near = Math.max(0.02, mark.y + (op.dy || 0) - at.facts.horizon);
        if (op.floor && op.dy) mark.scale *= near / far;
        mark.x += op.dx || 0;
        mark.y += op.dy || 0;
      }
    }
  }
}

// What the newest act that nobody has answered yet sets; a key that steps on may be pressed again before the answer.
const pending = (does, field, what) => at.pend.findLast(({op}) => op.do === does && field in op && (!what || op.what === what))?.op[field];

function undo() {
  if (at.silent && at.pend.length) at.pend.pop();
  else if (!at.undo.length || at.pend.length) return say(at.pend.length ? "Wait until the room has answered." : "Nothing to undo.");
  else {
    at.redo.push(at.comp);
    at.comp = at.undo.pop();
  }
  settle("Undone.");
}
function redo() {
  if (!at.redo.length || at.pend.length) return say("Nothing to redo.");
  at.undo.push(at.comp);
  at.comp = at.redo.pop();
  settle("Redone.");
}
function settle(words) {
  merged = "";
  say(words);
  keepWork();
  draw();
  paint();
  refreshFacts();
}
async function refreshFacts() {
  try {
    const shot = at.shot,
      told = await ask("POST", `/api/board/try/${shot}/apply`, {composition: at.comp, operations: []});
    if (shot !== at.shot) return;
    at.facts = told;
    draw();
  } catch {
    // The next act asks again.
  }
}

function keepWork(drag) {
  if (!at.view) return;
  try {
    if (!dirty() && !drag) return localStorage.removeItem(kept());
    const pend = drag ? [...at.pend, {op: drag, merge: ""}] : at.pend;
    const held = {base: at.view.base, comp: at.comp, pend, undo: at.undo.slice(-KEPT_UNDO), at: Date.now()};
    localStorage.setItem(kept(), JSON.stringify(held));
  } catch {
    say("This browser cannot keep unsaved work: save before you leave.", true);
  }
}
function keptWork() {
  try {
    return JSON.parse(localStorage.getItem(kept()));
  } catch {
    return null;
  }
}

async function open(shot) {
  if (at.view && dirty()) keepWork();
  let view;
  try {
    view = await ask("GET", `/api/board/${shot}`);
  } catch (error) {
    return say(error instanceof Silent ? "The room does not answer. Is it still running?" : error.message, true);
  }
  Object.assign(at, {shot, view, comp: view.composition, facts: view, pend: [], undo: [], redo: [], sel: [], stale: ""});
  Object.assign(at, {mark: "start", mode: "stage"});
  history.replaceState(null, "", `#${code(shot)}`);
  stopMoving();
  fetchSketch();
  offer();
  draw();
  paint();
}

// Work that a dead server or a closed tab left is offered again; it is never put over the file by itself.
function offer() {
  const held = keptWork();
  if (!held || (!held.pend.length && bare(held.comp) === bare(at.view.composition))) return notice();
  const when = new Date(held.at).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"});
  const changed = held.base !== at.view.base ? " The file has changed since." : "";
  notice(`Unsaved work on ${code(at.shot)} from ${when}.${changed}`, [
    ["Restore it", () => takeUp(held)],
    ["Discard it", () => { localStorage.removeItem(kept()); notice(); say("The unsaved work is discarded."); }],
  ]);
}
function takeUp(held) {
  at.undo = [...(held.undo || []), at.view.composition];
  at.comp = held.comp;
  at.pend = held.pend;
  notice();
  settle("Your unsaved work is restored.");
  pump();
}
function notice(words, acts) {
  const bar = $("#bar");
  bar.hidden = !words;
  put(bar, words || "", (acts || []).map(([name, does]) => button("", name, does)));
}
