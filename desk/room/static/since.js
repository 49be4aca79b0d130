"use strict";
// What changed since this person last looked: a new take, another status, somebody's note. The room keeps it for the
// person, whatever device it was; this browser keeps it where there is no room (a copy on a disk) and for agents.
const lookedName = `gate-looked-${scene.code}-${scene.scene}-${root.me}`;
const inRoom = !isStatic && !isAgent;
const facts = (each) => {
  const others = each.said.filter((word) => word.who !== root.me);
  return {take: each.shown, status: each.status, said: Math.max(0, ...others.map((word) => word.number || 0))};
};
const lookedInRoom = JSON.parse($("#looked")?.textContent || "null");
// Of a scene in a room: the looks that the room has not taken yet. Elsewhere: all of them.
const keptHere = (() => {
  try {
    return JSON.parse(remembered(lookedName) || "null");
  } catch {
    return null;
  }
})();
const lastLook =
  lookedInRoom || keptHere ? {at: lookedInRoom?.at || keptHere.at, shots: {...lookedInRoom?.shots, ...keptHere?.shots}} : null;
const known = lastLook ? lastLook.shots : Object.fromEntries(scene.shots.map((each) => [each.id, facts(each)]));
const unsent = {...(lookedInRoom ? keptHere?.shots : known)};
let sending = 0;
const keepHere = () => remember(lookedName, JSON.stringify({at: new Date().toISOString(), shots: inRoom ? unsent : known}));
function keepLook() {
  keepHere();
  if (inRoom) sending ||= setTimeout(sendLook, 1000);
}
// What the room does not take now goes with the next look: nobody is stopped for it.
async function sendLook() {
  sending = 0;
  const shots = {...unsent};
  const answer = await fetch(`${base}/api/look/${scene.scene}`, {
    method: "POST",
    headers: {"x-gate-csrf": root.csrf, "content-type": "application/json"},
    body: JSON.stringify({shots}),
  }).catch(() => null);
  if (!answer?.ok) return;
  for (const id of Object.keys(shots)) if (unsent[id] === shots[id]) delete unsent[id];
  keepHere();
}
function news(each) {
  const was = known[each.id],
    now = facts(each);
  if (!was) return ["a new shot"];
  const told = [],
    shown = each.takes.find((take) => take.key === each.shown);
  if (now.take !== was.take && shown) told.push(`${shown.name} is new`);
  else if (now.status !== was.status) told.push(`${was.status} → ${now.status}`);
  const words = each.said.filter((word) => word.who !== root.me && word.number > was.said);
  for (const who of new Set(words.map((word) => word.who))) {
    const count = words.filter((word) => word.who === who).length;
    told.push(`${count} note${count === 1 ? "" : "s"} or verdict${count === 1 ? "" : "s"} by ${who}`);
  }
  return told;
}
// A shot that was on the screen has been looked at when the next one comes.
function looked(id) {
  const each = scene.shots.find((one) => one.id === id);
  if (!each) return;
  known[id] = unsent[id] = facts(each);
  keepLook();
}
function since() {
  const changed = scene.shots.filter((each) => news(each).length),
    when = lastLook ? new Date(lastLook.at).toLocaleString([], {dateStyle: "medium", timeStyle: "short"}) : "";
  const box = dialog(when ? `Changed since ${when}` : "Changed since you looked", [
    changed.length
      ? h(
          "ol",
          {class: "since"},
          changed.map((each) =>
            h(
              "li",
              {},
              h("button", {onclick: () => (box.close(), choose(each.id))}, thumb(each.poster), h("b", {}, code(each.id)), ` ${news(each).join("; ")}`),
            ),
          ),
        )
      : h("p", {}, "Nothing has changed."),
    h(
      "div",
      {class: "row end"},
      changed.length
        ? h(
            "button",
            {
              onclick: () => {
                for (const each of changed) looked(each.id);
                box.close();
                draw();
              },
            },
            "Mark all as seen",
          )
        : null,
      close(),
    ),
  ]);
}
keepLook();
