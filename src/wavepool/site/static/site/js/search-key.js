// <input data-behavior="search-key">: "/" leads to it from anywhere on the page.
import { bind } from "./bind.js";

bind("search-key", (field) => {
  document.addEventListener("keydown", (event) => {
    const writes = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !writes && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
    }
  });
});
