// <div hidden data-behavior="capture" data-word="…" data-href="…">: says that this page is watched.
// A click on [data-capture="Product Clicked"][data-item="…"] is said as well, wherever it leads.
import { bind } from "./bind.js";

const BEAT_MS = 10_000;

bind("capture", (element) => {
  const { word, href } = element.dataset;
  const say = (name, item) => {
    const body = JSON.stringify({ word, name, id: crypto.randomUUID(), ...(item ? { item } : {}) });
    // Outlives the page, so that a click that leads away is still said.
    fetch(href, { method: "POST", body, keepalive: true, credentials: "same-origin" }).catch(() => null);
  };
  const beat = () => {
    if (!document.hidden) say("Content Watched");
  };
  say("Content Viewed");
  setInterval(beat, BEAT_MS);
  document.addEventListener("visibilitychange", () => say("Content Watched"));
  document.addEventListener("click", (event) => {
    const clicked = event.target.closest("[data-capture]");
    if (clicked) say(clicked.dataset.capture, clicked.dataset.item);
  });
});
