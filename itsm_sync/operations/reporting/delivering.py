"""Takes reports to their places, each once, and keeps what became of it.

What is noted before and after says what can have happened in between. In Redmine what was written
is its own proof, looked for before anything is written again. Mail has none: it is noted as handed
over right before it goes, and one of which nothing more is known is not sent again by itself.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from itsm_sync.clients.errors import ClientError, Forbidden, Missing
from itsm_sync.clients.mail import MailClient, Unsettled
from itsm_sync.clients.redmine_publishing import Press
from itsm_sync.model.deliveries import Delivery, Errand, Stand
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.errors import place as place_of
from itsm_sync.model.items import Audience
from itsm_sync.model.markup import Markup
from itsm_sync.model.os_errors import why
from itsm_sync.model.ports import Clock, Observer
from itsm_sync.model.reporting import Report, Target, TargetKind
from itsm_sync.model.words import Message
from itsm_sync.operations.reporting.errands import attached, errands
from itsm_sync.operations.reporting.refused import refusal
from itsm_sync.reports.delivery import folder, mail, notices, wiki
from itsm_sync.reports.delivery.parcel import How, Landed, Parcel, Refused
from itsm_sync.reports.delivery.proofs import Proof
from itsm_sync.reports.document import Form
from itsm_sync.store import Store, StoreError

_OBSERVES = Message("`write: observe` sends nothing: set `write: on`")
_PAUSED = Message("writing is paused: `itsm-sync resume` lets it go on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an errand; `stand` None: it is held, and nothing was noted.

    `now`: it was tried just now, and is not as it was before; `how` says what was done where it
    arrived.
    """

    errand: Errand
    stand: Stand | None
    place: str = ""
    cause: Message | None = None
    now: bool = False
    how: How | None = None

    @property
    def well(self) -> bool:
        return self.stand is Stand.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Delivers.

    Args:
        store: keeps what became of errands.
        clock: the time.
        observer: is told of each delivery (`report.delivered`, `report.undelivered`).
        press: answers the door to Redmine's pages; asked where something goes there.
        mail: answers the door to the mail server.
        markup: answers how Redmine marks text up.
        beside: what relative folders are in.
        writes: whether the settings let anything leave this machine.
        undisturbed: keeps an interruption waiting until what was sent is recorded.
    """

    store: Store
    clock: Clock
    observer: Observer
    press: Callable[[], Press]
    mail: Callable[[], MailClient]
    markup: Callable[[], Markup]
    beside: Path
    writes: bool
    undisturbed: Callable[[], AbstractContextManager[None]] = nullcontext

    @property
    def held(self) -> Message | None:
        """Answer why nothing leaves this machine; None: it may."""
        if not self.writes:
            return _OBSERVES
        return _PAUSED if self.store.paused() is not None else None

    def deliver(
        self,
        report: Report,
        parcels: Iterable[Parcel],
        targets: Mapping[str, Target],
        *,
        again: bool = False,
        only: frozenset[str] | None = None,
    ) -> tuple[Outcome, ...]:
        """Deliver a report.

        Args:
            report: what it is.
            parcels: what was made of it, in the forms that `forms` answers.
            targets: the places, by name.
            again: a person wants it where it is known to be already.
            only: the keys of the errands that are meant; None: all.
        """
        found = []
        for parcel in parcels:
            mine = errands(parcel.report, parcel.span, parcel.language, (parcel.team,), targets)
            for errand in mine:
                if only is None or errand.key in only:
                    target = targets[errand.target]
                    found.append(self._deliver(report, parcel, target, errand, again=again))
        return tuple(found)

    def failed(self, errand: Errand, cause: Message) -> Outcome:
        """Note that an errand can't be done, since the report could not be made; what is done, or
        may have arrived, stays as it is.
        """
        settled = self._settled(errand)
        return settled or self._fail(self._known(errand), cause, refused=False)

    def forms(self, report: Report, targets: Iterable[Target]) -> tuple[Form, ...]:
        """Answer the forms in which a report is needed. Raises ClientError."""
        found: dict[Form, None] = {}
        for target in targets:
            found |= dict.fromkeys(map(Form, attached(report, target)))
            if target.kind is TargetKind.WIKI:
                found[wiki.FORMS[self._markup()]] = None
            elif target.kind is TargetKind.MAIL:
                found |= {Form.MAIL: None, Form.MARKDOWN: None}
        return tuple(found)

    # -- one errand ---------------------------------------------------------------------------

    def _deliver(
        self, report: Report, parcel: Parcel, target: Target, errand: Errand, *, again: bool
    ) -> Outcome:
        if not again and (settled := self._settled(errand)) is not None:
            return settled
        if target.leaves and (held := self.held) is not None:
            return Outcome(errand=errand, stand=None, cause=held)
        with self.undisturbed():
            begun = self._begun(errand)
            try:
                landed = self._bring(report, parcel, target, begun, again=again)
            except Unsettled as error:
                return self._fail(begun, error.message, Stand.SENDING)
            except (Forbidden, Missing) as error:
                return self._fail(begun, refusal(error, target))
            except (ClientError, Refused) as error:
                reasons = "; ".join(getattr(error, "details", ()))
                told = Message("{error} ({reasons})", {"error": error.message, "reasons": reasons})
                return self._fail(begun, told if reasons else error.message)
            except OSError as error:
                told = Message("can't be written: {error}", {"error": why(error)})
                return self._fail(begun, told)
            except (StoreError, ConfigurationError):
                raise
            except Exception as error:  # noqa: BLE001 - else all others wait behind it, for good
                told = Message("delivering it failed: {error}", {"error": place_of(error)})
                return self._fail(begun, told, self._after_fault(errand))
            return self._done(begun, landed)

    def _settled(self, errand: Errand) -> Outcome | None:
        """Answer how an errand stands of which nothing is left to do but by a person's wish."""
        known = self.store.delivery(errand)
        if known is None or known.stand not in (Stand.DONE, Stand.SENDING):
            return None
        return Outcome(errand=errand, stand=known.stand, place=known.place, cause=known.cause)

    def _known(self, errand: Errand) -> Delivery:
        """Answer what is known of an errand that is begun now."""
        now, known = self.clock(), self.store.delivery(errand)
        fresh = Delivery(errand=errand, stand=Stand.BEGUN, first_at=now, at=now)
        return fresh if known is None else replace(known, stand=Stand.BEGUN, at=now)

    def _begun(self, errand: Errand) -> Delivery:
        begun = self._known(errand)
        self.store.keep_delivery(begun)
        return begun

    def _done(self, begun: Delivery, landed: Landed) -> Outcome:
        place, how = landed.place, landed.how
        done = replace(begun, stand=Stand.DONE, at=self.clock(), place=place, cause=None)
        self.store.keep_delivery(done)
        errand = begun.errand
        self.observer.saw("report.delivered", report=errand.report, period=errand.span.key,
                          target=errand.target, how=how.value)  # fmt: skip
        now = how is not How.STOOD
        return Outcome(errand=errand, stand=Stand.DONE, place=place, now=now, how=how)

    def _fail(
        self,
        begun: Delivery,
        cause: Message,
        stand: Stand = Stand.FAILED,
        *,
        refused: bool = True,
    ) -> Outcome:
        now, errand = self.clock(), begun.errand
        failed = replace(
            begun,
            stand=stand,
            at=now,
            cause=cause,
            times=begun.times + 1,
            tries=begun.tries + 1,
            tried_at=now,
        )
        self.store.keep_delivery(failed, refused=refused)
        self.observer.saw("report.undelivered", report=errand.report, period=errand.span.key,
                          target=errand.target, error=str(cause))  # fmt: skip
        return Outcome(errand=errand, stand=stand, cause=cause, now=True)

    def _after_fault(self, errand: Errand) -> Stand:
        """Answer how an errand stands after a fault of ours: mail that went may be there."""
        known = self.store.delivery(errand)
        return Stand.SENDING if known and known.stand is Stand.SENDING else Stand.FAILED

    # -- the places ---------------------------------------------------------------------------

    def _bring(
        self, report: Report, parcel: Parcel, target: Target, begun: Delivery, *, again: bool
    ) -> Landed:
        errand, attach = begun.errand, attached(report, target)
        if parcel.audience is Audience.PRIVATE and not target.is_private:
            params = {"name": errand.target}
            told = Message("a private report goes to no target that is not: `{name}`", params)
            raise Refused(told)
        if target.folder is not None:
            where = self.beside / target.folder.path
            return Landed(", ".join(map(str, folder.lay(where, parcel.files(attach)))))
        if target.mail is not None:
            return Landed(self._send(parcel, begun, attach, again=again))
        press, markup = self.press(), self._markup()
        proof = Proof(
            errand=errand,
            title=parcel.title,
            elsewhere=parcel.elsewhere,
            others=self.store.places_in_others(errand),
        )
        if target.wiki is not None:
            self._see_readers(press, parcel, target.wiki.project)
            page = wiki.Publisher(
                press=press, parcel=parcel, wiki=target.wiki, markup=markup, proof=proof
            )
            return page.publish(again=again)
        notice = notices.Notice(press=press, parcel=parcel, markup=markup, proof=proof)
        if target.news is not None:
            self._see_readers(press, parcel, target.news.project)
            return notices.as_news(notice, target.news, attach)
        assert target.ticket is not None  # nosec B101  # noqa: S101 - for the type checker
        number = target.ticket.number
        project = target.ticket.project if number is None else press.project_of(number)
        self._see_readers(press, parcel, project)
        return notices.as_ticket(notice, target.ticket, attach)

    def _see_readers(self, press: Press, parcel: Parcel, project: str | int) -> None:
        """Raise Refused where everybody would see what is private."""
        if parcel.audience is Audience.PRIVATE and press.is_public(project):
            params = {"project": project}
            raise Refused(Message("a private report goes to no public project: {project}", params))

    def _send(
        self, parcel: Parcel, begun: Delivery, attach: tuple[str, ...], *, again: bool
    ) -> str:
        """Send mail to one address; answer its Message-ID."""
        errand, door = begun.errand, self.mail()
        edition = f"{begun.at.isoformat()}" if again and begun.place else ""
        name = mail.message_id(errand, door.sender, edition)
        message = mail.compose(
            parcel,
            name,
            sender=door.sender,
            recipient=errand.address,
            attach=attach,
            now=self.clock(),
        )

        def handing_over() -> None:
            self.store.assure()
            sending = replace(begun, stand=Stand.SENDING, at=self.clock(), place=name)
            self.store.keep_delivery(sending)

        door.send(message, errand.address, handing_over)
        return name

    def _markup(self) -> Markup:
        """Answer how Redmine marks text up; raises Refused where nobody told."""
        found = self.markup()
        if found is Markup.UNKNOWN:
            told = "how Redmine marks text up is not known: say `markup` in settings.yaml"
            raise Refused(Message(told))
        return found
