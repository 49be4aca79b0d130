"use strict";
// The beginning: the tools on top, what is asked again while the page is open, and the first shot that is looked at.
if (!isStatic)
  setInterval(async () => {
    if (document.hidden || !document.hasFocus() || $("dialog[open]") || document.activeElement === $("#note") || boxing || sketch.on || plays())
      return;
    const was = JSON.stringify(scene);
    await refresh().catch(() => {});
    if (JSON.stringify(scene) !== was) {
      const key = at.b;
      if (!takeOf(key)) at.b = shot().shown;
      draw();
    }
  }, 20000);
if (!isStatic && !isAgent) {
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", async (event) => {
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    const words = `The next run then makes its draft clip again, ~${usd(shot().retake_microusd)}.`;
    if (!file || !confirm(`Take ${file.name} in as the composite of ${code(at.shot)}? ${words}`)) return;
    await takeIn(file).catch(() => {});
  });
}
addEventListener("hashchange", () => {
  const wanted = scene.shots.find((each) => code(each.id) === location.hash.slice(1));
  if (wanted && wanted.id !== at.shot) choose(wanted.id);
});
function drawToolbar() {
  const changed = scene.shots.filter((each) => news(each).length).length;
  put(
    "#tools",
    changed ? button(`● ${changed} changed`, since, {title: "Shift C: what changed since you looked"}) : null,
    button("Sheet", sheet, {}, "S"),
    button("Find", find, {}, "/"),
    button("Keys", help, {}, "?"),
    button("◐", () => say(`${nextTheme()}.`), {"aria-label": "Light or dark", title: THEMES[theme()]}),
  );
}
const wanted = scene.shots.find((each) => code(each.id) === location.hash.slice(1)),
  waiting = scene.shots.find((each) => each.waits);
choose((wanted || waiting || scene.shots[0]).id);
