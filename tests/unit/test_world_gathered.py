"""The world of a period as it is gathered from a store: what is in it, and what may not be told."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from itsm_sync.model.catalogue import Job, Person, Service
from itsm_sync.model.cycles import Batch, Cycle, Health, SourceReport
from itsm_sync.model.findings import Finding
from itsm_sync.model.gaps import Gap
from itsm_sync.model.histories import History
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.lists import Offered, Status
from itsm_sync.model.service_levels import Aim
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.words import Message
from itsm_sync.operations.world import Gathering
from itsm_sync.reports.document import Document, Figures, Form, Marked, Prose, Section
from itsm_sync.reports.forms import render
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.measure import Options
from itsm_sync.reports.views.registry import MEASURES, notices, section
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World
from itsm_sync.routing import Catalogue
from itsm_sync.store import Store
from tests.builders import BOT, MATRIX, NOON, SEOJUN, SUA, YUJIN, item, routing, ticket, words
from tests.hostile_report import document
from tests.reading import readable
from tests.worlds import clock, moved

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = Period(since=NOON, until=NOON + 7 * DAY)
LATER = NOON + 8 * DAY
HIDDEN = "비밀스러운 일"
CATALOGUE = Catalogue(
    services=(
        Service(
            id="portal", name=words("포털"), team="it", repositories=("abc/portal",),
            jobs=(Job(job="abc/build"), Job(job="abc/deploy", deploys="production")),
        ),
        Service(
            id="infra", name=words("인프라"), team="it", repositories=("abc/infra",),
            jobs=(Job(job="abc/infra"),), audience=Audience.PRIVATE,
        ),
    ),
    people=(
        Person(name=SEOJUN.name, team="it", redmine="seojun", jenkins="sjkim"),
        Person(name=SUA.name, team="business", redmine="sua"),
    ),
)  # fmt: skip


def build(job: str, day: float, result: str = "SUCCESS", **facts: Any) -> Item:
    at = NOON + day * DAY
    known = {"job": job, "building": False, "finished_at": at, "branch": "main", "user": "sjkim"}
    return Item(
        key=f"jenkins:{job}#{day}", source="jenkins", kind="build", title=f"{job} #{day}",
        url="http://jenkins.test/1", state=result, created_at=at - HOUR, updated_at=at,
        facts={**known, **facts},
    )  # fmt: skip


def of_github(kind: str, number: int, day: float, state: str, **changes: Any) -> Item:
    facts = {"repository": "abc/portal", **changes.pop("facts", {})}
    made: dict[str, Any] = {
        "key": f"github:abc/portal/{kind}/{number}", "source": "github", "kind": kind,
        "title": f"{kind} {number}", "url": "http://github.test/1", "state": state,
        "created_at": NOON + day * DAY, "updated_at": NOON + day * DAY, "facts": facts,
    }  # fmt: skip
    return Item(**{**made, **changes})


class Shelf:
    """A store in which things happened, and the gathering over it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        store.begin(Cycle(id="c1", started_at=NOON - 30 * DAY, configuration="abc"))
        ok = SourceReport(health=Health.OK)
        for at in range(-30, 9):
            store.keep_standings({"redmine": ok, "jenkins": ok}, NOON + at * DAY)
        statuses = (Status(id=1, name="신규"), Status(id=5, name="완료", closed=True))
        store.keep_offered(Offered(at=NOON, configuration="abc", statuses=statuses))
        self.histories: dict[int, History] = {}

    def has(self, *items: Item, source: str = "jenkins", **changes: Any) -> None:
        """Have these items, routed."""
        self.store.keep(source, Batch(stream="x", items=items), "c1")
        made = [
            (one, routing(1, **({"key": one.key, "row": "change", "process": "change"} | changes)))
            for one in items
        ]
        self.store.keep_routings(made, "c1", "abc", NOON)

    def has_ticket(self, number: int, day: float, **changes: Any) -> None:
        facts, title = changes.pop("facts", {}), changes.pop("title", f"일감 {number}")
        at = NOON + day * DAY
        seen = ticket(number, **{"created_on": at, "updated_on": at, "author": YUJIN, **changes})
        its = item(number, ticket=seen, facts=facts, title=title)
        if seen.private:
            its = Item(
                **{n: getattr(its, n) for n in its.__slots__} | {"audience": Audience.PRIVATE}
            )
        self.store.keep("redmine", Batch(stream="issues", items=(its,)), "c1")
        self.store.keep_routings([(its, routing(number))], "c1", "abc", at)

    def world(
        self, audience: Audience = Audience.PRIVATE, period: Period = WEEK, **changes: Any
    ) -> World:
        made: dict[str, Any] = {
            "store": self.store,
            "matrix": MATRIX,
            "catalogue": CATALOGUE,
            "production": frozenset({"production"}),
            "histories": lambda numbers: {
                n: self.histories[n] for n in numbers if n in self.histories
            },
            "clocks": lambda *_: (),
        }
        return Gathering(**{**made, **changes}).world(period, audience, max(LATER, period.until))


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store)


