"use strict";
// People's hands: a kit, a composite, a polish and which of both counts, an edit of one part. Asking spends nothing; the next run buys.
const copyable = (command) =>
  h(
    "div",
    {class: "copy"},
    h("code", {}, command),
    h(
      "button",
      {
        onclick: () =>
          navigator.clipboard.writeText(command).then(
            () => say("Copied."),
            () => {},
          ),
      },
      "Copy",
    ),
  );
// What passes over a frame come to together with the draft clip that follows from another frame.
const whole = (frame, passes) => passes + frame.clip_microusd;
const frameName = (stage) => (stage === "end_panel" ? "Last frame" : "First frame");
async function byHand(said, what) {
  const id = at.shot;
  const told = await written(async () => {
    const answer = await ask("POST", "/api/hands", {shot: id, ...said});
    stack.push({words: answer.words, what: `the ${what} of ${code(id)}`});
    return answer;
  });
  say(`${code(id)}: ${told.told} U takes it back. Next: gate resume ${scene.scene}`, true);
}
async function takeIn(file, stage) {
  const id = at.shot;
  const told = await written(async () => {
    const answer = await ask(
      "POST",
      `/api/composite/${id}?stage=${stage || "panel"}`,
      file,
      file.type || "application/octet-stream",
    );
    stack.push({words: answer.words, what: `the composite of ${code(id)}`});
    return answer;
  });
  say(`${code(id)}: ${told.told} U takes it back.`, true);
}
function pickFile(stage) {
  const field = h("input", {
    type: "file",
    accept: "image/png,image/jpeg,image/webp",
    onchange: () => field.files[0] && takeIn(field.files[0], stage).catch(() => {}),
  });
  field.click();
}
function handButtons(frame, done) {
  const button = (words, act, more) =>
    h(
      "button",
      {
        type: "button",
        onclick: () => {
          done();
          Promise.resolve(act()).catch(() => {});
        },
        ...more,
      },
      words,
    );
  const stage = frame.stage,
    use = (which) =>
      button(`Use the ${which} · clip ~${usd(frame.clip_microusd)}`, () => byHand({work: "use", which, stage}, "choice"), {
        "aria-pressed": String(frame.uses === which),
      });
  return h(
    "div",
    {class: "row hands"},
    frame.edit_microusd !== null
      ? button(`Edit one part… ~${usd(whole(frame, frame.edit_microusd))}`, () => editOne(stage))
      : null,
    frame.polish_microusd !== null && frame.polish !== "asked"
      ? button(`${frame.polish ? "Polish again" : "Polish"} ~${usd(whole(frame, frame.polish_microusd))}`, () =>
          byHand({work: "polish", stage}, "polish"),
        )
      : null,
    frame.composite && frame.polish && frame.polish !== "asked" ? use("composite") : null,
    frame.polish === "clean" ? use("polish") : null,
    frame.kit || stage !== "panel" ? null : button("Lay out a kit", composite),
    button(`Hand a picture in… clip ~${usd(frame.clip_microusd)}`, () => pickFile(stage)),
  );
}
function handBox(frame, done) {
  const end = frame.stage === "end_panel" ? " --end" : "";
  return h(
    "div",
    {class: "box"},
    h("strong", {}, `${frameName(frame.stage)}. `),
    frame.says || "Nobody works on it by hand.",
    frame.heat ? h("a", {href: media(frame.heat), class: "heat"}, thumb(frame.heat, "What the pass moved, and how far")) : null,
    frame.kit
      ? [
          copyable(frame.kit),
          h("p", {class: "muted"}, `Save ${frame.save} there and take it in, or hand the picture in here:`),
          copyable(`gate comp import ${at.shot}${end}`),
        ]
      : null,
    isAgent || isStatic ? null : handButtons(frame, done),
  );
}
const inHands = (here) =>
  here.hands.some((frame) => frame.says)
    ? [
        h("h3", {}, "Work by hand"),
        ...here.hands.filter((frame) => frame.says).map((frame) => handBox(frame, () => {})),
      ]
    : null;
