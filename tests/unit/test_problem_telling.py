"""What a problem's ticket says."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from itsm_sync.locale import say
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.prose import Grid, Heading
from itsm_sync.model.signals import Act, Deed, Episode, Standing, Telling
from itsm_sync.model.watching import Problems as Section
from itsm_sync.model.words import Words
from itsm_sync.signals.problems.derive import Problems
from tests.builders import NOON
from tests.incidents import build, day, incident
from tests.known import FakeKnown
from tests.prose import words

SIGNAL = Problems(section=Section(), zone=ZoneInfo("Asia/Seoul"))
HOUR = timedelta(hours=1)
ALIKE = {"failed_stage": "Deploy", "error": "connection refused", "author_team": "it-planning"}


def episodes() -> tuple[Episode, ...]:
    return tuple(incident(at) for at in (-9, -6, -2))


def builds() -> tuple[Item, ...]:
    first, second, third = episodes()
    return (
        build(first, **ALIKE, commits=("a" * 40,), references=("redmine:issue/12",)),
        build(second, **ALIKE),
        build(third, failed_stage="Test"),
    )


def problem(of: tuple[Episode, ...]) -> Episode:
    [found] = SIGNAL.derive(FakeKnown(all_episodes=of))
    return found


def told(of: tuple[Episode, ...] | None = None, **known: object) -> Telling:
    of = of or episodes()
    values: dict[str, object] = {"all_episodes": of, "all_items": builds()} | known
    return SIGNAL.tell(problem(of), FakeKnown(**values))  # type: ignore[arg-type]


def deployment(hours_before: float, of: Episode, **changes: object) -> Item:
    at = of.began - hours_before * HOUR
    values: dict[str, object] = {
        "key": f"github:abc/portal/deployment/{hours_before}",
        "source": "github",
        "kind": "deployment",
        "title": "production ← main",
        "url": "http://127.0.0.1/",
        "state": "success",
        "created_at": at,
        "updated_at": at,
        "facts": {"service": "portal", "environment": "production"},
    }
    return Item(**(values | changes))  # type: ignore[arg-type]


def test_the_subject_names_what_keeps_failing() -> None:
    assert say(told().subject, "en") == "The same failure again and again: abc/build"
    assert "abc/build" in say(told().subject, "ko")
    several = (incident(-9, cause="x"), incident(-6, cause="y"), incident(-2, cause="z"))
    assert say(told(several).subject, "en") == "Incidents again and again: abc/build"


def test_a_cause_in_several_places_is_called_so() -> None:
    several = tuple(
        replace(incident(at, f"abc/{at}"), facts={"job": f"{at}"}) for at in (-9, -6, -2)
    )
    assert say(told(several).subject, "en") == "One cause of incidents in several places"


def test_the_description_is_made_ready_for_finding_the_root_cause() -> None:
    said = told().description
    titles = [say(block.text, "en") for block in said if isinstance(block, Heading)]
    assert titles == [
        "Root-cause analysis",
        "Root cause",
        "Workaround",
        "Known error",
        "Permanent fix",
    ]
    [whys] = [block for block in said if isinstance(block, Grid)]
    assert len(whys.rows) == 5
    assert "3 incidents or more within 14 days" in words(said)


def test_the_description_does_not_change_with_further_incidents() -> None:
    assert told().description == told((*episodes(), incident(-1))).description


def test_the_timeline_tells_of_each_incident_the_newest_first() -> None:
    keys = [episode.key for episode in episodes()]
    said = words(told(tickets={keys[0]: 41, keys[2]: 43}).live).splitlines()
    assert said[0].startswith("3 incidents since 2026-02-21 21:00, the last at 2026-02-28 21:00.")
    rows = said[3:6]
    assert rows[0].startswith("2026-02-28 21:00 | #43 | abc/build <")
    assert "Test" in rows[0]
    assert rows[2].startswith("2026-02-21 21:00 | #41 | ")
    assert "Deploy" in rows[2]
    assert "connection refused" in rows[2]
    assert rows[2].endswith("2026-02-21 22:00 | aaaaaaaa; #12")


def test_incidents_that_are_not_over_are_told() -> None:
    lasting = (*episodes()[:2], replace(episodes()[2], standing=Standing.OPEN, ended=None))
    said = words(told(lasting).live)
    # its ticket may be opened with the problem's, and is related
    assert words(told(lasting, tickets={lasting[2].key: 43}).live) == said
    assert "1 of them are not over." in said
    assert "| not over |" in said


def test_a_long_timeline_is_cut() -> None:
    many = tuple(incident(-9 + n / 10) for n in range(25))
    assert "… and 5 more" in words(told(many).live)


def test_what_most_incidents_have_in_common_is_told() -> None:
    said = words(told().live)
    assert "Stage | Deploy | 2 of 3" in said
    assert "Error | connection refused | 2 of 3" in said
    assert "Team of the author | it-planning | 2 of 3" in said
    assert "Job | abc/build | 3 of 3" in said


def test_deployments_before_an_incident_stand_beside_it() -> None:
    last = episodes()[2]
    near, far = deployment(2, last), deployment(48, last, title="long ago")
    failed = deployment(3, last, state="failure", title="failed")
    after, elsewhere = deployment(-2, last, title="after"), deployment(1, last, facts={})
    items = (*builds(), near, far, failed, after, elsewhere)
    said = words(told(all_items=items).live)
    assert "deployed at 2026-02-28 19:00: production ← main" in said
    assert said.count("deployed at") == 1


def test_a_private_deployment_is_not_named_beside_public_incidents() -> None:
    hidden = deployment(2, episodes()[2], audience=Audience.PRIVATE, title="secret plan")
    said = words(told(all_items=(*builds(), hidden)).live)
    assert "deployed at" in said
    assert "secret plan" not in said


def test_a_problem_relates_to_its_incidents_and_to_the_one_before() -> None:
    found = problem(episodes())
    known = FakeKnown(all_episodes=episodes(), all_items=builds(), tickets={"before": 7})
    said = SIGNAL.tell(replace(found, previous="before"), known)
    assert said.related == (*(one.key for one in episodes()), "before")
    assert said.about == tuple(one.key for one in builds())
    assert "The problem before this one: #7" in words(said.live)


def test_what_happened_is_said_once_each() -> None:
    found = replace(problem(episodes()), reopenings=(day(-1), day(0)), well_since=day(1))
    names = [remark.name for remark in SIGNAL.tell(found, FakeKnown()).remarks]
    assert [name.partition("@")[0] for name in names] == ["reopened", "reopened", "quiet"]
    assert len(set(names)) == 3


def test_the_quiet_is_told_where_it_closed_the_problem_and_not_where_a_person_did() -> None:
    found = replace(problem(episodes()), standing=Standing.CLOSED, ended=day(28))
    [remark] = SIGNAL.tell(found, FakeKnown()).remarks
    assert words(remark.text) == "No incident for 30 days."
    closed = Act(episode=found.key, deed=Deed.CLOSED, at=day(28))
    assert SIGNAL.tell(found, FakeKnown(deeds=(closed,))).remarks == ()


def test_incidents_that_nobody_knows_any_more_break_nothing() -> None:
    said = SIGNAL.tell(problem(episodes()), FakeKnown())
    assert words(said.live).startswith("3 incidents since")
    assert said.about == ()


def test_priority_due_date_project_and_words_come_from_the_settings() -> None:
    own = Words(ko="문제: {component}", en="Problem: {component}")
    section = Section(priority="높음", due_days=14, project="abc-itsm", subject=own, intro=own)
    signal = Problems(section=section, zone=ZoneInfo("Asia/Seoul"))
    said = signal.tell(problem(episodes()), FakeKnown(all_episodes=episodes()))
    assert (said.priority, said.due) == ("높음", date(2026, 3, 14))
    assert (said.project, say(said.subject, "ko")) == ("abc-itsm", "문제: abc/build")
    assert words(said.description).startswith("Problem: abc/build")


def test_the_ticket_speaks_both_languages() -> None:
    said = told()
    for prose in (said.description, said.live):
        korean = words(prose, "ko")
        assert korean != words(prose, "en")
        assert "{" not in korean
    assert NOON.tzinfo is not None
