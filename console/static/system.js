// The system page without reloading: every five seconds it asks for its own content again.
"use strict";
const system = document.getElementById("system");
const said = document.getElementById("state");
let asking = false;

function say(name, quiet) {
  said.textContent = said.dataset[name];
  said.classList.toggle("quiet", Boolean(quiet));
}

async function refresh() {
  // Whoever reads a table by keyboard, or marks text, is not disturbed.
  if (asking || document.hidden || system.contains(document.activeElement) || !getSelection().isCollapsed) return;
  asking = true;
  try {
    const answer = await fetch("/system", { headers: { "x-part": "system", "x-by-itself": "1" } });
    if (answer.status === 401) { location.reload(); return; }
    if (!answer.ok) { say("quiet", true); return; }
    const scrolled = [...system.querySelectorAll(".scroll")].map((box) => [box.scrollLeft, box.scrollTop]);
    system.innerHTML = await answer.text();
    system.querySelectorAll(".scroll").forEach((box, i) => { [box.scrollLeft, box.scrollTop] = scrolled[i] ?? [0, 0]; });
    window.drawPlots?.();
    say("live");
  } catch {
    say("quiet", true);
  } finally {
    asking = false;
  }
}

setInterval(refresh, 5000);