def test_a_ticket_is_where_its_last_stage_has_it_and_has_its_history_and_clocks(
    shelf: Shelf,
) -> None:
    shelf.has_ticket(1, -2, facts={"priority": "긴급", "relations": ("relates:redmine:issue/7",)})
    entered = NOON + DAY
    one = StageSpan(ticket=1, process="change", stage="approve", row="manager", team="business",
                    entered_at=entered)  # fmt: skip
    shelf.store.keep_stages([one], "abc", NOON)
    history = History(ticket=1, author=YUJIN.id, created_at=NOON - 2 * DAY, seen=NOON, status="1",
                      priority="2", tracker="1", events=(moved(NOON + DAY),))  # fmt: skip
    shelf.histories[1] = history
    asked: list[object] = []

    def clocks(*given: object) -> tuple[Any, ...]:
        asked.append(given)
        return (clock(Aim.RESPONSE),)

    (found,) = shelf.world(clocks=clocks).tickets
    assert (found.process, found.place.row, found.team) == ("change", "manager", "business")
    assert (found.priority, found.related, found.rule) == ("긴급", (7,), "서비스 장애")
    assert found.history == history
    assert [one.aim for one in found.standings] == [Aim.RESPONSE]
    assert asked == [(history, found.spans, WEEK.until)]


def test_a_ticket_that_was_closed_before_a_cycle_saw_it_has_the_clocks_of_what_is_decided_about_it(
    shelf: Shelf,
) -> None:
    shelf.has_ticket(1, -2, closed=True, facts={"closed_at": NOON + DAY})
    shelf.histories[1] = History(ticket=1, author=YUJIN.id, created_at=NOON - 2 * DAY, seen=NOON,
                                 status="1", priority="2", tracker="1", events=())  # fmt: skip
    asked: list[tuple[StageSpan, ...]] = []

    def clocks(_history: History, spans: tuple[StageSpan, ...], _at: object) -> tuple[Any, ...]:
        asked.append(spans)
        return (clock(Aim.RESPONSE),)

    (found,) = shelf.world(clocks=clocks).tickets
    assert [one.aim for one in found.standings] == [Aim.RESPONSE]
    ((span,),) = asked
    assert (span.process, span.team) == (found.process, found.team)
    assert span.entered_at == NOON - 2 * DAY
    assert found.spans == ()  # how long it was where, nobody saw


def test_tickets_that_were_closed_before_the_window_are_left_out(shelf: Shelf) -> None:
    shelf.has_ticket(1, -9, closed=True)
    shelf.has_ticket(2, -5, closed=True, facts={"closed_at": NOON - 4 * DAY})
    shelf.has_ticket(3, -60)
    shelf.has_ticket(4, 7.5)
    found = {one.number: one for one in shelf.world().tickets}
    assert sorted(found) == [2, 3]
    assert found[2].closed_at == NOON - 4 * DAY
    assert shelf.world().closing == {"5"}


