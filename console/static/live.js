// The queue without reloading: told that something is new, it asks for its own page again and changes
// only the rows that are other ones; countdowns run by themselves.
"use strict";
const queue = document.getElementById("queue");
const state = document.getElementById("state");
let asking = false, again = false, back = null;

function say(name, quiet) {
  state.textContent = state.dataset[name];
  state.classList.toggle("quiet", Boolean(quiet));
}

function rowsOf(root) {
  return new Map([...root.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
}

async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch(location.href, { headers: { "x-part": "queue", "x-by-itself": "1" } });
    if (answer.status === 401) { location.reload(); return; }
    if (!answer.ok) { say("quiet", true); return; }
    const fresh = document.createElement("div");
    fresh.innerHTML = await answer.text();
    put(fresh);
    say("live");
  } catch {
    say("quiet", true);
  } finally {
    asking = false;
    if (again) { again = false; setTimeout(refresh, 300); }
  }
}

// Tables, counts and the note are taken over whole; a form that somebody is filling in stays as it is.
function put(fresh) {
  const known = rowsOf(queue);
  for (const [name, row] of rowsOf(fresh)) {
    if (known.get(name)?.dataset.mark !== row.dataset.mark) row.classList.add("new");
  }
  const held = document.activeElement, inForm = queue.contains(held) && held.closest("form.filter");
  const link = queue.contains(held) && held.closest("[data-row]")?.dataset.row;
  const scrolled = [...queue.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
  if (inForm) fresh.querySelector("form.filter")?.replaceWith(held.closest("form.filter"));
  queue.replaceChildren(...fresh.childNodes);
  queue.querySelectorAll(".scroll").forEach((box, i) => { box.scrollLeft = scrolled[i] ?? 0; });
  if (link) rowsOf(queue).get(link)?.querySelector("a")?.focus({ preventScroll: true });
  if (inForm) held.focus({ preventScroll: true });
  count();
}

// A countdown runs from when its row was shown, whatever the clock of this machine says.
function count() {
  const now = performance.now();
  for (const time of queue.querySelectorAll("time[data-left]:not([data-still])")) {
    time.dataset.since ??= now;
    const left = Math.max(0, Math.ceil(Number(time.dataset.left) - (now - Number(time.dataset.since)) / 1000));
    time.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : state.dataset.over;
  }
}

function listen() {
  const source = new EventSource("/live");
  source.addEventListener("open", refresh);
  source.addEventListener("news", refresh);
  source.addEventListener("away", () => say("quiet", true));
  source.addEventListener("ended", () => location.reload());
  source.addEventListener("error", () => {
    say("quiet", true);
    if (source.readyState === EventSource.CLOSED) { clearTimeout(back); back = setTimeout(listen, 5000); }
  });
}

setInterval(count, 1000);
count();
listen();
