"use strict";
// Time: the length, the two marks, the moving preview of the shot, and the scene as an animatic. Previz draws all of it.
let playing = 0;

let timeDrawn = "";
function drawTime() {
  const drawn = JSON.stringify([at.comp.duration_s, at.mark, at.mode, aimed, !$("#moving").hidden]);
  if (drawn === timeDrawn) return;
  timeDrawn = drawn;
  const most = Math.max(12, Math.ceil(at.comp.duration_s)),
    isCamera = at.mode === "camera",
    end = isCamera ? aimed === "last" : at.mark === "end";
  const length = (event) => act({do: "length", seconds: Number(event.target.value)}, "length");
  const focused = document.activeElement?.id;
  put(
    "#time",
    button("␣", $("#moving").hidden ? "Play" : "Stop", toggleMoving),
    button("A", "Animatic", animatic),
    h("span", {class: "pair", role: "group", "aria-label": "Mark"},
      button("", isCamera ? "First frame" : "Start", () => moment_("start"), {"aria-pressed": String(!end)}),
      button("E", isCamera ? "Last frame" : "End", () => moment_("end"), {"aria-pressed": String(end)})),
    h("label", {class: "length"}, "Length",
      h("input", {type: "range", id: "length", min: 1, max: most, step: 0.5, value: at.comp.duration_s, "aria-label": "Length in seconds", onchange: length}),
      h("output", {class: "num"}, `${round(at.comp.duration_s)} s · ${Math.round(at.comp.duration_s * at.view.fps)} f`)),
  );
  if (focused === "length") $("#length").focus();
}
function moment_(which) {
  if (at.mode === "camera") aimed = which === "end" ? "last" : "first";
  else at.mark = which;
  draw();
  paint();
}

function stopMoving() {
  playing += 1;
  const video = $("#moving");
  video.pause();
  video.hidden = true;
  video.removeAttribute("src");
  video.load();
  wait("");
  timeDrawn = "";
  if (at.view) drawTime();
}
async function toggleMoving() {
  if (!$("#moving").hidden) return stopMoving();
  const mine = ++playing;
  wait("Drawing the shot…");
  try {
    const told = await ask("POST", `/api/board/try/${at.shot}/moving`, {composition: at.comp, operations: at.pend.map((each) => each.op)});
    if (mine === playing) await play(told.name, mine);
  } catch (error) {
    wait(error instanceof Silent ? "The room does not answer." : error.message);
  }
}
async function play(name, mine) {
  const video = $("#moving");
  video.hidden = false;
  video.loop = false;
  video.src = `${base}/board/clip/${name}`;
  wait("");
  timeDrawn = "";
  drawTime();
  await video.play().catch(() => {});
  await new Promise((done) => {
    video.onended = video.onpause = done;
  });
  return mine === playing;
}
// Each shot is drawn while the one before it plays. Shots that nobody has changed are there already.
async function animatic() {
  if (!$("#moving").hidden) return stopMoving();
  const mine = ++playing,
    from = page.shots.findIndex((shot) => shot.id === at.shot);
  const drawn = (shot) => {
    const comp = shot.id === at.shot ? at.comp : null;
    return ask("POST", `/api/board/try/${shot.id}/moving`, {composition: comp}).catch(() => null);
  };
  const list = page.shots.slice(from);
  let next = drawn(list[0]);
  for (const [index, shot] of list.entries()) {
    wait(`${code(shot.id)}: drawing…`);
    const told = await next;
    if (mine !== playing) return;
    if (list[index + 1]) next = drawn(list[index + 1]);
    if (!told) continue;
    say(`${code(shot.id)} · ${index + 1} of ${list.length}`);
    if (!(await play(told.name, mine))) return;
  }
  stopMoving();
}
