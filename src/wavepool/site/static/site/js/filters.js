// <form data-behavior="filters">: applies a filter that a pointer picked; who uses keys passes values on the way and says when.
import { bind } from "./bind.js";

bind("filters", (form) => {
  let byPointer = false;
  form.addEventListener("pointerdown", () => (byPointer = true));
  form.addEventListener("keydown", () => (byPointer = false));
  form.addEventListener("change", (event) => {
    if (byPointer && event.target.matches("select")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  });
});
