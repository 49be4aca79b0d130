"use strict";
// Several shots at once: ticked shots get one verdict together. Each is written down by itself.
const ticked = new Set(),
  BULK = {circle: 1, retake: 1, post_fix: 1, hold: 1, omit: 1};
function tickOne(id) {
  if (!ticked.delete(id)) ticked.add(id);
  told();
}
function tickTo(id) {
  const ids = filtered().map((each) => each.id),
    [from, to] = [ids.indexOf(at.shot), ids.indexOf(id)].sort((a, b) => a - b);
  for (const each of ids.slice(Math.max(0, from), to + 1)) ticked.add(each);
  told();
}
function tickAll() {
  const ids = filtered().map((each) => each.id),
    all = ids.every((id) => ticked.has(id));
  for (const id of ids) all ? ticked.delete(id) : ticked.add(id);
  told();
}
function untick() {
  ticked.clear();
  told();
}
function told() {
  drawStrip();
  drawActions();
  say(ticked.size ? `${ticked.size} ticked: the next verdict is for all of them. Esc unticks.` : "No shot is ticked.");
}
const chosenShots = () => scene.shots.filter((each) => ticked.has(each.id));
async function verdicts(what, more) {
  const list = chosenShots().map((each) => {
    const take = each.takes.find((one) => one.key === each.shown);
    return {shot: each.id, say: what, ...(take ? {take: take.key, asset: take.media ? take.media.name.slice(0, 64) : null} : {}), ...more};
  });
  if (isStatic) {
    say("On an exported page, give each shot its own verdict.");
    return;
  }
  const answer = await written(async () => {
    const answered = await ask("POST", "/api/says", {verdicts: list});
    stack.push({words: answered.words, what: `${WORDS[what]}, ${answered.written} shots`});
    return answered;
  });
  ticked.clear();
  draw();
  const words = `${WORDS[what]}: ${answer.written} of ${list.length} shots. Nothing is spent. U takes all of it back.`;
  say([words, ...answer.refused].join(" "), answer.refused.length > 0, answer.refused.length > 0);
}
function bulkActions() {
  const some = chosenShots(),
    again = some.reduce((all, each) => all + each.retake_microusd, 0);
  const button = (key, words, act) => h("button", {onclick: act}, h("kbd", {}, key), words);
  return [
    h("strong", {class: "picked"}, `${some.length} shot${some.length === 1 ? "" : "s"} ticked`),
    button("A", "Circle all", () => verdicts("circle").catch(() => {})),
    button("R", `Retake all… ~${usd(again)}`, () => retake()),
    button("P", "Fix all in post", () => verdicts("post_fix").catch(() => {})),
    button("X", "Hold all", () => verdicts("hold").catch(() => {})),
    button("Esc", "Untick", untick),
  ];
}