def test_histories_not_read_yet_are_counted(shelf: Shelf) -> None:
    shelf.has_ticket(1, 1)
    shelf.has_ticket(2, -5, closed=True, facts={"closed_at": NOON - 4 * DAY})  # before the period
    assert shelf.world().unread == 1


def test_people_s_teams_are_those_of_people_yaml_and_signals_tickets_are_a_program_s(
    shelf: Shelf,
) -> None:
    shelf.has_ticket(1, 1, author=SUA, assignee=SEOJUN)
    shelf.has_ticket(2, 1, author=BOT)
    shelf.store.keep_people({55: SEOJUN.name})
    found = shelf.world(bots=frozenset({77}))
    assert found.teams == {SUA.id: "business", SEOJUN.id: "it", 55: "it"}
    assert found.bots == {77}


def test_builds_of_the_window_have_their_place_and_their_person_s_team(shelf: Shelf) -> None:
    shelf.has(
        build("abc/build", 1),
        build("abc/build", -20),
        build("abc/build", 2, building=True),
        build("abc/build", 3, "FAILURE", user="nobody"),
    )
    first, second = shelf.world().builds
    assert (first.place.service, first.place.row, first.by_team) == ("portal", "change", "it")
    assert (first.result, first.ended_at - first.started_at) == ("success", HOUR)
    assert (second.failed, second.by_team) == (True, "")


@pytest.mark.parametrize(
    ("facts", "by_itself"),
    [
        ({"causes": ("timer",), "user": ""}, True),
        ({"causes": ("scm", "upstream"), "user": ""}, True),
        ({"causes": ("upstream", "user")}, False),
        ({"causes": ("other",), "user": ""}, False),  # a caller of the API, say
        ({"user": ""}, False),
    ],
)
def test_a_build_that_no_person_started_is_told_apart(
    shelf: Shelf, facts: dict[str, Any], by_itself: bool
) -> None:
    shelf.has(build("abc/build", 1, **facts))
    (found,) = shelf.world().builds
    assert found.unattended is by_itself


def test_what_github_or_a_program_s_account_set_going_is_nobody_s(shelf: Shelf) -> None:
    robot = {"author": "dependabot[bot]", "author_is_bot": True}
    merged = {"merged_at": NOON + DAY, "base": "main"}
    shelf.has(
        of_github("workflow_run", 1, 1, "success", facts={"event": "schedule"}),
        of_github("workflow_run", 2, 2, "success", facts={"event": "push"}),
        of_github("deployment", 3, 2, "success", facts={"environment": "production", **robot}),
        of_github("pull", 7, 1, "merged", facts={**merged, **robot}),
        of_github("pull", 8, 1, "merged", facts=merged),
        source="github",
    )
    found = shelf.world()
    assert [one.unattended for one in found.builds] == [True, False]
    assert [one.unattended for one in found.deployments] == [True]
    assert {one.number: one.unattended for one in found.pulls} == {7: True, 8: False}


def test_what_is_gone_did_happen_all_the_same(shelf: Shelf) -> None:
    shelf.has(build("abc/build", 1))
    shelf.store.keep("jenkins", Batch(stream="x", gone=("jenkins:abc/build#1",)), "c1")
    assert len(shelf.world().builds) == 1


def test_a_deployment_that_a_build_made_is_told_once_and_names_the_pull_s_ticket(
    shelf: Shelf,
) -> None:
    pull = of_github("pull", 7, 1, "merged", facts={
        "merged_at": NOON + DAY, "merge_sha": "abc1", "references": ("redmine:issue/3",),
        "base": "main"})  # fmt: skip
    told = of_github("deployment", 1, 2, "success", facts={"environment": "production"})
    other = of_github("deployment", 2, 4, "failure", facts={"environment": "staging"})
    shelf.has(pull, told, other, source="github")
    shelf.has(build("abc/deploy", 2, repository="abc/portal", sha="abc1"))
    found = shelf.world()
    assert [(one.key, one.ok, one.production) for one in found.deployments] == [
        ("jenkins:abc/deploy#2", True, True),
        ("github:abc/portal/deployment/2", False, False),
    ]
    assert (found.deployments[0].tickets, found.deployments[0].built) == ((3,), True)
    assert [(one.number, one.repository) for one in found.pulls] == [(7, "abc/portal")]


