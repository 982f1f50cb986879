// <div data-behavior="sheet">: takes the focus and keeps it from what lies beneath; Escape leads back.
// Once it is closed, the link that opened it has the focus again.
import { bind } from "./bind.js";

const CLOSED = "wavepool.closed-sheet";

bind("sheet", (sheet) => {
  const close = sheet.querySelector("[data-close]");
  for (let layer = sheet; layer !== document.body; layer = layer.parentElement) {
    for (const beside of layer.parentElement.children) {
      if (beside !== layer && beside.tagName !== "SCRIPT") beside.inert = true;
    }
  }
  const panel = sheet.querySelector(".sheet__panel");
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-modal", "true");
  sheet.querySelector(".sheet__title").focus();
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close.click();
  });
  for (const way of sheet.querySelectorAll(".sheet__veil, [data-close]")) {
    way.addEventListener("click", () => sessionStorage.setItem(CLOSED, location.href));
  }
});

const closed = sessionStorage.getItem(CLOSED);
if (closed && closed !== location.href) {
  sessionStorage.removeItem(CLOSED);
  [...document.links].find((link) => link.href === closed)?.focus();
}
