"""A person's browser: signs in, and sends forms back as a browser would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

import requests

Fields = list[tuple[str, str]]
Changes = Mapping[str, Sequence[str]]  # name -> the values it shall have


class Browser:
    """A session at a web server's pages."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()

    def sign_in(self, login: str, password: str) -> None:
        self.submit("/login", "/login", {"username": [login], "password": [password]})

    def fields(self, path: str, form: str) -> Fields:
        """Answer what the form of a page holds; `form` is its id, or where it goes."""
        answer = self._session.get(self._url + path, timeout=30)
        answer.raise_for_status()
        return _form(answer.text, form).fields

    def submit(self, path: str, form: str, changes: Changes) -> None:
        """Open a page, change its form, send it. Raises requests.HTTPError."""
        answer = self._session.get(self._url + path, timeout=30)
        answer.raise_for_status()
        found = _form(answer.text, form)
        kept = [(name, value) for name, value in found.fields if name not in changes]
        sent = kept + [(name, value) for name, values in changes.items() for value in values]
        done = self._session.post(self._url + found.action, data=sent, timeout=30)
        done.raise_for_status()
        if "errorExplanation" in done.text:
            raise requests.HTTPError(f"{path}: the form was rejected")

    def close(self) -> None:
        self._session.close()


@dataclass(slots=True, kw_only=True)
class _Form:
    action: str
    names: tuple[str | None, ...]
    fields: Fields = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects forms with what a browser would send back."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Form] = []
        self._text: str | None = None  # the name of the text area that is open
        self._list: str | None = None  # the name of the list that is open
        self._options: list[tuple[str, bool]] = []
        self._many = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            action = given.get("action") or ""
            self.forms.append(_Form(action=action, names=(given.get("id"), action)))
        elif not self.forms or "disabled" in given:
            return
        elif tag == "input":
            self._input(given)
        elif tag == "textarea":
            self._text = given.get("name")
            self._add(self._text, "")
        elif tag == "select":
            self._list, self._options, self._many = given.get("name"), [], "multiple" in given
        elif tag == "option" and self._list:
            self._options.append((given.get("value") or "", "selected" in given))

    def _input(self, given: Mapping[str, str | None]) -> None:
        kind = given.get("type") or "text"
        if kind in ("submit", "button", "file", "image"):
            return
        if kind in ("checkbox", "radio") and "checked" not in given:
            return
        self._add(given.get("name"), given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._text:
            name, before = self.forms[-1].fields[-1]
            text = data if before else data.removeprefix("\r\n").removeprefix("\n")
            ends = text.replace("\r\n", "\n").replace("\n", "\r\n")
            self.forms[-1].fields[-1] = (name, before + ends)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None
        elif tag == "select" and self._list:
            chosen = [value for value, selected in self._options if selected]
            if not chosen and self._options and not self._many:
                chosen = [self._options[0][0]]
            for value in chosen:
                self._add(self._list, value)
            self._list = None

    def _add(self, name: str | None, value: str) -> None:
        if name:
            self.forms[-1].fields.append((name, value))


def _form(page: str, name: str) -> _Form:
    reader = _Reader()
    reader.feed(page)
    found = [form for form in reader.forms if name in form.names]
    if not found:
        raise requests.HTTPError(f"no form {name}")
    return found[0]
