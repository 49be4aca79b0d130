"use strict";
// Dialogs: retake, the + of a picture, contact sheet, keys.
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
    many = chosenShots(),
    price = many.length ? many.reduce((all, each) => all + each.retake_microusd, 0) : shot().retake_microusd,
    flaws = [...new Set(b && !many.length ? b.troubles.map((t) => t.flaw) : [])],
    ways = {
      prompt: "other words",
      seed: "another take of the same prompt",
      reference: "another reference picture",
      mode: "made from the first frame, from both frames, or from references",
      provider: "another provider",
    };
  const twice = !many.length && shot().takes.filter((t) => t.troubles.some((f) => flaws.includes(f.flaw))).length > 1;
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
      ? h("p", {class: "warn"}, "Two takes have this flaw. Another take of the same prompt will not help: change the prompt, or composite the frame by hand.")
      : null,
    h("label", {}, "In your words", h("input", {name: "why", type: "text", maxlength: 1000, autocomplete: "off"})),
    h(
      "p",
      {class: "muted"},
      many.length
        ? `Asking spends nothing. The next run makes another draft of each of the ${many.length} shots, for about ${usd(price)} together.`
        : `Asking spends nothing. The next run makes another draft for about ${usd(price)}.`,
    ),
    h("div", {class: "row end"}, close("Not now"), h("button", {}, "Ask for the retake")),
  );
  const box = dialog(many.length ? `Retake ${many.length} shots` : `Retake ${code(at.shot)}`, form);
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
        row("parent", b.parent || "none: made from references"),
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
            h("span", {class: "pic"}, ref.media ? h("img", {src: small(ref.media), alt: ref.name}) : null),
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
      `A reference, used as ${ref.role}. ${ref.media ? ref.media.slice(0, 24) : "The store does not have it."}`,
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
function help() {
  const line = ([keys, words]) =>
    h("div", {}, h("dt", {}, keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, words));
  dialog(
    "Keys",
    [
      KEYS.map(([title, keys]) => h("section", {}, h("h3", {}, title), h("dl", {class: "keys"}, keys.map(line)))),
      h("div", {class: "row end"}, close()),
    ].flat(),
    true,
  );
}
