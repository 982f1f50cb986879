// <div data-behavior="sheet">: takes the focus when it opens; Escape leads back.
import { bind } from "./bind.js";

bind("sheet", (sheet) => {
  const close = sheet.querySelector("[data-close]");
  sheet.querySelector(".sheet__title").focus();
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close.click();
  });
});
