"""What became of reports is kept, and what did not arrive is a letter."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import create_engine, insert

from itsm_sync.cycle.rereading import given_up
from itsm_sync.model.deliveries import REPORTS, Delivery, Errand, Stand
from itsm_sync.model.keeping import Keep
from itsm_sync.model.letters import LetterKind, Retrying
from itsm_sync.model.plans import Plan
from itsm_sync.model.reporting import Span
from itsm_sync.model.words import Message
from itsm_sync.store import Store
from itsm_sync.store.deliveries import _row
from itsm_sync.store.schema import metadata
from itsm_sync.store.upgrade import upgrade
from tests.builders import NOON
from tests.databases import address

HOUR = timedelta(hours=1)
SPAN = Span(key="2026-05", since=NOON - 30 * timedelta(days=1), until=NOON)
ERRAND = Errand(report="monthly", span=SPAN, target="mail", part="it a/b@c.example", language="ko")
BEGUN = Delivery(errand=ERRAND, stand=Stand.BEGUN, first_at=NOON, at=NOON)
WHY = Message("the mail server refuses it: {code} {words}", {"code": 452, "words": "full"})
FAILED = replace(
    BEGUN, stand=Stand.FAILED, cause=WHY, times=1, tries=1, tried_at=NOON, at=NOON + HOUR
)


def test_an_errand_is_one_row_whatever_becomes_of_it(store: Store) -> None:
    assert store.delivery(ERRAND) is None
    for one in (BEGUN, FAILED, replace(BEGUN, stand=Stand.DONE, place="<a@b>")):
        store.keep_delivery(one)
        assert store.delivery(ERRAND) == one
        assert store.deliveries() == (one,)
    assert store.delivery(replace(ERRAND, part="")) is None
    assert store.deliveries("weekly") == ()


def test_no_failure_is_noted_of_what_is_done_or_may_have_arrived(store: Store) -> None:
    done = replace(BEGUN, stand=Stand.DONE, place="<a@b>")
    sending = replace(done, stand=Stand.SENDING)
    for one in (sending, done):
        store.keep_delivery(one)
        store.keep_delivery(FAILED)
        assert store.delivery(ERRAND) == one
    store.keep_delivery(FAILED, refused=True)
    assert store.delivery(ERRAND) == done
    store.keep_delivery(sending)
    store.keep_delivery(FAILED, refused=True)  # by whom it was handed to
    assert store.delivery(ERRAND) == FAILED


def test_what_failed_is_a_letter_that_is_tried_again_less_and_less_often(store: Store) -> None:
    retrying = Retrying(tries=3)
    store.keep_delivery(FAILED)
    (letter,) = store.letters(retrying)
    assert (letter.kind, letter.source, letter.key) == (
        LetterKind.DELIVERY, REPORTS, "report:monthly:ko/2026-05/mail/it a/b@c.example",
    )  # fmt: skip
    assert (letter.cause, letter.next_at, letter.given_up) == (WHY, NOON + HOUR, False)
    store.keep_delivery(replace(FAILED, tries=2))
    assert store.letters(retrying)[0].next_at == NOON + 2 * HOUR
    store.keep_delivery(replace(FAILED, tries=3))
    assert store.letters(retrying)[0].given_up
    assert store.letters_given_up(retrying) == store.letters(retrying)


def test_what_may_have_arrived_waits_for_a_person(store: Store) -> None:
    store.keep_delivery(replace(BEGUN, stand=Stand.SENDING, place="<a@b>"))
    (letter,) = store.letters(Retrying())
    assert (letter.given_up, letter.next_at) == (True, None)
    store.begin_letters_anew([letter], NOON)
    (again,) = store.letters(Retrying())
    assert not again.given_up
    kept = store.delivery(ERRAND)
    assert kept is not None
    assert (kept.stand, kept.tries, kept.tried_at) == (Stand.FAILED, 0, None)


def test_each_language_is_an_errand_of_its_own(store: Store) -> None:
    english = replace(ERRAND, language="en")
    store.keep_delivery(replace(BEGUN, stand=Stand.DONE, place="<a@b>"))
    assert store.delivery(english) is None
    assert store.places_in_others(english) == {"<a@b>"}
    store.keep_delivery(replace(FAILED, errand=english))
    kept = store.delivery(ERRAND)
    assert kept is not None
    assert kept.stand is Stand.DONE
    (letter,) = store.letters(Retrying())
    store.begin_letters_anew([letter], NOON)
    assert store.delivery(ERRAND) == kept
    assert store.places_in_others(ERRAND) == frozenset()


def test_what_was_delivered_before_languages_told_errands_apart_is_that_of_its_language(
    url: str,
) -> None:
    done = replace(BEGUN, stand=Stand.DONE, place="<a@b>")
    engine = create_engine(address(url))
    with engine.begin() as connection:
        upgrade(connection, "0012")
        connection.execute(insert(metadata.tables["deliveries"]).values(_row(done)))
    engine.dispose()
    with Store.open(url) as store:
        assert store.deliveries() == (done,)
        other = replace(done, errand=replace(ERRAND, language="en"), stand=Stand.BEGUN)
        store.keep_delivery(other)
        assert store.delivery(ERRAND) == done


def test_what_is_begun_or_done_is_no_letter(store: Store) -> None:
    store.keep_delivery(BEGUN)
    store.keep_delivery(replace(BEGUN, errand=replace(ERRAND, part=""), stand=Stand.DONE))
    assert store.letters(Retrying()) == ()


def test_a_clock_is_heeded_up_to_a_time(store: Store) -> None:
    store.heed("monthly", NOON)
    store.heed("monthly", NOON + HOUR)
    store.heed("weekly", NOON)
    assert store.heeded() == {"monthly": NOON + HOUR, "weekly": NOON}
    store.heed_only({"weekly": NOON - HOUR, "daily": NOON})
    assert store.heeded() == {"weekly": NOON - HOUR, "daily": NOON}
    store.heed_only({})
    assert store.heeded() == {}


def test_old_deliveries_are_let_go_of(store: Store) -> None:
    store.keep_delivery(replace(BEGUN, stand=Stand.DONE))
    age = Keep().deliveries
    with store.exclusive():
        assert dict(store.prune(Keep(), NOON + age, lasting=())) == {}
        assert dict(store.prune(Keep(), NOON + age + HOUR, lasting=())) == {"deliveries": 1}
    assert store.deliveries() == ()


def test_what_is_given_up_is_a_finding(store: Store) -> None:
    store.keep_delivery(replace(BEGUN, stand=Stand.SENDING))
    (finding,) = given_up(store, Plan(), Retrying())
    assert ERRAND.key in str(finding.message)
