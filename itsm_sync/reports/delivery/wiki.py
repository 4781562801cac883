"""Onto a wiki page: one a period, below a page that lists them. The page itself is the proof."""

import re
from urllib.parse import quote

from itsm_sync.clients.errors import Broken, Conflict
from itsm_sync.clients.redmine_publishing import Page, Press, Upload
from itsm_sync.model.markup import Markup, escaped
from itsm_sync.model.reporting.targets import Wiki
from itsm_sync.model.text import normal
from itsm_sync.model.words import Message
from itsm_sync.reports.delivery.parcel import Parcel, Refused, named_by_content
from itsm_sync.reports.document import File, Form, Rendered

FORMS = {
    Markup.TEXTILE: Form.TEXTILE,
    Markup.MARKDOWN: Form.MARKDOWN,
    Markup.COMMON_MARK: Form.MARKDOWN,
    Markup.NONE: Form.MARKDOWN,
}
_LONGEST = 200  # characters of a title; Redmine keeps 255, and puts no more than that into a path
_NOT_IN_TITLES = re.compile(r"[,./?;|:\[\]#%\\<>\"\s]+")
_LIST = "{{child_pages}}"


def publish(
    press: Press, parcel: Parcel, wiki: Wiki, markup: Markup, *, key: str, again: bool
) -> str:
    """See that the page of a report stands; answer its address.

    A page that stands is left as it is, unless `again` says that a person wants it as it would be
    now: then it gets another version, where its text differs and nobody else has edited it.

    Args:
        press: publishes.
        parcel: has the form of the mark-up.
        wiki: where.
        markup: how Redmine marks text up.
        key: the errand's, for the page's history.
        again: whether a page that stands is renewed.

    Raises:
        Refused: somebody else made a page of this title, or edited ours.
        ClientError: Redmine does not take it.
    """
    title = page_title(parcel.title, parcel.team_name, parcel.span.key)
    above = page_title(parcel.title)
    text = named_by_content(parcel.made[FORMS[markup]])
    address = f"{press.url}/projects/{wiki.project}/wiki/{quote(title)}"
    for last in (False, True):
        page = press.page(wiki.project, title)
        if page is not None and not _is_due(press, wiki.project, page, text, again=again):
            return address
        try:
            _put(press, wiki, title, above, text, page, parcel, markup, key)
        except Conflict:
            if last:
                raise
            continue  # somebody wrote meanwhile: look at what stands now
        break
    stands = press.page(wiki.project, title)
    if stands is None or normal(stands.text) != normal(_words(text)):
        raise Broken(Message("Redmine did not keep the wiki page as it was sent"), system="redmine")
    return address


def page_title(*parts: str) -> str:
    """Answer a title as Redmine keeps it: words joined by `_`, a capital first."""
    words = [_NOT_IN_TITLES.sub("_", part.replace("..", "~")).strip("_") for part in parts if part]
    title = "_".join(filter(None, words))[:_LONGEST]
    return title[:1].upper() + title[1:]


def _is_due(press: Press, project: str, page: Page, text: Rendered, *, again: bool) -> bool:
    """Whether a page that stands is to be written; raises Refused where it is not ours to."""
    if press.first_author(project, page.title) != press.me():
        told = Message("a wiki page of this title was made by somebody else: {title}")
        raise Refused(Message(told.text, {"title": page.title}))
    if not again or normal(page.text) == normal(_words(text)):
        return False
    if page.author != press.me():
        told = Message("somebody has edited the wiki page {title}: it is left as it is")
        raise Refused(Message(told.text, {"title": page.title}))
    return True


def _put(
    press: Press,
    wiki: Wiki,
    title: str,
    above: str,
    text: Rendered,
    page: Page | None,
    parcel: Parcel,
    markup: Markup,
    key: str,
) -> None:
    if page is None:
        _make_parent(press, wiki, above, parcel, markup)
    files = [*text.beside, *parcel.files(wiki.attach or ())]
    press.put_page(
        wiki.project,
        title,
        _words(text),
        comments=f"itsm-sync: {key}",
        version=None if page is None else page.version,
        parent=above,
        uploads=[_sent(press, file) for file in files],
    )


def _make_parent(press: Press, wiki: Wiki, above: str, parcel: Parcel, markup: Markup) -> None:
    """Make the page that lists those of a report, unless there is one: it is anybody's to edit."""
    if press.page(wiki.project, above) is not None:
        return
    if wiki.parent and press.page(wiki.project, wiki.parent) is None:
        told = Message("there is no wiki page {title} in {project}")
        raise Refused(Message(told.text, {"title": wiki.parent, "project": wiki.project}))
    heading = escaped(parcel.title, markup)
    marked = f"h1. {heading}" if markup is Markup.TEXTILE else f"# {heading}"
    press.put_page(
        wiki.project,
        above,
        f"{marked}\n\n{_LIST}",
        comments=f"itsm-sync: report:{parcel.report}",
        version=None,
        parent=wiki.parent,
    )


def _words(text: Rendered) -> str:
    return text.main.content.decode()


def _sent(press: Press, file: File) -> Upload:
    return press.upload(file.name, file.media_type, file.content)
