"use strict";
// What the gates measured of a take: each check with its value, its threshold, and where on the picture.
function checks(b) {
  const failed = b.checks.filter((each) => each.says === "fail" || each.says === "ask"),
    asked = failed.filter((each) => each.says === "ask"),
    applied = b.checks.filter((each) => each.applies && each.passed),
    none = b.checks.filter((each) => !each.applies);
  const list = at.allChecks
    ? [...failed, ...applied, ...none]
    : [...failed, ...applied.filter((each) => each.rule.startsWith("V")).slice(0, 12)];
  const line = (each) => {
    const rule = scene.rules[each.rule] || {name: each.rule, what: "", direction: "must hold", source: "", unit: ""};
    const sign = rule.direction === "lower is better" ? "≤" : rule.direction === "higher is better" ? "≥" : "=";
    const trouble = b.troubles.find((t) => t.rule === each.rule && t.subject === each.subject);
    const value = each.value === null ? "–" : Number(each.value.toFixed(3));
    const more = h(
      "p",
      {class: "more", hidden: !trouble},
      trouble ? h("span", {class: "bad"}, `${trouble.message}. `) : null,
      trouble && each.says !== "ask" ? `${trouble.cure} ` : null,
      each.why ? `Not checked: ${each.why}. ` : null,
      `${each.rule}: ${rule.what} ${rule.direction}, in ${rule.unit}. Threshold: ${rule.source}`,
      trouble && Object.keys(trouble.evidence).length
        ? ` Evidence: ${Object.entries(trouble.evidence)
            .map(([k, v]) => `${k} ${v}`)
            .join(", ")}.`
        : "",
    );
    const show = () => {
      at.boxes = each.boxes;
      drawOverlay();
    };
    return h(
      "li",
      {},
      h(
        "button",
        {
          onclick: () => {
            more.hidden = !more.hidden;
            show();
          },
          onfocus: show,
          onmouseenter: show,
          title: rule.what,
        },
        h(
          "span",
          {
            class: {pass: "good", ask: "warn", fail: "bad"}[each.says] || "muted",
            "aria-label": {pass: "passed", ask: "asks you", fail: "failed"}[each.says] || "not checked",
          },
          {pass: "✓", ask: "?", fail: "✗"}[each.says] || "–",
        ),
        h("span", {}, rule.name, " ", h("span", {class: "sub"}, each.subject)),
        h("span", {class: "num"}, `${value} `, h("span", {class: "muted"}, `(${sign} ${each.threshold})`)),
      ),
      more,
    );
  };
  const counts = [
    `${applied.length} passed`,
    `${failed.length - asked.length} failed`,
    asked.length ? `${asked.length} ask you` : "",
    none.length ? `${none.length} not checked` : "",
  ]
    .filter(Boolean)
    .join(", ");
  return [
    h("h3", {}, `Checks: ${b.passed === null ? "not judged" : counts}`),
    h("ul", {class: "checks"}, list.map(line)),
    b.checks.length > list.length || at.allChecks
      ? h(
          "button",
          {
            onclick: () => {
              at.allChecks = !at.allChecks;
              drawFacts();
            },
          },
          at.allChecks ? "Show fewer" : `Show all ${b.checks.length}`,
        )
      : null,
  ];
}
