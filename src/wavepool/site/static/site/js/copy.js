// <button data-behavior="copy" data-text="…" data-done="Copied">: puts a text on the clipboard.
import { bind } from "./bind.js";

bind("copy", (button) => {
  const label = button.querySelector("[data-label]") ?? button;
  const usual = label.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.text);
    label.textContent = button.dataset.done;
    setTimeout(() => (label.textContent = usual), 2000);
  });
});
