"""When reports are due: by their clocks, once, after quiet hours, and again after a failure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.app.logs import LogObserver
from itsm_sync.daemon.telling import Teller
from itsm_sync.daemon.workshop import Made
from itsm_sync.model.deliveries import Delivery, Stand
from itsm_sync.model.letters import Retrying
from itsm_sync.model.words import Message
from itsm_sync.operations.reporting.adopting import doubt, owe
from itsm_sync.operations.reporting.delivering import Courier
from itsm_sync.operations.reporting.timing import Job, Timetable, jobs
from itsm_sync.settings import Settings, load
from itsm_sync.store import Store

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# 1 June, 07:00 in Seoul: the clock of the monthly report falls.
FALLS = datetime(2026, 5, 31, 22, tzinfo=UTC)
REPORTS = """\
targets:
  folder: {folder: {}}
  news: {news: {project: abc}}
  mail: {mail: {to: [a@b.example]}}
reports:
  monthly: {title: M, sections: [tickets], deliver: [folder, news]}
  posted: {title: P, sections: [tickets], deliver: [news, mail]}
  live: {title: L, period: go_live, go_live: 2027-01-01, sections: [tickets], deliver: [news]}
"""
SCHEDULES = """\
reports:
- {report: monthly, cron: "0 7 1 * *", quiet: "QUIET"}
- {report: posted, cron: "0 7 1 2 *"}
- {report: live, cron: "0 7 * * *"}
"""
Make = Callable[..., Settings]
ANYTHING: Any = None


@pytest.fixture
def make(configuration: Callable[..., Path]) -> Make:
    def made(quiet: str = "", zone: str = "Asia/Seoul", schedules: str = SCHEDULES) -> Settings:
        directory = configuration(change=_with_mail)
        (directory / "reports.yaml").write_text(REPORTS, encoding="utf-8")
        told = f"timezone: {zone}\n{schedules.replace('QUIET', quiet)}"
        (directory / "schedules.yaml").write_text(told, encoding="utf-8")
        return load(directory, {}, secrets=False)

    return made


def _with_mail(settings: dict[str, Any]) -> None:
    settings["mail"] = {"host": "mail.example.com", "sender": "a@b.example"}


def due(
    settings: Settings, store: Store, now: datetime, *, leaving: bool = True
) -> tuple[Job, ...]:
    timetable = Timetable(
        settings=settings, store=store, retrying=Retrying(tries=3), now=now, leaving=leaving
    )
    return timetable.due()


def became(store: Store, job: Job, stand: Stand, at: datetime, *targets: str) -> None:
    for errand in job.errands:
        if not targets or errand.target in targets:
            cause = Message("no") if stand is Stand.FAILED else None
            failed = int(stand is Stand.FAILED)
            store.keep_delivery(
                Delivery(errand=errand, stand=stand, first_at=at, at=at, cause=cause,
                         times=failed, tries=failed, tried_at=at if failed else None)
            )  # fmt: skip


def door(store: Store) -> Courier:
    return Courier(
        store=store, clock=lambda: FALLS, observer=LogObserver(), press=ANYTHING, mail=ANYTHING,
        markup=ANYTHING, beside=Path(), writes=True,
    )  # fmt: skip


def test_a_schedule_that_is_new_owes_nothing_of_before(make: Make, store: Store) -> None:
    settings = make()
    assert due(settings, store, FALLS + DAY) == ()
    assert store.heeded()["monthly"] == FALLS
    assert due(settings, store, FALLS + 29 * DAY) == ()


def test_what_fell_due_is_due_until_it_is_done_and_then_no_more(make: Make, store: Store) -> None:
    settings = make()
    due(settings, store, FALLS - HOUR)
    assert due(settings, store, FALLS - HOUR / 60) == ()
    (job,) = due(settings, store, FALLS)
    assert (job.name, job.span.key, job.language) == ("monthly", "2026-05", "ko")
    assert [errand.target for errand in job.errands] == ["folder", "news"]
    became(store, job, Stand.DONE, FALLS, "folder")
    (left,) = due(settings, store, FALLS + HOUR)  # whoever was at it crashed
    assert [errand.target for errand in left.errands] == ["news"]
    became(store, job, Stand.DONE, FALLS, "news")
    assert due(settings, store, FALLS + HOUR) == ()
    assert store.heeded()["monthly"] == FALLS


LINE = '- {report: monthly, cron: "0 7 1 * *", deliver: [folder]}'


def said(*lines: str) -> str:
    return "\n".join(("reports:", *lines) if lines else ("reports: []",))


def wanted(found: tuple[Job, ...]) -> list[tuple[str, str]]:
    return sorted((one.target, one.language) for job in found for one in job.errands)


@pytest.mark.parametrize(
    ("lines", "owed"),
    [
        ((LINE.replace("[folder]", "[folder, news]"),), [("folder", "ko"), ("news", "ko")]),
        ((LINE.replace("[folder]", "[news]"),), [("news", "ko")]),
        ((LINE.replace(", deliver: [folder]", ""),), [("folder", "ko"), ("news", "ko")]),
        ((LINE.replace("}", ", language: en}"),), [("folder", "en")]),
        ((LINE.replace("0 7 1", "0 6 1"),), [("folder", "ko")]),
        ((LINE, LINE.replace("[folder]", "[news]")), [("folder", "ko")]),
        (
            (LINE.replace("}", ", language: ko}"), LINE.replace("}", ", language: en}")),
            [("folder", "en"), ("folder", "ko")],
        ),
        ((), []),
    ],
    ids=["more", "another", "usual", "language", "cron", "a new one beside", "split", "none"],
)  # fmt: skip
def test_what_fell_due_is_made_by_the_lines_as_they_are_now(
    make: Make, store: Store, lines: tuple[str, ...], owed: list[tuple[str, str]]
) -> None:
    due(make(schedules=said(LINE)), store, FALLS - HOUR)
    settings = make(schedules=said(*lines))
    found = due(settings, store, FALLS + DAY)
    assert wanted(found) == owed
    for job in found:
        became(store, job, Stand.DONE, FALLS + DAY)
    assert due(settings, store, FALLS + DAY) == ()
    assert store.heeded().keys() == {one.name for one in settings.schedules.reports}


def test_lines_of_one_report_for_different_places_all_go(make: Make, store: Store) -> None:
    settings = make(schedules=said(LINE, LINE.replace("[folder]", "[news]")))
    due(settings, store, FALLS - HOUR)
    assert wanted(due(settings, store, FALLS)) == [("folder", "ko"), ("news", "ko")]


def test_lines_that_became_one_leave_nothing_out_and_send_nothing_twice(
    make: Make, store: Store
) -> None:
    later = LINE.replace("0 7", "0 9").replace("[folder]", "[news]")
    apart = make(schedules=said(LINE, later))
    due(apart, store, FALLS - HOUR)
    (job,) = due(apart, store, FALLS)
    became(store, job, Stand.DONE, FALLS)
    due(apart, store, FALLS)
    joined = make(schedules=said(LINE.replace("[folder]", "[folder, news]")))
    assert wanted(due(joined, store, FALLS + DAY)) == [("news", "ko")]


@pytest.mark.parametrize("cron", ["0 6 1 * *", "0 9 1 * *", "0 7 2 * *"])
def test_a_line_of_another_time_sends_no_period_twice(make: Make, store: Store, cron: str) -> None:
    due(make(schedules=said(LINE)), store, FALLS - HOUR)
    (job,) = due(make(schedules=said(LINE)), store, FALLS)
    became(store, job, Stand.DONE, FALLS)
    due(make(schedules=said(LINE)), store, FALLS)
    edited = make(schedules=said(LINE.replace("0 7 1 * *", cron)))
    assert due(edited, store, FALLS + 2 * DAY) == ()
    assert [one.span.key for one in due(edited, store, FALLS + 32 * DAY)] == ["2026-06"]


def test_a_line_edited_after_its_time_sends_the_past_nowhere(make: Make, store: Store) -> None:
    due(make(schedules=said(LINE)), store, FALLS - HOUR)
    (job,) = due(make(schedules=said(LINE)), store, FALLS)
    became(store, job, Stand.DONE, FALLS)
    due(make(schedules=said(LINE)), store, FALLS)
    more = make(schedules=said(LINE.replace("[folder]", "[folder, news]")))
    assert due(more, store, FALLS + DAY) == ()
    assert wanted(due(more, store, FALLS + 31 * DAY)) == [("folder", "ko"), ("news", "ko")]


def test_a_line_that_comes_back_under_another_name_is_new(make: Make, store: Store) -> None:
    due(make(schedules=said(LINE)), store, FALLS - 100 * DAY)
    due(make(schedules=said()), store, FALLS - 50 * DAY)
    back = make(schedules=said(LINE.replace("[folder]", "[news]")))
    assert due(back, store, FALLS + DAY) == ()
    assert store.heeded() == {"monthly news": FALLS}


def test_who_was_down_for_months_makes_the_last_period_only(make: Make, store: Store) -> None:
    settings = make()
    due(settings, store, FALLS - 100 * DAY)
    assert [job.span.key for job in due(settings, store, FALLS + 3 * DAY)] == ["2026-05"]


def test_what_a_wrong_clock_noted_in_years_to_come_keeps_no_report_waiting(
    make: Make, store: Store
) -> None:
    settings = make()
    store.heed("monthly", FALLS + 3000 * DAY)
    (job,) = due(settings, store, FALLS + HOUR)
    became(store, job, Stand.FAILED, FALLS + 3000 * DAY, "news")
    became(store, job, Stand.BEGUN, FALLS + 3000 * DAY, "folder")
    (again,) = due(settings, store, FALLS + HOUR)
    assert {errand.target for errand in again.errands} == {"folder", "news"}
    became(store, job, Stand.DONE, FALLS + HOUR)
    assert due(settings, store, FALLS + HOUR) == ()
    assert store.heeded()["monthly"] == FALLS


def test_nothing_is_sent_in_quiet_hours_and_all_of_it_at_their_end(
    make: Make, store: Store
) -> None:
    settings = make("20:00-08:30")
    due(settings, store, FALLS - HOUR)
    assert due(settings, store, FALLS + HOUR) == ()
    (job,) = due(settings, store, FALLS + 2 * HOUR)
    assert job.span.key == "2026-05"


def test_a_second_try_keeps_to_the_quiet_hours_of_its_schedule(make: Make, store: Store) -> None:
    settings = make("20:00-07:00")
    due(settings, store, FALLS - HOUR)
    (job,) = due(settings, store, FALLS)
    became(store, job, Stand.DONE, FALLS, "folder")
    became(store, job, Stand.FAILED, FALLS + 10 * HOUR, "news")
    assert due(settings, store, FALLS + 14 * HOUR) == ()  # nine in the evening
    assert len(due(settings, store, FALLS + DAY)) == 1


def test_what_may_not_leave_waits_and_folders_do_not(make: Make, store: Store) -> None:
    settings = make()
    due(settings, store, FALLS - HOUR)
    (job,) = due(settings, store, FALLS, leaving=False)
    assert [errand.target for errand in job.errands] == ["folder"]
    became(store, job, Stand.DONE, FALLS)
    assert due(settings, store, FALLS, leaving=False) == ()
    (job,) = due(settings, store, FALLS + 9 * DAY)
    assert [errand.target for errand in job.errands] == ["news"]


def test_what_failed_is_tried_again_with_growing_pauses_and_given_up(
    make: Make, store: Store
) -> None:
    settings = make()
    due(settings, store, FALLS - HOUR)
    (job,) = due(settings, store, FALLS)
    became(store, job, Stand.DONE, FALLS, "folder")
    became(store, job, Stand.FAILED, FALLS, "news")
    assert due(settings, store, FALLS + HOUR / 2) == ()
    (again,) = due(settings, store, FALLS + HOUR)
    assert [errand.target for errand in again.errands] == ["news"]
    (failed,) = (one for one in store.deliveries() if one.stand is Stand.FAILED)
    store.keep_delivery(replace(failed, tries=2))
    assert due(settings, store, FALLS + HOUR) == ()
    assert len(due(settings, store, FALLS + 2 * HOUR)) == 1
    store.keep_delivery(replace(failed, tries=3))
    assert due(settings, store, FALLS + 20 * DAY) == ()


def test_what_was_cut_off_in_a_second_try_is_tried_again(make: Make, store: Store) -> None:
    settings = make()
    due(settings, store, FALLS - HOUR)
    (job,) = due(settings, store, FALLS)
    became(store, job, Stand.DONE, FALLS, "folder")
    became(store, job, Stand.FAILED, FALLS, "news")
    due(settings, store, FALLS)
    (failed,) = (one for one in store.deliveries() if one.stand is Stand.FAILED)
    store.keep_delivery(replace(failed, stand=Stand.BEGUN, at=FALLS + HOUR))
    assert due(settings, store, FALLS + HOUR) == ()  # perhaps it is being done
    assert len(due(settings, store, FALLS + 2 * HOUR)) == 1


def test_what_may_have_arrived_is_left_to_a_person(make: Make, store: Store) -> None:
    settings = make()
    due(settings, store, FALLS - HOUR)
    (job,) = due(settings, store, FALLS)
    became(store, job, Stand.SENDING, FALLS)
    assert due(settings, store, FALLS + 20 * DAY) == ()


def test_a_failure_of_a_report_or_place_that_is_no_more_is_left(make: Make, store: Store) -> None:
    settings = make()
    due(settings, store, FALLS - HOUR)
    (job,) = due(settings, store, FALLS)
    became(store, job, Stand.FAILED, FALLS)
    gone = [replace(one, errand=replace(one.errand, target="wiki")) for one in store.deliveries()]
    assert list(jobs(settings, gone, leaving=True)) == []


def test_an_address_that_was_corrected_and_a_team_that_is_no_more_are_left(
    make: Make, store: Store
) -> None:
    settings = make()
    owe(settings, store, FALLS + HOUR)
    (one,) = store.deliveries()
    failed = replace(one, stand=Stand.FAILED, tries=1)
    assert len(list(jobs(settings, [failed], leaving=True))) == 1
    for part in ("wrong@b.example", "gone a@b.example", ""):
        old = replace(failed, errand=replace(one.errand, part=part))
        assert list(jobs(settings, [old], leaving=True)) == []
    asked = replace(failed, errand=replace(one.errand, part="it-planning a@b.example"))
    assert len(list(jobs(settings, [asked], leaving=True))) == 1  # by a person, for a team alone


def test_a_part_that_was_not_made_is_told_and_given_up(make: Make, store: Store) -> None:
    settings = make()
    due(settings, store, FALLS - HOUR)
    (job,) = due(settings, store, FALLS)
    Teller(app=ANYTHING, store=store, workshop=ANYTHING)._deliver(door(store), Made(job=job))
    causes = {one.errand.target: (str(one.cause), one.tries) for one in store.deliveries()}
    assert causes == dict.fromkeys(("folder", "news"), ("its part was not made", 1))
    assert due(settings, store, FALLS + HOUR / 2) == ()


@pytest.mark.parametrize("stand", [Stand.DONE, Stand.SENDING])
def test_what_arrived_or_may_have_is_never_noted_as_failed(
    make: Make, store: Store, stand: Stand
) -> None:
    settings = make()
    due(settings, store, FALLS - HOUR)
    (job,) = due(settings, store, FALLS)
    became(store, job, stand, FALLS, "news")
    teller = Teller(app=ANYTHING, store=store, workshop=ANYTHING)
    teller._deliver(door(store), Made(job=job, why=Message("no")))
    stands = {one.errand.target: one.stand for one in store.deliveries()}
    assert stands == {"folder": Stand.FAILED, "news": stand}


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
def test_what_was_cut_off_before_the_time_zone_changed_is_one_errand(
    make: Make, store: Store, zone: str
) -> None:
    settings = make()
    due(settings, store, FALLS - HOUR)
    (job,) = due(settings, store, FALLS)
    became(store, job, Stand.BEGUN, FALLS)
    moved = due(make(zone=zone), store, FALLS + DAY)
    (again,) = (one for one in moved if one.name == job.name)
    assert again.span != job.span
    assert {errand.key for errand in again.errands} == {errand.key for errand in job.errands}
    assert len(again.errands) == 2
    became(store, again, Stand.DONE, FALLS + DAY)
    assert len(store.deliveries()) == 2


@pytest.mark.parametrize(
    ("zone", "gap"), [("Asia/Seoul", 0), ("America/New_York", 13), ("Pacific/Auckland", -3)]
)
def test_hours_between_two_periods_are_told_where_the_time_zone_changed(
    make: Make, store: Store, zone: str, gap: int
) -> None:
    due(make(schedules=said(LINE)), store, FALLS - HOUR)
    (job,) = due(make(schedules=said(LINE)), store, FALLS)
    assert job.gap == 0 * HOUR
    became(store, job, Stand.DONE, FALLS)
    (after,) = due(make(zone=zone, schedules=said(LINE)), store, FALLS + 31 * DAY)
    assert after.span.key == "2026-06"
    assert after.gap == gap * HOUR


def test_after_a_lost_database_redmine_is_asked_again_and_mail_waits_for_a_person(
    make: Make, store: Store
) -> None:
    settings = make()
    owe(settings, store, FALLS + HOUR)
    (letter,) = store.letters(Retrying())
    assert letter.key == "report:posted:ko/2026-01/mail/a@b.example"
    assert letter.given_up
    owed = {job.name: [e.target for e in job.errands] for job in due(settings, store, FALLS + HOUR)}
    assert owed == {"monthly": ["folder", "news"], "posted": ["news"]}
    owe(settings, store, FALLS + HOUR)  # what is known already is not owed twice
    assert len(store.deliveries()) == 1


# 1 February, 07:00 in Seoul: the clock of the report that goes by mail falls.
POSTED = datetime(2026, 1, 31, 22, tzinfo=UTC)
BY_MAIL = 'reports:\n- {report: posted, cron: "0 7 1 2 *", quiet: "QUIET"}'


def restored(settings: Settings, store: Store, now: datetime) -> int:
    """What `restore` does of reports once a backup is stored; answer how many letters it made."""
    timetable = Timetable(
        settings=settings, store=store, retrying=Retrying(tries=3), now=now, leaving=True
    )
    return doubt(timetable)


@pytest.mark.parametrize("later", [HOUR, DAY, 100 * DAY])
def test_mail_that_fell_due_since_a_backup_waits_for_a_person_and_the_rest_proves_itself(
    make: Make, store: Store, later: timedelta
) -> None:
    settings = make("06:00-08:00", schedules=BY_MAIL)  # in these it waits, in the others it went
    due(settings, store, POSTED - HOUR)  # and then it was saved
    assert restored(settings, store, POSTED + later) == 1
    (letter,) = store.letters(Retrying())
    assert letter.key == "report:posted:ko/2026-01/mail/a@b.example"
    assert letter.given_up
    assert "after the backup" in str(letter.cause)
    (job,) = due(settings, store, POSTED + later + 2 * HOUR)
    assert [errand.target for errand in job.errands] == ["news"]


def test_a_backup_that_is_restored_at_once_makes_no_letters(make: Make, store: Store) -> None:
    settings = make(schedules=BY_MAIL)
    due(settings, store, POSTED - HOUR)
    (job,) = due(settings, store, POSTED)
    became(store, job, Stand.DONE, POSTED, "news")
    became(store, job, Stand.FAILED, POSTED, "mail")
    due(settings, store, POSTED)
    before, heeded = store.deliveries(), store.heeded()
    assert restored(settings, store, POSTED + HOUR / 60) == 0  # it is tried again in an hour
    assert (store.deliveries(), store.heeded()) == (before, heeded)
    became(store, job, Stand.DONE, POSTED, "mail")
    assert restored(settings, store, POSTED + 9 * DAY) == 0
    assert store.letters(Retrying()) == ()


@pytest.mark.parametrize(
    ("stand", "later"), [(Stand.BEGUN, HOUR / 60), (Stand.BEGUN, HOUR), (Stand.FAILED, HOUR)]
)
def test_mail_that_was_tried_or_to_be_tried_again_since_a_backup_waits_for_a_person(
    make: Make, store: Store, stand: Stand, later: timedelta
) -> None:
    settings = make(schedules=BY_MAIL)
    due(settings, store, POSTED - HOUR)
    (job,) = due(settings, store, POSTED)
    became(store, job, stand, POSTED)
    due(settings, store, POSTED)
    assert restored(settings, store, POSTED + later) == 1
    stands = {one.errand.target: one.stand for one in store.deliveries()}
    assert stands == {"news": stand, "mail": Stand.SENDING}
    again = due(settings, store, POSTED + DAY)
    assert [errand.target for job in again for errand in job.errands] == ["news"]


def test_a_line_edited_since_a_backup_is_not_new_when_it_is_restored(
    make: Make, store: Store
) -> None:
    line = LINE.replace("monthly", "posted")
    due(make(schedules=said(line)), store, FALLS - HOUR)
    kept = store.heeded()
    edited = make(schedules=said(line.replace("[folder]", "[folder, mail]")))
    assert restored(edited, store, FALLS + DAY) == 1
    assert store.heeded() == kept
    assert wanted(due(edited, store, FALLS + DAY)) == [("folder", "ko")]


@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("Europe/Berlin", ("2026-03-29", "2026-10-25")),
        ("America/New_York", ("2026-03-08", "2026-11-01")),
    ],
)
def test_a_daily_report_is_made_once_on_the_days_when_the_clocks_change(
    make: Make, store: Store, zone: str, changes: tuple[str, str]
) -> None:
    settings = make()
    directory = settings.directory
    reports = "{title: D, period: day, sections: [tickets], deliver: [news]}"
    (directory / "reports.yaml").write_text(
        f"targets:\n  news: {{news: {{project: abc}}}}\nreports:\n  daily: {reports}\n",
        encoding="utf-8",
    )
    lines = "".join(f'- {{report: daily, cron: "{at}", language: {one}}}\n'
                    for at, one in (("30 2 * * *", "ko"), ("30 1 * * *", "en")))  # fmt: skip
    told = f"timezone: {zone}\nreports:\n{lines}"
    (directory / "schedules.yaml").write_text(told, encoding="utf-8")
    settings = load(directory, {}, secrets=False)
    for change in changes:
        day = datetime.fromisoformat(change).replace(tzinfo=ZoneInfo(zone))
        start, end = ((day + days * DAY).astimezone(UTC) for days in (-1, 1))
        for job in due(settings, store, start):
            became(store, job, Stand.DONE, start)
        made = []
        for minute in range(10, (end - start) // timedelta(minutes=1), 10):
            now = start + timedelta(minutes=minute)
            for job in due(settings, store, now):
                became(store, job, Stand.DONE, now)
                made.append((job.language, job.span.key))
        for language in ("ko", "en"):
            keys = [key for one, key in made if one == language]
            assert len(keys) == len(set(keys)) == 2, made