def test_a_pull_to_a_branch_that_does_not_count_is_no_change(shelf: Shelf) -> None:
    facts = {"merged_at": NOON + DAY, "base": "feature/x"}
    shelf.has(of_github("pull", 7, 1, "merged", facts=facts), source="github")
    assert shelf.world().pulls == ()


def test_alerts_nodes_waits_and_pages_are_read_as_they_stand(shelf: Shelf) -> None:
    open_one = of_github("dependabot_alert", 1, -90, "open", facts={"severity": "High"})
    fixed = of_github("dependabot_alert", 2, -30, "fixed", facts={"fixed_at": NOON + DAY})
    old = of_github("dependabot_alert", 3, -90, "fixed", facts={"fixed_at": NOON - 60 * DAY})
    shelf.has(open_one, fixed, old, source="github")
    node = build("agent", 1, executors=4, offline=True, disk_free_bytes=10)
    waited = build("abc/build", 1, waiting_since=NOON + DAY)
    page = build("운영 절차", 2, author=SEOJUN.name)
    anonymous = build("누가", 2)
    shelf.has(
        as_kind(node, "node"), as_kind(waited, "queue_item"), as_kind(page, "wiki_page"),
        as_kind(anonymous, "wiki_page"),
    )  # fmt: skip
    shelf.store.begin(Cycle(id="c2", started_at=NOON + DAY + HOUR, configuration="abc"))
    shelf.store.keep("jenkins", Batch(stream="queue", gone=("queue_item:abc/build",)), "c2")
    found = shelf.world()
    assert [(one.severity, one.closed_at) for one in found.alerts] == [
        ("high", None), ("", NOON + DAY)
    ]  # fmt: skip
    assert [(one.executors, one.offline, one.disk_free) for one in found.nodes] == [(4, True, 10)]
    assert [(one.since, one.left_at) for one in found.waits] == [
        (NOON + DAY, NOON + DAY + HOUR)
    ]  # fmt: skip
    assert len(found.pages) == 1


def test_nodes_have_what_they_measured_in_the_window_for_those_who_may_know_them(
    shelf: Shelf,
) -> None:
    shelf.store.begin(Cycle(id="late", started_at=LATER + DAY, configuration="abc"))
    nodes = [
        as_kind(build("agent", at, disk_free_bytes=10, memory_free_bytes=5), "node")
        for at in (-8, -6.5, 1, 8)
    ]
    hidden = as_kind(build("b", 1, disk_free_bytes=7), "node")
    for node in (*nodes, replace(hidden, audience=Audience.PRIVATE)):
        shelf.store.keep("jenkins", Batch(stream="nodes", items=(node,)), "late")
    second, first = shelf.world().nodes  # in the order of the time they were heard
    assert [(one.at, one.disk_free, one.memory_free) for one in first.readings] == [
        (NOON - 6.5 * DAY, 10, 5), (NOON + DAY, 10, 5)
    ]  # fmt: skip
    assert [one.disk_free for one in second.readings] == [7]
    assert [one.name for one in shelf.world(Audience.PUBLIC).nodes] == [first.name]


def as_kind(one: Item, kind: str) -> Item:
    made = {name: getattr(one, name) for name in one.__slots__}
    return Item(**{**made, "kind": kind, "key": f"{kind}:{one.facts['job']}"})


