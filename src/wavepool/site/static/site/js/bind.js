// Start a behaviour on every element that names it, now and after htmx brought new ones.
export function bind(name, start) {
  const begun = new WeakSet();
  const look = (root) => {
    for (const element of root.querySelectorAll(`[data-behavior~="${name}"]`)) {
      if (!begun.has(element)) {
        begun.add(element);
        start(element);
      }
    }
  };
  look(document);
  document.addEventListener("htmx:after:swap", () => look(document));
}
