"""Onto a wiki page: one a period and language, below a page that lists them.

The page itself is the proof. Where a report has one title in both languages, whichever comes second
has its language in the page's title.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from itsm_sync.clients.errors import Broken, Conflict
from itsm_sync.clients.redmine_publishing import Page, Press, Upload
from itsm_sync.model.deliveries import MARK
from itsm_sync.model.markup import Markup, escaped
from itsm_sync.model.reporting.targets import Wiki
from itsm_sync.model.text import normal
from itsm_sync.model.words import Message
from itsm_sync.reports.delivery.parcel import How, Landed, Parcel, Refused, named_by_content
from itsm_sync.reports.delivery.proofs import Proof
from itsm_sync.reports.document import File, Form, Rendered

FORMS = {
    Markup.TEXTILE: Form.TEXTILE,
    Markup.MARKDOWN: Form.WIKI_MARKDOWN,
    Markup.COMMON_MARK: Form.WIKI_COMMON_MARK,
    Markup.NONE: Form.WIKI_NONE,
}
_LONGEST = 200  # characters of a title; Redmine keeps 255, and puts no more than that into a path
_NOT_IN_TITLES = re.compile(r"[,./?;|:\[\]#%\\<>\"\s]+")
_LIST = "{{child_pages}}"
_MARK = f"{MARK}: "  # and the errand's key: what stands beside a version of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Publishes one report in a wiki.

    Args:
        press: the door to Redmine's pages.
        parcel: has the form of the mark-up.
        wiki: where.
        markup: how Redmine marks text up.
        proof: the errand's key, for the page's history.
    """

    press: Press
    parcel: Parcel
    wiki: Wiki
    markup: Markup
    proof: Proof

    def publish(self, *, again: bool) -> Landed:
        """See that the page of a report stands; answer its address.

        A page that stands is left as it is, unless `again` says that a person wants it as it would
        be now: then it gets another version, where its text differs and nobody else has edited it.

        Raises:
            Refused: somebody else made a page of this title, or edited ours; or it is another
                report's.
            ClientError: Redmine does not take it.
        """
        text = named_by_content(self.parcel.made[FORMS[self.markup]])
        try:
            return self._see(text, again=again)
        except Conflict:  # somebody wrote meanwhile: look at what stands now
            return self._see(text, again=again)

    def _see(self, text: Rendered, *, again: bool) -> Landed:
        title = self._title()
        page = self._page(title)
        if page is not None and not self._is_due(page, text, again=again):
            return Landed(self._address(title), How.STOOD)
        self._write(title, page, text)
        return Landed(self._address(title), How.SENT if page is None else How.CHANGED)

    def _write(self, title: str, page: Page | None, text: Rendered) -> None:
        if page is None:
            self._make_parent()
        files = [*text.beside, *self.parcel.files(self.wiki.attach or ())]
        self.press.put_page(
            self.wiki.project,
            title,
            _words(text),
            comments=self._comments,
            version=None if page is None else page.version,
            parent=self._above,
            uploads=[self._sent(file) for file in files],
        )
        stands = self._page(title)
        if page is None and stands is not None and self._gave_back(stands):
            raise _made_by_others(title)
        if stands is None or normal(stands.text) != normal(_words(text)):
            told = Message("Redmine did not keep the wiki page as it was sent")
            raise Broken(told, system="redmine")

    def _is_due(self, page: Page, text: Rendered, *, again: bool) -> bool:
        """Whether a page that stands is to be written; raises Refused where it is not ours to."""
        me, title = self.press.me(), {"title": page.title}
        first = self._first(page.title)
        if first is None or first.author != me:
            raise _made_by_others(page.title)
        key = _Key.of(first.comments)
        if key is not None and key.whole != self._key.whole:
            told = "the wiki page {title} is another report's: give one of the two another title"
            raise Refused(Message(told, title))
        if not again or normal(page.text) == normal(_words(text)):
            return False
        if page.author != me:
            told = "somebody has edited the wiki page {title}: it is left as it is"
            raise Refused(Message(told, title))
        return True

    def _make_parent(self) -> None:
        """Make the page that lists those of a report, unless there is one: anybody may edit it."""
        if self._page(self._above) is not None:
            return
        if self.wiki.parent and self._page(self.wiki.parent) is None:
            params = {"title": self.wiki.parent, "project": self.wiki.project}
            raise Refused(Message("there is no wiki page {title} in {project}", params))
        heading = escaped(self.parcel.title, self.markup)
        mark = "h1. " if self.markup is Markup.TEXTILE else "# "
        self.press.put_page(
            self.wiki.project,
            self._above,
            f"{mark}{heading}\n\n{_LIST}",
            comments=f"itsm-sync: report:{self.parcel.report}",
            version=None,
            parent=self.wiki.parent,
        )
        if (stands := self._page(self._above)) is not None:
            self._gave_back(stands)

    def _gave_back(self, stands: Page) -> bool:
        """Put a page back that somebody made after we had seen none; answer whether one did.

        Redmine knows no write that makes a page only where there is none: a version that is sent
        with a new page becomes its first.
        """
        if stands.version == 1 or stands.author != self.press.me():
            return stands.version != 1
        before = self.press.page(self.wiki.project, stands.title, stands.version - 1)
        if before is not None:
            self.press.put_page(
                self.wiki.project,
                stands.title,
                before.text,
                comments=before.comments,
                version=stands.version,
            )
        return True

    def _page(self, title: str) -> Page | None:
        return self.press.page(self.wiki.project, title)

    def _sent(self, file: File) -> Upload:
        return self.press.upload(file.name, file.media_type, file.content)

    def _title(self) -> str:
        """Answer the title of the page that is this language's."""
        title, team, period = self.parcel.title, self.parcel.team_name, self.parcel.span.key
        usual = page_title(title, team, period)
        if page_title(title).casefold() != page_title(self.parcel.elsewhere).casefold():
            return usual
        own = page_title(title, team, f"{period} {self.parcel.language}")
        if self._page(own) is not None or self._is_taken(usual):
            return own
        return usual

    def _is_taken(self, title: str) -> bool:
        """Whether a page is the same report in the other language."""
        first = self._first(title)
        key = _Key.of(first.comments) if first is not None else None
        if key is None or key.whole != self._key.whole:
            return False
        if not key.language:  # of when no key named one
            return self._address(title) in self.proof.others
        return key.language != self._key.language

    def _address(self, title: str) -> str:
        return f"{self.press.url}/projects/{self.wiki.project}/wiki/{quote(title)}"

    def _first(self, title: str) -> Page | None:
        return self.press.page(self.wiki.project, title, 1)

    @property
    def _comments(self) -> str:
        return f"{_MARK}{self.proof.errand.key}"

    @property
    def _key(self) -> "_Key":
        key = _Key.of(self._comments)
        assert key is not None  # nosec B101  # noqa: S101 - for the type checker
        return key

    @property
    def _above(self) -> str:
        return page_title(self.parcel.title)


