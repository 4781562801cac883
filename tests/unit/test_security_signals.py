"""Security alerts: what they say of their line, and what their ticket says."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sandbox.standins.github import rows

from itsm_sync.locale import say
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.model.watching import Alerts, Security, Urgency
from itsm_sync.model.words import Words
from itsm_sync.signals.ports import Lines
from itsm_sync.signals.security.alerts import alert_signals
from itsm_sync.sources.github.alerts import (
    code_scanning_item,
    dependabot_item,
    secret_scanning_item,
)
from itsm_sync.sources.github.payloads import Place
from tests.known import FakeKnown
from tests.prose import words

PLACE = Place(repository="abc/app")
SEOUL = ZoneInfo("Asia/Seoul")
OPENED, LATER, LATEST = "2026-03-01T09:00:00Z", "2026-03-02T20:00:00Z", "2026-03-05T09:00:00Z"
DEPENDABOT, CODE, SECRET = alert_signals(Security(), SEOUL)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def weakness(number: int = 7, **details: object) -> Item:
    values: dict[str, object] = {"at": OPENED, "package": "lodash", **details}
    return dependabot_item(rows.dependabot_alert("abc/app", number, **values), PLACE)  # type: ignore[arg-type]


def finding(number: int = 3, **details: object) -> Item:
    values: dict[str, object] = {"at": OPENED, "rule": "js/xss", **details}
    return code_scanning_item(rows.code_scanning_alert("abc/app", number, **values), PLACE)  # type: ignore[arg-type]


def secret(number: int = 5, **details: object) -> Item:
    values: dict[str, object] = {"at": OPENED, **details}
    return secret_scanning_item(rows.secret_scanning_alert("abc/app", number, **values), PLACE)  # type: ignore[arg-type]


def said(item: Item, signal: Lines = DEPENDABOT) -> list[tuple[datetime, bool]]:
    return [(one.at, one.good) for one in signal.observe(item, at(LATEST))]


def episode(*alerts: Item, still: tuple[Item, ...] | None = None, **changes: object) -> Episode:
    """An episode of these alerts, all open unless said otherwise."""
    first = next(iter(DEPENDABOT.observe(alerts[0], at(LATEST))), None)
    values: dict[str, object] = {
        "key": "dependabot/0123456789/20260301T090000Z",
        "signal": "dependabot",
        "line": "abc/app npm:lodash",
        "standing": Standing.OPEN,
        "began": at(OPENED),
        "opened": at(OPENED),
        "fingerprints": tuple(alert.key for alert in alerts),
        "members": tuple(alert.key for alert in (alerts if still is None else still)),
        "facts": first.facts if first else {},
        "audience": Audience.PRIVATE,
    }
    return Episode(**(values | changes))  # type: ignore[arg-type]


def test_an_open_alert_is_trouble_since_it_was_opened() -> None:
    assert said(weakness()) == [(at(OPENED), False)]


@pytest.mark.parametrize(
    ("item", "signal"),
    [
        (weakness(state="fixed", fixed_at=LATER, updated_at=LATEST), DEPENDABOT),
        (weakness(state="dismissed", dismissed_at=LATER, updated_at=LATEST), DEPENDABOT),
        (weakness(state="auto_dismissed", auto_dismissed_at=LATER, updated_at=LATEST), DEPENDABOT),
        (finding(state="fixed", fixed_at=LATER, updated_at=LATEST), CODE),
        (finding(state="dismissed", dismissed_at=LATER, updated_at=LATEST), CODE),
        (secret(state="resolved", resolved_at=LATER, updated_at=LATEST), SECRET),
    ],
    ids=["fixed", "dismissed", "auto-dismissed", "code fixed", "code dismissed", "resolved"],
)
def test_an_alert_that_ended_tells_when_it_was_bad_and_when_it_was_good_again(
    item: Item, signal: Lines
) -> None:
    assert said(item, signal) == [(at(OPENED), False), (at(LATER), True)]


def test_an_alert_that_is_open_after_a_change_is_bad_again_only_if_it_had_been_well() -> None:
    first, second = DEPENDABOT.observe(weakness(updated_at=LATER), at(LATEST))
    assert (first.at, first.good, first.again) == (at(OPENED), False, False)
    assert (second.at, second.good, second.again) == (at(LATER), False, True)


def test_an_alert_ends_where_github_tells_no_time_at_its_last_change() -> None:
    assert said(weakness(state="fixed", updated_at=LATER))[-1] == (at(LATER), True)


def test_a_state_that_is_not_known_is_no_evidence() -> None:
    assert said(weakness(state="on_hold")) == []


def test_an_alert_without_a_package_is_no_evidence() -> None:
    item = weakness()
    facts = {name: value for name, value in item.facts.items() if name != "package"}
    assert said(replace(item, facts=facts)) == []


def test_the_alerts_of_a_package_are_members_of_one_line() -> None:
    one, two = weakness(1), weakness(2, severity="low")
    [first], [second] = DEPENDABOT.observe(one, at(LATEST)), DEPENDABOT.observe(two, at(LATEST))
    assert first.line == second.line == "abc/app npm:lodash"
    assert (first.member, second.member) == (one.key, two.key)
    assert first.fingerprint != second.fingerprint


def test_packages_ecosystems_and_repositories_are_lines_of_their_own() -> None:
    elsewhere = dependabot_item(
        rows.dependabot_alert("abc/api", 1, at=OPENED, package="lodash"),
        Place(repository="abc/api"),
    )
    items = (weakness(), weakness(package="axios"), weakness(ecosystem="pip"), elsewhere)
    lines = {one.line for item in items for one in DEPENDABOT.observe(item, at(LATEST))}
    assert len(lines) == 4


def test_rules_and_types_of_secrets_are_lines() -> None:
    [rule] = CODE.observe(finding(), at(LATEST))
    [kind] = SECRET.observe(secret(), at(LATEST))
    assert (rule.line, kind.line) == ("abc/app js/xss", "abc/app sample_api_token")


def test_all_that_alerts_say_is_private_and_tells_rules_no_severity() -> None:
    [one] = DEPENDABOT.observe(weakness(), at(LATEST))
    assert one.audience is Audience.PRIVATE
    assert one.facts == {"repository": "abc/app", "ecosystem": "npm", "package": "lodash"}


def test_the_ticket_takes_priority_and_due_date_of_the_gravest_open_alert() -> None:
    low, grave = weakness(1, severity="low"), weakness(2, severity="critical")
    known = FakeKnown(all_items=(low, grave))
    told = DEPENDABOT.tell(episode(low, grave), known)
    # opened at 18:00 in Seoul
    assert (told.priority, told.due) == ("즉시", date(2026, 3, 2))
    told = DEPENDABOT.tell(episode(low, grave, still=(low,)), known)
    assert (told.priority, told.due) == ("보통", date(2026, 5, 30))


def test_the_day_of_opening_is_that_of_the_settings_zone() -> None:
    item = weakness(severity="critical")
    late = episode(item, opened=at("2026-03-01T16:00:00Z"))  # the second of March in Seoul
    assert DEPENDABOT.tell(late, FakeKnown(all_items=(item,))).due == date(2026, 3, 3)


def test_a_secret_has_the_severity_of_the_settings() -> None:
    item = secret()
    told = SECRET.tell(episode(item, signal="secret_scanning"), FakeKnown(all_items=(item,)))
    assert told.priority == "즉시"


def test_a_severity_that_the_table_does_not_name_leaves_the_choice_to_the_section() -> None:
    table = {"critical": Urgency(priority="즉시", due_days=1)}
    section = Security(severities=table, dependabot=Alerts(priority="낮음", due_days=9))
    item = weakness(severity="medium")
    told = alert_signals(section, SEOUL)[0].tell(episode(item), FakeKnown(all_items=(item,)))
    assert (told.priority, told.due) == ("낮음", date(2026, 3, 10))


def test_the_ticket_lists_its_alerts_the_open_ones_first() -> None:
    fixed = weakness(1, state="fixed", fixed_at=LATER)
    still = weakness(2, severity="critical", summary="Prototype pollution", cve="x")
    told = DEPENDABOT.tell(
        episode(fixed, still, still=(still,)), FakeKnown(all_items=(fixed, still))
    )
    lines = words(told.live).splitlines()
    assert lines[0] == "1 of 2 alerts open"
    assert lines[2].startswith("#2 <")
    assert "Prototype pollution" in lines[2]
    assert "critical" in lines[2]
    assert "package.json" in lines[2]
    assert "2.0.0" in lines[2]
    assert lines[3].split(" | ")[1] == "fixed"
    assert told.about == (fixed.key, still.key)


def test_a_long_list_of_alerts_is_cut() -> None:
    many = tuple(weakness(number) for number in range(1, 41))
    told = DEPENDABOT.tell(episode(*many), FakeKnown(all_items=many))
    assert words(told.live).splitlines()[-1] == "… and 10 more"


def test_who_dismissed_an_alert_and_why_stands_in_the_note_and_in_the_list() -> None:
    gone = weakness(
        1,
        state="dismissed",
        dismissed_at=LATER,
        dismissed_by={"login": "seojun-kim"},
        dismissed_reason="tolerable_risk",
    )
    over = episode(gone, still=(), standing=Standing.CLOSED, ended=at(LATER), healed=gone.key)
    told = DEPENDABOT.tell(over, FakeKnown(all_items=(gone,)))
    [remark] = told.remarks
    assert "dismissed (seojun-kim, tolerable_risk)" in words(told.live)
    assert "2026-03-03 05:00" in words(remark.text)
    assert "dismissed (seojun-kim, tolerable_risk)" in words(remark.text)


def test_a_reopened_alert_is_told_once_for_each_time() -> None:
    item = weakness()
    back = episode(item, reopenings=(at(LATER), at(LATEST)))
    names = [remark.name for remark in DEPENDABOT.tell(back, FakeKnown(all_items=(item,))).remarks]
    assert len(set(names)) == 2


def test_the_subject_and_description_do_not_change_with_the_alerts() -> None:
    one, two = weakness(1), weakness(2, severity="critical")
    few = DEPENDABOT.tell(episode(one), FakeKnown(all_items=(one,)))
    more = DEPENDABOT.tell(episode(one, two), FakeKnown(all_items=(one, two)))
    assert (few.subject, few.description) == (more.subject, more.description)


@pytest.mark.parametrize(
    ("item", "signal"), [(weakness(), DEPENDABOT), (finding(), CODE), (secret(), SECRET)]
)
def test_tickets_speak_both_languages(item: Item, signal: Lines) -> None:
    [one] = signal.observe(item, at(LATEST))
    told = signal.tell(
        episode(item, signal=signal.name, facts=one.facts), FakeKnown(all_items=(item,))
    )
    korean = (say(told.subject, "ko"), words(told.description, "ko"), words(told.live, "ko"))
    english = (say(told.subject, "en"), words(told.description, "en"), words(told.live, "en"))
    assert all(ko != en for ko, en in zip(korean, english, strict=True))
    assert "{" not in "".join((*korean[:2], *english[:2]))
    assert "sample-secret" not in "".join((*korean, *english))


def test_words_of_ones_own_replace_the_shipped_ones() -> None:
    own = Words(ko="{package}: 취약점", en="{package}: weak")
    section = Security(dependabot=Alerts(subject=own, intro=own))
    item = weakness()
    told = alert_signals(section, SEOUL)[0].tell(episode(item), FakeKnown(all_items=(item,)))
    assert say(told.subject, "ko") == "lodash: 취약점"
    assert say(told.subject, "en") == "lodash: weak"
    assert words(told.description).startswith("lodash: weak")


def test_a_kind_that_is_switched_off_has_no_signal() -> None:
    section = Security(code_scanning=Alerts(enabled=False))
    assert [signal.name for signal in alert_signals(section, SEOUL)] == [
        "dependabot",
        "secret_scanning",
    ]


def test_an_alert_that_nobody_has_any_more_breaks_nothing() -> None:
    told = DEPENDABOT.tell(episode(weakness()), FakeKnown())
    assert words(told.live).startswith("1 of 1 alerts open")


def test_the_project_is_that_of_the_service_unless_the_settings_name_one() -> None:
    item = weakness()
    of_service = replace(item, facts={**item.facts, "service_project": "abc-app"})
    [one] = DEPENDABOT.observe(of_service, at(LATEST))
    known = FakeKnown(all_items=(item,))
    assert DEPENDABOT.tell(episode(item, facts=one.facts), known).project == "abc-app"
    named = Security(dependabot=Alerts(project="sec"))
    assert alert_signals(named, SEOUL)[0].tell(episode(item), known).project == "sec"
