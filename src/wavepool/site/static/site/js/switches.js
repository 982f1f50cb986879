// <form data-behavior="switches">: saves a choice and shows it without loading the page anew.
import { bind } from "./bind.js";

const SHOWN = { theme: "theme", gain: "gain" };

bind("switches", (form) => {
  form.addEventListener("submit", (event) => {
    const { name, value } = event.submitter ?? {};
    if (!(name in SHOWN)) return;
    event.preventDefault();
    const chosen = new FormData(form, event.submitter);
    fetch(form.action, { method: "POST", body: chosen, redirect: "manual" }).catch(() => form.submit());
    if (value === "device") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset[SHOWN[name]] = value;
    for (const each of form.querySelectorAll(`[name="${name}"]`)) {
      each.setAttribute("aria-pressed", String(each.value === value));
    }
    document.dispatchEvent(new CustomEvent("wavepool:theme"));
  });
});
