// Results as one types; without it the form works by its button.
"use strict";
const form = document.getElementById("search");
const found = document.getElementById("found");
let waiting = null, last = "", asking = null;

async function ask() {
  const text = form.elements.text.value.trim();
  if (text === last || form.elements.purpose) return;
  last = text;
  asking?.abort();
  if (text.length < 4) { found.replaceChildren(); return; }
  asking = new AbortController();
  try {
    const answer = await fetch("/search", {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "x-part": "search" }, signal: asking.signal,
    });
    if (answer.redirected) { location.reload(); return; }
    found.innerHTML = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") form.submit();
  }
}

form.elements.text.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 350); });
