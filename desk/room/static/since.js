"use strict";
// What changed since this person last looked, kept in this browser: a new take, another status, somebody's note.
const lookedName = `gate-looked-${scene.code}-${scene.scene}-${root.me}`;
const facts = (each) => {
  const others = each.said.filter((word) => word.who !== root.me);
  return {take: each.shown, status: each.status, said: Math.max(0, ...others.map((word) => word.number || 0))};
};
const lastLook = (() => {
  const text = remembered(lookedName);
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
})();
const known = lastLook ? lastLook.shots : Object.fromEntries(scene.shots.map((each) => [each.id, facts(each)]));
const keepLook = () => remember(lookedName, JSON.stringify({at: new Date().toISOString(), shots: known}));
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
  known[id] = facts(each);
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