def test_findings_are_those_of_tickets_and_deployments_that_may_be_told(shelf: Shelf) -> None:
    shelf.has_ticket(1, 1)
    shelf.has_ticket(2, 1, private=True)
    text = Message("x")
    shelf.store.keep_findings(
        [
            Finding(key="approval/1/missing", kind="cycle.approval", message=text),
            Finding(key="approval/2/unheard", kind="cycle.approval", message=text),
            Finding(key="unapproved/jenkins:abc/deploy#2", kind="cycle.unapproved", message=text),
            Finding(key="source/x", kind="cycle.source", message=text),
        ],
        NOON + DAY,
    )
    shelf.has(build("abc/deploy", 2))
    kinds = [(one.kind, one.about) for one in shelf.world(Audience.PUBLIC).findings]
    assert kinds == [
        ("approval.missing", "redmine:issue/1"),
        ("unapproved", "jenkins:abc/deploy#2"),
    ]
    assert len(shelf.world().findings) == 3


def secretive(shelf: Shelf) -> None:
    """Have something private of each kind, and something public beside it."""
    shelf.has_ticket(1, 1)
    shelf.has_ticket(2, 1, private=True, title=HIDDEN)
    shelf.has_ticket(3, 1, title=HIDDEN, facts={"repository": "abc/infra"})
    shelf.has(build("abc/build", 1), build("abc/infra", 2), build("abc/infra", -3))
    alert = of_github("dependabot_alert", 1, 1, "open", audience=Audience.PRIVATE, title=HIDDEN)
    merged = {"merged_at": NOON + DAY, "repository": "abc/infra"}
    pull = of_github("pull", 9, 1, "merged", facts=merged, title=HIDDEN)
    shelf.has(alert, pull, source="github")


def test_what_not_everybody_may_see_is_counted_nowhere_and_how_much_it_is_is_told(
    shelf: Shelf,
) -> None:
    secretive(shelf)
    public, private = shelf.world(Audience.PUBLIC), shelf.world()
    assert [one.number for one in public.tickets] == [1]
    assert (len(public.builds), public.alerts, public.pulls) == (1, (), ())
    assert public.untold == {"ticket": 2, "build": 1, "alert": 1, "pull": 1}
    assert list(public.services) == ["portal"]
    assert [one.number for one in private.tickets] == [1, 2, 3]
    assert (len(private.builds), len(private.alerts), len(private.pulls)) == (3, 1, 1)
    assert private.untold == {}


def test_no_word_of_a_private_item_stands_in_a_report_that_everybody_reads(shelf: Shelf) -> None:
    secretive(shelf)
    told = sections(shelf.world(Audience.PUBLIC))
    for word in (HIDDEN, "infra", "인프라"):
        assert word not in repr(told)
    assert "일감 1" in repr(told)


def sections(seen: World, names: Iterable[str] = MEASURES) -> tuple[Section, ...]:
    voice = Voice(matrix=MATRIX, language="ko", zone=NOON.tzinfo, services=seen.services)  # type: ignore[arg-type]
    return tuple(section(name, seen, WEEK, voice, Options()) for name in names)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_no_form_has_a_private_word_in_its_text_its_names_or_what_it_says_of_itself(
    shelf: Shelf,
) -> None:
    secretive(shelf)
    public = replace(document(), sections=sections(shelf.world(Audience.PUBLIC)))
    private = replace(document(), sections=sections(shelf.world(), ["oldest_tickets"]))
    for form in Form:
        told = whole(public, form)
        assert [word for word in (HIDDEN, "infra", "인프라") if word in told] == [], form
        assert HIDDEN in whole(private, form), form  # it would be found


def whole(report: Document, form: Form) -> str:
    made = render(report, form)
    return "\n".join(readable(file) for file in (made.main, *made.beside))


def test_gaps_are_those_noted_and_the_time_before_a_source_was_first_read(shelf: Shelf) -> None:
    store = shelf.store
    failed, ok = SourceReport(health=Health.FAILED), SourceReport(health=Health.OK)
    store.keep_standings({"github": ok}, NOON - 2 * DAY)
    store.keep_standings({"jenkins": failed}, NOON + 8.5 * DAY)
    window = NOON - 7 * DAY
    assert shelf.world().gaps == (
        Gap(source="github", stream="", since=window, until=NOON - 2 * DAY, unread=True),
        Gap(source="github", stream="", since=NOON - 2 * DAY),  # nobody asked since
    )


