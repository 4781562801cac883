"""What a ticket's page says the bot may do there (Redmine fact 32)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from itsm_sync.model.markup import Markup

_CUSTOM = "issue[custom_field_values]["
_OWN = re.compile(r"issue\[(\w+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The edit form of a ticket as this account sees it.

    `editable` are the ids of custom fields it may write, `standard` the names of Redmine's own
    ("due_date", ...), `options` the values of custom ones that are lists, `rendered` those whose
    text is shown with mark-up, `statuses` the transitions open to it, `assignable` the ids of users
    and groups, and `markup` what the toolbar's script is called: as the text formatting is
    ("" without a toolbar: plain text, or nothing to write in). `version` is the ticket's
    lock_version, None without a form.
    """

    editable: frozenset[int] = frozenset()
    standard: frozenset[str] = frozenset()
    options: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    rendered: frozenset[int] = frozenset()
    statuses: tuple[str, ...] = ()
    assignable: frozenset[str] = frozenset()
    notes: bool = False
    markup: str = ""
    version: int | None = None

    @property
    def text_formatting(self) -> Markup:
        """Answer how Redmine formats what is written here."""
        if not self.markup:
            return Markup.NONE if self.notes else Markup.UNKNOWN
        return Markup(self.markup) if self.markup in set(Markup) else Markup.UNKNOWN


def form(page: str) -> Form:
    """Read the form out of the page `/issues/ID`; empty where the page has none."""
    reader = _Reader()
    reader.feed(page)
    custom = {
        number: tuple(options) for name, options in reader.fields.items()
        if (number := _custom_field(name)) is not None
    }  # fmt: skip
    return Form(
        editable=frozenset(custom),
        standard=frozenset(found[1] for name in reader.fields if (found := _OWN.fullmatch(name))),
        options={number: options for number, options in custom.items() if options},
        rendered=frozenset(n for name in reader.rendered if (n := _custom_field(name)) is not None),
        statuses=tuple(reader.labels.get("issue[status_id]", ())),
        assignable=frozenset(reader.fields.get("issue[assigned_to_id]", ())),
        notes="issue[notes]" in reader.fields,
        markup=reader.markup,
        version=int(reader.version) if reader.version.isdecimal() else None,
    )


def _custom_field(name: str) -> int | None:
    if not name.startswith(_CUSTOM):
        return None
    number = name.removeprefix(_CUSTOM).partition("]")[0]
    return int(number) if number.isdecimal() else None


class _Reader(HTMLParser):
    """Collects the names of fields, and of lists the values and labels."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, list[str]] = {}
        self.labels: dict[str, list[str]] = {}
        self.rendered: set[str] = set()
        self.markup = ""
        self.version = ""
        self._list = ""
        self._in_option = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag in ("input", "textarea", "select") and name.startswith("issue["):
            self.fields.setdefault(name, [])
            if "wiki-edit" in given.get("class", "").split():
                self.rendered.add(name)
            if name == "issue[lock_version]":
                self.version = given.get("value", "")
            self._list = name if tag == "select" else self._list
        elif tag == "option" and self._list:
            self._in_option = bool(given.get("value"))
            if given.get("value"):
                self.fields[self._list].append(given["value"])
        elif tag == "script" and "/jstoolbar/" in given.get("src", ""):
            file = given["src"].rpartition("/")[2].partition(".")[0].partition("-")[0]
            if file not in ("jstoolbar", "lang"):
                self.markup = file

    def handle_data(self, data: str) -> None:
        if self._in_option and data.strip():
            self.labels.setdefault(self._list, []).append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._list = ""
        if tag == "option":
            self._in_option = False
