"use strict";
// Dialogs: retake, finals tray, the + of a picture, contact sheet, find, keys.
function dialog(title, parts, wide) {
  const box = h("dialog", {class: wide ? "wide" : null, "aria-label": title}, h("h2", {}, title), parts);
  box.addEventListener("close", () => {
    box.remove();
    $("#stage").focus();
  });
  document.body.append(box);
  box.showModal();
  const v = video();
  if (v) v.pause();
  return box;
}
const close = (words) =>
  h(
    "button",
    {type: "button", onclick: (event) => event.target.closest("dialog").close()},
    words || "Close",
    " ",
    h("kbd", {}, "Esc"),
  );
function retake() {
  const b = B(),
    flaws = [...new Set(b ? b.troubles.map((t) => t.flaw) : [])],
    ways = {
      prompt: "the words of the prompt",
      seed: "the seed: another take with the same words",
      reference: "a reference picture",
      mode: "what it is made from: start frame, both frames, references",
      provider: "the provider",
    };
  const twice = shot().takes.filter((t) => t.troubles.some((f) => flaws.includes(f.flaw))).length > 1;
  const form = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        const said = new FormData(form),
          flaw = said.get("flaw");
        box.close();
        verdict("retake", {
          change: said.get("change"),
          flaw,
          why: said.get("why"),
          subject: `${said.get("change")}${flaw ? ` (${flaw})` : ""}`,
        }).catch(() => {});
      },
    },
    h(
      "fieldset",
      {},
      h("legend", {}, "What ONE thing changes?"),
      Object.entries(ways).map(([name, words], n) =>
        h(
          "label",
          {},
          h("input", {type: "radio", name: "change", value: name, checked: n === (twice ? 0 : 1)}),
          ` ${name}: `,
          h("span", {class: "muted"}, words),
        ),
      ),
    ),
    h(
      "label",
      {},
      "What is wrong",
      h("input", {
        name: "flaw",
        type: "text",
        list: "flaws",
        value: flaws[0] || "",
        maxlength: 80,
        autocomplete: "off",
      }),
      h(
        "datalist",
        {id: "flaws"},
        [...flaws, "wrong hand", "wrong wardrobe", "wrong place", "drifted face", "bad motion"].map((f) =>
          h("option", {value: f}),
        ),
      ),
    ),
    twice
      ? h("p", {class: "warn"}, "The same flaw twice: another take with the same words will not help. Rewrite it, or composite it by hand.")
      : null,
    h("label", {}, "In your words", h("input", {name: "why", type: "text", maxlength: 1000, autocomplete: "off"})),
    h(
      "p",
      {class: "muted"},
      `Asking spends nothing. The next run makes another draft for about ${usd(shot().retake_microusd)}.`,
    ),
    h("div", {class: "row end"}, close("Not now"), h("button", {}, "Ask for the retake")),
  );
  const box = dialog(`Retake ${code(at.shot)}`, form);
  form.querySelector("input:checked").focus();
}
function composite() {
  verdict("composite").catch(() => {});
}
function about(b) {
  const row = (name, value) => [h("dt", {}, name), h("dd", {}, value)];
  dialog(
    b.file,
    [
      h(
        "dl",
        {class: "facts"},
        row("model", `${b.provider} ${b.model}`),
        row("seed", b.seed === null ? "none" : String(b.seed)),
        row("price", b.cost_microusd === null ? `${usd(b.held_microusd)} ${b.state}` : usd(b.cost_microusd)),
        row("parent", b.parent || "none: made from the references"),
        row("changed", b.changed),
        row("generation key", h("code", {}, b.key.slice(0, 24))),
      ),
      h("h3", {}, "Prompt"),
      h("pre", {}, b.prompt),
      h("h3", {}, "References"),
      h(
        "div",
        {class: "refs", tabindex: "0", role: "group", "aria-label": "References"},
        b.references.map((ref) =>
          h(
            "figure",
            {},
            h("span", {class: "pic"}, ref.media ? h("img", {src: media(ref.media), alt: ref.name}) : null),
            h("figcaption", {title: ref.name}, `${ref.role}: ${ref.name}`),
          ),
        ),
      ),
      h("div", {class: "row end"}, close()),
    ],
    true,
  );
}
function aboutReference(ref) {
  const made = ref.media
    ? scene.shots.flatMap((each) => each.takes).find((each) => each.media && each.media.name === ref.media)
    : null;
  if (made) {
    about(made);
    return;
  }
  dialog(ref.name, [
    ref.media ? h("img", {src: media(ref.media), alt: ref.name, class: "full"}) : null,
    h(
      "p",
      {class: "muted"},
      `A reference, used as ${ref.role}. ${ref.media ? ref.media.slice(0, 24) : "It is missing from the store."}`,
    ),
    h("div", {class: "row end"}, close()),
  ])
    .querySelector("img")
    ?.style.setProperty("max-width", "100%");
}
function sheet() {
  const box = dialog(
    `Contact sheet · ${scene.scene}`,
    [
      h(
        "div",
        {class: "sheet"},
        scene.shots.map((each) =>
          h(
            "button",
            {
              onclick: () => {
                box.close();
                choose(each.id);
              },
            },
            thumb(each.poster, ""),
            h("b", {}, code(each.id)),
            h(
              "span",
              {class: `status${each.waits ? " waits" : ""}`},
              h("i", {"aria-hidden": "true"}, icon(each.status)),
              each.status,
            ),
          ),
        ),
      ),
      h("div", {class: "row end"}, close()),
    ],
    true,
  );
}
function find() {
  const list = h("ol", {id: "strip"}),
    field = h("input", {
      type: "search",
      "aria-label": "Find a shot",
      placeholder: "a shot, a character, a place, a word of a note",
    });
  const matches = () =>
    scene.shots.filter((each) =>
      JSON.stringify([
        each.id,
        each.status,
        each.place,
        each.cast,
        each.motion,
        each.why,
        each.said.map((word) => [word.why, word.who]),
      ])
        .toLowerCase()
        .includes(field.value.toLowerCase()),
    );
  const update = () =>
    put(
      list,
      matches().map((each) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              onclick: () => {
                box.close();
                choose(each.id);
              },
            },
            `${code(each.id)} · ${each.status} · ${each.place} · ${each.cast.join(", ")}`,
          ),
        ),
      ),
    );
  list.removeAttribute("id");
  field.addEventListener("input", update);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && matches().length) {
      event.preventDefault();
      const found = matches()[0].id;
      box.close();
      choose(found);
    }
  });
  const box = dialog("Find", [field, list, h("div", {class: "row end"}, close())]);
  update();
  field.focus();
}
const KEYS = [
  ["Space K", "play; pause, also backwards"],
  ["J L", "play backwards, forwards; again for faster"],
  ["← →", "one frame; with Shift ten"],
  ["[ ]", "shot before, shot after"],
  ["{ }", "version before, version after"],
  ["< >", "the other version, A"],
  ["1 2", "A alone, B alone"],
  ["W", "wipe between A and B"],
  ["D", "difference"],
  ["G", "ghost of the previous shot's last frame"],
  ["S", "contact sheet"],
  ["N", "note on this frame"],
  ["I O", "a note's range: from here, to here"],
  ["B", "box: arrows move it, Shift sizes it; Enter or E"],
  ["A", "circle"],
  ["R", "retake: one thing changes"],
  ["E", "edit one part of the frame"],
  ["C", "composite by hand: lays out the kit"],
  ["H", "by hand: hand a picture in, polish it, choose"],
  ["P", "keep, fix in post"],
  ["X", "hold; with Shift omit; again takes it back"],
  ["U", "undo"],
  ["T", "finals tray; A there approves"],
  ["⇧B", "composition board of this shot"],
  ["V", "only what waits"],
  ["+", "what this picture was made from"],
  ["/", "find"],
  ["F", "full screen"],
  ["?", "this help"],
  ["Esc", "close, leave"],
];
function help() {
  dialog(
    "Keys",
    [
      h(
        "dl",
        {class: "keys"},
        KEYS.map(([key, words]) =>
          h(
            "div",
            {},
            h(
              "dt",
              {},
              key.split(" ").map((k) => h("kbd", {}, k)),
            ),
            h("dd", {}, words),
          ),
        ),
      ),
      h("div", {class: "row end"}, close()),
    ],
    true,
  );
}
