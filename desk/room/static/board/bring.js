"use strict";
// Quick import: a picture that is dropped on the board becomes a cut-out. It waits as a proposal for the bible.
function missingPictures() {
  const shelf = at.view.shelf;
  const views = shelf.cast.flatMap((who) =>
    Object.entries(who.wardrobes).flatMap(([dress, found]) =>
      Object.keys(VIEW_WORDS).filter((view) => !found[view]).map((view) => `characters/${who.id}/${dress}/${view}`)));
  return [
    ...views,
    ...shelf.props.filter((each) => !each.picture).map((each) => `props/${each.id}`),
    ...shelf.locations.filter((each) => !each.picture).map((each) => `locations/${each.id}`),
  ];
}
async function bring(file) {
  if (isAgent || !file) return;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return say("This file is not a picture that the browser can show. Save it as PNG, JPEG or WebP.", true);
  }
  const factor = Math.min(1, 680 / picture.width, 420 / picture.height),
    canvas = h("canvas", {width: Math.round(picture.width * factor), height: Math.round(picture.height * factor), class: "lasso", tabindex: "0", role: "img", "aria-label": "The dropped picture. Draw an outline around the figure, or cut it out of a plain background."}),
    missing = missingPictures(),
    name = h("select", {"aria-label": "Propose as"}, missing.map((each) => h("option", {value: each}, each))),
    told = h("p", {role: "status"}, "Draw an outline around the figure. A transparent or plain background needs none.");
  let outline = [],
    drawing = false,
    cutout = null;
  const redraw = () => {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(cutout || picture, ...(cutout ? fitted(cutout, canvas) : [0, 0, canvas.width, canvas.height]));
    if (cutout || !outline.length) return;
    pen.strokeStyle = "#ffcf7a";
    pen.lineWidth = 2;
    pen.beginPath();
    outline.forEach(([x, y]) => pen.lineTo(x * canvas.width, y * canvas.height));
    pen.stroke();
  };
  const send = async (more) => {
    const points = outline.length > 2 ? `outline=${encodeURIComponent(JSON.stringify(thinned(outline)))}` : "";
    const answer = await fetch(`${base}/api/board/cut?${points}${more}`, {method: "POST", headers: {"x-gate-csrf": root.csrf, accept: "application/json"}, body: file}).catch(() => null);
    if (!answer) throw new Silent();
    if (!answer.ok) throw new Refused(answer.status, (await answer.json()).refused);
    return answer;
  };
  const does = (work) => async () => {
    told.textContent = "Working…";
    try {
      await work();
    } catch (error) {
      told.textContent = error instanceof Silent ? "The room does not answer." : error.message;
    }
  };
  const cut = does(async () => {
    cutout = await createImageBitmap(await (await send("")).blob());
    told.textContent = "This is the cut-out.";
    redraw();
  });
  const propose = does(async () => {
    told.textContent = (await (await send(`&name=${encodeURIComponent(name.value)}`)).json()).told;
  });
  const again = () => {
    [outline, cutout] = [[], null];
    redraw();
  };
  const where = (event) => {
    const box = canvas.getBoundingClientRect(),
      part = (value) => Math.min(1, Math.max(0, Math.round(value * 1000) / 1000));
    return [part((event.clientX - box.left) / box.width), part((event.clientY - box.top) / box.height)];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    again();
    drawing = true;
    outline = [where(event)];
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    outline.push(where(event));
    redraw();
  });
  canvas.addEventListener("pointerup", () => {
    drawing = false;
  });
  const box = dialog("Bring a picture in", canvas, told,
    missing.length ? h("label", {class: "choice"}, "Propose as", name) : h("p", {class: "muted"}, "The bible lacks no picture. Begin a prop or a character first: gate new."),
    h("div", {class: "row end"}, button("", "Draw again", again), button("", "Cut out", cut),
      missing.length ? button("", "Propose", propose, {class: "deed"}) : null, button("Esc", "Close", () => box.close())));
  redraw();
}
function fitted(picture, canvas) {
  const factor = Math.min(canvas.width / picture.width, canvas.height / picture.height),
    [wide, tall] = [picture.width * factor, picture.height * factor];
  return [(canvas.width - wide) / 2, (canvas.height - tall) / 2, wide, tall];
}
const thinned = (points) => points.filter((_, index) => index % Math.ceil(points.length / 300) === 0);

addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  bring(event.dataTransfer.files[0]);
});