function hands() {
  const box = dialog(`By hand · ${code(at.shot)}`, [
    ...shot().hands.map((frame) => handBox(frame, () => box.close())),
    h("p", {class: "muted"}, "You can also drop a picture on the page. A new frame needs a new draft clip; each price includes it. The gates check both."),
    h("div", {class: "row end"}, close()),
  ]);
  (box.querySelector(".hands button") || box.querySelector("button")).focus();
}
function editLayer() {
  const frame = shot().hands.find((each) => each.edit_microusd !== null);
  if (!isStatic && frame) editOne(frame.stage);
  else askForEdit();
}
// Where no frame can be edited from here: the verdict says what should change, and a person has said so on purpose.
function askForEdit() {
  const here = shot(),
    before = scene.shots[scene.shots.indexOf(here) - 1],
    chained = here.chain && before;
  const form = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        const said = new FormData(form);
        box.close();
        verdict("edit_layer", {
          subject: [said.get("only"), said.get("say")].filter(Boolean).join(": "),
        }).catch(() => {});
      },
    },
    h(
      "p",
      {},
      chained
        ? `${code(here.id)} opens on the last frame of ${code(before.id)}: it has no first frame of its own to edit. Edit ${code(before.id)} instead, or ask for a retake (R).`
        : "No frame of this shot can be edited from here.",
    ),
    h(
      "p",
      {class: "muted"},
      "You can still record that this take needs an edit. The shot is then marked “retake”, and an approval of this take no longer counts.",
    ),
    editWords("only", "The part that should change", "her left hand, the bag"),
    editWords("say", "How it should look", "open, palm down"),
    h("div", {class: "row end"}, close("Not now"), h("button", {}, "Record that it needs an edit")),
  );
  const box = dialog(`Edit ${code(here.id)}`, form);
  form.querySelector("input[name=only]").focus();
}
const editWords = (name, label, hint) =>
  h(
    "label",
    {},
    label,
    h("input", {name, type: "text", maxlength: 400, placeholder: hint, autocomplete: "off", required: true}),
  );
function editOne(stage) {
  const frame = shot().hands.find((each) => each.stage === stage),
    where = at.box,
    note = h("p", {class: "muted"}),
    go = h("button", {}),
    way = (value, text, checked) =>
      h("label", {}, h("input", {type: "radio", name: "work", value, checked, onchange: () => update()}), ` ${text}`);
  const form = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        const said = new FormData(form),
          more = where ? boxed(where) : {};
        box.close();
        dropBox();
        byHand({work: said.get("work"), stage, only: said.get("only"), say: said.get("say"), ...more}, "edit").catch(
          () => {},
        );
      },
    },
    h(
      "fieldset",
      {},
      h("legend", {}, "How?"),
      way("edit", "change one part", true),
      way("rebuild", "remove it first, then put something else there: two passes", false),
    ),
    editWords("only", "The one part that may change", "her left hand, the three-quarter view, the bag"),
    editWords("say", "How it should look", "open, palm down"),
    h(
      "p",
      {class: where ? "" : "muted"},
      where
        ? "Where: in the box that you drew."
        : "Where: the character, prop or view that you name. For any other part, draw a box first: Esc, then B.",
    ),
    note,
    h(
      "div",
      {class: "row end"},
      close("Not now"),
      h(
        "button",
        {
          type: "button",
          onclick: () => {
            const said = new FormData(form);
            box.close();
            verdict("edit_layer", {subject: [said.get("only"), said.get("say")].filter(Boolean).join(": ")}).catch(
              () => {},
            );
          },
        },
        "Only record that it needs an edit",
      ),
      go,
    ),
  );
  const update = () => {
    const passes = new FormData(form).get("work") === "rebuild" ? 2 : 1,
      price = passes * frame.edit_microusd,
      bought = `${passes === 1 ? "one pass" : "two passes"} for about ${usd(price)}`;
    put(go, `Ask for the edit · ~${usd(whole(frame, price))}`);
    note.textContent = `Asking spends nothing. The next run buys ${bought}, and then the draft clip again for about ${usd(frame.clip_microusd)}. A pass that moves anything outside the part is rejected.`;
  };
  const box = dialog(`Edit ${code(at.shot)} · ${frameName(stage).toLowerCase()}`, form);
  update();
  form.querySelector("input[name=only]").focus();
}
