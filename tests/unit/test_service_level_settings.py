"""What may stand in sla.yaml, and what is told where it may not."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import pytest

from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.service_levels import Aim
from itsm_sync.model.sla import DaysOff, Escalation, Hours, OwnDay, ServiceLevels, Target
from itsm_sync.model.spans import DayOfYear, Term
from itsm_sync.routing.service_levels import Clocks
from itsm_sync.routing.service_levels.days_off import days_off
from itsm_sync.routing.service_levels.promises import Promises
from itsm_sync.settings import load
from tests.promised import BOT, NAMES, levels, moment, shown, story

DOCUMENTS = Path(__file__).parents[2] / "docs"
OFFICE = "hours: {office: {days: {mon-fri: [09:00-12:00, 13:00-18:00]}}}\n"


def told(configuration: Callable[..., Path], text: str) -> list[str]:
    """Answer the problems of a configuration with these service levels, after the file's name."""
    directory = configuration(levels=True)
    (directory / "sla.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load(directory, {}, secrets=False)
    problems = raised.value.problems
    assert all(p.file.endswith("sla.yaml") for p in problems)
    return [f"{p.line}: {'.'.join(map(str, p.path))}: {p.text}" for p in problems]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("target: []", "1: target: unknown key"),
        ("timezone: Asia/Soul", "1: timezone: no such time zone: Asia/Soul"),
        ("at_risk: 120%", "1: : `at_risk` is 100 % at most"),
        ("at_risk: 0.75", "1: at_risk: a share is a percentage from 1 to 1000: 75%"),
        ("at_risk: true", "1: at_risk: a share is a percentage"),
        ("escalations:\n- {at: 2000%}", "2: escalations.0.at: a share is a percentage"),
        ("escalations:\n- {at: 50%}\n- {at: 50}", "3: escalations.1: `50%` stands here twice"),
        ("escalations:\n- {at: 50%, aims: []}", "2: escalations.0.aims: say response, resolution"),
        ("escalations:\n- {at: 50%, aims: [answer]}", "2: escalations.0.aims.0: must be one of"),
        ("escalations:\n- {at: 50%, note: public}", "2: escalations.0.note: must be one of"),
        ("pauses: [의견]\nresolved: [해결, 의견]", "2: resolved.1: `의견` stands here twice"),
        ("pauses: ['']", "1: pauses.0: a status has a name"),
        ("holidays:\n  country: XX", "2: holidays.country: no holidays are known of the country"),
        ("holidays: {subdivision: BY}", "1: holidays.subdivision: a subdivision needs its country"),
        (
            "holidays: {country: DE, subdivision: XX}",
            "1: holidays.subdivision: no subdivision is called `XX`: BB, BE",
        ),
        ("holidays:\n  worked:\n  - '2026-02-30'", "3: holidays.worked.0: say a date, as"),
        ("holidays:\n  worked: [13-01]", "2: holidays.worked.0: say a date, as"),
        ("holidays:\n  own:\n  - {day: 05-01}", "3: holidays.own.0.name: is missing"),
        ("hours:\n  24x7: {days: {mon: [09:00-10:00]}}", "1: : `24x7` is there already"),
        ("hours:\n  a: {days: {mon: ['9-10']}}", "2: hours.a.days.mon: `9-10` is no part of a day"),
        ("hours:\n  a: {days: {mon: ['10:00-09:00']}}", "`10:00-09:00` is no part of a day"),
        ("hours:\n  a: {days: {mon: ['10:00-24:30']}}", "`10:00-24:30` is no part of a day"),
        (
            "hours:\n  a: {days: {mon: ['09:00-12:00', '11:00-13:00']}}",
            "2: hours.a.days.mon: hours of a day stand in order and do not overlap",
        ),
        ("hours:\n  a: {days: {day: ['09:00-12:00']}}", "weekdays are one of mon, tue, wed, thu"),
        ("hours:\n  a: {days: {fri-mon: ['09:00-12:00']}}", "weekdays are one of mon, tue, wed"),
        (
            "hours:\n  a: {days: {mon-fri: ['09:00-12:00'], wed: ['13:00-14:00']}}",
            "2: hours.a: a weekday stands here twice",
        ),
        ("hours:\n  a: {days: {}}", "2: hours.a: business hours are an hour a week at least"),
        ("hours:\n  a: {days: {mon: 09:00-09:59}}", "business hours are an hour a week at least"),
        (
            "hours:\n  a:\n    days: {mon: [09:00-12:00]}\n    timezone: Nowhere/At all",
            "4: hours.a.timezone: no such time zone: Nowhere/At all",
        ),
        (
            "targets:\n- {hours: office}",
            "2: targets.0.hours: no business hours are called `office`",
        ),
        (OFFICE + "targets:\n- {response: 8}", "3: targets.0.response: business time is a number"),
        (OFFICE + "targets:\n- {response: 0h}", "3: targets.0.response: business time is a number"),
        (
            OFFICE + "targets:\n- {resolution: 3001d}",
            "3: targets.0.resolution: more than 1000 days",
        ),
        ("targets:\n- {process: incidents}", "2: targets.0.process.0: no process of the matrix is"),
        (
            "targets:\n- process: [incident, change]\n  team: [it-planning, it]",
            "3: targets.0.team.1: no team of the matrix is called `it`",
        ),
        ("targets:\n- {process: []}", "2: targets.0.process: say a name, or a list of names"),
        ("targets:\n- {priority: [1]}", "2: targets.0.priority: say a name, or a list of names"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    configuration: Callable[..., Path], text: str, problem: str
) -> None:
    (found,) = told(configuration, text)
    assert problem in found


def test_everything_wrong_is_told_at_once(configuration: Callable[..., Path]) -> None:
    text = "timezone: Nowhere\nholidays: {country: XX}\ntargets:\n- {process: x, team: y, hours: z}"
    assert len(told(configuration, text)) == 5


def test_without_the_file_there_are_no_service_levels(configuration: Callable[..., Path]) -> None:
    directory = configuration(levels=True)
    (directory / "sla.yaml").unlink()
    settings = load(directory, {}, secrets=False)
    assert settings.sla is None
    assert settings.hash_reported == settings.hash


def test_service_levels_decide_no_routing_and_stand_in_the_hash_that_reports_show(
    configuration: Callable[..., Path],
) -> None:
    directory = configuration(levels=True)
    before = load(directory, {}, secrets=False)
    (directory / "sla.yaml").write_text("targets: [{response: 1h}]", encoding="utf-8")
    after = load(directory, {}, secrets=False)
    assert before.hash == after.hash
    assert before.hash_reported != after.hash_reported
    assert after.hash_reported.startswith(f"{after.hash}+")


def test_the_zone_is_that_of_the_settings_unless_the_file_names_one(
    configuration: Callable[..., Path],
) -> None:
    directory = configuration(levels=True)
    shipped = load(directory, {}, secrets=False)
    (directory / "sla.yaml").write_text("timezone: Europe/Berlin", encoding="utf-8")
    named = load(directory, {}, secrets=False)
    assert (shipped.sla and shipped.sla.timezone) == "Asia/Seoul"
    assert (named.sla and named.sla.timezone) == "Europe/Berlin"


def test_what_is_shipped_promises_what_its_lines_say(configuration: Callable[..., Path]) -> None:
    sla = load(configuration(levels=True), {}, secrets=False).sla
    assert sla is not None
    promises = Promises(sla)

    def given(process: str, priority: str, team: str = "it-planning") -> list[timedelta | None]:
        found = [promises.of(aim, process, priority, team) for aim in Aim]
        return [promise and promise.given for promise in found]

    hours = [timedelta(hours=n) for n in range(200)]
    assert given("incident", "긴급") == [timedelta(minutes=30), hours[4]]
    assert given("incident", "high") == [hours[1], hours[8]]
    assert given("security", "보통") == [hours[4], hours[24]]
    assert given("service-request", "보통") == [hours[8], hours[40]]
    assert given("problem", "낮음") == [hours[8], hours[160]]
    assert given("change", "보통") == [hours[8], None]
    assert given("change", "보통", "new-business") == [hours[16], None]
    assert given("csi", "긴급") == [None, None]


@pytest.mark.parametrize(
    ("term", "hours"), [("90m", 1.5), ("4h", 4), ("1d", 8), ("3d", 24), ("1w", 36), ("2w", 72)]
)
def test_a_day_is_the_longest_of_the_hours_and_a_week_all_of_them(term: str, hours: float) -> None:
    text = "hours: {a: {days: {mon-thu: ['09:00-12:00', '13:00-18:00'], sat: ['10:00-14:00']}}}"
    found = levels(f"{text}\ntargets: [{{response: {term}}}]")
    assert found.allowed(found.targets[0], Aim.RESPONSE) == hours * 3_600


def test_round_the_clock_needs_no_hours() -> None:
    found = levels("timezone: Asia/Seoul\ntargets: [{response: 1d}]")
    assert found.hours_of(found.targets[0])[0] == "24x7"
    assert found.allowed(found.targets[0], Aim.RESPONSE) == 86_400


def test_holidays_are_the_countrys_with_ours_and_without_those_that_are_worked() -> None:
    text = """
    holidays:
      country: KR
      own: [{day: 02-29, name: 창립 기념일}, {day: 2024-12-31, name: {ko: 종무, en: Year's end}}]
      worked: [2024-05-06, 03-01]
    """
    off = levels(text).holidays
    found = days_off(off, 2024)
    assert {date(2024, 2, 29), date(2024, 12, 31), date(2024, 5, 5)} <= found
    assert not {date(2024, 5, 6), date(2024, 3, 1)} & found
    next_year = days_off(off, 2025)
    assert date(2025, 12, 31) not in next_year
    assert not [day for day in next_year if day.month == 2]


def test_a_subdivision_has_holidays_of_its_own() -> None:
    bavaria = levels("holidays: {country: DE, subdivision: BY}").holidays
    berlin = levels("holidays: {country: DE, subdivision: BE}").holidays
    epiphany = date(2026, 1, 6)
    assert epiphany in days_off(bavaria, 2026)
    assert epiphany not in days_off(berlin, 2026)


def test_names_are_compared_without_regard_to_case() -> None:
    policy = """
    timezone: Asia/Seoul
    targets: [{priority: [HIGH], response: 1h}, {priority: '*', response: 2h}]
    """
    promises = Promises(levels(policy))
    found = promises.of(Aim.RESPONSE, "incident", "High", "it-planning")
    assert found is not None
    assert found.given == timedelta(hours=1)


def test_a_changed_policy_recomputes_the_past() -> None:
    told = story("""
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 14:00 it status 완료
        now 2026-11-30 Mon 09:00
    """)
    assert told.now is not None
    strict, mild = (
        Clocks(levels(f"timezone: Asia/Seoul\ntargets: [{{resolution: {term}}}]"), NAMES, BOT)
        for term in ("4h", "6h")
    )
    (one,) = strict.standings(told.history, told.spans, told.now)
    (other,) = mild.standings(told.history, told.spans, told.now)
    assert shown(one, told.zone) == (
        "5h of 4h breached stopped 2026-11-25 Wed 14:00 breached 2026-11-25 Wed 13:00"
    )
    assert shown(other, told.zone) == "5h of 6h kept stopped 2026-11-25 Wed 14:00"


def test_values_are_shown_as_they_are_written() -> None:
    assert str(Term.read("3d")) == "3d"
    assert DayOfYear.read("2026-05-01").within(2025) is None
    assert Target().term(Aim.RESPONSE) is None
    assert ServiceLevels().targets == ()


EXAMPLE = """
    made 2026-02-13 Fri 17:00 보통 in incident/it-planning
    2026-02-19 Thu 10:00 it note
    2026-02-19 Thu 12:00 it priority 높음
    2026-02-19 Thu 14:00 it status 의견
    2026-02-20 Fri 09:00 author status 진행
    2026-02-20 Fri 11:00 it status 해결
    2026-02-23 Mon 09:00 author status 진행
"""


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-02-13 Fri 17:00", "0h of 24h kept due 2026-02-23 Mon 17:00"),
        ("2026-02-19 Thu 10:00", "2h of 24h kept due 2026-02-23 Mon 17:00"),
        ("2026-02-19 Thu 12:00", "1h20m of 8h kept due 2026-02-20 Fri 10:40"),
        ("2026-02-19 Thu 14:00", "2h20m of 8h kept paused"),
        ("2026-02-20 Fri 09:00", "2h20m of 8h kept due 2026-02-20 Fri 15:40"),
        ("2026-02-20 Fri 11:00", "4h20m of 8h kept stopped 2026-02-20 Fri 11:00"),
        ("2026-02-23 Mon 09:00", "4h20m of 8h kept due 2026-02-23 Mon 13:40"),
    ],
)
def test_the_documents_example_is_what_the_clocks_show(
    configuration: Callable[..., Path], at: str, expected: str
) -> None:
    sla = load(configuration(levels=True), {}, secrets=False).sla
    assert sla is not None
    told = story(EXAMPLE)
    response, resolution = Clocks(sla, NAMES, BOT).standings(
        told.history, told.spans, moment(at, told.zone)
    )
    assert shown(resolution, told.zone) == expected
    if response.stopped_at is not None:
        assert shown(response, told.zone) == "2h of 4h kept stopped 2026-02-19 Thu 10:00"
    due = expected.partition("due ")[2][-5:]
    if due and "of 8h" in expected and at[-5:] == "09:00":
        for page in ("service-levels.md", "service-levels.ko.md"):
            assert due in (DOCUMENTS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["service-levels.md", "service-levels.ko.md"])
def test_every_option_is_in_the_documents(page: str) -> None:
    text = (DOCUMENTS / page).read_text(encoding="utf-8")
    parts = (ServiceLevels, Hours, DaysOff, OwnDay, Target, Escalation)
    options = {field.name for part in parts for field in fields(part)}
    assert {name for name in options if f"`{name}`" not in text} == set()