def test_before_the_first_cycle_nobody_saw_tickets_move(store: Store) -> None:
    store.begin(Cycle(id="c1", started_at=NOON + DAY, configuration="abc"))
    shelf = object.__new__(Shelf)
    shelf.store, shelf.histories = store, {}
    assert shelf.world().gaps == (
        Gap(source="itsm-sync", stream="", since=NOON - 7 * DAY, until=NOON + DAY, unread=True),
    )


def test_of_sources_that_were_never_read_no_number_is_told_as_if_it_were_known(
    store: Store,
) -> None:
    shelf = object.__new__(Shelf)
    shelf.store, shelf.histories = store, {}
    seen = shelf.world(sources=("redmine", "jenkins", "github"))
    assert {(one.source, one.until, one.unread) for one in seen.gaps} == {
        (name, None, True) for name in ("redmine", "jenkins", "github", "itsm-sync")
    }
    voice = Voice(matrix=MATRIX, language="en", zone=UTC, services=seen.services)
    found = [one.text for one in notices(["tickets", "builds", "stage_times"], seen, WEEK, voice)]
    assert found == [
        (
            "Incomplete (Tickets and their flow, Builds, Time in each stage):"
            " github, jenkins, redmine: never read"
        ),
        "Incomplete (Time in each stage): itsm-sync has not kept records of its own yet",
    ]
    told = section("tickets", seen, WEEK, voice)
    (figures,) = [block for block in told.blocks if isinstance(block, Figures)]
    assert all(isinstance(one.value, Marked) for one in figures.figures if one.value is not None)
    (unnoted,) = section("stage_times", seen, WEEK, voice).blocks
    assert isinstance(unnoted, Prose)
    assert unnoted.text.startswith("–: only itsm-sync itself notes this")


def test_a_source_that_was_down_marks_the_numbers_of_the_report_and_says_why(shelf: Shelf) -> None:
    """Jenkins could not be read for three hours of the ninth day; it is read again since."""
    shelf.has_ticket(1, 1)
    shelf.has(build("abc/build", 1))
    for hour, health in ((0, Health.OK), (1, Health.FAILED), (2, Health.FAILED), (3, Health.OK)):
        reports = {"jenkins": SourceReport(health=health)}
        shelf.store.keep_standings(reports, NOON + 8 * DAY + hour * HOUR)
    period = Period(since=NOON + 2 * DAY, until=NOON + 9 * DAY)
    seen = shelf.world(Audience.PRIVATE, period=period)
    voice = Voice(matrix=MATRIX, language="en", zone=UTC, services=seen.services)
    since, until = "2026-03-10 12:00", "2026-03-10 15:00"
    found = [one.text for one in notices(["tickets", "builds"], seen, period, voice)]
    assert found == [
        f"Incomplete (Builds): jenkins: not read in full from {since} to {until}",
        "Incomplete (Tickets and their flow): the histories of 1 tickets are not read yet",
    ]
    told = section("builds", seen, period, voice)
    (figures,) = [block for block in told.blocks if isinstance(block, Figures)]
    assert all(isinstance(one.value, Marked) for one in figures.figures if one.value is not None)


def test_a_stream_that_failed_and_is_no_more_is_no_gap_for_ever(shelf: Shelf) -> None:
    """A job's builds could not be read on the second day, and then the job was deleted."""
    shelf.store.begin(Cycle(id="c2", started_at=NOON + DAY, configuration="abc"))
    failed = Batch(stream="builds:abc/old", health=Health.FAILED)
    shelf.store.keep("jenkins", failed, "c2")
    (found,) = shelf.world().gaps
    assert (found.stream, found.until) == ("builds:abc/old", NOON + DAY)
