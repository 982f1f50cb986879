// <div data-behavior="why-links"></div>: a link to a Why opens as a sheet beside the page, at its own
// address. Whoever asks for a new tab, or has no scripts, gets the whole page.
import { bind } from "../site/js/bind.js";

bind("why-links", (place) => {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest('a[href$="/why/"]');
    if (!link || place.contains(link) || event.defaultPrevented || event.button) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    if (!answer.ok) {
      location.assign(link.href);
      return;
    }
    place.innerHTML = await answer.text();
    history.pushState({}, "", link.href);
    document.dispatchEvent(new Event("htmx:after:swap"));
  });
  window.addEventListener("popstate", () => location.reload());
});
