// A form that is on its way is not sent twice; the server would carry it out once anyway.
"use strict";
// In a moment, since a button that is switched off at once would be missing from what is sent.
addEventListener("submit", (event) => {
  if (!event.target.matches("form.act")) return;
  setTimeout(() => event.target.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
});
// Whoever comes back finds the form as they left it.
addEventListener("pageshow", () => document.querySelectorAll("form.act button").forEach((button) => { button.disabled = false; }));
