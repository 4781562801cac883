"""As news, as a ticket, as a note on one: short words with the report attached.

The errand's key stands in the last line: by it what was written is known again, also by who has
lost all else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from itsm_sync.clients.errors import Broken
from itsm_sync.clients.redmine_publishing import Press, Upload
from itsm_sync.model.markup import Markup, escaped
from itsm_sync.model.reporting.targets import News, Ticket
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Message
from itsm_sync.reports.delivery.parcel import How, Landed, Parcel, Refused
from itsm_sync.reports.delivery.proofs import Proof

_TITLE, _SUMMARY, _SUBJECT = 60, 255, 255  # characters that Redmine keeps
_BEHIND = timedelta(days=1)  # Redmine's clock may be, by far less


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is written: how Redmine marks text up, and what proves it afterwards.

    `began`: nothing of this errand can stand that was written before.
    """

    press: Press
    parcel: Parcel
    markup: Markup
    proof: Proof

    @property
    def began(self) -> datetime:
        return self.parcel.span.since - _BEHIND

    def text(self) -> str:
        """Answer the words, and the key."""
        words = (self.parcel.subtitle, *self.parcel.lines)
        said = "\n".join(escaped(line, self.markup) for line in words if line)
        return f"{said}\n\n{self.proof.mark}"

    def address(self, kind: str, number: int) -> str:
        return f"{self.press.url}/{kind}/{number}"

    def sent(self, forms: Iterable[str]) -> list[Upload]:
        """Send the files that are to be attached."""
        files = self.parcel.files(tuple(forms))
        return [self.press.upload(one.name, one.media_type, one.content) for one in files]


def as_news(notice: Notice, news: News, forms: tuple[str, ...]) -> Landed:
    """See that the news stands; answer its address. Raises ClientError."""
    press, parcel = notice.press, notice.parcel
    how, number = How.STOOD, _entry(notice, news)
    if number is None:
        tail = " · ".join(filter(None, (parcel.team_name, parcel.subtitle)))
        title = f"{one_line(parcel.title, max(1, _TITLE - len(tail) - 3))} · {tail}"
        summary = one_line(next(iter(parcel.lines), parcel.subtitle), _SUMMARY)
        press.post_news(
            news.project, one_line(title, _TITLE), summary, notice.text(), notice.sent(forms)
        )
        how, number = How.SENT, _entry(notice, news)
    if number is None:
        raise Broken(Message("Redmine did not keep the news"), system="redmine")
    return Landed(notice.address("news", number), how)


def _entry(notice: Notice, news: News) -> int | None:
    me = notice.press.me()
    for entry in notice.press.news(news.project, notice.began):
        address = notice.address("news", entry.number)
        its = notice.proof.is_in(entry.description, entry.title, address)
        if entry.author == me and its:
            return entry.number
    return None


def as_ticket(notice: Notice, ticket: Ticket, forms: tuple[str, ...]) -> Landed:
    """See that the ticket, or the note on it, stands; answer its address.

    Raises:
        Refused: the project has no such tracker.
        ClientError: Redmine does not take it.
    """
    if ticket.number is not None:
        how = _note(notice, ticket.number, forms)
        return Landed(notice.address("issues", ticket.number), how)
    how, number = How.STOOD, _opened(notice, ticket)
    if number is None:
        how = How.SENT
        number = notice.press.open(_fields(notice, ticket), notice.sent(forms))
    return Landed(notice.address("issues", number), how)


def _note(notice: Notice, number: int, forms: tuple[str, ...]) -> How:
    me, address = notice.press.me(), notice.address("issues", number)
    title, elsewhere = notice.proof.title, notice.proof.elsewhere
    proof = replace(
        notice.proof,
        title=escaped(title, notice.markup),
        elsewhere=escaped(elsewhere, notice.markup),
    )

    def stands() -> bool:
        notes = notice.press.notes(number)
        return any(author == me and proof.is_in(text, text, address) for author, text in notes)

    if stands():
        return How.STOOD
    heading = escaped(notice.parcel.heading, notice.markup)
    notice.press.note(number, f"{heading}\n\n{notice.text()}", notice.sent(forms))
    if not stands():
        raise Broken(Message("Redmine did not keep the note"), system="redmine")
    return How.SENT


def _opened(notice: Notice, ticket: Ticket) -> int | None:
    for one in notice.press.opened(ticket.project, notice.began):
        address = notice.address("issues", one.number)
        if notice.proof.is_in(one.description, one.title, address):
            return one.number
    return None


def _fields(notice: Notice, ticket: Ticket) -> dict[str, object]:
    found: dict[str, object] = {
        "project_id": ticket.project,
        "subject": one_line(notice.parcel.heading, _SUBJECT),
        "description": notice.text(),
    }
    if ticket.tracker:
        trackers = notice.press.trackers(ticket.project)
        if ticket.tracker not in trackers:
            params = {"name": ticket.tracker, "known": ", ".join(trackers)}
            told = Message("the project has no tracker `{name}`: {known}", params)
            raise Refused(told)
        found["tracker_id"] = trackers[ticket.tracker]
    return found
