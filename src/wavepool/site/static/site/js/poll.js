// <div data-behavior="poll" data-href="…" data-every="3">: fetches its own content anew while it is seen.
import { bind } from "./bind.js";

bind("poll", (panel) => {
  let tag = "";
  const look = async () => {
    if (!document.hidden) {
      const headers = { "HX-Request": "true", ...(tag ? { "If-None-Match": tag } : {}) };
      const answer = await fetch(panel.dataset.href, { headers }).catch(() => null);
      panel.classList.toggle("is-loading", answer === null);
      if (answer?.ok) {
        tag = answer.headers.get("ETag") ?? "";
        panel.innerHTML = await answer.text();
        document.dispatchEvent(new CustomEvent("htmx:after:swap"));
      }
      if (answer?.status === 286 || answer?.status === 410) return;
    }
    setTimeout(look, Number(panel.dataset.every) * 1000);
  };
  setTimeout(look, Number(panel.dataset.every) * 1000);
});
