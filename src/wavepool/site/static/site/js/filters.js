// <form data-behavior="filters">: applies a filter when it changes; its button is for those without scripts.
import { bind } from "./bind.js";

bind("filters", (form) => {
  const hasText = form.querySelector('input[type="search"]');
  if (!hasText) form.querySelector("[data-submit]").hidden = true;
  form.addEventListener("change", (event) => {
    if (event.target.matches("select")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  });
});
