// <details data-behavior="dialog">: becomes a button and a modal dialog.
import { bind } from "./bind.js";

bind("dialog", (details) => {
  const summary = details.querySelector("summary");
  const body = details.querySelector(".ask__body");
  const title = body.querySelector(".modal__title");
  const button = document.createElement("button");
  button.type = "button";
  button.className = summary.className;
  Object.assign(button.dataset, summary.dataset);
  button.append(...summary.childNodes);
  button.setAttribute("aria-haspopup", "dialog");

  const dialog = document.createElement("dialog");
  dialog.className = "modal";
  dialog.id = details.id;
  dialog.setAttribute("aria-labelledby", title.id);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "modal__close";
  close.setAttribute("aria-label", details.dataset.close);
  close.textContent = "\u00d7";
  const head = document.createElement("div");
  head.className = "modal__head";
  head.append(title, close);
  dialog.append(head, ...body.childNodes);

  const wasOpen = details.open || dialog.querySelector('[aria-invalid="true"]');
  details.replaceWith(button, dialog);
  button.addEventListener("click", () => dialog.showModal());
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => button.focus());
  if (wasOpen) dialog.showModal();
});
