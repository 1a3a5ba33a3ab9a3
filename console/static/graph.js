// Changes the picture in its place when a card is opened or closed; without it every link is a page.
"use strict";
const graph = document.getElementById("graph");
let last = null;

async function show(address, turned, push) {
  const box = graph.querySelector(".canvas"), was = box && [box.scrollLeft, box.scrollTop];
  last?.abort();
  last = new AbortController();
  try {
    const answer = await fetch(address, { headers: { "x-part": "graph" }, signal: last.signal });
    if (!answer.ok || answer.redirected) { location.assign(address); return; }
    graph.innerHTML = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
    return;
  }
  if (push) history.pushState(null, "", address);
  const now = graph.querySelector(".canvas");
  if (now && was) [now.scrollLeft, now.scrollTop] = was;
  const spot = turned && graph.querySelector(`a.spot[data-turn="${turned}"]`);
  if (spot) { spot.focus({ preventScroll: true }); spot.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  else centre();
}

// The card itself is where one looks first.
function centre() {
  const box = graph.querySelector(".canvas"), spot = graph.querySelector("svg.flow .centre");
  if (!box || !spot || box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight) return;
  const at = spot.getBoundingClientRect(), frame = box.getBoundingClientRect();
  box.scrollLeft += at.left + at.width / 2 - frame.left - frame.width / 2;
  box.scrollTop += at.top + at.height / 2 - frame.top - frame.height / 2;
}

graph.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-part]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  show(link.getAttribute("href"), link.dataset.turn, true);
});
addEventListener("popstate", () => show(location.href, null, false));
centre();
