// <details data-behavior="menu">: closes on Escape, on a click elsewhere, when focus leaves it.
import { bind } from "./bind.js";

bind("menu", (menu) => {
  const summary = menu.querySelector("summary");
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      summary.focus();
      event.stopPropagation();
    }
  });
});
