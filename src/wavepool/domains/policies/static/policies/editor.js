// <textarea data-behavior="line-numbers">: shows the number of each line beside it.
// <form data-behavior="live-check" data-check="/address" data-result="id">: shows faults and differences while one writes.
import { bind } from "../site/js/bind.js";

const PAUSE_MS = 600;

bind("line-numbers", (text) => {
  const frame = document.createElement("div");
  const numbers = document.createElement("div");
  frame.className = "policy-editor__frame";
  numbers.className = "policy-editor__numbers";
  numbers.setAttribute("aria-hidden", "true");
  text.replaceWith(frame);
  frame.append(numbers, text);
  const draw = () => {
    const style = getComputedStyle(text);
    const count = text.value.split("\n").length;
    numbers.textContent = Array.from({ length: count }, (_, place) => place + 1).join("\n");
    for (const name of ["lineHeight", "paddingTop", "paddingBottom"]) numbers.style[name] = style[name];
    numbers.style.height = `${text.offsetHeight}px`;
    numbers.scrollTop = text.scrollTop;
  };
  text.addEventListener("input", draw);
  text.addEventListener("scroll", () => (numbers.scrollTop = text.scrollTop));
  new ResizeObserver(draw).observe(text);
  draw();
});

bind("live-check", (form) => {
  const result = document.getElementById(form.dataset.result);
  let timer = 0;
  let latest = 0;
  const check = async () => {
    const mine = ++latest;
    result.setAttribute("aria-busy", "true");
    const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) });
    if (mine !== latest) return;
    if (answer.ok) result.innerHTML = await answer.text();
    result.removeAttribute("aria-busy");
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE_MS);
  });
});
