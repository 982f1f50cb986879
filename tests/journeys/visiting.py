"""Somebody who visits pages over HTTP: follows links and fills in forms as they stand there.

A link or a button is named by its words. A form is sent as a browser sends it,
with its hidden fields and what is filled in already; a field that the page does
not have cannot be written to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

from wavepool.plumbing import clock

_TEXTS = ("a", "button", "h1", "option", "textarea")


@dataclass
class Form:
    """A form of a page: where it leads, its values, its buttons."""

    action: str
    method: str
    values: dict[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


class Page(HTMLParser):
    """Links, forms and the heading of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.heading = ""
        self._form: Form | None = None
        self._select = ""
        self._open: list[_Open] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms and fields; begin to collect words where they matter."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "select":
            self._select = given.get("name", "")
            self._name(self._select)
        elif tag == "input":
            self._input(given)
        if tag in _TEXTS:
            self._open.append(_Open(tag, given))

    def handle_endtag(self, tag: str) -> None:
        """Close what was begun."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        if self._open and self._open[-1].tag == tag:
            self._close(self._open.pop())

    def handle_data(self, data: str) -> None:
        """Words go to everything that is open around them."""
        for each in self._open:
            each.words.append(data)

    def _close(self, ended: _Open) -> None:
        given, form = ended.attributes, self._form
        if ended.tag == "a":
            self.links.append((ended.text, given.get("href", "")))
        elif ended.tag == "h1":
            self.heading = ended.text
        elif form is None:
            return
        elif ended.tag == "button":
            form.buttons[ended.text] = (given.get("name", ""), given.get("value", ""))
        elif ended.tag == "textarea":
            self._name(given["name"])
            form.values[given["name"]] = "".join(ended.words).removeprefix("\n")
        elif self._select and ("selected" in given or self._select not in form.values):
            form.values[self._select] = given.get("value", ended.text)

    def _name(self, name: str) -> None:
        if self._form is not None:
            self._form.names.add(name)

    def _input(self, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if self._form is None or not name:
            return
        self._form.names.add(name)
        if kind == "checkbox" and "checked" in given:
            chosen = self._form.values.setdefault(name, [])
            chosen.append(given.get("value", "on"))
        elif kind == "radio" and "checked" in given:
            self._form.values[name] = given.get("value", "on")
        elif kind not in {"checkbox", "radio", "file"}:
            self._form.values[name] = given.get("value", "")


class Visitor:
    """A browser without pictures and scripts.

    Attributes:
        path: where it is.
        text: what the page says, as HTML.
        page: what can be done there.
    """

    def __init__(self, account: Any = None) -> None:
        self.client = Client(enforce_csrf_checks=True)
        if account is not None:
            self.client.force_login(account)
        self.path, self.text, self.page = "/", "", Page("")

    def show_factor(self) -> Visitor:
        """Show a second factor now."""
        session = self.client.session
        at = clock.now().timestamp()
        session["account_authentication_methods"] = [{"method": "mfa", "at": at}]
        session.save()
        return self

    def open(self, path: str) -> None:
        """Type an address."""
        self._arrive(self.client.get(path, follow=True), path)

    def follow(self, words: str) -> None:
        """Follow the first link that begins with some words."""
        found = [href for text, href in self.page.links if text.startswith(words)]
        assert found, f"no link {words!r} on {self.path}"
        self.open(urljoin(self.path, found[0]))

    def press(self, words: str, *, expecting: int = 200, **written: Any) -> None:
        """Write into the form of the first button that begins with some words, and press it."""
        form, button = self._form_of(words)
        assert set(written) <= form.names, f"{set(written) - form.names} not in the form {words!r}"
        name, value = form.buttons[button]
        values = {**form.values, **({name: value} if name else {}), **written}
        values = {key: each for key, each in values.items() if each is not None}
        send = self.client.post if form.method == "post" else self.client.get
        path = urljoin(self.path, form.action or self.path)
        self._arrive(send(path, values, follow=True), path, expecting=expecting)

    def fetch(self, words: str) -> bytes:
        """Download what the first link that begins with some words leads to."""
        found = [href for text, href in self.page.links if text.startswith(words)]
        assert found, f"no link {words!r} on {self.path}"
        answer = self.client.get(urljoin(self.path, found[0]))
        assert answer.status_code == 200, (found[0], answer.status_code)
        return bytes(answer.content)

    def says(self, *words: str) -> bool:
        """Whether the page holds all these words."""
        return all(each in self.text for each in words)

    def _form_of(self, words: str) -> tuple[Form, str]:
        found = [(form, button) for form in self.page.forms for button in form.buttons]
        # "Sign" is not "Sign out", where both are there.
        for form, button in [each for each in found if each[1] == words] + found:
            if button.startswith(words):
                return form, button
        seen = [button for _form, button in found]
        raise AssertionError(f"no button {words!r} on {self.path}, but {seen}")

    def _arrive(self, answer: Any, path: str, *, expecting: int = 200) -> None:
        self.path = urlsplit(answer.redirect_chain[-1][0]).path if answer.redirect_chain else path
        self.text = answer.content.decode()
        assert answer.status_code == expecting, f"{self.path}: {answer.status_code}"
        self.page = Page(self.text)
