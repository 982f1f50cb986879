"""A person without a pointer: every step is a key, and after each the focus is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Locator, Page

#: Presses of Tab after which something counts as out of reach.
STEPS_MAX: Final = 120

#: What is wrong with the focus as it stands, in words; "" where all is well.
# A title that a script put the focus on (tabindex -1) is no stop of the keyboard.
_FOCUS: Final = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect();
  if (it === document.body || it.tabIndex < 0) return '';
  const said = it.outerHTML.slice(0, 160);
  const style = getComputedStyle(it);
  if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return 'no ring: ' + said;
  if (box.width < 1 || box.height < 1) return 'no size: ' + said;
  const page = {left: 0, top: 0, right: innerWidth, bottom: innerHeight};
  const within = (box, frame) => ({
    left: Math.max(box.left, frame.left), top: Math.max(box.top, frame.top),
    right: Math.min(box.right, frame.right), bottom: Math.min(box.bottom, frame.bottom)});
  const area = (box) => Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
  const seen = within(box, page);
  if (area(seen) < 1) return 'outside of the window: ' + said;
  const middle = [(seen.left + seen.right) / 2, (seen.top + seen.bottom) / 2];
  const above = document.elementFromPoint(...middle);
  for (const bar of document.querySelectorAll('.bar, .rail, .sheet__head')) {
    const covered = area(within(seen, bar.getBoundingClientRect())) >= 0.9 * area(seen);
    if (covered && !bar.contains(it) && bar.contains(above)) {
      return 'under ' + bar.className + ': ' + said;
    }
  }
  return '';
}"""

_PLACE: Final = "[...document.querySelectorAll('*')].indexOf(document.activeElement)"


@dataclass(frozen=True)
class Keys:
    """The keyboard of a page.

    Attributes:
        page: what is open.
    """

    page: Page

    def press(self, *keys: str) -> None:
        """Press keys one after the other; the focus has to be seen after each."""
        for key in keys:
            self.page.keyboard.press(key)
            self.look()

    def stops(self, key: str, *, presses: int) -> int:
        """Press a key many times, the focus seen after each; tell at how many places it stood."""
        stood = set()
        for _press in range(presses):
            self.press(key)
            stood.add(self.page.evaluate(_PLACE))
        return len(stood)

    def look(self) -> None:
        """Refuse a focus without a ring, outside of the window or under a bar that sticks."""
        fault = self.page.evaluate(_FOCUS)
        if fault:
            raise AssertionError(f"{self.page.url}: {fault}")

    def reach(self, wanted: Locator, *, by: str = "Tab") -> None:
        """Go on with Tab until the wanted thing has the focus."""
        for _step in range(STEPS_MAX):
            if wanted.count() == 1 and self.has_focus(wanted):
                return
            self.press(by)
        raise AssertionError(f"{wanted} is out of the keyboard's reach on {self.page.url}")

    def go(self, wanted: Locator, *, to: str) -> None:
        """Reach a link or a button, press Enter, and arrive at an address."""
        self.reach(wanted)
        with self.page.expect_navigation(url=to):
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def write(self, field: Locator, text: str) -> None:
        """Reach a field and write over what stands in it."""
        self.reach(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)
        self.look()

    def choose(self, field: Locator, value: str) -> None:
        """Reach a list to pick from and go down with the arrow until a value stands there."""
        self.reach(field)
        self.press("Home")
        for _step in range(STEPS_MAX):
            if field.input_value() == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{value} is not in {field}")

    def has_focus(self, wanted: Locator) -> bool:
        """Whether something has the focus."""
        return bool(wanted.evaluate("it => it === document.activeElement"))
