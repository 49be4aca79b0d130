"use strict";
// The tray: the finals, and the drafts where the film asks for it, that would be bought, at which price; and the ten seconds after an approval.
async function tray() {
  if (isStatic || isAgent) {
    say("Finals are approved in the review room, by a person.");
    return;
  }
  const waiting = h("p", {class: "waiting", role: "status"}, h("i", {class: "spin", "aria-hidden": "true"}), "Reading the ledger and the prices…"),
    box = dialog(`Finals tray · ${scene.scene}`, [waiting, h("div", {class: "row end"}, close("Not now"))], true);
  box.setAttribute("aria-busy", "true");
  let told;
  try {
    await turn;
    told = await ask("GET", `/api/tray/${scene.scene}`);
  } catch (error) {
    box.close();
    throw error;
  }
  if (!box.open) return; // closed while it was loading
  scene = told.scene;
  draw();
  box.removeAttribute("aria-busy");
  fillTray(box, told);
}
function fillTray(box, told) {
  const ids = Object.keys(told.shots),
    views = Object.fromEntries(scene.shots.map((each) => [each.id, each]));
  const picked = new Set(
    ids
      .filter((id) => !views[id].final || !views[id].final.by)
      .filter((id) => ids.every((other) => views[other].status !== "circled") || views[id].status === "circled"),
  );
  const sum = () => [...picked].reduce((all, id) => all + told.shots[id].price_microusd, 0),
    wants = () => [...picked].some((id) => told.shots[id].wants_reason);
  const total = h("td", {class: "r num"}),
    left = h("td", {class: "r num"}),
    go = h("button", {class: "money", type: "submit", id: "say-yes"}),
    why = h(
      "select",
      {name: "reason", "aria-label": "Reason for 1080p"},
      h("option", {value: ""}, "Choose a reason"),
      told.reasons.map((each) => h("option", {value: each}, each)),
    );
  const reason = h("fieldset", {}, h("legend", {}, "1080p: why?"), why),
    comment = h("span"),
    note = h("p", {class: "muted"});
  const update = () => {
    const s = sum();
    total.textContent = usd(s);
    left.textContent = usd(told.left_microusd - s);
    left.className = `r num ${told.left_microusd < s ? "bad" : ""}`;
    reason.hidden = !wants();
    comment.textContent = wants() ? "Comment (needed for the reason “other”)" : "Comment";
    put(go, h("kbd", {}, "A"), `Approve ${counted(told, picked)} · up to ${usd(s)}`);
    go.disabled = !picked.size;
    note.textContent =
      told.left_microusd < s
        ? `This is more than is left under the scene's cap. Raise the cap first: gate cap scene:${scene.scene} --usd … --why "…"`
        : "Nothing is spent for ten seconds after you approve. U takes the approval back until money is committed.";
  };
  const line = (id) => {
    const s = told.shots[id],
      v = views[id],
      tick = h("input", {
        type: "checkbox",
        checked: picked.has(id),
        "aria-label": `${code(id)}, ${usd(s.price_microusd)}`,
        onchange: (event) => {
          if (event.target.checked) picked.add(id);
          else picked.delete(id);
          update();
        },
      });
    return h(
      "tr",
      {},
      h("td", {}, tick),
      h("td", {class: "pic"}, thumb(s.words === undefined ? v.poster : s.picture, "")),
      h(
        "td",
        {},
        h("b", {}, code(id)),
        h("span", {class: "status"}, h("i", {"aria-hidden": "true"}, icon(v.status)), v.status),
        v.final && v.final.by ? h("span", {class: "muted"}, `approved by ${v.final.by}`) : null,
        v.final && v.final.lapsed.length
          ? h("span", {class: "warn"}, `lapsed: ${v.final.lapsed.join(", ")} changed`)
          : null,
        s.words === undefined
          ? null
          : h("details", {}, h("summary", {}, s.picture ? "The prompt that is sent with this picture" : "The prompt; no picture is sent with it"), h("p", {class: "words"}, s.words)),
      ),
      h("td", {class: "hide-small made"}, `${s.tier} ${s.resolution}`, h("br"), h("span", {class: "muted"}, s.provider)),
      h("td", {class: "r num"}, usd(s.price_microusd)),
    );
  };
  const form = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        go.disabled = true; // a held Enter approves once, too
        approve(told, picked, why.value, new FormData(form).get("words")).then(
          () => box.close(),
          () => box.close(),
        );
      },
    },
    ids.length
      ? h(
          "table",
          {},
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              h("td", {}),
              h("td", {}),
              h("th", {}, "shot"),
              h("th", {class: "hide-small"}, "made"),
              h("th", {class: "r"}, "price"),
            ),
          ),
          h("tbody", {}, ids.map(line)),
          h(
            "tfoot",
            {},
            h("tr", {}, h("td", {colspan: 2}), h("td", {}, "together"), h("td", {class: "hide-small"}), total),
            h(
              "tr",
              {},
              h("td", {colspan: 2}),
              h("td", {}, "then left under the cap"),
              h("td", {class: "hide-small"}),
              left,
            ),
          ),
        )
      : h("p", {}, "No draft is ready for its final yet, and none waits for an approval."),
    reason,
    h(
      "label",
      {},
      comment,
      h("input", {name: "words", type: "text", maxlength: 400, autocomplete: "off"}),
    ),
    note,
    h("div", {class: "row end"}, close("Not now"), go),
  );
  put(box, box.querySelector("h2"), form);
  update();
  box.addEventListener("keydown", (event) => {
    if (
      event.key.toLowerCase() === "a" &&
      event.target.type !== "text" &&
      event.target.tagName !== "SELECT" &&
      !go.disabled
    ) {
      event.preventDefault();
      if (!event.repeat) form.requestSubmit();
    }
  });
  go.focus();
}
function counted(told, picked) {
  const many = (count, what) => (count ? `${count} ${what}${count === 1 ? "" : "s"}` : ""),
    drafts = [...picked].filter((id) => told.shots[id].words !== undefined).length;
  return [many(drafts, "draft"), many(picked.size - drafts, "final")].filter(Boolean).join(" and ") || "nothing";
}
async function approve(told, picked, reason, words) {
  const shots = Object.fromEntries([...picked].map((id) => [id, told.shots[id].digest])),
    sum = [...picked].reduce((all, id) => all + told.shots[id].price_microusd, 0);
  const answer = await ask("POST", "/api/yes", {nonce: told.nonce, shots, reason, words});
  stack.push({
    words: answer.words,
    what: `the approval of ${counted(told, picked)}`,
  });
  await refresh();
  for (const [id] of answer.words) looked(id);
  draw();
  countdown(
    answer,
    [
      `Approved ${counted(told, picked)}, up to ${usd(sum)}.`,
      ...answer.told,
    ].join(" "),
  );
}
function countdown(answer, words) {
  let left = Math.ceil(answer.seconds);
  const mine = stack.at(-1);
  const count = () => {
    if (stack.at(-1) !== mine) return;
    if (left > 0) {
      say(`${words} Nothing is spent for ${left} s: U takes it back.`, true);
      left -= 1;
      setTimeout(count, 1000);
    } else setTimeout(() => going(words), 600);
  };
  count();
}
async function going(words) {
  const told = await ask("GET", `/api/going/${scene.scene}`);
  const ends = {
    "went on": "The run that waited continues.",
    "nobody waits": `No run is waiting for it. Next: ${told.next}`,
    "taken back": "The approval was taken back.",
    failed: `The run could not be reached. Next: ${told.next}`,
  };
  await refresh();
  draw();
  say(`${words} ${ends[told.outcome] || ""}`, true);
}
