"use strict";
// Sends a person's decision on a proposal. What the proposal says is text and never becomes markup here.
const { base, csrf } = document.body.dataset;

async function decide(article, accept) {
  const told = article.querySelector(".told");
  const answer = await fetch(`${base}/api/proposal`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Gate-CSRF": csrf },
    body: JSON.stringify({ id: article.dataset.id, accept, why: article.querySelector(".why").value }),
  });
  const said = await answer.json();
  told.textContent = answer.ok ? said.told : `${said.refused.cause}. ${said.refused.cure}`;
  if (answer.ok) {
    for (const button of article.querySelectorAll("button")) button.disabled = true;
  }
}

for (const article of document.querySelectorAll("article.proposal")) {
  article.querySelector(".accept")?.addEventListener("click", () => decide(article, true));
  article.querySelector(".reject")?.addEventListener("click", () => decide(article, false));
}