def page_title(*parts: str) -> str:
    """Answer a title as Redmine keeps it: words joined by `_`, a capital first.

    The last part tells a page from the others of its report: of what is too long it stays.
    """
    words = [_NOT_IN_TITLES.sub("_", part.replace("..", "~")).strip("_") for part in parts if part]
    *before, last = [word for word in words if word] or [""]
    head = "_".join(before)[: max(0, _LONGEST - len(last) - 1)].rstrip("_")
    title = "_".join(filter(None, (head, last)))[:_LONGEST]
    return title[:1].upper() + title[1:]


@dataclass(frozen=True, slots=True)
class _Key:
    """What of an errand's key names a page: all but the target, which may be renamed."""

    whole: tuple[str, ...]
    language: str

    @classmethod
    def of(cls, comments: str) -> "_Key | None":
        """Read it beside a version; None where none stands there."""
        if not comments.startswith(_MARK):
            return None
        named, *rest = comments.removeprefix(_MARK).split("/", 3)
        report, _, language = named.removeprefix("report:").partition(":")
        return cls((report, *rest[:1], *rest[2:]), language)


def _made_by_others(title: str) -> Refused:
    told = "a wiki page of this title was made by somebody else: {title}"
    return Refused(Message(told, {"title": title}))


def _words(text: Rendered) -> str:
    return text.main.content.decode()
