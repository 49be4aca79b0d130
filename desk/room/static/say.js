"use strict";
// What is said: every word goes to the room in turn, or into this browser where the page is a file.
let fading = 0;
function say(words, stays, failed) {
  clearTimeout(fading);
  const toast = $("#toast");
  toast.setAttribute("role", failed ? "alert" : "status");
  toast.setAttribute("aria-live", failed ? "assertive" : "polite");
  toast.textContent = words;
  if (!stays)
    fading = setTimeout(() => {
      $("#toast").textContent = "";
    }, 6000);
}
const SILENT = {refused: {thing: "the room", cause: "it does not answer", cure: "Is gate review still running?"}};
async function ask(method, path, body, type) {
  const answer = await fetch(`${base}${path}`, {
    method,
    headers: {
      "x-gate-csrf": root.csrf,
      accept: "application/json",
      ...(body ? {"content-type": type || "application/json"} : {}),
    },
    body: body && !type ? JSON.stringify(body) : body,
  }).catch(() => null);
  const told = answer ? await answer.json().catch(() => SILENT) : SILENT;
  if (told === SILENT || !answer.ok) {
    const no = told.refused || {thing: "the room", cause: `status ${answer.status}`, cure: ""};
    say(`${no.thing}: ${no.cause}. ${no.cure}`, true, true);
    throw new Error(no.cause);
  }
  return told;
}
const refresh = async () => {
  scene = await ask("GET", `/api/scene/${scene.scene}`);
};
const on = () => {
  const b = B();
  return b ? {take: b.key, asset: b.media ? b.media.name.slice(0, 64) : null} : {};
};
const boxed = (drawn) =>
  drawn ? {box: Object.fromEntries(Object.entries(drawn).map(([k, v]) => [k, Number(v.toFixed(4))]))} : {};
const WORDS = {
  circle: "Circled",
  retake: "Retake",
  edit_layer: "Edit one layer",
  composite: "Composite by hand",
  post_fix: "Kept, to fix in post",
  hold: "On hold",
  omit: "Omitted",
};
async function verdict(what, more) {
  if (ticked.size && what in BULK) {
    await verdicts(what, more);
    return;
  }
  const id = at.shot,
    said = {
      shot: id,
      say: what,
      ...on(),
      ...(frames() > 1 && what !== "hold" && what !== "omit" ? {frame: local()} : {}),
      ...more,
    };
  if (what === "hold" || what === "omit") {
    delete said.frame;
  }
  if (isStatic) {
    keep("verdicts", said, `${WORDS[what]} ${code(id)}`, {
      kind: what,
      who: "you",
      why: said.why || "",
      subject: said.subject || "",
      frame: null,
      to_frame: null,
      made_at: new Date().toISOString(),
      door: "file",
      take: null,
    });
    say(`${WORDS[what]}: ${code(id)}. Download verdicts.json and send it back.`);
    nextStatic();
    return;
  }
  const here = shot(),
    waited = here.waits;
  here.waits = false;
  nextWaiting(); // the next is looked at while this one is written down
  const next = at.shot;
  const told = await written(
    async () => {
      const answer = await ask("POST", "/api/say", said);
      stack.push({words: answer.words, what: `${WORDS[what]} ${code(id)}`});
      return answer;
    },
    () => {
      here.waits = waited;
      if (at.shot === next && !busy()) choose(id); // a person who began something on the next shot stays there
    },
  );
  say(`${WORDS[what]}: ${code(id)}. ${told.told || "Nothing is spent."} U takes it back.`, told.told.length > 60);
}
function nextStatic() {
  const ids = scene.shots,
    place = ids.findIndex((each) => each.id === at.shot);
  shot().waits = false;
  const next = ids.slice(place + 1).find((each) => each.waits);
  if (next) choose(next.id);
  else draw();
}
function park(what) {
  const mine = ticked.size ? null : lastSaid();
  return mine && mine.kind === what && !isStatic
    ? takeBack({words: [[at.shot, mine.number]], what: `${WORDS[what]} ${code(at.shot)}`})
    : verdict(what);
}
const hold = () => park("hold");
let turn = Promise.resolve();
const inTurn = (act) => {
  const mine = turn.then(act);
  turn = mine.catch(() => {});
  return mine;
};
// Writes a word down; the page then shows what is true, also where the word was refused or nobody answered.
async function written(act, takenBack) {
  try {
    return await inTurn(act);
  } catch (error) {
    if (takenBack) takenBack();
    throw error;
  } finally {
    await refresh().catch(() => {});
    for (const [id] of stack.at(-1)?.words || []) looked(id); // one's own words are no news
    draw();
  }
}
const busy = () =>
  boxing ||
  sketch.on || $("dialog[open]") || document.activeElement.matches('input:not([type="range"]), textarea, select');
async function undo() {
  await turn;
  const last =
    stack.pop() || (isStatic ? null : lastSaid() && {words: [[at.shot, lastSaid().number]], what: kind(lastSaid())});
  if (!last) {
    say("You have no decision here to take back.");
    return;
  }
  await takeBack(last);
}
async function takeBack(last) {
  if (isStatic) {
    store(stored().slice(0, -1));
    last.here.said.pop();
    last.here.waits = last.waited;
    draw();
    say(`Taken back: ${last.what}.`);
    return;
  }
  const told = await ask("POST", "/api/undo", {words: last.words});
  await refresh();
  for (const [id] of last.words) looked(id);
  draw();
  say(
    told.kept.length ? `${told.taken_back ? "Only part of it is taken back. " : ""}${told.kept[0]}` : `Taken back: ${last.what}.`,
  );
}
const storeName = `gate-review-${scene.code}-${scene.scene}`;
let unstored = null; // what was said, where a browser keeps nothing for files
function stored() {
  if (unstored) return unstored;
  try {
    return JSON.parse(localStorage.getItem(storeName)) || [];
  } catch {
    return [];
  }
}
function store(kept) {
  try {
    localStorage.setItem(storeName, JSON.stringify(kept));
  } catch {
    unstored = kept;
  }
}
function keep(list, said, what, word) {
  const here = shot();
  store([...stored(), {list, said}]);
  here.said.push(word);
  stack.push({words: [], what, here, waited: here.waits});
}
function download() {
  const kept = stored(),
    made = {
      schema: "gate/verdicts/1",
      film: scene.code,
      scene: scene.scene,
      notes: kept.filter((k) => k.list === "notes").map((k) => k.said),
      verdicts: kept.filter((k) => k.list === "verdicts").map((k) => k.said),
    };
  const link = h("a", {
    href: URL.createObjectURL(new Blob([JSON.stringify(made, null, 2)], {type: "application/json"})),
    download: "verdicts.json",
  });
  document.body.append(link);
  link.click();
  link.remove();
  say(
    `verdicts.json has ${made.notes.length} notes and ${made.verdicts.length} verdicts. Send the file back, or import it: gate review --import verdicts.json`,
  );
}
