// <div data-behavior="sheet">: takes the focus and keeps it from what lies beneath; Escape leads back.
import { bind } from "./bind.js";

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
});
